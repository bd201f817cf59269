"""How weights begin, by name or as objects with options."""

from typing import Any

from lamina import _lamina
from lamina._configured import Configured
from lamina._lamina import Tensor


class Initializer(Configured):
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


class TruncatedNormal(Initializer):
    """Normal, drawn again where farther than two deviations from the mean."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(mean=mean, stddev=stddev, seed=seed)


class Identity(Initializer):
    """``gain`` times the identity matrix.

    >>> Identity(2.0)((2, 3)).numpy()
    array([[2., 0., 0.],
           [0., 2., 0.]], dtype=float32)
    """

    def __init__(self, gain: float = 1.0) -> None:
        super().__init__(gain=gain)


class Orthogonal(Initializer):
    """``gain`` times a matrix of orthonormal rows or columns, seen as ``(..., last axis)``.

    Reference: Saxe et al., 2014, "Exact solutions to the nonlinear dynamics of learning in deep
    linear neural networks".

    >>> w = Orthogonal(seed=1)((4, 3))
    >>> abs((w.T @ w).numpy()).round(3)
    array([[1., 0., 0.],
           [0., 1., 0.],
           [0., 0., 1.]], dtype=float32)
    """

    def __init__(self, gain: float = 1.0, seed: int | None = None) -> None:
        super().__init__(gain=gain, seed=seed)


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


class LecunUniform(Initializer):
    """Uniform with variance ``1 / fan_in``.

    Reference: LeCun et al., 1998, "Efficient backprop".
    """

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(seed=seed)


class LecunNormal(Initializer):
    """Truncated normal with variance ``1 / fan_in``. LeCun et al., 1998."""

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(seed=seed)


class STFT(Initializer):
    """Kernels of a short-time Fourier transform, for a convolution of one channel.

    Args:
        side: ``"real"`` or ``"imag"``.
        window: ``"boxcar"``, ``"hann"``, ``"hamming"``, ``"blackman"``, ``"nuttall"``,
            ``"blackmanharris"``, ``"flattop"``, or None for none.
        scaling: divides by the window's root of summed squares (``"density"``) or sum
            (``"spectrum"``); None for neither.
        periodic: the window repeats after its length, not one sample before.

    >>> STFT("imag", window=None)((4, 1, 3)).numpy()[:, 0, 1].round(2)
    array([-0., -1., -0.,  1.], dtype=float32)
    """

    def __init__(
        self,
        side: str = "real",
        window: str | None = "hann",
        scaling: str | None = "density",
        periodic: bool = False,
    ) -> None:
        super().__init__(side=side, window=window, scaling=scaling, periodic=periodic)


_CLASSES = {
    cls.__name__: cls
    for cls in (
        Zeros,
        Ones,
        Constant,
        RandomNormal,
        RandomUniform,
        TruncatedNormal,
        Identity,
        Orthogonal,
        VarianceScaling,
        GlorotUniform,
        GlorotNormal,
        HeUniform,
        HeNormal,
        LecunUniform,
        LecunNormal,
        STFT,
    )
}


def get(identifier: Any) -> Initializer:
    """An initializer from its name, its serialized form, or itself."""
    if isinstance(identifier, Initializer):
        return identifier
    if isinstance(identifier, type) and issubclass(identifier, Initializer):
        return identifier()
    if not isinstance(identifier, (str, dict)):
        raise TypeError(
            f"initializer is {identifier!r}, expected a name or an object of lamina.initializers"
        )
    known = _lamina.initializer_config(identifier)
    result: Initializer = _CLASSES[known["class_name"]].from_config(known["config"])
    return result
