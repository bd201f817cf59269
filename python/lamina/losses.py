"""Losses: what training makes small."""

from collections.abc import Callable
from typing import Any, cast

from lamina import _lamina, _naming
from lamina._faces import Builtin, Face, Family
from lamina._lamina import Tensor

_family = Family("Loss", _lamina.make_loss, _lamina.loss_from_name, ("call",))


class Loss(Face):
    """Subclass it to write a loss of your own: ``call(y_true, y_pred)`` with ``lamina.ops``.

    ``call`` returns the samples' losses, ``(batch, ...)``, which are weighted and reduced here, or
    one scalar for the batch. Where labels and predictions differ by a trailing axis of 1 alone, the
    labels come in the predictions' shape. Steps that a mask of the predictions rules out do not
    count.

    Args:
        name: what messages call it; by default made from the class's name.
        reduction: ``"sum_over_batch_size"``, the mean of the losses, or ``"sum"``.

    >>> class MeanAbsolute(Loss):
    ...     def call(self, y_true, y_pred):
    ...         return lamina.ops.mean(lamina.ops.abs(y_true - y_pred), axis=-1)
    >>> MeanAbsolute()([[1.0, 2.0]], [[2.0, 4.0]]).item()
    1.5
    """

    _core: _lamina.Loss

    def __init__(self, name: str | None = None, reduction: str = "sum_over_batch_size") -> None:
        type_name = _naming.registered_name(type(self))
        self._core = _lamina.PythonLoss(
            self, type_name, name or _naming.snake_case(type_name), reduction
        )

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Tensor:
        """The loss of a batch, as a scalar."""
        return self._core(y_true, y_pred, sample_weight)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """The samples' losses."""
        raise NotImplementedError(f"{type(self).__name__} must define call(self, y_true, y_pred)")

    @property
    def reduction(self) -> str:
        """``"sum_over_batch_size"`` or ``"sum"``."""
        return self._own_core.reduction

    @reduction.setter
    def reduction(self, reduction: str) -> None:
        self._own_core.reduction = reduction

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal loss."""
        return {"name": self.name, "reduction": self.reduction}

    @property
    def _own_core(self) -> _lamina.PythonLoss:
        """The core, of a loss that is written in Python."""
        return cast(_lamina.PythonLoss, self._core)


class LossFunction(Loss):
    """A function ``(y_true, y_pred)`` as a loss; ``compile`` makes it."""

    def __init__(self, function: Callable[[Tensor, Tensor], Any], name: str | None = None) -> None:
        type_name = _naming.registered_name(function)
        self._core = _lamina.PythonLoss(
            self, type_name, name or function.__name__, "sum_over_batch_size"
        )
        self._function = function

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """The samples' losses."""
        losses: Tensor = self._function(y_true, y_pred)
        return losses

    def get_config(self) -> dict[str, Any]:
        """The name; the function itself is found by its registered name."""
        return {"name": self.name}


class BuiltinLoss(Builtin, Loss):
    """A loss of lamina's own: a handle on one that the core made."""

    _family = _family

    def call(self, y_true: Any, y_pred: Any) -> Tensor:
        """The loss of a batch, as a scalar."""
        return self._core(y_true, y_pred, None)

    @property  # type: ignore[misc]
    def reduction(self) -> str:
        """``"sum_over_batch_size"`` or ``"sum"``, as it was made."""
        reduction: str = self._core.config()["reduction"]
        return reduction


class MeanSquaredError(BuiltinLoss):
    """The mean over the last axis of ``(y_pred - y_true)^2``.

    Args:
        reduction: ``"sum_over_batch_size"``, the mean over samples, or ``"sum"``.
        name: what messages call it.

    >>> MeanSquaredError()([[0.0, 1.0]], [[1.0, 3.0]]).item()
    2.5
    """

    def __init__(
        self, reduction: str = "sum_over_batch_size", name: str = "mean_squared_error"
    ) -> None:
        super().__init__(reduction=reduction, name=name)


class MeanAbsoluteError(BuiltinLoss):
    """The mean over the last axis of ``abs(y_pred - y_true)``.

    Args:
        reduction: ``"sum_over_batch_size"``, the mean over samples, or ``"sum"``.
        name: what messages call it.

    >>> MeanAbsoluteError()([[0.0, 1.0]], [[1.0, 3.0]]).item()
    1.5
    """

    def __init__(
        self, reduction: str = "sum_over_batch_size", name: str = "mean_absolute_error"
    ) -> None:
        super().__init__(reduction=reduction, name=name)


class Huber(BuiltinLoss):
    """The mean over the last axis of ``e^2 / 2``, or ``delta abs(e) - delta^2 / 2`` for errors
    beyond ``delta``.

    Args:
        delta: where the parabola ends, above 0.
        reduction: ``"sum_over_batch_size"``, the mean over samples, or ``"sum"``.
        name: what messages call it.

    Reference: Huber, 1964, "Robust estimation of a location parameter".

    >>> Huber()([[0.0, 1.0]], [[0.5, 3.0]]).item()
    0.8125
    """

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str = "sum_over_batch_size",
        name: str = "huber_loss",
    ) -> None:
        super().__init__(delta=delta, reduction=reduction, name=name)


class SmoothL1(BuiltinLoss):
    """``Huber`` over ``beta``: ``e^2 / (2 beta)``, or ``abs(e) - beta / 2`` for errors beyond
    ``beta``, as PyTorch's ``SmoothL1Loss``.

    Args:
        beta: where the parabola ends, above 0.
        reduction: ``"sum_over_batch_size"``, the mean over samples, or ``"sum"``.
        name: what messages call it.

    Reference: Girshick, 2015, "Fast R-CNN".

    >>> SmoothL1(beta=0.5)([[0.0, 1.0]], [[0.25, 3.0]]).item()
    0.90625
    """

    def __init__(
        self,
        beta: float = 1.0,
        reduction: str = "sum_over_batch_size",
        name: str = "smooth_l1",
    ) -> None:
        super().__init__(beta=beta, reduction=reduction, name=name)


class LogCosh(BuiltinLoss):
    """The mean over the last axis of ``log(cosh(y_pred - y_true))``.

    Nearly ``e^2 / 2`` for small errors and ``abs(e) - log(2)`` for large ones, without overflow.

    Args:
        reduction: ``"sum_over_batch_size"``, the mean over samples, or ``"sum"``.
        name: what messages call it.

    >>> round(LogCosh()([[0.0, 1.0]], [[1.0, 1.0]]).item(), 4)
    0.2169
    """

    def __init__(self, reduction: str = "sum_over_batch_size", name: str = "log_cosh") -> None:
        super().__init__(reduction=reduction, name=name)


class BinaryCrossentropy(BuiltinLoss):
    """The mean over the last axis of ``-y_true log y_pred - (1 - y_true) log(1 - y_pred)``.

    Args:
        from_logits: whether predictions are before the sigmoid, which is then applied safely.
        label_smoothing: in [0, 1]; moves labels towards 1/2.
        reduction: ``"sum_over_batch_size"``, the mean over samples, or ``"sum"``.
        name: what messages call it.

    >>> round(BinaryCrossentropy()([[1.0]], [[0.5]]).item(), 4)
    0.6931
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        *,
        reduction: str = "sum_over_batch_size",
        name: str = "binary_crossentropy",
    ) -> None:
        super().__init__(
            from_logits=from_logits, label_smoothing=label_smoothing, reduction=reduction, name=name
        )


class CategoricalCrossentropy(BuiltinLoss):
    """``-sum(y_true log y_pred)`` over the last axis, for one-hot labels.

    Args:
        from_logits: whether predictions are before the softmax, which is then applied safely.
        label_smoothing: in [0, 1]; moves labels towards equal shares.
        reduction: ``"sum_over_batch_size"``, the mean over samples, or ``"sum"``.
        name: what messages call it.

    >>> round(CategoricalCrossentropy()([[0.0, 1.0]], [[0.75, 0.25]]).item(), 4)
    1.3863
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        *,
        reduction: str = "sum_over_batch_size",
        name: str = "categorical_crossentropy",
    ) -> None:
        super().__init__(
            from_logits=from_logits, label_smoothing=label_smoothing, reduction=reduction, name=name
        )


class SparseCategoricalCrossentropy(BuiltinLoss):
    """``-log y_pred[y_true]``, for labels that are class numbers.

    Args:
        from_logits: whether predictions are before the softmax, which is then applied safely.
        reduction: ``"sum_over_batch_size"``, the mean over samples, or ``"sum"``.
        name: what messages call it.

    Raises:
        ValueError: (when called) a label is not one of the classes.

    >>> round(SparseCategoricalCrossentropy()([1], [[0.75, 0.25]]).item(), 4)
    1.3863
    """

    def __init__(
        self,
        from_logits: bool = False,
        *,
        reduction: str = "sum_over_batch_size",
        name: str = "sparse_categorical_crossentropy",
    ) -> None:
        super().__init__(from_logits=from_logits, reduction=reduction, name=name)


_family.add(
    MeanSquaredError,
    MeanAbsoluteError,
    Huber,
    SmoothL1,
    LogCosh,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
)
wrap = _family.wrap


def get(identifier: Any) -> Loss | None:
    """A loss from its name, a function ``(y_true, y_pred)``, or itself."""
    if identifier is None or isinstance(identifier, Loss):
        return identifier
    if isinstance(identifier, str):
        named: Loss = _family.named(identifier)
        return named
    if callable(identifier) and not isinstance(identifier, type):
        return LossFunction(identifier)
    raise TypeError(
        f"loss is {identifier!r}, expected a name, an object of lamina.losses or a function"
    )
