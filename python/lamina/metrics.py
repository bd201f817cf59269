"""Metrics: what a run reports beside its loss."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from lamina import _lamina, _naming, initializers, ops
from lamina._lamina import Tensor, Variable


class Metric:
    """Subclass it to write a metric of your own: ``update_state`` and ``result``.

    ``update_state(y_true, y_pred, sample_weight=None)`` adds a batch, ``result()`` returns a
    number, ``reset_state()`` starts anew; by default it sets what ``add_variable`` made to 0.

    Args:
        name: the key in logs; by default made from the class's name.

    >>> class Largest(Metric):
    ...     def __init__(self, name="largest"):
    ...         super().__init__(name)
    ...         self.value = self.add_variable()
    ...
    ...     def update_state(self, y_true, y_pred, sample_weight=None):
    ...         self.value.assign(lamina.ops.maximum(self.value, lamina.ops.max(y_pred)))
    ...
    ...     def result(self):
    ...         return self.value
    >>> float(Largest()([0.0, 0.0], [1.0, 3.0]))
    3.0
    """

    _core: _lamina.Metric
    _variables: list[Variable]

    def __init__(self, name: str | None = None) -> None:
        type_name = _naming.registered_name(type(self))
        self._core = _lamina.PythonMetric(self, type_name, name or _naming.snake_case(type_name))
        self._variables = []

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Adds a batch and gives the result so far."""
        y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
        if sample_weight is None:
            self.update_state(y_true, y_pred)
        else:
            self.update_state(y_true, y_pred, ops.convert_to_tensor(sample_weight))
        return self.result()

    def add_variable(
        self, shape: Sequence[int] = (), initializer: Any = "zeros", name: str = "variable"
    ) -> Variable:
        """A variable that ``reset_state`` sets to 0."""
        value = initializers.get(initializer)(tuple(shape))
        self._variables.append(Variable(value, trainable=False, name=name))
        return self._variables[-1]

    def reset_state(self) -> None:
        """Starts anew."""
        for variable in self._variables:
            variable.assign(initializers.Zeros()(variable.shape, variable.dtype))

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Any = None) -> None:
        """Adds a batch."""
        raise NotImplementedError(f"{type(self).__name__} must define update_state")

    def result(self) -> Any:
        """The number for all batches so far."""
        raise NotImplementedError(f"{type(self).__name__} must define result")

    @property
    def name(self) -> str:
        """The key in logs."""
        return self._core.name

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Metric":
        """The metric with those arguments."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


class MeanMetric(Metric):
    """The mean of a function ``(y_true, y_pred)`` over samples; ``compile`` makes it."""

    def __init__(self, function: Callable[[Tensor, Tensor], Any], name: str | None = None) -> None:
        type_name = _naming.registered_name(function)
        self._core = _lamina.PythonMetric(self, type_name, name or function.__name__)
        self._function = function
        self.reset_state()

    def reset_state(self) -> None:
        """Starts anew."""
        self._total, self._count = 0.0, 0.0

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Any = None) -> None:
        """Adds a batch."""
        values = ops.convert_to_tensor(self._function(y_true, y_pred))
        if sample_weight is not None:
            values = values * sample_weight
        self._total += ops.sum(values).item()
        self._count += values.size if sample_weight is None else ops.sum(sample_weight).item()

    def result(self) -> float:
        """The mean over all samples so far."""
        return self._total / self._count if self._count else 0.0


class BuiltinMetric(Metric):
    """A metric of lamina's own: a handle on one that the core made."""

    def __init__(self, **options: Any) -> None:
        changed = {"update_state", "result", "reset_state"} & set(type(self).__dict__)
        if changed:
            raise TypeError(
                f"{type(self).__name__} overrides {' and '.join(sorted(changed))}: "
                "subclass lamina.Metric instead"
            )
        self._take(_naming.make(_lamina.make_metric, _core_type(type(self)), options))

    @classmethod
    def _adopt(cls, core: Any) -> "BuiltinMetric":
        metric = cls.__new__(cls)
        metric._take(core)
        return metric

    def _take(self, core: Any) -> None:
        self._core = core
        for key, value in core.config().items():
            if key != "name":
                self.__dict__[key] = value

    def reset_state(self) -> None:
        """Starts anew."""
        self._core.reset()

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch."""
        self._core.update(y_true, y_pred, sample_weight)

    def result(self) -> float:
        """The share of right predictions so far."""
        return self._core.result()

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        return self._core.config()


class Accuracy(BuiltinMetric):
    """Share of predictions that equal their targets.

    Args:
        name: the key in logs.

    >>> Accuracy()([1, 2, 3, 4], [0, 2, 3, 4])
    0.75
    """

    def __init__(self, name: str = "accuracy") -> None:
        super().__init__(name=name)


class AutomaticAccuracy(BuiltinMetric):
    """What ``"accuracy"`` means to ``compile``: binary accuracy for one output, sparse categorical
    accuracy where targets are class numbers, else categorical accuracy.

    Args:
        name: the key in logs.

    >>> AutomaticAccuracy()([0, 1], [[0.9, 0.1], [0.8, 0.2]])
    0.5
    """

    def __init__(self, name: str = "accuracy") -> None:
        super().__init__(name=name)


class BinaryAccuracy(BuiltinMetric):
    """Share of outputs that lie on their label's side of a threshold.

    Args:
        name: the key in logs.
        threshold: in (0, 1).

    >>> BinaryAccuracy()([[1.0], [0.0]], [[0.7], [0.6]])
    0.5
    """

    def __init__(self, name: str = "binary_accuracy", *, threshold: float = 0.5) -> None:
        super().__init__(name=name, threshold=threshold)


class CategoricalAccuracy(BuiltinMetric):
    """Share of samples whose largest output is that of their one-hot label.

    Args:
        name: the key in logs.

    >>> CategoricalAccuracy()([[1.0, 0.0]], [[0.7, 0.3]])
    1.0
    """

    def __init__(self, name: str = "categorical_accuracy") -> None:
        super().__init__(name=name)


class SparseCategoricalAccuracy(BuiltinMetric):
    """Share of samples whose largest output is that of their class number.

    Args:
        name: the key in logs.

    >>> SparseCategoricalAccuracy()([1], [[0.7, 0.3]])
    0.0
    """

    def __init__(self, name: str = "sparse_categorical_accuracy") -> None:
        super().__init__(name=name)


_CLASSES = {
    cls.__name__: cls
    for cls in (
        Accuracy,
        AutomaticAccuracy,
        BinaryAccuracy,
        CategoricalAccuracy,
        SparseCategoricalAccuracy,
    )
}


def _core_type(cls: type) -> str:
    return next(base.__name__ for base in inspect.getmro(cls) if base.__name__ in _CLASSES)


def wrap(core: Any) -> Metric:
    """The Python face of a core metric."""
    return core.owner if hasattr(core, "owner") else _CLASSES[core.type]._adopt(core)


def get(identifier: Any) -> Metric:
    """A metric from its name, a function ``(y_true, y_pred)``, or itself."""
    if isinstance(identifier, Metric):
        return identifier
    if isinstance(identifier, str):
        return wrap(_lamina.metric_from_name(identifier))
    if callable(identifier) and not isinstance(identifier, type):
        return MeanMetric(identifier)
    raise TypeError(
        f"metric is {identifier!r}, expected a name, an object of lamina.metrics or a function"
    )
