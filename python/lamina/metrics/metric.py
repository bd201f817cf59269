"""The base classes of all metrics."""

import inspect
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from lamina import _lamina, _naming, initializers, ops
from lamina._faces import Builtin, Face, Family
from lamina._lamina import Tensor, Variable
from lamina.config import floatx

_DTYPES = ("float32", "float64", "int32", "int64", "uint8", "bool")

family = Family(
    "Metric",
    _lamina.make_metric,
    _lamina.metric_from_name,
    ("update_state", "result", "reset_state"),
)


def _dtype_name(dtype: Any) -> str:
    if dtype is None:
        return floatx()
    try:
        name = "int32" if dtype == "int" else str(np.dtype(dtype))
    except TypeError:
        name = ""
    if name not in _DTYPES:
        raise ValueError(f"a metric's dtype is {dtype!r}, expected one of {', '.join(_DTYPES)}")
    return name


def _as_tensor(value: Any) -> Any:
    """Lists, numbers and arrays as tensors; what else a metric of one's own takes as it is."""
    is_data = isinstance(value, (list, tuple, int, float, np.ndarray, np.generic))
    return ops.convert_to_tensor(value) if is_data else value


class Metric(Face):
    """Subclass it to write a metric of your own: ``update_state`` and ``result``.

    ``update_state(y_true, y_pred, sample_weight=None)`` adds a batch; ``result()`` returns a
    number, several, or a dictionary of numbers, whose entries join the logs; ``reset_state()``
    starts over: by default it sets what ``add_weight`` and ``add_variable`` made to 0.

    Args:
        dtype: of the variables and of results that are arrays; ``floatx()`` by default.
        name: the key in logs; by default made from the class's name.

    >>> class Largest(Metric):
    ...     def __init__(self, name="largest", **kwargs):
    ...         super().__init__(name=name, **kwargs)
    ...         self.value = self.add_weight(name="value", initializer="zeros")
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

    def __init__(self, dtype: Any = None, name: str | None = None) -> None:
        self._dtype = _dtype_name(dtype)
        type_name = _naming.registered_name(type(self))
        self._core = _lamina.PythonMetric(self, type_name, name or _naming.snake_case(type_name))

    @property
    def dtype(self) -> str:
        """The dtype of its variables and results. Lamina's own metrics count in double."""
        return str(self.__dict__.get("_dtype") or floatx())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Adds a batch and gives the result so far."""
        given = [_as_tensor(value) for value in args]
        self.update_state(*given, **{name: _as_tensor(value) for name, value in kwargs.items()})
        return self.result()

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any,
        dtype: Any = None,
        aggregation: str = "sum",
        name: str | None = None,
    ) -> Variable:
        """A variable of the metric's state, which ``reset_state`` sets to 0.

        Args:
            shape: its shape; ``()`` for one number.
            initializer: a name, an object of ``lamina.initializers`` or None, for zeros.
            dtype: the metric's by default.
            aggregation: ``"sum"``; it has a meaning for several replicas alone.
            name: ``"variable"`` by default.
        """
        if aggregation != "sum":
            raise ValueError(
                f"aggregation is {aggregation!r}, which says how replicas are joined; a metric of "
                "lamina has one state: leave it at 'sum'"
            )
        value = initializers.get("zeros" if initializer is None else initializer)(tuple(shape))
        dtype = self.dtype if dtype is None else _dtype_name(dtype)
        variable = self._own_core.add_variable(name or "variable", value.shape, dtype)
        variable.assign(value)
        return variable

    def add_weight(
        self,
        shape: Sequence[int] = (),
        initializer: Any = None,
        dtype: Any = None,
        name: str | None = None,
    ) -> Variable:
        """``add_variable`` under the name it has in layers, for one number by default."""
        return self.add_variable(shape, initializer, dtype=dtype, name=name)

    @property
    def variables(self) -> list[Variable]:
        """Its state, and that of metrics which it holds."""
        held = [variable for metric in self._held_metrics() for variable in metric.variables]
        return [*self._core.variables, *held]

    def reset_state(self) -> None:
        """Starts over."""
        self._core.reset()
        for metric in self._held_metrics():
            metric.reset_state()

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Adds a batch."""
        raise NotImplementedError(f"{type(self).__name__} must define update_state")

    def result(self) -> Any:
        """The number for all batches so far."""
        raise NotImplementedError(f"{type(self).__name__} must define result")

    def stateless_update_state(
        self, metric_variables: Sequence[Any], *args: Any, **kwargs: Any
    ) -> list[Tensor]:
        """The state that a batch makes of ``metric_variables``; the metric's own stays.

        >>> mean = lamina.metrics.Mean()
        >>> state = mean.stateless_update_state([6.0, 2.0], [4.0])
        >>> [value.item() for value in state], mean.result()
        ([10.0, 3.0], 0.0)
        """
        with _Borrowed(self, metric_variables) as borrowed:
            self.update_state(*args, **kwargs)
            return borrowed.values()

    def stateless_result(self, metric_variables: Sequence[Any]) -> Any:
        """The result of a state ``metric_variables``."""
        with _Borrowed(self, metric_variables):
            return self.result()

    def stateless_reset_state(self) -> list[Tensor]:
        """The state that the metric starts with; its own stays."""
        with _Borrowed(self, self.variables) as borrowed:
            self.reset_state()
            return borrowed.values()

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The metric with those arguments; a class that takes no dtype is not given one."""
        taken = inspect.signature(cls.__init__).parameters
        takes_any = any(each.kind is inspect.Parameter.VAR_KEYWORD for each in taken.values())
        if "dtype" not in taken and not takes_any:
            config = {key: value for key, value in config.items() if key != "dtype"}
        return cls(**config)

    def __reduce__(self) -> Any:
        values = [variable.numpy() for variable in self.variables]
        return _made_again, (type(self), self.get_config(), values)

    def _restore(self, values: list[Any]) -> None:
        for variable, value in zip(self.variables, values, strict=True):
            variable.assign(value)

    def _held_metrics(self) -> Iterator["Metric"]:
        for value in self.__dict__.values():
            listed = value.values() if isinstance(value, dict) else value
            several = isinstance(value, (list, tuple, dict))
            yield from (m for m in (listed if several else [value]) if isinstance(m, Metric))

    @property
    def _own_core(self) -> _lamina.PythonMetric:
        """The core, of a metric that is written in Python."""
        core = self.__dict__.get("_core")
        if core is None:
            raise RuntimeError(f"{type(self).__name__}.__init__ must call super().__init__() first")
        if not isinstance(core, _lamina.PythonMetric):
            raise TypeError(
                f"{type(self).__name__} counts in lamina's core; define update_state or result in "
                "it, or derive it from lamina.Metric, to add variables"
            )
        return core


class _Borrowed:
    """Lends a metric another state."""

    def __init__(self, metric: Metric, values: Sequence[Any]) -> None:
        self._variables = metric.variables
        if len(values) != len(self._variables):
            raise ValueError(
                f"metric_variables has {len(values)} values, expected {len(self._variables)}, one "
                f"for each of {type(metric).__name__}.variables"
            )
        self._given = values

    def values(self) -> list[Tensor]:
        return [ops.convert_to_tensor(v.numpy(), dtype=v.dtype) for v in self._variables]

    def __enter__(self) -> "_Borrowed":
        self._kept = [variable.numpy() for variable in self._variables]
        for variable, value in zip(self._variables, self._given, strict=True):
            variable.assign(value)
        return self

    def __exit__(self, *_: object) -> None:
        for variable, value in zip(self._variables, self._kept, strict=True):
            variable.assign(value)


def _made_again(cls: type[Metric], config: dict[str, Any], values: list[Any]) -> Metric:
    metric: Metric = cls.from_config(config)
    metric._restore(values)
    return metric


class KeptByCore(Metric):
    """A metric whose sums the core keeps on the device."""

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch. ``sample_weight`` is one number, ``(samples,)``, or has further leading
        axes of the predictions, such as time steps.
        """
        self._kept.update(y_true, y_pred, sample_weight)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Adds a batch and gives the result so far."""
        self.update_state(*args, **kwargs)
        return self.result()

    def result(self) -> Any:
        """The value over all batches since ``reset_state``: a float, or an array of several."""
        value = self._kept.result()
        return value if isinstance(value, float) else np.asarray(value, self._array_dtype)

    @property
    def _kept(self) -> _lamina.Metric:
        """The core that counts."""
        return self._core

    @property
    def _array_dtype(self) -> str:
        return self.dtype if self.dtype.startswith("float") else floatx()


class BuiltinMetric(Builtin, KeptByCore):
    """A metric of lamina's own: a handle on one that the core made.

    A class derived from it that defines ``update_state``, ``result`` or ``reset_state`` anew is
    called for them, and finds the core's through ``super()``.
    """

    _family: ClassVar[Family] = family
    _counting: _lamina.Metric | None = None

    def __init__(self, *, dtype: Any = None, **options: Any) -> None:
        self.with_dtype(dtype)
        own = self._family.class_of(type(self))
        self._hold(_naming.make(self._family.make, own.__name__, options))

    def _hold(self, core: Any) -> None:
        super()._hold(core)
        cls = type(self)
        own = next(base for base in cls.__mro__ if base.__module__.startswith("lamina.metrics"))
        hooks = (*self._family.run_by_core, "get_config")
        if any(getattr(cls, name) is not getattr(own, name) for name in hooks):
            type_name = _naming.registered_name(cls)
            asks = _lamina.PythonMetric(self, type_name, core.name)
            self.__dict__.update(_counting=core, _core=asks)

    def with_dtype(self, dtype: Any) -> "BuiltinMetric":
        """Itself, its arrays in another dtype."""
        self.__dict__["_dtype"] = _dtype_name(dtype)
        return self

    @property
    def _kept(self) -> _lamina.Metric:
        return self._counting or self._core

    @property
    def variables(self) -> list[Variable]:
        """Its state."""
        own = [] if self._counting is None else self._core.variables
        return [*self._kept.variables, *own]

    def reset_state(self) -> None:
        """Starts over."""
        self._kept.reset()
        if self._counting is not None:
            self._core.reset()

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        return {**self._kept.config(), "dtype": self.dtype}

    def __reduce__(self) -> Any:
        if self._counting is not None:
            return super().__reduce__()
        values = [variable.numpy() for variable in self.variables]
        return _adopted_again, (
            type(self),
            self._core.type,
            self._core.config(),
            self.dtype,
            values,
        )

    def _restore(self, values: list[Any]) -> None:
        own = [] if self._counting is None else self._core.variables
        self._kept.restore(values[: len(values) - len(own)])
        for variable, value in zip(own, values[len(values) - len(own) :], strict=True):
            variable.assign(value)


def _adopted_again(
    cls: Any, type_name: str, config: dict[str, Any], dtype: str, values: list[Any]
) -> BuiltinMetric:
    metric: BuiltinMetric = cls._adopt(_lamina.make_metric(type_name, config)).with_dtype(dtype)
    metric._restore(values)
    return metric


wrap = family.wrap
