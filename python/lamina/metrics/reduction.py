"""Means and sums of values, and of functions of labels and predictions."""

from collections.abc import Callable
from typing import Any

from lamina import _lamina, _naming
from lamina._lamina import Tensor
from lamina.metrics.metric import BuiltinMetric, KeptByCore, Metric, _dtype_name, family


class _OfValues(BuiltinMetric):
    """A metric of values, which compares nothing."""

    def update_state(self, values: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Adds values. ``sample_weight`` is one number, ``(samples,)``, or has further leading axes
        of the values.
        """
        kept = self._kept
        assert isinstance(kept, (_lamina.Mean, _lamina.Sum))
        kept.update_values(values, sample_weight)


class Mean(_OfValues):
    """The mean of values: ``update_state(values, sample_weight=None)``.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> mean = Mean()
    >>> mean([1.0, 3.0, 5.0, 7.0])
    4.0
    >>> mean([9.0, 0.0], sample_weight=[4.0, 0.0])
    6.5
    """

    def __init__(self, name: str = "mean", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


class Sum(_OfValues):
    """The sum of values: ``update_state(values, sample_weight=None)``.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> Sum()([1.0, 3.0, 5.0, 7.0], sample_weight=[1.0, 1.0, 0.0, 0.0])
    4.0
    """

    def __init__(self, name: str = "sum", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


class MeanMetricWrapper(KeptByCore):
    """The mean of a function ``(y_true, y_pred)`` over samples; ``compile`` makes it of functions.

    Args:
        fn: returns the values of the samples, ``(samples, ...)``, which are averaged by the
            samples' weights; labels come in the predictions' shape where a trailing axis of 1 alone
            stands between them.
        name: the key in logs; by default the function's.
        dtype: of results that are arrays.
        **kwargs: further arguments of ``fn``.

    >>> def distance(y_true, y_pred, scale):
    ...     return scale * lamina.ops.abs(y_true - y_pred)
    >>> metric = MeanMetricWrapper(distance, scale=2.0)
    >>> metric([[0.0], [0.0]], [[1.0], [3.0]], [3.0, 1.0])
    3.0
    """

    def __init__(
        self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **kwargs: Any
    ) -> None:
        if not callable(fn):
            raise TypeError(f"fn is {fn!r}, expected a function of y_true and y_pred")
        self._dtype = _dtype_name(dtype)
        named = fn if type(self) is MeanMetricWrapper else type(self)
        type_name = _naming.registered_name(named if hasattr(named, "__name__") else type(named))
        shown = name or getattr(fn, "name", None) or _naming.snake_case(type_name)
        self._core = _lamina.PythonMeanMetric(self, type_name, str(shown))
        self._fn = fn
        self._fn_kwargs = kwargs

    def call(self, y_true: Tensor, y_pred: Tensor) -> Any:
        """The samples' values."""
        return self._fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        return {"name": self.name, "dtype": self.dtype, "fn": self._fn, **self._fn_kwargs}

    def _file_config(self) -> dict[str, Any]:
        """What files hold beside the function's name."""
        if type(self).get_config is not MeanMetricWrapper.get_config:
            return self.get_config()
        return {"name": self.name, **self._fn_kwargs}


family.add(Mean, Sum)

__all__ = ["Mean", "MeanMetricWrapper", "Metric", "Sum"]
