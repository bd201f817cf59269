"""Metrics: what a run reports beside its loss."""

import inspect
from typing import Any

from lamina import _naming
from lamina.losses import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_hinge,
    hinge,
    huber,
    kl_divergence,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
    sparse_categorical_crossentropy,
    squared_hinge,
)
from lamina.metrics.accuracy import (
    Accuracy,
    AutomaticAccuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from lamina.metrics.confusion import (
    AUC,
    FalseNegatives,
    FalsePositives,
    Precision,
    PrecisionAtRecall,
    Recall,
    RecallAtPrecision,
    SensitivityAtSpecificity,
    SpecificityAtSensitivity,
    TrueNegatives,
    TruePositives,
)
from lamina.metrics.f_score import F1Score, FBetaScore
from lamina.metrics.hinges import CategoricalHinge, Hinge, SquaredHinge
from lamina.metrics.iou import BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU
from lamina.metrics.metric import BuiltinMetric, Metric, wrap
from lamina.metrics.metric import family as _family
from lamina.metrics.probabilistic import (
    AutomaticCrossentropy,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    KLDivergence,
    Poisson,
    SparseCategoricalCrossentropy,
)
from lamina.metrics.reduction import Mean, MeanMetricWrapper, Sum
from lamina.metrics.regression import (
    ConcordanceCorrelation,
    CosineSimilarity,
    LogCoshError,
    LossMetric,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    PearsonCorrelation,
    R2Score,
    RootMeanSquaredError,
    concordance_correlation,
    pearson_correlation,
)

_family.add(fallback=LossMetric)

# What files and the core know by these names, so that a run need not enter Python for them.
_FUNCTIONS = {
    function.__name__: function
    for function in (
        binary_accuracy,
        categorical_accuracy,
        sparse_categorical_accuracy,
        top_k_categorical_accuracy,
        sparse_top_k_categorical_accuracy,
        pearson_correlation,
        concordance_correlation,
        binary_crossentropy,
        binary_focal_crossentropy,
        categorical_crossentropy,
        categorical_focal_crossentropy,
        categorical_hinge,
        hinge,
        huber,
        kl_divergence,
        log_cosh,
        mean_absolute_error,
        mean_absolute_percentage_error,
        mean_squared_error,
        mean_squared_logarithmic_error,
        poisson,
        sparse_categorical_crossentropy,
        squared_hinge,
    )
}


def serialize(metric: Any) -> dict[str, Any]:
    """A dictionary that ``deserialize`` makes the metric, or function, of again.

    >>> serialize(Precision(top_k=2))["class_name"]
    'Precision'
    """
    if isinstance(metric, Metric):
        config = {
            name: serialize(value) if callable(value) else value
            for name, value in metric.get_config().items()
        }
        name, cls = type(metric).__name__, type(metric)
        if cls is LossMetric:
            name = metric._core.type
    elif callable(metric):
        name, cls, config = "function", metric, metric.__name__
    else:
        raise TypeError(f"metric is {metric!r}, expected a metric or a function")
    own = getattr(cls, "__module__", "").startswith("lamina.")
    registered = _naming.registered_name(cls)
    return {
        "module": "lamina.metrics" if own else getattr(cls, "__module__", None),
        "class_name": name,
        "config": config,
        "registered_name": None if own else registered,
    }


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The metric, or function, of a dictionary that ``serialize`` made, or of a name.

    Args:
        config: the dictionary, or a name.
        custom_objects: classes and functions of your own by their names.

    >>> deserialize(serialize(Precision(top_k=2))).top_k
    2
    """
    if isinstance(config, str):
        return _FUNCTIONS.get(config) or _by_name(config, custom_objects)
    if not isinstance(config, dict) or "class_name" not in config:
        raise TypeError(
            f"config is {config!r}, expected a name or a dict with class_name and config"
        )
    options = config.get("config", {})
    name = config.get("registered_name") or config["class_name"]
    if config["class_name"] == "function":
        return deserialize(options if name == "function" else name, custom_objects)
    target = _target(name, custom_objects) or _target(config["class_name"], custom_objects)
    options = {
        key: deserialize(value, custom_objects)
        if isinstance(value, dict) and "class_name" in value
        else value
        for key, value in options.items()
    }
    if target is None:
        dtype = options.pop("dtype", None)
        metric: BuiltinMetric = wrap(_naming.make(_family.make, config["class_name"], options))
        return metric.with_dtype(dtype)
    return target.from_config(options)


def get(identifier: Any) -> Any:
    """A metric from its name, a class, a dictionary of ``serialize``; functions, metrics and None
    come back as they are.

    >>> get("mse")
    <MeanSquaredError mse>
    """
    if identifier is None or isinstance(identifier, Metric):
        return identifier
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str):
        return _by_name(identifier, None)
    if inspect.isclass(identifier):
        return identifier()
    if callable(identifier):
        return identifier
    raise ValueError(
        f"metric is {identifier!r}, expected a name, an object of lamina.metrics or a function"
    )


def measuring(identifier: Any) -> Metric:
    """The metric that ``compile`` makes of a name, a function or what else ``get`` takes: there
    ``"accuracy"`` chooses by the outputs, and functions are averaged.
    """
    metric = _family.named(identifier) if isinstance(identifier, str) else get(identifier)
    if isinstance(identifier, str) and identifier in _CLASSES and metric.name != identifier:
        # Logs call it as it was given, as Keras's do: "AUC", not "auc".
        metric = metric.from_config({**metric.get_config(), "name": identifier})
    if isinstance(metric, Metric):
        return metric
    if not callable(metric):
        raise ValueError(f"metric is {metric!r}, expected a name, a metric or a function")
    name = getattr(metric, "__name__", "")
    if _FUNCTIONS.get(name) is metric:
        named: Metric = _family.named(name)
        return named
    return MeanMetricWrapper(metric)


def _target(name: str, custom_objects: dict[str, Any] | None) -> Any:
    """The class or function of that name, if there is one."""
    known = (custom_objects or {}).get(name, _naming.registered().get(name))
    return known if known is not None else _CLASSES.get(name)


def _by_name(name: str, custom_objects: dict[str, Any] | None) -> Any:
    target = _target(name, custom_objects)
    if target is not None:
        return target() if inspect.isclass(target) else target
    return Accuracy() if name == "accuracy" else _family.named(name)


_CLASSES = {
    name: value
    for name, value in list(globals().items())
    if inspect.isclass(value) and issubclass(value, Metric)
}
for _base in ("Metric", "LossMetric", "BuiltinMetric"):
    del _CLASSES[_base]

__all__ = [
    "AUC",
    "Accuracy",
    "AutomaticAccuracy",
    "AutomaticCrossentropy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "BinaryIoU",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "ConcordanceCorrelation",
    "CosineSimilarity",
    "F1Score",
    "FBetaScore",
    "FalseNegatives",
    "FalsePositives",
    "Hinge",
    "IoU",
    "KLDivergence",
    "LogCoshError",
    "LossMetric",
    "Mean",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanIoU",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Metric",
    "OneHotIoU",
    "OneHotMeanIoU",
    "PearsonCorrelation",
    "Poisson",
    "Precision",
    "PrecisionAtRecall",
    "R2Score",
    "Recall",
    "RecallAtPrecision",
    "RootMeanSquaredError",
    "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "SpecificityAtSensitivity",
    "SquaredHinge",
    "Sum",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
    "binary_accuracy",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_accuracy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "concordance_correlation",
    "deserialize",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "measuring",
    "pearson_correlation",
    "poisson",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
    "squared_hinge",
    "top_k_categorical_accuracy",
    "wrap",
]
