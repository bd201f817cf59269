"""What weights are brought back to after each step, by name or as objects with options."""

from collections.abc import Sequence
from typing import Any

from lamina import _lamina
from lamina._configured import Configured
from lamina._lamina import Tensor


class Constraint(Configured):
    """What the constraints share: called on a weight, they give it within the constraint."""

    def __init__(self, **options: Any) -> None:
        identity = {"class_name": type(self).__name__, "config": options}
        self._config = _lamina.constraint_config(identity)

    def __call__(self, w: Any) -> Tensor:
        """The weight within the constraint."""
        return _lamina.constrain(self._config, w)


class MaxNorm(Constraint):
    """Norms of at most ``max_value`` along ``axis``: 0 for the inputs of each unit of ``Dense``,
    (0, 1, 2) for those of each filter of ``Conv2D``.

    Reference: Srivastava et al., 2014, "Dropout: a simple way to prevent neural networks from
    overfitting".

    >>> MaxNorm(1.0)([[3.0], [4.0]]).numpy().round(3)
    array([[0.6],
           [0.8]], dtype=float32)
    """

    def __init__(self, max_value: float = 2.0, axis: int | Sequence[int] = 0) -> None:
        super().__init__(max_value=max_value, axis=axis)


class NonNeg(Constraint):
    """Weights of at least 0."""

    def __init__(self) -> None:
        super().__init__()


class UnitNorm(Constraint):
    """Norms of 1 along ``axis``."""

    def __init__(self, axis: int | Sequence[int] = 0) -> None:
        super().__init__(axis=axis)


class MinMaxNorm(Constraint):
    """Norms along ``axis`` drawn into [``min_value``, ``max_value``] by the share ``rate``."""

    def __init__(
        self,
        min_value: float = 0.0,
        max_value: float = 1.0,
        rate: float = 1.0,
        axis: int | Sequence[int] = 0,
    ) -> None:
        super().__init__(min_value=min_value, max_value=max_value, rate=rate, axis=axis)


_CLASSES = {cls.__name__: cls for cls in (MaxNorm, NonNeg, UnitNorm, MinMaxNorm)}


def get(identifier: Any) -> Constraint | None:
    """A constraint from its name, its serialized form, or itself; None for none."""
    if identifier is None or isinstance(identifier, Constraint):
        return identifier
    if isinstance(identifier, type) and issubclass(identifier, Constraint):
        return identifier()
    if not isinstance(identifier, (str, dict)):
        raise TypeError(
            f"constraint is {identifier!r}, expected a name or an object of lamina.constraints"
        )
    known = _lamina.constraint_config(identifier)
    result: Constraint = _CLASSES[known["class_name"]].from_config(known["config"])
    return result
