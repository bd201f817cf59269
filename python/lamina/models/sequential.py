"""Layers one after the other."""

import math
import operator
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from lamina import _lamina, _progress, losses, optimizers, saving
from lamina import callbacks as _callbacks
from lamina import layers as _layers
from lamina import metrics as _metrics
from lamina.callbacks import History
from lamina.layers.layer import Layer, Shape

_DEFAULT_BATCH_SIZE = 32


class Sequential(Layer):
    """A model of layers one after the other, each taking what the one before gives.

    The loops of ``fit``, ``evaluate`` and ``predict`` run in the core. NumPy arrays are read in
    place, so do not change them meanwhile. Ctrl-C stops a run between two batches and leaves the
    model as it then is.

    Args:
        layers: the layers; with ``Input`` as the first the model is built at once.
        trainable: whether training changes the weights.
        name: its name.

    >>> import numpy as np
    >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> y = np.array([0, 1, 1, 0])
    >>> lamina.utils.set_random_seed(1)
    >>> model = Sequential([Input((2,)), Dense(8, "tanh"), Dense(1, "sigmoid")])
    >>> model.compile(lamina.optimizers.Adam(0.1), "binary_crossentropy", metrics=["accuracy"])
    >>> history = model.fit(x, y, epochs=200, verbose=0)
    >>> model.evaluate(x, y, verbose=0, return_dict=True)["accuracy"]
    1.0
    """

    def __init__(
        self,
        layers: Iterable[Layer] | None = None,
        trainable: bool = True,
        name: str | None = None,
    ) -> None:
        self._core = _lamina.Sequential(name or "")
        self._start()
        for layer in layers or []:
            self.add(layer)
        if not trainable:
            self.trainable = False

    def _start(self) -> None:
        # The Python objects which the core calls; it does not own them.
        self._sublayers: list[Layer] = []
        self._optimizer: Any = None
        self._loss: Any = None
        self._metrics: list[Any] = []
        self.history: History | None = None

    @classmethod
    def _adopt(cls, core: Any) -> "Sequential":
        """The Python face of a model that the core made."""
        model = cls.__new__(cls)
        model._core = core
        model._start()
        model._sublayers = [_face(layer) for layer in core.layers]
        if core.compiled:
            model._optimizer = optimizers.wrap(core.optimizer)
            model._loss = losses.wrap(core.loss)
            model._metrics = [_metrics.wrap(metric) for metric in core.metrics]
        return model

    # Its layers.

    def add(self, layer: Layer) -> None:
        """Appends a layer."""
        if not isinstance(layer, Layer):
            raise TypeError(f"{self.name} got {layer!r} to add, expected a lamina.Layer")
        if layer._has_part(self):
            raise ValueError(f"{layer.name} cannot be added to {self.name}, which is a part of it")
        # The core may build the layer at once, which looks for it here.
        self._sublayers.append(layer)
        try:
            self._core.add(layer._core)
        except BaseException:
            self._sublayers.pop()
            raise

    def pop(self) -> Layer:
        """Removes the last layer and returns it."""
        self._core.pop()
        return self._sublayers.pop()

    @property
    def layers(self) -> list[Layer]:
        """The layers, without ``Input``."""
        return [layer for layer in self._sublayers if not isinstance(layer, _layers.Input)]

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of that name, or at that place among ``layers``."""
        if (name is None) == (index is None):
            raise ValueError("get_layer needs a name or an index")
        if index is not None:
            return self.layers[index]
        for layer in self._sublayers:
            if layer.name == name:
                return layer
        names = ", ".join(layer.name for layer in self._sublayers)
        raise ValueError(f"{self.name} has no layer {name!r}; its layers are {names}")

    @property
    def input_shape(self) -> Shape:
        """The inputs' shape, once built; the batch axis is None."""
        self._require_built("input_shape")
        return self._core.build_shape

    @property
    def output_shape(self) -> Shape:
        """The outputs' shape, once built; the batch axis is None."""
        self._require_built("output_shape")
        return self._core.output_shape(self._core.build_shape)

    def _require_built(self, what: str) -> None:
        if not self.built:
            raise RuntimeError(
                f"{self.name} has no {what} yet: begin it with Input, or call it on data"
            )

    def call(self, inputs: Any, training: bool = False) -> Any:
        """All layers, one after the other."""
        return self._core(inputs, bool(training))

    def summary(self, print_fn: Callable[[str], Any] | None = None) -> None:
        """Prints the layers, their output shapes and how many parameters they have."""
        (print_fn or print)(self._core.summary())

    # Training.

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        *,
        metrics: Sequence[Any] | None = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str = "auto",
    ) -> None:
        """Sets what training needs.

        Args:
            optimizer: a name or an object of ``lamina.optimizers``.
            loss: a name, an object of ``lamina.losses``, or a function ``(y_true, y_pred)``.
            metrics: a list of names, objects of ``lamina.metrics``, or functions. Of several with
                one name the later are shown as ``"accuracy_1"`` and so on.
            run_eagerly: has no effect; Keras's argument.
            steps_per_execution: has no effect; Keras's argument.
            jit_compile: has no effect; Keras's argument. The loop is compiled already.
        """
        if metrics is not None and not isinstance(metrics, (list, tuple)):
            raise TypeError(f"metrics is {metrics!r}, expected a list")
        with saving.loading():
            made = (
                optimizers.get(optimizer),
                losses.get(loss),
                [_metrics.get(metric) for metric in metrics or []],
            )
        self._core.compile(made[0]._core, made[1] and made[1]._core, [m._core for m in made[2]])
        self._optimizer, self._loss, self._metrics = made

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Sequence[Any] | None = None,
        shuffle: bool = True,
        *,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        validation_batch_size: int | None = None,
    ) -> History:
        """Trains the model.

        Args:
            x: samples along the first axis.
            y: what the model should give for them.
            batch_size: samples a step, 32 by default.
            epochs: the epoch at which to stop.
            verbose: 1 or "auto" shows a bar an epoch, 2 prints a line an epoch, 0 is silent.
            callbacks: a list of ``lamina.Callback``.
            validation_split: share of the *last* samples, kept apart before shuffling to validate.
            validation_data: ``(x, y)`` or ``(x, y, sample_weight)`` to validate with.
            shuffle: whether each epoch takes the samples in another order.
            sample_weight: how much each sample counts in the loss.
            initial_epoch: the epoch at which to begin, to resume a run.
            validation_batch_size: samples a step of validation, ``batch_size`` by default.

        Returns:
            A ``History``: ``history.history["loss"]`` is the loss of each epoch.

        Raises:
            RuntimeError: the model is not compiled.
            ValueError: shapes or lengths do not fit, there are no data, or an option is wrong.
            TypeError: the data are not numbers.
        """
        size = _whole("batch_size", batch_size, _DEFAULT_BATCH_SIZE)
        if not isinstance(validation_split, (int, float)):
            raise TypeError(f"validation_split is {validation_split!r}, expected a number")
        validation = (None, None, None)
        if validation_data is not None:
            if not isinstance(validation_data, (tuple, list)) or len(validation_data) not in (2, 3):
                raise ValueError("validation_data must be (x, y) or (x, y, sample_weight)")
            validation = (*validation_data, None)[:3]
        history = History()
        params = {"verbose": verbose, "epochs": epochs, "steps": _steps(x, size, validation_split)}
        history.set_params(params)
        history.set_model(self)
        hooks = _callbacks.prepared(callbacks, self, params)
        with _Shown(verbose) as shown:
            history.epoch, history.history = self._core.fit(
                x,
                y,
                size,
                _whole("epochs", epochs),
                bool(shuffle),
                float(validation_split),
                *validation,
                sample_weight,
                _whole("initial_epoch", initial_epoch),
                _whole("validation_batch_size", validation_batch_size, size),
                hooks,
                shown,
            )
        self.history = history
        return history

    def evaluate(
        self,
        x: Any,
        y: Any,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        sample_weight: Any = None,
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """The loss, and the metrics if there are any: a number, a list, or a dictionary."""
        size = _whole("batch_size", batch_size, _DEFAULT_BATCH_SIZE)
        params = {"verbose": verbose, "epochs": 1, "steps": _steps(x, size)}
        hooks = _callbacks.prepared(callbacks, self, params)
        with _Shown(verbose, "Evaluate") as shown:
            logs = self._core.evaluate(x, y, size, sample_weight, hooks, shown)
        return _result(logs, return_dict)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        callbacks: Any = None,
    ) -> np.ndarray:
        """The model's outputs for all samples, computed batch by batch."""
        size = _whole("batch_size", batch_size, _DEFAULT_BATCH_SIZE)
        params = {"verbose": verbose, "epochs": 1, "steps": _steps(x, size)}
        hooks = _callbacks.prepared(callbacks, self, params)
        with _Shown(verbose, "Predict") as shown:
            return self._core.predict(x, size, hooks, shown)

    def train_on_batch(
        self, x: Any, y: Any, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """One step on one batch; gives its loss and metrics."""
        return _result(self._core.train_on_batch(x, y, sample_weight), return_dict)

    def test_on_batch(
        self, x: Any, y: Any, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """The loss and metrics of one batch."""
        return _result(self._core.test_on_batch(x, y, sample_weight), return_dict)

    def predict_on_batch(self, x: Any) -> np.ndarray:
        """The outputs for one batch."""
        return self._core.predict_on_batch(x)

    @property
    def optimizer(self) -> Any:
        """What ``compile`` was given; None before."""
        return self._optimizer

    @property
    def loss(self) -> Any:
        """What ``compile`` was given; None before."""
        return self._loss

    @property
    def metrics(self) -> list[Any]:
        """What ``compile`` was given."""
        return list(self._metrics)

    @property
    def stop_training(self) -> bool:
        """Set by a callback to end the run after the batch."""
        return self._core.stop_training

    @stop_training.setter
    def stop_training(self, stop: bool) -> None:
        self._core.stop_training = bool(stop)

    # Configuration and files.

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Sets the weights' values, in the order of ``get_weights``."""
        self._core.set_weights(list(weights))

    def get_config(self) -> dict[str, Any]:
        """The architecture, from which ``from_config`` makes an equal model with new weights."""
        return self._core.config()

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "Sequential":
        """The model of that architecture."""
        with saving.loading(custom_objects):
            return cls._adopt(_lamina.make_layer("Sequential", config))

    def save(self, filepath: str | os.PathLike[str]) -> None:
        """Writes architecture, weights and state of training to a file, wholly or not at all."""
        self._core.save(os.fspath(filepath))

    def save_to_bytes(self) -> bytes:
        """What ``save`` would write."""
        return self._core.save_to_bytes()

    def save_weights(self, filepath: str | os.PathLike[str]) -> None:
        """Writes the weights to a file."""
        self._core.save_weights(os.fspath(filepath))

    def load_weights(self, filepath: str | os.PathLike[str]) -> None:
        """Reads the weights from a file; all must fit, otherwise none changes."""
        self._core.load_weights(os.fspath(filepath))

    def __reduce__(self) -> Any:
        return saving.load_model, (self.save_to_bytes(),)


class _Shown:
    """A progress display that is closed at the end of its run."""

    def __init__(self, verbose: int | str, title: str | None = None) -> None:
        self._display = _progress.shown(verbose, title)

    def __enter__(self) -> Any:
        return self._display

    def __exit__(self, *exception: Any) -> None:
        if self._display is not None:
            self._display.close()


def _face(core: Any) -> Layer:
    """The Python face of a layer that the core made."""
    if hasattr(core, "owner"):
        return core.owner
    if core.type == "Sequential":
        return Sequential._adopt(core)
    return getattr(_layers, core.type)._adopt(core)


def _whole(name: str, value: Any, default: int | None = None) -> int:
    if value is None and default is not None:
        return default
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}, expected a whole number") from None


def _steps(x: Any, batch_size: int, validation_split: float = 0.0) -> int | None:
    """Batches an epoch, for callbacks; None where it is for the core to refuse the arguments."""
    has_length = hasattr(x, "__len__") and getattr(x, "ndim", 1) > 0
    if not has_length or batch_size < 1 or not 0 <= validation_split < 1:
        return None
    return math.ceil(math.floor(len(x) * (1 - validation_split)) / batch_size)


def _result(logs: dict[str, float], return_dict: bool) -> Any:
    if return_dict:
        return logs
    values = list(logs.values())
    return values[0] if len(values) == 1 else values
