"""A dense layer by an equation of ``einsum``."""

import re
from collections.abc import Sequence
from typing import Any

from lamina import activations, constraints, initializers, ops, regularizers
from lamina.layers.layer import Layer


class EinsumDense(Layer):
    """``activation(einsum(equation, inputs, kernel) + bias)``.

    Args:
        equation: of the forms ``ab,bc->ac``, ``...ab,bc->...ac`` and ``ab...,bc->ac...``.
        output_shape: extents of the output without the batch axis and what ``...`` stands for; None
            for those that the input tells.
        activation: a name or function of ``lamina.activations``; None is ``linear``.
        bias_axes: the letters of the output's axes that the bias has; none by default.
        kernel_initializer: how the kernel begins.
        bias_initializer: how the bias begins.
        kernel_regularizer: what the kernel adds to the loss.
        bias_regularizer: what the bias adds to the loss.
        kernel_constraint: what the kernel is brought back to after each step.
        bias_constraint: what the bias is brought back to after each step.
        lora_rank, lora_alpha, gptq_unpacked_column_size, quantization_config: refused unless None.
        kwargs: as for every ``Layer``.

    Input shape: as the equation says. Output shape: as the equation says.

    Raises:
        ValueError: (when built) the equation has another form, or does not fit the shapes.

    >>> layer = EinsumDense("abc,cd->abd", output_shape=(None, 64), bias_axes="d")
    >>> layer(Input((32, 128))).shape
    (None, 32, 64)
    """

    def __init__(
        self,
        equation: str,
        output_shape: int | Sequence[int | None],
        activation: Any = None,
        bias_axes: str | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        gptq_unpacked_column_size: int | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        for name, value in (
            ("lora_rank", lora_rank),
            ("lora_alpha", lora_alpha),
            ("gptq_unpacked_column_size", gptq_unpacked_column_size),
            ("quantization_config", quantization_config),
        ):
            if value is not None:
                raise ValueError(
                    f"EinsumDense got {name}={value!r}: its kernel is one weight of float32 or "
                    "float64, neither of low rank nor quantized"
                )
        super().__init__(**kwargs)
        self.equation = equation
        self.partial_output_shape = (
            (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        )
        self.bias_axes = bias_axes
        self.activation = activations.get(activation)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.bias: Any = None

    def build(self, input_shape: Any) -> None:
        """Makes kernel and bias."""
        kernel, bias, _, input_axes, output_axes = self._shapes(input_shape)
        initializer = self.kernel_initializer
        if getattr(initializer, "input_axes", ()) is None:  # one that scales by fans
            axes = {"input_axes": input_axes, "output_axes": output_axes}
            initializer = type(initializer)(**{**initializer.get_config(), **axes})
        self.kernel = self.add_weight(
            name="kernel",
            shape=kernel,
            initializer=initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        if bias is not None:
            self.bias = self.add_weight(
                name="bias",
                shape=bias,
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def call(self, inputs: Any) -> Any:
        """The layer's function."""
        outputs = ops.einsum(self.equation, inputs, self.kernel)
        if self.bias is not None:
            outputs = outputs + self.bias
        return self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The output's shape."""
        return self._shapes(input_shape)[2]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer."""
        return {
            **super().get_config(),
            "equation": self.equation,
            "output_shape": self.partial_output_shape,
            "activation": activations.serialize(self.activation),
            "bias_axes": self.bias_axes,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
        }

    def _shapes(self, input_shape: Any) -> "_Shapes":
        return _shapes(self.equation, self.bias_axes, tuple(input_shape), self.partial_output_shape)


# Shapes of kernel, bias and output; the kernel's axes that are summed over, and its others.
_Shapes = tuple[
    tuple[int, ...], tuple[int, ...] | None, tuple[int | None, ...], list[int], list[int]
]


def _shapes(
    equation: str,
    bias_axes: str | None,
    input_shape: tuple[int | None, ...],
    output_shape: tuple[int | None, ...],
) -> _Shapes:
    form = re.fullmatch(
        r"(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?",
        equation.replace(" ", ""),
    )
    if not form or form[1] != form[5] or form[3] != form[7] or (form[1] and form[3]):
        raise ValueError(
            f"the equation of EinsumDense is {equation!r}, expected one like ab,bc->ac, "
            "...ab,bc->...ac or ab...,bc->ac..."
        )
    letters_in, letters_kernel, letters_out = form[2], form[4], form[6]
    elided = len(input_shape) - len(letters_in)
    if elided < 0 or (elided and not (form[1] or form[3])):
        raise ValueError(
            f"the equation {equation!r} is for inputs of {len(letters_in)} axes, got {input_shape}"
        )
    named = input_shape[elided:] if form[1] else input_shape[: len(letters_in)]
    extents: dict[str, int | None] = dict(zip(letters_in, named, strict=True))
    # The output's first axis is the batch, which may be among the elided.
    partial = output_shape if form[1] and elided else (input_shape[0], *output_shape)
    if len(partial) != len(letters_out):
        raise ValueError(
            f"output_shape of EinsumDense is {output_shape}, which does not fit the output "
            f"{letters_out!r} of {equation!r}"
        )
    for letter, extent in zip(letters_out, partial, strict=True):
        known = extents.setdefault(letter, extent)
        if letter in letters_in and extent is not None and extent != known:
            raise ValueError(
                f"axis {letter!r} of {equation!r} is {known} in the input and {extent} in "
                "output_shape"
            )
    unknown = [letter for letter in letters_kernel if extents.get(letter) is None]
    if unknown:
        raise ValueError(
            f"axis {unknown[0]!r} of the kernel in {equation!r} has no known extent; inputs are "
            f"{input_shape}, output_shape is {output_shape}"
        )
    stray = [c for c in letters_out if c not in letters_in and c not in letters_kernel]
    if stray:
        raise ValueError(f"axis {stray[0]!r} of the output in {equation!r} is in neither operand")
    kernel = tuple(int(extents[letter] or 0) for letter in letters_kernel)
    named_out = tuple(extents[letter] for letter in letters_out)
    output = (
        (*input_shape[:elided], *named_out)
        if form[1]
        else (*named_out, *input_shape[len(letters_in) :])
    )
    bias = None
    if bias_axes is not None:
        missing = [letter for letter in bias_axes if letter not in letters_out]
        if missing or not bias_axes:
            raise ValueError(
                f"bias_axes is {bias_axes!r}, expected letters of the output {letters_out!r}"
            )
        first = min(letters_out.index(letter) for letter in bias_axes)
        bias = tuple(
            int(extents[letter] or 0) if letter in bias_axes else 1
            for letter in letters_out[first:]
        )
        if form[3]:
            bias += (1,) * elided
    places = list(enumerate(letters_kernel))
    return (
        kernel,
        bias,
        output,
        [i for i, letter in places if letter not in letters_out],
        [i for i, letter in places if letter in letters_out],
    )
