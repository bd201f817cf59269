"""How weights begin, by name or as objects with options."""

from typing import Any

from lamina import _lamina
from lamina._lamina import Tensor


class Initializer:
    """What the initializers share.

    >>> HeNormal(seed=1)((2, 3)).shape
    (2, 3)
    """

    def __init__(self, **options: Any) -> None:
        identity = {"class_name": type(self).__name__, "config": options}
        self._config = _lamina.initializer_config(identity)

    def __call__(self, shape: Any, dtype: str | None = None) -> Tensor:
        """A new tensor of that shape."""
        return _lamina.initialize(self._config, shape, dtype)

    def get_config(self) -> dict[str, Any]:
        """The options that make an equal initializer."""
        return dict(self._config["config"])

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Initializer":
        """The initializer with those options."""
        return cls(**config)

    def serialize(self) -> dict[str, Any]:
        """Class name and options, as layers keep them."""
        return self._config

    def __repr__(self) -> str:
        options = ", ".join(f"{key}={value!r}" for key, value in self.get_config().items())
        return f"{type(self).__name__}({options})"


class Zeros(Initializer):
    """All 0."""

    def __init__(self) -> None:
        super().__init__()


class Ones(Initializer):
    """All 1."""

    def __init__(self) -> None:
        super().__init__()


class Constant(Initializer):
    """All ``value``.

    >>> Constant(2.5)((3,)).numpy()
    array([2.5, 2.5, 2.5], dtype=float32)
    """

    def __init__(self, value: float = 0.0) -> None:
        super().__init__(value=value)


class RandomNormal(Initializer):
    """Normal with that mean and standard deviation."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(mean=mean, stddev=stddev, seed=seed)


class RandomUniform(Initializer):
    """Spread evenly over [minval, maxval)."""

    def __init__(
        self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None
    ) -> None:
        super().__init__(minval=minval, maxval=maxval, seed=seed)


class VarianceScaling(Initializer):
    """Variance ``scale / fan``.

    Args:
        scale: above 0.
        mode: which fan: ``"fan_in"``, ``"fan_out"`` or their mean, ``"fan_avg"``.
        distribution: ``"truncated_normal"``, ``"untruncated_normal"`` or ``"uniform"``.
        seed: makes every weight this initializer makes the same.
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
    ) -> None:
        super().__init__(scale=scale, mode=mode, distribution=distribution, seed=seed)


class GlorotUniform(Initializer):
    """Uniform with variance ``2 / (fan_in + fan_out)``.

    Reference: Glorot and Bengio, 2010, "Understanding the difficulty of training deep feedforward
    neural networks".
    """

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(seed=seed)


class GlorotNormal(Initializer):
    """Truncated normal with variance ``2 / (fan_in + fan_out)``. Glorot and Bengio, 2010."""

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(seed=seed)


class HeUniform(Initializer):
    """Uniform with variance ``2 / fan_in``.

    Reference: He et al., 2015, "Delving deep into rectifiers".
    """

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(seed=seed)


class HeNormal(Initializer):
    """Truncated normal with variance ``2 / fan_in``. He et al., 2015."""

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(seed=seed)


_CLASSES = {
    cls.__name__: cls
    for cls in (
        Zeros,
        Ones,
        Constant,
        RandomNormal,
        RandomUniform,
        VarianceScaling,
        GlorotUniform,
        GlorotNormal,
        HeUniform,
        HeNormal,
    )
}


def get(identifier: Any) -> Initializer:
    """An initializer from its name, its serialized form, or itself."""
    if isinstance(identifier, Initializer):
        return identifier
    if not isinstance(identifier, (str, dict)):
        raise TypeError(
            f"initializer is {identifier!r}, expected a name or an object of lamina.initializers"
        )
    known = _lamina.initializer_config(identifier)
    return _CLASSES[known["class_name"]].from_config(known["config"])
