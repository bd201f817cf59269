"""How weights begin, by name or as objects with options."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina import _lamina, _naming, _pieces, _serialized
from lamina._configured import Configured
from lamina._lamina import Tensor, Variable


class Initializer:
    """Subclass it to write an initializer of your own, or write a function of the same arguments.

    To save models with it, register the class with
    ``lamina.saving.register_keras_serializable`` and let ``get_config`` return its arguments.

    >>> class Checkered(Initializer):
    ...     def __call__(self, shape, dtype=None):
    ...         rows, columns = np.indices(shape)
    ...         return lamina.Tensor((rows + columns) % 2, dtype)
    >>> Dense(3, kernel_initializer=Checkered())([[1.0, 10.0]]).numpy()
    array([[10.,  1., 10.]], dtype=float32)
    """

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """A new tensor of that shape and dtype."""
        raise NotImplementedError(
            f"{type(self).__name__} must define __call__(self, shape, dtype=None)"
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal one."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The one with those arguments."""
        return cls(**config)

    def clone(self) -> Any:
        """An equal one."""
        return self.from_config(self.get_config())


class _Builtin(Configured, Initializer):
    """One of lamina's own, which the core runs."""

    def __init__(self, **options: Any) -> None:
        own = next(cls.__name__ for cls in type(self).__mro__ if cls.__name__ in _CLASSES)
        taken = {name: _json_form(value) for name, value in options.items()}
        config = _lamina.initializer_config({"class_name": own, "config": taken})
        self._hold(config, options)

    def __call__(self, shape: Any, dtype: Any = None) -> Tensor:
        """A new tensor of that shape."""
        return _lamina.initialize(self._config, shape, dtype)


class Zeros(_Builtin):
    """All 0.

    >>> Zeros()((3,)).numpy()
    array([0., 0., 0.], dtype=float32)
    """

    def __init__(self) -> None:
        super().__init__()


class Ones(_Builtin):
    """All 1.

    >>> Ones()((3,)).numpy()
    array([1., 1., 1.], dtype=float32)
    """

    def __init__(self) -> None:
        super().__init__()


class Constant(_Builtin):
    """All ``value``, a number, or an array that fits the weight.

    >>> Constant(2.5)((3,)).numpy()
    array([2.5, 2.5, 2.5], dtype=float32)
    >>> Constant([1.0, 2.0])((2, 2)).numpy()
    array([[1., 2.],
           [1., 2.]], dtype=float32)
    """

    value: Any

    def __init__(self, value: Any = 0.0) -> None:
        super().__init__(value=_serialized.array_from(value))

    def get_config(self) -> dict[str, Any]:
        """The options that make an equal one."""
        return {"value": _json_form(self.value)}


class RandomNormal(_Builtin):
    """Normal with that mean and standard deviation.

    >>> w = RandomNormal(stddev=0.1, seed=1)((200, 300)).numpy()
    >>> round(float(w.std()), 2)
    0.1
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(mean=mean, stddev=stddev, seed=seed)


class RandomUniform(_Builtin):
    """Spread evenly over [minval, maxval).

    >>> w = RandomUniform(-0.1, 0.1, seed=1)((200, 300)).numpy()
    >>> round(float(w.min()), 2), round(float(w.max()), 2)
    (-0.1, 0.1)
    """

    def __init__(
        self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None
    ) -> None:
        super().__init__(minval=minval, maxval=maxval, seed=seed)


class TruncatedNormal(_Builtin):
    """Normal, drawn again where farther than two deviations from the mean.

    >>> w = TruncatedNormal(stddev=0.1, seed=1)((200, 300)).numpy()
    >>> round(float(abs(w).max()), 2)
    0.2
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(mean=mean, stddev=stddev, seed=seed)


class Identity(_Builtin):
    """``gain`` times the identity matrix.

    >>> Identity(2.0)((2, 3)).numpy()
    array([[2., 0., 0.],
           [0., 2., 0.]], dtype=float32)
    """

    def __init__(self, gain: float = 1.0) -> None:
        super().__init__(gain=gain)


class Orthogonal(_Builtin):
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


class VarianceScaling(_Builtin):
    """Variance ``scale / fan``.

    Args:
        scale: above 0.
        mode: which fan: ``"fan_in"``, ``"fan_out"`` or their mean, ``"fan_avg"``.
        distribution: ``"truncated_normal"``, ``"untruncated_normal"`` or ``"uniform"``.
        seed: makes every weight this initializer makes the same.
        input_axes: with ``output_axes``, the axes whose extents make up ``fan_in``, and those of
            ``fan_out``; by default the last two, and those before them as a receptive field.
        output_axes: see ``input_axes``.

    >>> w = VarianceScaling(2.0, "fan_in", seed=1)((200, 300)).numpy()
    >>> round(float(w.var()), 3)  # 2 / 200
    0.01
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(
            scale=scale,
            mode=mode,
            distribution=distribution,
            seed=seed,
            input_axes=input_axes,
            output_axes=output_axes,
        )


class GlorotUniform(_Builtin):
    """Uniform with variance ``2 / (fan_in + fan_out)``.

    Reference: Glorot and Bengio, 2010, "Understanding the difficulty of training deep feedforward
    neural networks".

    >>> w = GlorotUniform(seed=1)((200, 300)).numpy()
    >>> round(float(w.var()), 4)  # 2 / (200 + 300)
    0.004
    """

    def __init__(
        self,
        seed: int | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(seed=seed, input_axes=input_axes, output_axes=output_axes)


class GlorotNormal(_Builtin):
    """Truncated normal with variance ``2 / (fan_in + fan_out)``. Glorot and Bengio, 2010.

    >>> w = GlorotNormal(seed=1)((200, 300)).numpy()
    >>> round(float(w.var()), 4)  # 2 / (200 + 300)
    0.004
    """

    def __init__(
        self,
        seed: int | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(seed=seed, input_axes=input_axes, output_axes=output_axes)


class HeUniform(_Builtin):
    """Uniform with variance ``2 / fan_in``.

    Reference: He et al., 2015, "Delving deep into rectifiers".

    >>> w = HeUniform(seed=1)((200, 300)).numpy()
    >>> round(float(w.var()), 3)  # 2 / 200
    0.01
    """

    def __init__(
        self,
        seed: int | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(seed=seed, input_axes=input_axes, output_axes=output_axes)


class HeNormal(_Builtin):
    """Truncated normal with variance ``2 / fan_in``. He et al., 2015.

    >>> w = HeNormal(seed=1)((200, 300)).numpy()
    >>> round(float(w.var()), 3)  # 2 / 200
    0.01
    """

    def __init__(
        self,
        seed: int | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(seed=seed, input_axes=input_axes, output_axes=output_axes)


class LecunUniform(_Builtin):
    """Uniform with variance ``1 / fan_in``.

    Reference: LeCun et al., 1998, "Efficient backprop".

    >>> w = LecunUniform(seed=1)((200, 300)).numpy()
    >>> round(float(w.var()), 3)  # 1 / 200
    0.005
    """

    def __init__(
        self,
        seed: int | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(seed=seed, input_axes=input_axes, output_axes=output_axes)


class LecunNormal(_Builtin):
    """Truncated normal with variance ``1 / fan_in``. LeCun et al., 1998.

    >>> w = LecunNormal(seed=1)((200, 300)).numpy()
    >>> round(float(w.var()), 3)  # 1 / 200
    0.005
    """

    def __init__(
        self,
        seed: int | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(seed=seed, input_axes=input_axes, output_axes=output_axes)


class STFT(_Builtin):
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

# Keras's other names.
IdentityInitializer = Identity
OrthogonalInitializer = Orthogonal
STFTInitializer = STFT
constant = Constant
glorot_normal = GlorotNormal
glorot_uniform = GlorotUniform
he_normal = HeNormal
he_uniform = HeUniform
identity = Identity
lecun_normal = LecunNormal
lecun_uniform = LecunUniform
ones = Ones
orthogonal = Orthogonal
random_normal = RandomNormal
random_uniform = RandomUniform
stft = STFT
truncated_normal = TruncatedNormal
variance_scaling = VarianceScaling
zeros = Zeros

_KIND = _pieces.Kind(
    "initializer",
    {
        **_CLASSES,
        **{_naming.snake_case(name): cls for name, cls in _CLASSES.items()},
        "IdentityInitializer": Identity,
        "OrthogonalInitializer": Orthogonal,
        "STFTInitializer": STFT,
        "normal": RandomNormal,
        "one": Ones,
        "uniform": RandomUniform,
        "zero": Zeros,
    },
    _lamina.initializer_config,
)


def serialize(initializer: Any) -> Any:
    """The configuration of an initializer, from which ``deserialize`` makes an equal one.

    >>> serialize(Constant(2.0))["config"]
    {'value': 2.0}
    """
    return _serialized.serialize(initializer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The initializer of a configuration that ``serialize`` gave.

    Args:
        config: the configuration.
        custom_objects: classes and functions of your own by name.

    >>> deserialize(serialize(Constant(2.0)))
    Constant(value=2.0)
    """
    with _naming.scope(custom_objects):
        return _KIND.read(config)


def get(identifier: Any) -> Any:
    """An initializer from its name, its serialized form, an array of the values, or itself; None
    for none.

    >>> get("he_normal")
    HeNormal(seed=None)
    """
    if identifier is None:
        return None
    if isinstance(identifier, (Tensor, Variable, np.ndarray, np.generic)):
        return Constant(identifier)
    return _KIND.read(identifier)


def _json_form(value: Any) -> Any:
    return _serialized.serialize(value) if isinstance(value, np.ndarray) else value
