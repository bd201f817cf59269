"""How a model is compiled, trained, evaluated and asked for predictions."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from lamina import _lamina, _settings, _tree, optimizers, saving
from lamina._lamina import Tensor
from lamina.callbacks import History
from lamina.callbacks.callback_list import Prepared
from lamina.data._source import Sources, plain
from lamina.layers._hooks import Shape
from lamina.layers.layer import Layer
from lamina.models import _advice
from lamina.models.arguments import (
    Shown,
    class_weights,
    counted,
    result_of,
    steps_of,
    whole,
)
from lamina.models.comparison import Comparison
from lamina.models.files import Files
from lamina.models.steps import Steps, tracker_of

_DEFAULT_BATCH_SIZE = 32


class _Fits(threading.local):
    """The models whose ``fit`` this thread is in."""

    def __init__(self) -> None:
        self.models: list[Any] = []


_fits = _Fits()


class Training(Steps, Files):
    """The part of ``Model`` that runs its loops."""

    _core: _lamina.Model
    _is_eager: bool
    _jit: bool | str
    _ran: bool  # whether call has given outputs

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Sets what training needs.

        Args:
            optimizer: a name or an object of ``lamina.optimizers``.
            loss: a name, an object of ``lamina.losses``, or a function ``(y_true, y_pred)``. For
                several outputs: one for all, or a list or dictionary of them, None where an output
                does not count.
            loss_weights: a list or dictionary of how much each output's loss counts, or a number
                for the only one; 1 by default.
            metrics: a list of names, objects of ``lamina.metrics``, or functions; for several
                outputs a list or dictionary of such lists. Of several with one name the later are
                shown as ``"accuracy_1"`` and so on. Every sample counts the same.
            weighted_metrics: the same, where samples count by ``sample_weight`` and
                ``class_weight``; shown as ``"weighted_accuracy"`` beside another ``"accuracy"``.
            run_eagerly: has no effect; Keras's argument.
            steps_per_execution: has no effect; Keras's argument.
            jit_compile: has no effect; Keras's argument. The loop is compiled already.
            auto_scale_loss: has no effect; Keras's argument, for 16-bit floats.
        """
        with saving.loading():
            given = Comparison(
                self._core.output_arrangement[:2], loss, loss_weights, metrics, weighted_metrics
            )
            made = optimizers.get(optimizer)
        if made is None:
            raise ValueError(f"{self.name} needs an optimizer to compile, got None")
        self._core.compile(
            made._core,
            given.loss and given.loss._core,
            _cores(given.metrics),
            _cores(given.weighted_metrics),
            [(name, own and own._core, weight) for name, own, weight in given.by_output],
            [
                (name, _cores(own), _cores(weighted))
                for name, own, weighted in given.metrics_by_output()
            ],
        )
        self._optimizer, self._loss, self._metrics = made, given.losses(), given.all_metrics()
        self._loss_tracker = tracker_of(self._core)
        self._is_eager, self._jit = bool(run_eagerly), jit_compile
        self._compile_arguments = {
            "optimizer": made,
            "loss": loss,
            "loss_weights": loss_weights,
            "metrics": metrics,
            "weighted_metrics": weighted_metrics,
        }

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | Sequence[int] = 1,
    ) -> History:
        """Trains the model.

        Args:
            x: samples along the first axis: an array, nested lists, a tensor of PyTorch, a pandas
                frame; for several inputs a list or dictionary of such; or, without ``y``, what
                gives batches ``(x, y)`` or ``(x, y, sample_weight)``: an iterable, a generator, a
                ``PyDataset``, a ``lamina.data.Dataset``, a ``DataLoader`` of PyTorch, a data set of
                Hugging Face. A batch that is a list of arrays is read as the tuple of them;
                several inputs stand in a list or dictionary within it. Arrays in files, such as
                ``np.memmap``, are read batch by batch.
            y: what the model should give for them; for several outputs a list or dictionary.
            batch_size: samples a step, 32 by default.
            epochs: the epoch at which to stop.
            verbose: 1 or "auto" shows a bar an epoch in a terminal or notebook and a line an epoch
                elsewhere, 2 prints lines as Keras does, 0 is silent.
            callbacks: a list of ``lamina.Callback``, or a ``CallbackList``.
            validation_split: share of the *last* samples, kept apart before shuffling to validate.
            validation_data: ``(x, y)`` or ``(x, y, sample_weight)`` to validate with, or an
                iterable of batches.
            shuffle: whether each epoch takes the samples in another order, or the batches of a
                ``PyDataset``; others come as they are.
            class_weight: how much samples of each class count in the loss; 1 where not named.
            sample_weight: how much each sample counts in the loss and in ``weighted_metrics``:
                ``(samples,)``, or ``(samples, steps)`` for time steps.
            initial_epoch: the epoch at which to begin, to resume a run.
            steps_per_epoch: batches an epoch; by default all. The data begin again when they end.
            validation_steps: batches of validation; by default all.
            validation_batch_size: samples a step of validation, ``batch_size`` by default.
            validation_freq: epochs from one validation to the next, or a list of those, counted
                from 1, that validate.

        Returns:
            A ``History``: ``history.history["loss"]`` is the loss of each epoch.

        Raises:
            RuntimeError: the model is not compiled.
            ValueError: shapes or lengths do not fit, there are no data, or an option is wrong.
            TypeError: the data are not numbers.
        """
        size = whole("batch_size", batch_size, _DEFAULT_BATCH_SIZE)
        if size < 1:
            raise ValueError(f"{self.name} needs batch_size of at least 1, got {size}")
        if not isinstance(validation_split, (int, float)):
            raise TypeError(f"validation_split is {validation_split!r}, expected a number")
        named = (
            [whole("validation_freq", epoch) for epoch in validation_freq]
            if isinstance(validation_freq, (list, tuple, set, frozenset))
            else None
        )
        options = {
            "batch_size": size,
            "epochs": _settings.limited_epochs(whole("epochs", epochs)),
            "shuffle": bool(shuffle),
            "validation_split": float(validation_split),
            "sample_weight": sample_weight,
            "initial_epoch": whole("initial_epoch", initial_epoch),
            "validation_batch_size": whole("validation_batch_size", validation_batch_size, size),
            "class_weight": class_weights(class_weight),
            "validation_steps": counted("validation_steps", validation_steps),
            "validation_freq": whole("validation_freq", validation_freq) if named is None else 1,
            "validation_epochs": named or [],
        }
        sources = Sources(self, size, options["shuffle"])
        source = sources.of_fit(x, y, sample_weight, steps_per_epoch, options, validation_data)
        available = source.count if source else steps_of(x, size, validation_split)
        steps = _settings.limited_steps(steps_per_epoch, available)
        options["steps_per_epoch"] = counted("steps_per_epoch", steps)
        if source:
            source.limit(steps)
        steps = steps or available
        self._prepare_run()
        params = {"verbose": verbose, "epochs": options["epochs"], "steps": steps}
        run = Prepared(callbacks, self, params, trains=True)
        with self._apart(trains=True), sources, Shown(run.verbose) as shown:
            if source is None:
                x, y = plain(x), plain(y)
                _advice.before(self, y)
                samples, targets = self._samples(x), self._targets(y)
                self._core.fit(samples, targets, options, run.hooks, shown)
            else:
                self._core.fit_batches(source.core(), options, run.hooks, shown)
        history: History = run.history
        _advice.after(self, history.history, x, y)
        return history

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """The loss, and the metrics if there are any: a number, a list, or a dictionary.

        Args:
            x: samples, or an iterable of batches, as for ``fit``.
            y: what the model should give for them.
            batch_size: samples a step, 32 by default.
            verbose: 1 or "auto" shows a bar, 2 prints a line, 0 is silent.
            sample_weight: how much each sample counts in the loss.
            steps: batches to take; by default all.
            callbacks: a list of ``lamina.Callback``.
            return_dict: whether to return a dictionary.
        """
        size = whole("batch_size", batch_size, _DEFAULT_BATCH_SIZE)
        sources = Sources(self, size)
        source = sources.of("evaluate", x, y, sample_weight, steps)
        available = source.count if source else steps_of(x, size)
        count = counted("steps", _settings.limited_steps(steps, available))
        if source:
            source.limit(count or None)
        params = {"verbose": verbose, "epochs": 1, "steps": count or available}
        self._prepare_run()
        run = Prepared(callbacks, self, params)
        with self._apart(), sources, Shown(run.verbose, "Evaluate") as shown:
            if source is None:
                x, y = plain(x), plain(y)
                _advice.before(self, y)
                samples, targets = self._samples(x), self._targets(y)
                logs = self._core.evaluate(
                    samples, targets, size, sample_weight, count, run.hooks, shown
                )
            else:
                logs = self._core.evaluate_batches(source.core(), count, run.hooks, shown)
        return result_of(logs, return_dict)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """The model's outputs for all samples, computed batch by batch.

        Args:
            x: samples, or an iterable of batches.
            batch_size: samples a step, 32 by default.
            verbose: 1 or "auto" shows a bar, 2 prints a line, 0 is silent.
            steps: batches to take; by default all.
            callbacks: a list of ``lamina.Callback``.
        """
        size = whole("batch_size", batch_size, _DEFAULT_BATCH_SIZE)
        sources = Sources(self, size)
        source = sources.of("predict", x, steps=steps)
        available = source.count if source else steps_of(x, size)
        count = counted("steps", _settings.limited_steps(steps, available))
        if source:
            source.limit(count or None)
        params = {"verbose": verbose, "epochs": 1, "steps": count or available}
        self._prepare_steps()
        run = Prepared(callbacks, self, params)
        with sources, Shown(run.verbose, "Predict") as shown:
            if source is None:
                x = self._samples(plain(x))
                outputs = self._core.predict(x, size, count, run.hooks, shown)
            else:
                outputs = self._core.predict_batches(source.core(), count, run.hooks, shown)
        return self._predictions(outputs)

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """One step on one batch; gives its loss and metrics.

        Args:
            x: the samples.
            y: what the model should give for them.
            sample_weight: how much each sample counts in the loss and in ``weighted_metrics``.
            class_weight: how much samples of each class count; 1 where not named.
            return_dict: whether to return a dictionary.
        """
        self._prepare_steps()
        x, y = self._samples(plain(x)), self._targets(plain(y))
        with self._apart():
            logs = self._core.train_on_batch(x, y, sample_weight, class_weights(class_weight))
        return result_of(logs, return_dict)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """The loss and metrics of one batch."""
        self._prepare_steps()
        x, y = self._samples(plain(x)), self._targets(plain(y))
        with self._apart():
            logs = self._core.test_on_batch(x, y, sample_weight)
        return result_of(logs, return_dict)

    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for one batch."""
        self._prepare_steps()
        return self._predictions(self._core.predict_on_batch(self._samples(plain(x))))

    @property
    def optimizer(self) -> Any:
        """What ``compile`` was given; None before."""
        return self._optimizer

    @property
    def loss(self) -> Any:
        """What ``compile`` was given; None before."""
        return self._loss

    @property
    def run_eagerly(self) -> bool:
        """What ``compile`` was given; it has no effect."""
        return self._is_eager

    @run_eagerly.setter
    def run_eagerly(self, value: bool) -> None:
        self._is_eager = bool(value)

    @property
    def jit_compile(self) -> bool | str:
        """What ``compile`` was given; it has no effect: the loops are compiled already."""
        return self._jit

    @jit_compile.setter
    def jit_compile(self, value: bool | str) -> None:
        self._jit = value

    @property
    def stop_training(self) -> bool:
        """Set by a callback to end the run after the batch."""
        return self._core.stop_training

    @stop_training.setter
    def stop_training(self, stop: bool) -> None:
        self._core.stop_training = bool(stop)

    @contextmanager
    def _apart(self, trains: bool = False) -> Iterator[None]:
        """A run, which leaves the metrics of one alone within whose callbacks it is."""
        is_within = any(model is self for model in _fits.models)
        kept = [
            (metric, [variable.numpy() for variable in metric.variables])
            for metric in (self._metrics if is_within else ())
        ]
        if trains:
            _fits.models.append(self)
        try:
            yield
        finally:
            if trains:
                _fits.models.pop()
            for metric, values in kept:
                if len(values) != len(metric.variables):  # it was not built
                    metric.reset_state()
                    continue
                for variable, value in zip(metric.variables, values, strict=True):
                    variable.assign(value)

    # How data are handed over: a subclass that knows a form brings them to a list.

    def _samples(self, x: Any) -> Any:
        """Samples as the core takes them: nested lists and dictionaries as a list."""
        if not isinstance(x, (dict, list, tuple)) or type(self).call is Layer.call:
            return x
        leaves, form = _tree.flatten(x, _tree.is_array)
        if not leaves or _tree.other_leaf(form) is not _tree.NOTHING:
            return x
        plain = isinstance(form, (list, tuple)) and len(leaves) == len(form)
        self._data_form = None if plain else form
        if isinstance(x, dict) and not self.built:
            shapes: list[Shape] = [(None, *np.shape(leaf)[1:]) for leaf in leaves]
            self._core.ensure_built(shapes)
        return leaves

    def _targets(self, y: Any) -> Any:
        """What samples should give, as the core takes it."""
        if self._output_form is None or not isinstance(y, (dict, list, tuple)):
            return y
        if all(isinstance(item, _tree.Slot) for item in _tree.items_of(self._output_form)):
            return y
        return _tree.pick(self._output_form, y, f"y of {self.name}")

    def _predictions(self, outputs: Any) -> Any:
        """Outputs of the core in the form in which ``call`` gives them."""
        if "predict_step" in self._set_steps:
            return _tree.fill(self._outputs_form, _tree.flatten(outputs, _tree.is_array)[0])
        flat = isinstance(outputs, list) and self._output_form is not None
        return _tree.fill(self._output_form, outputs) if flat else outputs

    def _arguments(self, leaves: Any, text: str | None) -> Any:
        if text is None and self._data_form is not None and not self._is_called():
            return (_tree.fill(self._data_form, leaves),), {}
        return super()._arguments(leaves, text)

    def _arrangement_hook(self) -> tuple[str, list[str]]:
        """How outputs are handed over, where that is known, and their names."""
        if self._output_form is None:
            return ("single" if self._ran else "unknown"), []
        names = _tree.names_of(self._output_form)
        flat = all(isinstance(item, _tree.Slot) for item in _tree.items_of(self._output_form))
        return ("dict" if isinstance(self._output_form, dict) and flat else "list"), names

    def _call_hook(self, tensors: list[Tensor], training: bool, text: str | None) -> list[Any]:
        outputs = super()._call_hook(tensors, training, text)
        self._ran = True
        return outputs


def _cores(metrics: Sequence[Any]) -> list[Any]:
    return [metric._core for metric in metrics]
