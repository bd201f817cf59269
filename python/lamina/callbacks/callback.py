"""The base class of callbacks, and those that the core runs."""

from typing import Any

from lamina import _lamina
from lamina._overrides import refuse_uncalled


class Callback:
    """Subclass it and override what you need; only these hooks are called.

    ``self.model`` and ``self.params`` are set before the first hook. ``logs`` maps ``"loss"`` and
    the metrics to their values so far, and after validation the same names with ``"val_"`` before.
    What is written into the ``logs`` of an epoch reaches the callbacks after this one and the
    history. Set ``self.model.stop_training = True`` to end the run after the batch. A hook may also
    be assigned to the object: ``callback.on_epoch_end = function``.

    >>> class Stop(Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         self.model.stop_training = logs["loss"] < 0.1
    """

    # Also for a subclass that does not call __init__.
    params: dict[str, Any] | None = None
    _model: Any = None

    def __init__(self) -> None:
        self.params = None
        self._model = None

    def set_params(self, params: dict[str, Any]) -> None:
        """Takes ``epochs``, ``steps`` and ``verbose`` of the run."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Takes the model of the run."""
        self._model = model

    @property
    def model(self) -> Any:
        """The model of the run."""
        return self._model

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Before the first epoch."""

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """After the last epoch."""

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Before an epoch; the first is 0."""

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """After an epoch and its validation."""

    def on_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """The same as ``on_train_batch_begin``."""

    def on_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """The same as ``on_train_batch_end``."""

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Before a batch of training."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """After a batch of training."""
        self.on_batch_end(batch, logs)

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        """Before an evaluation or validation."""

    def on_test_end(self, logs: dict[str, float] | None = None) -> None:
        """After an evaluation or validation."""

    def on_test_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Before a batch of evaluation."""

    def on_test_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """After a batch of evaluation."""

    def on_predict_begin(self, logs: dict[str, float] | None = None) -> None:
        """Before a prediction."""

    def on_predict_end(self, logs: dict[str, float] | None = None) -> None:
        """After a prediction."""

    def on_predict_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Before a batch of prediction."""

    def on_predict_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """After a batch of prediction."""

    def _for_core(self) -> Any:
        """What the core calls: its hooks in the core's order, or a callback of the core's own."""
        return self._hooks(Callback)

    def _hooks(self, base: type) -> list[Any]:
        """The bound hooks that differ from those of ``base``; None for others."""

        def changed(name: str) -> bool:
            return name in vars(self) or getattr(type(self), name) is not getattr(base, name)

        return [
            getattr(self, hook)
            if changed(hook) or changed(hook.replace("_train_batch_", "_batch_"))
            else None
            for hook in _lamina.CALLBACK_HOOKS
        ]


# Steps of Keras's callbacks that the core's do not consist of.
_STEPS = {
    "EarlyStopping": ("_is_improvement", "_set_monitor_op"),
    "ReduceLROnPlateau": ("_is_improvement", "_reduce_optimizer_lr", "_reset", "in_cooldown"),
    "ModelCheckpoint": (
        "_get_file_path",
        "_is_improvement",
        "_save_model",
        "_should_save_model",
        "_should_save_on_batch",
    ),
    "BackupAndRestore": ("_load_model", "_save_model", "_should_save_on_batch"),
    "SwapEMAWeights": ("_finalize_ema_values", "_swap_variables"),
}


class CoreCallback(Callback):
    """A callback of the core: ``fit`` calls its hooks without entering Python, unless a subclass
    overrides one.
    """

    _core: Any
    _given: tuple[tuple[Any, ...], dict[str, Any]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        refuse_uncalled(cls, _STEPS, "on_epoch_end or on_train_batch_end")

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Notes the arguments, of which copies are made."""
        callback: CoreCallback = super().__new__(cls)
        callback._given = (args, kwargs)
        return callback

    def __reduce__(self) -> Any:
        # A copy has the same options and attributes, and begins a run of its own.
        own = {"_core", "_given", "_model", "params"}
        state = {name: value for name, value in vars(self).items() if name not in own}
        return _remade, (type(self), *self._given, state)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._core.on_train_begin(self._core_model())

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        self._core.on_train_end(self._core_model(), logs or {})

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._core.on_epoch_begin(self._core_model(), epoch)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._core.on_epoch_end(self._core_model(), epoch, self._seen({} if logs is None else logs))

    def _seen(self, logs: dict[str, Any]) -> dict[str, Any]:
        """What the core is shown of an epoch's logs."""
        return logs

    def on_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self._core.on_train_batch_begin(self._core_model(), batch)

    def on_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self._core.on_train_batch_end(self._core_model(), batch, logs or {})

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._core.on_test_begin(self._core_model())

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        self._core.on_test_end(self._core_model(), logs or {})

    def on_predict_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._core.on_predict_begin(self._core_model())

    def on_predict_end(self, logs: dict[str, Any] | None = None) -> None:
        self._core.on_predict_end(self._core_model())

    def _core_model(self) -> Any:
        return getattr(self.model, "_core", None)

    def _for_core(self) -> Any:
        if any(self._hooks(CoreCallback)):
            return super()._for_core()
        return self._core


def _remade(
    cls: type[CoreCallback], args: tuple[Any, ...], kwargs: dict[str, Any], state: dict[str, Any]
) -> CoreCallback:
    """The callback that was copied or pickled."""
    callback: CoreCallback = cls(*args, **kwargs)
    vars(callback).update(state)
    return callback
