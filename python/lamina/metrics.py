"""Metrics: what a run reports beside its loss."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from lamina import _lamina, _naming, initializers, ops
from lamina._faces import Builtin, Face, Family
from lamina._lamina import Tensor, Variable

_family = Family(
    "Metric",
    _lamina.make_metric,
    _lamina.metric_from_name,
    ("update_state", "result", "reset_state"),
)


class Metric(Face):
    """Subclass it to write a metric of your own: ``update_state`` and ``result``.

    ``update_state(y_true, y_pred, sample_weight=None)`` adds a batch, ``result()`` returns a
    number, ``reset_state()`` starts over; by default it sets what ``add_variable`` made to 0.

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
        variable = self._own_core.add_variable(name, value.shape, value.dtype)
        variable.assign(value)
        return variable

    @property
    def variables(self) -> list[Variable]:
        """Its state."""
        return self._core.variables

    def reset_state(self) -> None:
        """Starts over."""
        self._core.reset()

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Any = None) -> None:
        """Adds a batch."""
        raise NotImplementedError(f"{type(self).__name__} must define update_state")

    def result(self) -> Any:
        """The number for all batches so far."""
        raise NotImplementedError(f"{type(self).__name__} must define result")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        return {"name": self.name}

    @property
    def _own_core(self) -> _lamina.PythonMetric:
        """The core, of a metric that is written in Python."""
        return cast(_lamina.PythonMetric, self._core)


class _KeptByCore(Metric):
    """A metric whose sums the core keeps on the device."""

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch. ``sample_weight`` is ``(samples,)``, or has further leading axes of the
        predictions, such as time steps.
        """
        self._core.update(y_true, y_pred, sample_weight)

    def result(self) -> float:
        """The value over all batches since ``reset_state``."""
        return self._core.result()


class MeanMetric(_KeptByCore):
    """The mean of a function ``(y_true, y_pred)`` over samples; ``compile`` makes it.

    Args:
        function: returns the values of the samples, ``(samples, ...)``, which are averaged by the
            samples' weights; labels come in the predictions' shape where a trailing axis of 1 alone
            stands between them.
        name: the key in logs; by default the function's.

    >>> def distance(y_true, y_pred):
    ...     return lamina.ops.abs(y_true - y_pred)
    >>> MeanMetric(distance)([[0.0], [0.0]], [[1.0], [3.0]], [3.0, 1.0])
    1.5
    """

    def __init__(self, function: Callable[[Tensor, Tensor], Any], name: str | None = None) -> None:
        type_name = _naming.registered_name(function)
        self._core = _lamina.PythonMeanMetric(self, type_name, name or function.__name__)
        self._function = function

    def call(self, y_true: Tensor, y_pred: Tensor) -> Any:
        """The samples' values."""
        return self._function(y_true, y_pred)


class BuiltinMetric(Builtin, _KeptByCore):
    """A metric of lamina's own: a handle on one that the core made."""

    _family = _family


class _OfValues(BuiltinMetric):
    """A metric of values, which compares nothing."""

    _core: _lamina.Mean | _lamina.Sum

    def __call__(self, values: Any, sample_weight: Any = None) -> float:  # type: ignore[override]
        """Adds values and gives the result so far."""
        self.update_state(values, sample_weight)
        return self.result()

    def update_state(self, values: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Adds values."""
        self._core.update_values(values, sample_weight)


class Mean(_OfValues):
    """The mean of values: ``update_state(values, sample_weight=None)``.

    Args:
        name: the key in logs.

    >>> mean = Mean()
    >>> mean([1.0, 3.0, 5.0, 7.0])
    4.0
    >>> mean([9.0, 0.0], sample_weight=[4.0, 0.0])
    6.5
    """

    def __init__(self, name: str = "mean") -> None:
        super().__init__(name=name)


class Sum(_OfValues):
    """The sum of values: ``update_state(values, sample_weight=None)``.

    Args:
        name: the key in logs.

    >>> Sum()([1.0, 3.0, 5.0, 7.0], sample_weight=[1.0, 1.0, 0.0, 0.0])
    4.0
    """

    def __init__(self, name: str = "sum") -> None:
        super().__init__(name=name)


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


class LossMetric(BuiltinMetric):
    """The mean of a built-in loss over samples: what the name of a loss means as a metric."""


class MeanSquaredError(LossMetric):
    """The mean of ``(y_pred - y_true)^2``.

    Args:
        name: the key in logs.

    >>> MeanSquaredError()([[0.0, 1.0]], [[1.0, 3.0]])
    2.5
    """

    def __init__(self, name: str = "mean_squared_error") -> None:
        super().__init__(name=name)


class RootMeanSquaredError(BuiltinMetric):
    """The root of the mean of ``(y_pred - y_true)^2`` over all samples.

    Args:
        name: the key in logs.

    >>> RootMeanSquaredError()([[0.0], [1.0]], [[2.0], [3.0]])
    2.0
    """

    def __init__(self, name: str = "root_mean_squared_error") -> None:
        super().__init__(name=name)


class MeanAbsoluteError(LossMetric):
    """The mean of ``abs(y_pred - y_true)``.

    Args:
        name: the key in logs.

    >>> MeanAbsoluteError()([[0.0, 1.0]], [[1.0, 3.0]])
    1.5
    """

    def __init__(self, name: str = "mean_absolute_error") -> None:
        super().__init__(name=name)


class BinaryCrossentropy(LossMetric):
    """The mean of ``-y_true log y_pred - (1 - y_true) log(1 - y_pred)``.

    Args:
        name: the key in logs.
        from_logits: whether predictions are before the sigmoid.
        label_smoothing: in [0, 1]; moves labels towards 1/2.

    >>> round(BinaryCrossentropy()([[1.0]], [[0.5]]), 4)
    0.6931
    """

    def __init__(
        self,
        name: str = "binary_crossentropy",
        *,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(name=name, from_logits=from_logits, label_smoothing=label_smoothing)


class CategoricalCrossentropy(LossMetric):
    """The mean of ``-sum(y_true log y_pred)`` over the last axis, for one-hot labels.

    Args:
        name: the key in logs.
        from_logits: whether predictions are before the softmax.
        label_smoothing: in [0, 1]; moves labels towards equal shares.

    >>> round(CategoricalCrossentropy()([[0.0, 1.0]], [[0.75, 0.25]]), 4)
    1.3863
    """

    def __init__(
        self,
        name: str = "categorical_crossentropy",
        *,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(name=name, from_logits=from_logits, label_smoothing=label_smoothing)


class SparseCategoricalCrossentropy(LossMetric):
    """The mean of ``-log y_pred[y_true]``, for labels that are class numbers.

    Args:
        name: the key in logs.
        from_logits: whether predictions are before the softmax.

    >>> round(SparseCategoricalCrossentropy()([1], [[0.75, 0.25]]), 4)
    1.3863
    """

    def __init__(
        self, name: str = "sparse_categorical_crossentropy", *, from_logits: bool = False
    ) -> None:
        super().__init__(name=name, from_logits=from_logits)


class CosineSimilarity(BuiltinMetric):
    """The mean cosine of the angle between labels and predictions: 1 where they point the same way,
    -1 where they are opposite, 0 where one of them is zero.

    Args:
        name: the key in logs.
        axis: of the vectors that are compared.

    >>> CosineSimilarity()([[0.0, 1.0], [3.0, 4.0]], [[1.0, 0.0], [6.0, 8.0]])
    0.5
    """

    def __init__(self, name: str = "cosine_similarity", *, axis: int = -1) -> None:
        super().__init__(name=name, axis=axis)


class Precision(BuiltinMetric):
    """Of the predictions above a threshold, the share whose label is not 0; 0 where there are none.

    Args:
        thresholds: one number in [0, 1]; 0.5 by default.
        name: the key in logs.

    >>> Precision()([0, 1, 1, 1], [1, 0, 1, 1])
    0.6666666666666666
    """

    def __init__(self, thresholds: float | None = None, *, name: str = "precision") -> None:
        super().__init__(thresholds=0.5 if thresholds is None else thresholds, name=name)


class Recall(BuiltinMetric):
    """Of the labels that are not 0, the share whose prediction is above a threshold; 0 where there
    are none.

    Args:
        thresholds: one number in [0, 1]; 0.5 by default.
        name: the key in logs.

    >>> Recall()([0, 1, 1, 1], [1, 0, 1, 1])
    0.6666666666666666
    """

    def __init__(self, thresholds: float | None = None, *, name: str = "recall") -> None:
        super().__init__(thresholds=0.5 if thresholds is None else thresholds, name=name)


_family.add(
    Accuracy,
    AutomaticAccuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    Mean,
    Sum,
    MeanSquaredError,
    RootMeanSquaredError,
    MeanAbsoluteError,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    CosineSimilarity,
    Precision,
    Recall,
    fallback=LossMetric,
)
wrap = _family.wrap


def get(identifier: Any) -> Metric:
    """A metric from its name, a function ``(y_true, y_pred)``, or itself."""
    if isinstance(identifier, Metric):
        return identifier
    if isinstance(identifier, str):
        named: Metric = _family.named(identifier)
        return named
    if callable(identifier) and not isinstance(identifier, type):
        return MeanMetric(identifier)
    raise TypeError(
        f"metric is {identifier!r}, expected a name, an object of lamina.metrics or a function"
    )
