"""A layer's name, dtype and weights, and what its methods add to them."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from lamina import _lamina, _pieces, _variables, initializers
from lamina._dtype_policy import DTypePolicy
from lamina._lamina import Tensor, Variable
from lamina.layers._hooks import Hooks


class LayerWeights(Hooks):
    """The part of ``Layer`` that tells what it has, and makes its weights."""

    _core: _lamina.Layer

    @property
    def name(self) -> str:
        """Its name, unique in its model."""
        return self._core.name

    @name.setter
    def name(self, name: str) -> None:
        self._core.name = name

    @property
    def trainable(self) -> bool:
        """Whether training changes its weights."""
        return self._core.trainable

    @trainable.setter
    def trainable(self, trainable: bool) -> None:
        self._core.trainable = trainable

    @property
    def dtype(self) -> str:
        """What it computes in."""
        return self._core.dtype

    @property
    def compute_dtype(self) -> str:
        """The same as ``dtype``."""
        return self._core.dtype

    @property
    def variable_dtype(self) -> str:
        """The same as ``dtype``."""
        return self._core.dtype

    @property
    def input_dtype(self) -> str:
        """The same as ``dtype``."""
        return self._core.dtype

    @property
    def dtype_policy(self) -> DTypePolicy:
        """What it computes in, with a ``name``, ``compute_dtype`` and ``variable_dtype``."""
        return DTypePolicy(self._core.dtype)

    @property
    def quantization_mode(self) -> None:
        """None: no layer is quantized."""
        return None

    @property
    def device(self) -> str:
        """Where its weights are made: ``"cpu"``."""
        return self._core.device

    @property
    def path(self) -> str:
        """Its name, after those of the models and layers that hold it: ``"encoder/dense"``."""
        return self._core.path

    @property
    def built(self) -> bool:
        """Whether its weights exist."""
        return self._core.built

    @built.setter
    def built(self, built: bool) -> None:
        # Layers written for Keras end build() with `self.built = True`; the core knows it already.
        if not built:
            raise ValueError(f"{type(self).__name__} '{self.name}' cannot be unbuilt")

    @property
    def losses(self) -> list[Tensor]:
        """What it adds to the loss: what regularizers make of its weights, and what its last call
        in training added, unless ``fit`` took it.
        """
        return self._core.losses

    @property
    def weights(self) -> list[Variable]:
        """All its weights."""
        return _variables.each(self._core.weights)

    @property
    def trainable_weights(self) -> list[Variable]:
        """Those that training changes."""
        return _variables.each(self._core.trainable_weights)

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """Those that training leaves alone."""
        return [weight for weight in self.weights if not weight.trainable]

    @property
    def variables(self) -> list[Variable]:
        """The same as ``weights``."""
        return self.weights

    @property
    def trainable_variables(self) -> list[Variable]:
        """The same as ``trainable_weights``."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The same as ``non_trainable_weights``."""
        return self.non_trainable_weights

    def get_weights(self) -> list[np.ndarray]:
        """Copies of the weights' values."""
        return [weight.numpy() for weight in self.weights]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Sets the weights' values, in the order of ``get_weights``."""
        own = self.weights
        values = [np.asarray(value) for value in weights]
        got, expected = [v.shape for v in values], [w.shape for w in own]
        if got != expected:
            raise ValueError(
                f"{type(self).__name__} '{self.name}' has weights of shapes {expected}, got {got}"
                + ("" if self.built else "; build it first")
            )
        tensors = [_lamina.Tensor(v, w.dtype) for w, v in zip(own, values, strict=True)]
        for weight, tensor in zip(own, tensors, strict=True):
            weight.assign(tensor)

    def count_params(self) -> int:
        """Number of values in all weights."""
        return self._core.count_params()

    @property
    def _own_core(self) -> _lamina.PythonLayer:
        """The core, of a layer that is written in Python; a model's offers the same."""
        return cast(_lamina.PythonLayer, self._core)

    # What a subclass calls.

    def add_weight(
        self,
        shape: Sequence[int] | int | None = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: str = "none",
        overwrite_with_gradient: bool = False,
        name: str | None = None,
    ) -> Variable:
        """Makes a weight, in ``build`` or, where the shape does not depend on the inputs, in
        ``__init__``.

        Args:
            shape: its shape, by default that of a number.
            initializer: how it begins: ``"glorot_uniform"`` by default, zeros for whole numbers.
            dtype: by default the layer's.
            trainable: whether training changes it.
            autocast: has no effect: a weight keeps its dtype.
            regularizer: what it adds to the loss.
            constraint: what it is brought back to after each step.
            aggregation: Keras's argument for several devices; only ``"none"`` is known here.
            overwrite_with_gradient: refused unless False.
            name: unique in the layer.
        """
        if isinstance(shape, str):
            raise ValueError(
                f"name must be passed as a keyword argument: add_weight(shape=..., name={shape!r})"
            )
        if aggregation not in ("none", None) or overwrite_with_gradient:
            raise ValueError(
                f"add_weight of {self.name} got aggregation={aggregation!r} and "
                f"overwrite_with_gradient={overwrite_with_gradient!r}; expected 'none' and False: "
                "there is one device"
            )
        if name is None:
            name = f"weight_{len(self._core.weights)}" if self._core.weights else "weight"
        extents = () if shape is None else (shape,) if isinstance(shape, int) else tuple(shape)
        kept = self.dtype if dtype is None else dtype_name(dtype)
        if initializer is None:
            initializer = "glorot_uniform" if "float" in str(kept) else "zeros"
        initializer = initializers.get(initializer)
        if kept != self.dtype:
            return self._add_other_weight(
                initializer(extents, dtype=kept), name, trainable, regularizer, constraint
            )
        kinds = _pieces.kinds
        made = self._own_core.add_weight(
            name,
            extents,
            kinds["initializer"].form(initializer),
            trainable,
            kinds["regularizer"].form(regularizer),
            kinds["constraint"].form(constraint),
        )
        return _variables.one(made)

    def _add_other_weight(
        self, value: Any, name: str, trainable: bool, regularizer: Any, constraint: Any
    ) -> Variable:
        """A weight of another dtype than the layer's: a variable that an attribute holds."""
        variable = Variable(value, trainable=trainable, name=name)
        variable.regularizer, variable.constraint = regularizer, constraint
        self.__dict__.setdefault("_other_weights", []).append(variable)
        return variable

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        name: str | None = None,
    ) -> Variable:
        """The same as ``add_weight``."""
        return self.add_weight(
            shape=shape,
            initializer=initializer,
            dtype=dtype,
            trainable=trainable,
            autocast=autocast,
            regularizer=regularizer,
            constraint=constraint,
            name=name,
        )

    def add_loss(self, loss: Any) -> None:
        """Adds a scalar, or each of a list of them, to the loss of the batch that ``call`` is
        working on.
        """
        for one in loss if isinstance(loss, (list, tuple)) else [loss]:
            self._own_core.add_loss(one)

    def add_metric(self, *args: Any, **kwargs: Any) -> None:
        """Refuses, as Keras does."""
        raise NotImplementedError(
            "add_metric() is no more: give metrics to compile(), or keep a metric in an attribute "
            "and call its update_state()"
        )


def dtype_name(dtype: Any) -> Any:
    """The name of a dtype, however it is given; None stays."""
    if dtype is None:
        return None
    return np.dtype(getattr(dtype, "name", dtype) if not isinstance(dtype, type) else dtype).name
