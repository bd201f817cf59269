"""An operation in a graph."""

import math
from typing import Any

from lamina import _symbolic
from lamina.layers.builtin_layer import BuiltinLayer

_MOST_CONSTANTS = 1 << 16


class Operation(BuiltinLayer):
    """What an operation of ``lamina.ops`` becomes where it is applied to symbolic tensors.

    You need not make one: ``a + b``, ``x[:, 0]`` and ``ops.mean(x, axis=1)`` do.

    Args:
        operation: its name in ``lamina.ops``.
        arguments: by parameter name; ``{"tensor": i}`` stands for input ``i``, and
            ``{"constant": numbers, "dtype": name}`` for a tensor that is always the same.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: what the operation takes. Output shape: what it gives.

    Raises:
        ValueError: there is no operation of that name, or its arguments do not fit.

    >>> x = Input((4,))
    >>> model = Model(x, lamina.ops.sum(x * 2, axis=-1))
    >>> model.predict([[1.0, 2.0, 3.0, 4.0]], verbose=0)
    array([20.], dtype=float32)
    """

    def __init__(
        self,
        operation: str,
        arguments: dict[str, Any],
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "Operation",
            operation=operation,
            arguments=arguments,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


def _plain(numbers: Any) -> Any:
    """Numbers as JSON can hold them: ``"inf"``, ``"-inf"`` and ``"nan"`` are text."""
    if isinstance(numbers, list):
        return [_plain(item) for item in numbers]
    is_other = isinstance(numbers, float) and not math.isfinite(numbers)
    return str(numbers) if is_other else numbers


def _made(name: str, arguments: dict[str, Any], constants: list[Any]) -> Operation:
    """The layer, with constants in the places of their numbers."""

    def filled(value: Any) -> Any:
        if isinstance(value, list):
            return [filled(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "constant" not in value:
            return {key: filled(item) for key, item in value.items()}
        tensor = constants[value["constant"]]
        if tensor.size > _MOST_CONSTANTS:
            raise ValueError(
                f"{name} of symbolic tensors got an array of {tensor.size} values, more than "
                f"{_MOST_CONSTANTS}; make it a weight of a layer of your own"
            )
        return {"constant": _plain(tensor.numpy().tolist()), "dtype": tensor.dtype}

    return Operation(name, filled(arguments))


_symbolic._OPERATIONS.append(_made)
