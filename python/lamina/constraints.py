"""What weights are brought back to after each step, by name or as objects with options."""

from collections.abc import Sequence
from typing import Any

from lamina import _lamina, _naming, _pieces, _serialized
from lamina._configured import Configured
from lamina._lamina import Tensor


class Constraint:
    """Subclass it to write a constraint of your own, or write a function of the same argument.

    Called on a weight, it gives it within the constraint. To save models with it, register the
    class with ``lamina.saving.register_keras_serializable`` and let ``get_config`` return its
    arguments.

    >>> class SumToOne(Constraint):
    ...     def __call__(self, w):
    ...         return w / lamina.ops.sum(w)
    >>> SumToOne()(Tensor([1.0, 3.0])).numpy()
    array([0.25, 0.75], dtype=float32)
    """

    def __call__(self, w: Any) -> Any:
        """The weight within the constraint."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(self, w)")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal one."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The one with those arguments."""
        return cls(**config)


class _Builtin(Configured, Constraint):
    """One of lamina's own, which the core runs."""

    def __init__(self, **options: Any) -> None:
        own = next(cls.__name__ for cls in type(self).__mro__ if cls.__name__ in _CLASSES)
        config = _lamina.constraint_config({"class_name": own, "config": options})
        self._hold(config, options)

    def __call__(self, w: Any) -> Tensor:
        """The weight within the constraint."""
        return _lamina.constrain(self._config, w)


class MaxNorm(_Builtin):
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


class NonNeg(_Builtin):
    """Weights of at least 0.

    >>> NonNeg()([-1.0, 2.0]).numpy()
    array([0., 2.], dtype=float32)
    """

    def __init__(self) -> None:
        super().__init__()


class UnitNorm(_Builtin):
    """Norms of 1 along ``axis``.

    >>> UnitNorm()([[3.0], [4.0]]).numpy().round(3)
    array([[0.6],
           [0.8]], dtype=float32)
    """

    def __init__(self, axis: int | Sequence[int] = 0) -> None:
        super().__init__(axis=axis)


class MinMaxNorm(_Builtin):
    """Norms along ``axis`` drawn into [``min_value``, ``max_value``] by the share ``rate``.

    >>> MinMaxNorm(0.0, 2.0, rate=0.5)([[3.0], [4.0]]).numpy().round(3)  # norm 5, half way to 2
    array([[2.1],
           [2.8]], dtype=float32)
    """

    def __init__(
        self,
        min_value: float = 0.0,
        max_value: float = 1.0,
        rate: float = 1.0,
        axis: int | Sequence[int] = 0,
    ) -> None:
        super().__init__(min_value=min_value, max_value=max_value, rate=rate, axis=axis)


_CLASSES = {cls.__name__: cls for cls in (MaxNorm, NonNeg, UnitNorm, MinMaxNorm)}


# Keras's other names.
max_norm = MaxNorm
non_neg = NonNeg
unit_norm = UnitNorm
min_max_norm = MinMaxNorm

_KIND = _pieces.Kind(
    "constraint",
    {**_CLASSES, **{_naming.snake_case(name): cls for name, cls in _CLASSES.items()}},
    _lamina.constraint_config,
)


def serialize(constraint: Any) -> Any:
    """The configuration of a constraint, from which ``deserialize`` makes an equal one.

    >>> serialize(MaxNorm(3.0))["config"]
    {'max_value': 3.0, 'axis': 0}
    """
    return _serialized.serialize(constraint)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The constraint of a configuration that ``serialize`` gave.

    Args:
        config: the configuration.
        custom_objects: classes and functions of your own by name.

    >>> deserialize(serialize(MaxNorm(3.0)))
    MaxNorm(max_value=3.0, axis=0)
    """
    with _naming.scope(custom_objects):
        return _KIND.read(config)


def get(identifier: Any) -> Any:
    """A constraint from its name, its serialized form, or itself; None for none.

    >>> get("non_neg")
    NonNeg()
    """
    return None if identifier is None else _KIND.read(identifier)
