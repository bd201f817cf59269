"""CallbackList, and what a run makes of its callbacks."""

from collections.abc import Callable, Sequence
from typing import Any

from lamina import _lamina
from lamina.callbacks.callback import Callback
from lamina.callbacks.history import History
from lamina.callbacks.progbar_logger import ProgbarLogger


class CallbackList(Callback):
    """Several callbacks as one, for a loop of your own: each hook calls theirs in order.

    Args:
        callbacks: callbacks, in lists if you like.
        add_history: whether to add a ``History`` where there is none.
        add_progbar: whether to add a ``ProgbarLogger`` where there is none.
        model: the model that they are for.
        **params: what ``set_params`` hands to each.

    >>> seen = []
    >>> each = lamina.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: seen.append(epoch))
    >>> callbacks = CallbackList([each], epochs=2)
    >>> callbacks.on_epoch_begin(0)
    >>> seen, each.params
    ([0], {'epochs': 2})
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        super().__init__()
        self.callbacks: list[Any] = _flat(callbacks)
        if add_history and not any(isinstance(each, History) for each in self.callbacks):
            self.callbacks.append(History())
        if add_progbar and not any(isinstance(each, ProgbarLogger) for each in self.callbacks):
            self.callbacks.append(ProgbarLogger())
        self.set_model(model)
        self.set_params(params)

    def append(self, callback: Callback) -> None:
        """Adds a callback at the end."""
        self.callbacks.append(callback)

    def set_params(self, params: dict[str, Any]) -> None:
        self.params = params
        if params:
            for callback in self.callbacks:
                callback.set_params(params)

    def set_model(self, model: Any) -> None:
        if model is None:
            return
        super().set_model(model)
        for callback in self.callbacks:
            if isinstance(callback, History):
                model.history = callback
            callback.set_model(model)


def _calling_all(hook: str) -> Callable[..., None]:
    """A method that calls one hook of all callbacks, with one dictionary."""
    if hook.startswith("on_epoch") or "batch" in hook:

        def call(self: CallbackList, index: int, logs: dict[str, Any] | None = None) -> None:
            logs = {} if logs is None else logs
            for callback in self.callbacks:
                getattr(callback, hook)(index, logs)
    else:

        def call(self: CallbackList, logs: dict[str, Any] | None = None) -> None:  # type: ignore[misc]
            logs = {} if logs is None else logs
            for callback in self.callbacks:
                getattr(callback, hook)(logs)

    call.__name__ = hook
    call.__qualname__ = f"CallbackList.{hook}"
    call.__doc__ = f"Calls ``{hook}`` of each."
    return call


for _hook in (*_lamina.CALLBACK_HOOKS, "on_batch_begin", "on_batch_end"):
    setattr(CallbackList, _hook, _calling_all(_hook))


def _flat(callbacks: Any) -> list[Any]:
    """All callbacks of a list, of lists within it, or of a CallbackList."""
    if callbacks is None:
        return []
    if isinstance(callbacks, CallbackList):
        return list(callbacks.callbacks)
    if isinstance(callbacks, Callback):
        return [callbacks]
    if not isinstance(callbacks, Sequence) or isinstance(callbacks, str):
        raise TypeError(f"callbacks is {callbacks!r}, expected a list of lamina.Callback")
    result = []
    for callback in callbacks:
        if isinstance(callback, (list, tuple, CallbackList)):
            result += _flat(callback)
        elif isinstance(callback, Callback):
            result.append(callback)
        else:
            raise TypeError(
                f"callbacks holds {callback!r}, expected an object of a subclass of lamina.Callback"
            )
    return result


class Prepared:
    """The callbacks of one run, told its model and parameters.

    ``hooks`` is what the core calls for each. In ``fit`` there is a ``history`` among them: the
    first that was given, or one more at the end. ``verbose`` is what the run is to show itself,
    nothing where a ``ProgbarLogger`` does.
    """

    def __init__(
        self, callbacks: Any, model: Any, params: dict[str, Any], trains: bool = False
    ) -> None:
        every = _flat(callbacks)
        self.history: Any = next((each for each in every if isinstance(each, History)), None)
        if trains and self.history is None:
            self.history = History()
            every.append(self.history)
        shown = any(isinstance(each, ProgbarLogger) for each in every)
        self.verbose = 0 if shown else params["verbose"]
        for callback in every:
            callback.set_params(params)
            callback.set_model(model)
        if trains:
            model.history = self.history
        self.hooks = [callback._for_core() for callback in every]
