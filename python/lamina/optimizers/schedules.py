"""Learning rates that depend on the number of the step.

>>> optimizer = lamina.optimizers.SGD(CosineDecay(0.1, decay_steps=1000))
>>> float(optimizer.learning_rate)
0.10000000149011612
"""

from collections.abc import Sequence
from typing import Any

from lamina import _lamina, _naming
from lamina._lamina import Tensor


class LearningRateSchedule:
    """Subclass it to write a schedule of your own: ``__call__`` and, to be saved, ``get_config``.

    Steps count from 0. ``__call__`` gets the number of the step as an integer tensor and returns
    the learning rate as a number or a tensor of one element.

    >>> class Inverse(LearningRateSchedule):
    ...     def __init__(self, first):
    ...         self.first = first
    ...     def __call__(self, step):
    ...         return self.first / (step + 1)
    >>> float(lamina.optimizers.SGD(Inverse(0.5)).learning_rate)
    0.5
    """

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(self, step)")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal schedule."""
        raise NotImplementedError(
            f"{type(self).__name__} must define get_config to be saved with its optimizer"
        )

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The one with those arguments."""
        return cls(**config)

    @property
    def _core(self) -> _lamina.LearningRateSchedule:
        return _lamina.PythonSchedule(self, _naming.registered_name(type(self)))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class _BuiltinSchedule(LearningRateSchedule):
    """A schedule of lamina's own: its arguments stay as they were given."""

    _made: _lamina.LearningRateSchedule

    def __init__(self, given: dict[str, Any]) -> None:
        config = {name: each for name, each in given.items() if name not in ("self", "__class__")}
        own = next(cls for cls in type(self).__mro__ if cls in _BUILTIN.values())
        made = _naming.make(_lamina.make_schedule, own.__name__, config)
        self.__dict__.update(config, _config=config, _made=made)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__.get("_config", ()):
            raise AttributeError(
                f"{name} of {type(self).__name__} is set when it is made; make a new one"
            )
        super().__setattr__(name, value)

    @property
    def _core(self) -> _lamina.LearningRateSchedule:
        cls, own = type(self), _BuiltinSchedule
        is_own = cls.__call__ is own.__call__ and cls.get_config is own.get_config
        return self._made if is_own else super()._core

    def __call__(self, step: Any) -> Tensor:
        """The learning rate of a step, or of each of an array of steps."""
        return self._made(step)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal schedule."""
        return dict(self.__dict__["_config"])


class ExponentialDecay(_BuiltinSchedule):
    """``initial_learning_rate * decay_rate ** (step / decay_steps)``.

    Args:
        initial_learning_rate: that of step 0.
        decay_steps: steps after which ``decay_rate`` of it is left; above 0.
        decay_rate: the factor.
        staircase: whether it falls once every ``decay_steps`` steps, and not with each.
        name: its name.

    >>> float(ExponentialDecay(1.0, decay_steps=2, decay_rate=0.25)(1))
    0.5
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        super().__init__(locals())


class PiecewiseConstantDecay(_BuiltinSchedule):
    """``values[i]`` up to and with step ``boundaries[i]``, the last value after them.

    Args:
        boundaries: steps, rising.
        values: learning rates, one more than boundaries.
        name: its name.

    >>> PiecewiseConstantDecay([2], [1.0, 0.5])([0, 2, 3]).numpy()
    array([1. , 1. , 0.5], dtype=float32)
    """

    def __init__(
        self, boundaries: Sequence[float], values: Sequence[float], name: str = "PiecewiseConstant"
    ) -> None:
        super().__init__(locals())


class PolynomialDecay(_BuiltinSchedule):
    """From the initial to the end learning rate as ``(1 - step / decay_steps) ** power``.

    Args:
        initial_learning_rate: that of step 0.
        decay_steps: how many steps it takes; above 0.
        end_learning_rate: what it ends with.
        power: the exponent.
        cycle: whether to begin again, over ever longer stretches.
        name: its name.

    >>> PolynomialDecay(1.0, 10, end_learning_rate=0.0)([0, 5, 20]).numpy()
    array([1. , 0.5, 0. ], dtype=float32)
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        super().__init__(locals())


class InverseTimeDecay(_BuiltinSchedule):
    """``initial_learning_rate / (1 + decay_rate * step / decay_steps)``.

    Args:
        initial_learning_rate: that of step 0.
        decay_steps: the unit that steps are counted in; above 0.
        decay_rate: how fast it falls.
        staircase: whether it falls once every ``decay_steps`` steps, and not with each.
        name: its name.

    >>> float(InverseTimeDecay(1.0, decay_steps=2, decay_rate=1.0)(2))
    0.5
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        super().__init__(locals())


class CosineDecay(_BuiltinSchedule):
    """Half a cosine from the initial learning rate down to ``alpha`` of it.

    Args:
        initial_learning_rate: that of step 0.
        decay_steps: how many steps the cosine takes; above 0.
        alpha: the share that is left in the end.
        name: its name.
        warmup_target: where the rate first rises to, along a straight line, before the cosine takes
            it down from there; None for no such rise.
        warmup_steps: how many steps it rises for.

    Reference: Loshchilov and Hutter, 2017, "SGDR: stochastic gradient descent with warm restarts".

    >>> CosineDecay(0.0, 10, warmup_target=1.0, warmup_steps=4)([0, 2, 4, 9]).numpy()
    array([0. , 0.5, 1. , 0.5], dtype=float32)
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: float = 0,
    ) -> None:
        super().__init__(locals())


class CosineDecayRestarts(_BuiltinSchedule):
    """Half cosines, one after another.

    Args:
        initial_learning_rate: that of step 0.
        first_decay_steps: how many steps the first takes; above 0.
        t_mul: each is longer by this factor; above 0.
        m_mul: each begins with the rate changed by this factor.
        alpha: the share that is left at their ends.
        name: its name.

    Reference: Loshchilov and Hutter, 2017, "SGDR: stochastic gradient descent with warm restarts".

    >>> CosineDecayRestarts(1.0, 10)([0, 5, 10, 20]).numpy()
    array([1. , 0.5, 1. , 0.5], dtype=float32)
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: float,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        super().__init__(locals())


_BUILTIN: dict[str, Any] = {
    cls.__name__: cls
    for cls in (
        ExponentialDecay,
        PiecewiseConstantDecay,
        PolynomialDecay,
        InverseTimeDecay,
        CosineDecay,
        CosineDecayRestarts,
    )
}


def core_of(learning_rate: Any) -> Any:
    """What the core takes as a learning rate: a schedule of its own, a function, or a float."""
    if isinstance(learning_rate, LearningRateSchedule):
        return learning_rate._core
    if isinstance(learning_rate, dict):
        return deserialize(learning_rate)._core
    if callable(learning_rate) and not isinstance(learning_rate, type):
        return learning_rate
    try:
        if isinstance(learning_rate, (str, bytes)):
            raise TypeError
        return float(learning_rate)
    except (TypeError, ValueError):
        given = type(learning_rate).__name__ + " of variables"
        is_weights = isinstance(learning_rate, (list, tuple)) and any(
            isinstance(each, _lamina.Variable) for each in learning_rate
        )
        raise ValueError(
            f"learning_rate is {given if is_weights else repr(learning_rate)}, expected a number, "
            "a LearningRateSchedule, or a function without arguments"
            + ("; weights are given to step(weights)" if is_weights else "")
        ) from None


def serialize(learning_rate_schedule: LearningRateSchedule) -> dict[str, Any]:
    """The class name and arguments of a schedule.

    >>> serialize(ExponentialDecay(0.1, 10, 0.5))["class_name"]
    'ExponentialDecay'
    """
    cls = type(learning_rate_schedule)
    builtin = _BUILTIN.get(cls.__name__) is cls
    return {
        "module": "lamina.optimizers.schedules" if builtin else None,
        "class_name": _naming.registered_name(cls),
        "config": learning_rate_schedule.get_config(),
        "registered_name": None if builtin else _naming.registered_name(cls),
    }


def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """The schedule that ``serialize`` describes.

    >>> schedule = deserialize(serialize(ExponentialDecay(0.1, 10, 0.5)))
    >>> round(float(schedule(10)), 4)
    0.05
    """
    name = config.get("registered_name") or config["class_name"]
    with _naming.scope(custom_objects):
        own = _naming.lookup(name) or _naming.lookup(config["class_name"])
    cls = _BUILTIN.get(name) or _BUILTIN.get(config["class_name"]) or own
    if cls is None:
        raise ValueError(
            f"unknown learning rate schedule '{name}'; expected one of {', '.join(_BUILTIN)}, or "
            f"pass custom_objects={{'{name}': ...}}"
        )
    return cls.from_config(config["config"])
