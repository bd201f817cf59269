"""What all losses have: the base of one's own, functions as losses, and lamina's own."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from lamina import _lamina, _naming
from lamina._faces import Builtin, Face, Family
from lamina._lamina import Tensor

family = Family("Loss", _lamina.make_loss, _lamina.loss_from_name, ())


class Loss(Face):
    """Subclass it to write a loss of your own: ``call(y_true, y_pred)`` with ``lamina.ops``.

    ``call`` returns the samples' losses, ``(batch, ...)``, which are weighted and reduced here, or
    one scalar for the batch. Where labels and predictions differ by a trailing axis of 1 alone, the
    labels come in the predictions' shape. Steps that a mask of the predictions rules out do not
    count.

    Args:
        name: what messages call it; by default made from the class's name.
        reduction: ``"sum_over_batch_size"`` or ``"mean"``, the mean of the weighted losses;
            ``"sum"``; ``"mean_with_sample_weight"``, their sum over the sum of the weights;
            ``"none"`` or None: each sample's loss, which ``compile`` has no use for.
        dtype: ``"float32"`` or ``"float64"``, to compute in; by default that of the predictions.

    >>> class MeanAbsolute(Loss):
    ...     def call(self, y_true, y_pred):
    ...         return lamina.ops.mean(lamina.ops.abs(y_true - y_pred), axis=-1)
    >>> MeanAbsolute()([[1.0, 2.0]], [[2.0, 4.0]]).item()
    1.5
    """

    _core: _lamina.Loss

    def __init__(
        self,
        name: str | None = None,
        reduction: str | None = "sum_over_batch_size",
        dtype: Any = None,
    ) -> None:
        type_name = _naming.registered_name(type(self))
        self._make_core(type_name, name or _naming.snake_case(type_name), reduction, dtype)

    def _make_core(self, type_name: str, name: str, reduction: str | None, dtype: Any) -> None:
        overridden = type(self).__call__ is not Loss.__call__
        self._core = _lamina.PythonLoss(
            self, type_name, name, _reduction_name(reduction), _dtype_name(dtype), overridden
        )

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Tensor:
        """The loss of a batch: a scalar, or one value a sample where ``reduction`` is ``"none"``.

        ``sample_weight`` is one number, one a sample, or one for each step of each sample.
        """
        return self._core(y_true, y_pred, sample_weight)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """The samples' losses."""
        raise NotImplementedError(f"{type(self).__name__} must define call(self, y_true, y_pred)")

    @property
    def reduction(self) -> str:
        """What becomes of the samples' losses."""
        return self._own_core.reduction

    @reduction.setter
    def reduction(self, reduction: str | None) -> None:
        self._own_core.reduction = _reduction_name(reduction)

    @property
    def dtype(self) -> str:
        """What it computes in, where it was said, else ``lamina.config.floatx()``."""
        return self._own_core.dtype or _lamina.floatx()

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal loss."""
        return {"name": self.name, "reduction": self.reduction}

    @property
    def _own_core(self) -> _lamina.PythonLoss:
        """The core, of a loss that is written in Python."""
        return cast(_lamina.PythonLoss, self._core)

    def __getstate__(self) -> dict[str, Any]:
        core = self._own_core
        made = (core.type, core.name, core.reduction, core.dtype)
        return {**self.__dict__, "_core": made}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._make_core(*state["_core"])


class LossFunction(Loss):
    """A function ``(y_true, y_pred)`` as a loss; ``compile`` makes it."""

    def __init__(self, function: Callable[[Tensor, Tensor], Any], name: str | None = None) -> None:
        type_name = name_of(function)
        self._make_core(type_name, name or type_name, "sum_over_batch_size", None)
        self._function = function

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """The samples' losses."""
        losses: Tensor = self._function(y_true, y_pred)
        return losses

    def get_config(self) -> dict[str, Any]:
        """The name; the function itself is found by its registered name."""
        return {"name": self.name}


def name_of(function: Callable[..., Any]) -> str:
    """What files call a function; one made by ``functools.partial`` has the name of what it calls,
    an object that of its class.
    """
    if hasattr(function, "__name__"):
        return _naming.registered_name(function)
    called = getattr(function, "func", None)
    return name_of(called) if callable(called) else type(function).__name__


class BuiltinLoss(Builtin, Loss):
    """A loss of lamina's own: a handle on one that the core made.

    Its options are attributes. Setting one takes effect at once, also in compiled models. A
    subclass may override ``call``, and call this one's.
    """

    _family = family
    _own: _lamina.Loss  # lamina's; ``_core`` too, unless a method is overridden

    def __init__(self, **options: Any) -> None:
        super().__init__(**{name: _plain(name, value) for name, value in options.items()})

    def call(self, y_true: Any, y_pred: Any) -> Tensor:
        """The samples' losses, ``(batch, ...)``."""
        return self._own.each(y_true, y_pred)

    @property
    def name(self) -> str:
        """What messages call it."""
        return self._own.name

    @property  # type: ignore[misc]
    def reduction(self) -> str:
        """What becomes of the samples' losses."""
        reduction: str = self._own.config()["reduction"]
        return reduction

    @property
    def dtype(self) -> str:
        """What it computes in, where it was said, else ``lamina.config.floatx()``."""
        dtype: str = self._own.config().get("dtype", _lamina.floatx())
        return dtype

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal one."""
        return {name: _shown(value) for name, value in self._own.config().items()}

    def _hold(self, core: Any) -> None:
        self.__dict__["_own"] = core
        cls = type(self)
        own: type[Loss] = family.class_of(cls)
        hooks = ("call", "__call__", "get_config")
        if all(getattr(cls, name) is getattr(own, name) for name in hooks):
            self.__dict__["_core"] = core
        else:
            options = core.config()
            type_name = _naming.registered_name(cls)
            self._make_core(type_name, core.name, options["reduction"], options.get("dtype"))

    def __getattr__(self, name: str) -> Any:
        options = {} if name.startswith("_") else self._own.config()
        if name in options:
            return _shown(options[name])
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __setattr__(self, name: str, value: Any) -> None:
        options = self._own.config() if "_own" in self.__dict__ else {}
        if name not in options and (name != "dtype" or not options):
            object.__setattr__(self, name, value)
            return
        if self._core is not self._own:
            if name in ("name", "dtype"):
                raise AttributeError(f"{name} of {type(self).__name__} is set when it is made")
            if name == "reduction":
                self._own_core.reduction = _reduction_name(value)
        self._own.configure({**options, name: _plain(name, value)})

    def __getstate__(self) -> dict[str, Any]:
        others = {k: v for k, v in self.__dict__.items() if k not in ("_own", "_core")}
        return {**others, "_own": self._own.config()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        config = state.pop("_own")
        self.__dict__.update(state)
        self._hold(_lamina.make_loss(family.class_of(type(self)).__name__, config))


def _reduction_name(reduction: str | None) -> str:
    return "none" if reduction is None else reduction


def _dtype_name(dtype: Any) -> str | None:
    return None if dtype is None else np.dtype(dtype).name


def _plain(name: str, value: Any) -> Any:
    """An option as the core takes it."""
    if name == "axis" and isinstance(value, bool):
        raise ValueError(f"axis is {value!r}, expected a whole number")
    if name == "dtype":
        return _dtype_name(value)
    if isinstance(value, (tuple, np.ndarray)):
        return np.asarray(value).tolist()
    return value


def _shown(value: Any) -> Any:
    """An option of the core as a user gives it: a list of axes or weights may be one, or none."""
    if not isinstance(value, list):
        return value
    return tuple(value) if len(value) > 1 else value[0] if value else None
