"""What a model does with one batch: the built-in steps, and those of a class of one's own."""

import inspect
from typing import Any, cast

from lamina import _lamina, _tree
from lamina import metrics as _metrics
from lamina._lamina import Tensor
from lamina._overrides import overridden, refuse_uncalled
from lamina.data import unpack_x_y_sample_weight
from lamina.layers.layer import Layer

_HOOKS = (
    "train_step",
    "test_step",
    "predict_step",
    "compute_loss",
    "compute_metrics",
    "get_metrics_result",
    "reset_metrics",
)
_TRAINABLE = ("trainable_variables", "trainable_weights")
# Keras compiles what these make; lamina's loops run in the core.
_NEVER_CALLED = {"make_train_function", "make_test_function", "make_predict_function"}


class Steps(Layer):
    """The part of ``Model`` that a class overrides to train in its own way.

    What is overridden is called, by ``fit``, ``evaluate``, ``predict`` and by the methods for one
    batch; the rest of the step stays built in, and runs in the core.
    """

    _core: _lamina.Model
    _metrics: list[Any]
    _loss_tracker: Any
    _data_form: Any
    _own_steps: tuple[str, ...] = ()  # that the class overrides
    _own_variables_of: tuple[str, ...] = ()  # by which names the class tells what it trains
    _set_steps: tuple[str, ...] = ()  # that the core was told of
    _loss_knows_training = True  # whether its compute_loss takes that argument
    _outputs_form: Any = None  # of what a predict_step of the class's own gave

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        refuse_uncalled(cls, {"Model": ("__call__",)}, "call")
        refused = sorted(_NEVER_CALLED & set(cls.__dict__))
        if refused:
            raise TypeError(
                f"{cls.__name__} overrides {' and '.join(refused)}, which lamina never calls: "
                "override train_step, test_step or predict_step"
            )
        cls._own_steps = tuple(overridden(cls, Steps, _HOOKS))
        cls._own_variables_of = tuple(overridden(cls, Layer, _TRAINABLE))
        cls._loss_knows_training = _takes_training(cls.compute_loss)

    # What a class of one's own overrides.

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step of training: forward, loss, backward, optimizer, metrics.

        Args:
            data: the batch, ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``;
                ``lamina.utils.unpack_x_y_sample_weight`` takes it apart.

        Returns:
            The values to show, by names: numbers, tensors of one element, or dictionaries of them.
            Those of an epoch's last batch are the epoch's, so metrics should give means.

        >>> class Own(Model):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.out = Dense(1)
        ...
        ...     def call(self, inputs):
        ...         return self.out(inputs)
        ...
        ...     def train_step(self, data):
        ...         x, y = data
        ...         self.zero_grad()
        ...         loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        ...         loss.backward()
        ...         self.optimizer.apply([w.grad for w in self.trainable_weights],
        ...                              self.trainable_weights)
        ...         return {"loss": loss}
        >>> model = Own()
        >>> model.compile("sgd", "mse")
        >>> list(model.fit([[1.0]], [[2.0]], verbose=0).history)
        ['loss']
        """
        return cast(dict[str, Any], self._core.train_step(*self._batch_of(data)))

    def test_step(self, data: Any) -> dict[str, Any]:
        """One step of evaluation, as ``train_step``, without gradients."""
        return cast(dict[str, Any], self._core.test_step(*self._batch_of(data)))

    def predict_step(self, data: Any) -> Any:
        """The outputs for a batch ``(x,)``, without gradients."""
        x, _, _ = unpack_x_y_sample_weight(data)
        return self(x, training=False)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Tensor:
        """The loss of a batch, a scalar: of the predictions, as compiled, with what layers added in
        this step and what regularizers make of the weights.
        """
        return self._core.compute_loss(
            [] if x is None else self._sample_leaves(x),
            self._target_leaves(y),
            self._output_leaves(y_pred),
            self._target_leaves(sample_weight),
            training,
        )

    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None
    ) -> dict[str, Any]:
        """Adds a batch to the compiled metrics, and gives all results so far."""
        self._core.update_metrics(
            self._sample_leaves(x),
            self._target_leaves(y),
            self._output_leaves(y_pred),
            self._target_leaves(sample_weight),
        )
        return self.get_metrics_result()

    @property
    def metrics(self) -> list[Any]:
        """The mean of the loss and the metrics that ``compile`` was given, then those that
        attributes and layers hold. A run resets them before each epoch.
        """
        compiled = [] if self._loss_tracker is None else [self._loss_tracker, *self._metrics]
        return compiled + self._held_metrics()

    # What such a class calls.

    @property
    def metrics_names(self) -> list[str]:
        """The names of ``metrics``."""
        return [metric.name for metric in self.metrics]

    @property
    def metrics_variables(self) -> list[Any]:
        """The state of ``metrics``."""
        return [variable for metric in self.metrics for variable in metric.variables]

    def reset_metrics(self) -> None:
        """Resets all ``metrics``."""
        for metric in self.metrics:
            metric.reset_state()

    def get_metrics_result(self) -> dict[str, Any]:
        """The results of all ``metrics`` so far, by names."""
        if type(self).metrics is Steps.metrics and self._loss_tracker is not None:
            return cast(dict[str, Any], self._core.metric_logs())
        results: dict[str, Any] = {}
        for metric in self.metrics:
            result = metric.result()
            results.update(result if isinstance(result, dict) else {metric.name: result})
        return results

    def zero_grad(self) -> None:
        """Forgets the gradients of all weights."""
        for weight in self.weights:
            weight.zero_grad()

    # How the core calls them.

    def _prepare_steps(self) -> None:
        """Tells the core which steps are overridden, by the class or on the object."""
        own = self._own_steps
        if not self.__dict__.keys().isdisjoint(_HOOKS):
            own = tuple(name for name in _HOOKS if name in own or name in self.__dict__)
        if "get_metrics_result" in own and "compute_metrics" not in own:
            own = (*own, "compute_metrics")  # which calls it
        if own != self._set_steps:
            self._core.set_steps(self, list(own))
            self._set_steps = own

    def _prepare_run(self) -> None:
        """The same before a run, which shows metrics that attributes and layers hold too."""
        self._prepare_steps()
        if self._own_variables_of and "train_step" not in self._set_steps:
            raise TypeError(
                f"{type(self).__name__} overrides {' and '.join(self._own_variables_of)}, which "
                "the built-in step does not ask: freeze layers by trainable=False, or override "
                "train_step"
            )
        if self._core.compiled:
            own = "train_step" in self._set_steps or type(self).metrics is not Steps.metrics
            held = [] if own else self._held_metrics()
            self._core.set_extra_metrics([metric._core for metric in held])

    def _held_metrics(self) -> list[Any]:
        known = [self._loss_tracker, *self._metrics]
        return [m for m in super().metrics if not any(m is one for one in known)]

    def _begin_hook(self) -> None:
        self.reset_metrics()

    def _train_hook(self, x: list[Any], y: list[Any], weight: list[Any]) -> Any:
        return _checked("train_step", self, self.train_step(self._data_of(x, y, weight)))

    def _test_hook(self, x: list[Any], y: list[Any], weight: list[Any]) -> Any:
        return _checked("test_step", self, self.test_step(self._data_of(x, y, weight)))

    def _predict_hook(self, x: list[Any]) -> list[Any]:
        leaves, self._outputs_form = _tree.flatten(
            self.predict_step((self._sample_form(x),)), _tree.is_array
        )
        return leaves

    def _loss_hook(
        self, x: list[Any], y: list[Any], y_pred: list[Any], weight: list[Any], training: bool
    ) -> Any:
        known = {"training": training} if self._loss_knows_training else {}
        return self.compute_loss(
            x=self._sample_form(x),
            y=self._target_form(y),
            y_pred=self._formed(y_pred),
            sample_weight=self._target_form(weight),
            **known,
        )

    def _metrics_hook(
        self, x: list[Any], y: list[Any], y_pred: list[Any], weight: list[Any]
    ) -> Any:
        results = self.compute_metrics(
            x=self._sample_form(x),
            y=self._target_form(y),
            y_pred=self._formed(y_pred),
            sample_weight=self._target_form(weight),
        )
        return _checked("compute_metrics", self, results)

    def _logs_hook(self, logs: dict[str, Any]) -> list[tuple[str, float]]:
        """Values by names, as the core shows them; nested ones come by their own names."""
        result: list[tuple[str, float]] = []
        for name, value in logs.items():
            if isinstance(value, dict):
                result += self._logs_hook(value)
                continue
            try:
                result.append((str(name), float(value)))
            except (TypeError, ValueError):
                raise TypeError(
                    f"{self.name}: a step gave {name!r} as {value!r}, expected one number"
                ) from None
        return result

    # Batches as lists of tensors, and in the forms that the model takes and gives.

    def _batch_of(self, data: Any) -> tuple[list[Any], list[Any], list[Any]]:
        x, y, weight = unpack_x_y_sample_weight(data)
        return self._sample_leaves(x), self._target_leaves(y), self._target_leaves(weight)

    def _data_of(self, x: list[Any], y: list[Any], weight: list[Any]) -> tuple[Any, ...]:
        samples, targets = self._sample_form(x), self._target_form(y)
        weights = self._target_form(weight)
        if weights is not None:
            return samples, targets, weights
        return (samples,) if targets is None else (samples, targets)

    def _sample_leaves(self, x: Any) -> list[Any]:
        return _tree.flatten(x, _tree.is_array)[0]

    def _sample_form(self, leaves: list[Any]) -> Any:
        if self._data_form is not None:
            return _tree.fill(self._data_form, leaves)
        return leaves[0] if len(leaves) == 1 else leaves

    def _target_leaves(self, y: Any) -> list[Any]:
        if y is None:
            return []
        _, names, _ = self._core.output_arrangement
        if isinstance(y, dict) and names:
            return [y.get(name) for name in names]
        if isinstance(y, (list, tuple)) and any(item is None for item in y):
            return list(y)
        return _tree.flatten(y, _tree.is_array)[0]

    def _target_form(self, leaves: list[Any]) -> Any:
        if not leaves or all(leaf is None for leaf in leaves):
            return None
        kind, names, _ = self._core.output_arrangement
        if kind == "dict" and len(names) == len(leaves):
            return dict(zip(names, leaves, strict=True))
        return leaves[0] if len(leaves) == 1 else leaves

    def _output_leaves(self, y_pred: Any) -> list[Any]:
        return [] if y_pred is None else _tree.flatten(y_pred, _tree.is_array)[0]


def _takes_training(compute_loss: Any) -> bool:
    """Whether it has the argument that Keras 3.6 added."""
    parameters = inspect.signature(compute_loss).parameters.values()
    return any(one.name == "training" or one.kind is one.VAR_KEYWORD for one in parameters)


def _checked(step: str, model: Any, logs: Any) -> Any:
    if not isinstance(logs, dict):
        raise TypeError(
            f"{step} of {type(model).__name__} returned {logs!r}, expected a dictionary of values "
            'by names, such as {"loss": loss}'
        )
    return logs


def tracker_of(core: Any) -> Any:
    """The metric that the core keeps a run's loss in."""
    return _metrics.wrap(core.loss_tracker)
