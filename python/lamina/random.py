"""Random tensors.

Every function takes a ``seed``: None continues what ``utils.set_random_seed`` began, a whole number
gives the same values each time, and a ``SeedGenerator`` gives others at each call.
"""

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina import _lamina, ops
from lamina._lamina import Tensor
from lamina._numbers import refuse_gradient

__all__ = [
    "SeedGenerator",
    "beta",
    "binomial",
    "categorical",
    "dropout",
    "gamma",
    "normal",
    "randint",
    "shuffle",
    "truncated_normal",
    "uniform",
]

_ROUNDS = 100  # of redrawing what was rejected, far more than chance needs


class SeedGenerator:
    """A sequence of random draws: each use as a ``seed`` gives other values.

    Args:
        seed: a whole number, from which the sequence repeats; by default it continues what
            ``utils.set_random_seed`` began.
        name: what it is called.

    >>> generator = SeedGenerator(seed=1)
    >>> first, second = uniform((2,), seed=generator), uniform((2,), seed=generator)
    >>> bool((first.numpy() == second.numpy()).any())
    False
    >>> bool((uniform((2,), seed=SeedGenerator(1)).numpy() == first.numpy()).all())
    True
    """

    def __init__(self, seed: int | None = None, name: str | None = None) -> None:
        self.name = name or "seed_generator"
        self._initial_seed = seed
        self._stream = (
            _lamina.RandomStream.open(self.name)
            if seed is None
            else _lamina.RandomStream(_key(seed, "None"))
        )

    @property
    def state(self) -> tuple[int, int]:
        """Its key, and how many draws were taken."""
        return self._stream.key, self._stream.draws

    def restore(self, state: tuple[int, int]) -> None:
        """Goes to where ``state`` was read."""
        self._stream.restore(*state)

    def next(self, ordered: bool = True) -> Tensor:
        """The numbers of the next draw: its key and its place. ``ordered`` has no effect."""
        draw = self._stream.next_draw()
        return Tensor([self._stream.key % 2**32, draw % 2**32], dtype="int64")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal generator."""
        return {"seed": self._initial_seed, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "SeedGenerator":
        """The generator with those arguments."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<SeedGenerator {self.name}, {self._stream.draws} draws>"


def _key(seed: Any, others: str) -> int:
    """The key of a stream for a seed of any size and sign."""
    try:
        if isinstance(seed, bool):
            raise TypeError
        return operator.index(seed) % 2**64
    except TypeError:
        raise ValueError(f"seed is {seed!r}, expected a whole number or {others}") from None


def _stream(seed: Any) -> Any:
    """What the core takes: a stream, a key, or None."""
    if isinstance(seed, SeedGenerator):
        return seed._stream
    if seed is None or isinstance(seed, _lamina.RandomStream):
        return seed
    return _key(seed, "a SeedGenerator or None")


def _floating(name: str, dtype: Any) -> str:
    """The dtype of real numbers, by default ``lamina.config.floatx()``."""
    given = _lamina.floatx() if dtype is None else np.dtype(dtype).name
    if not given.startswith("float"):
        raise ValueError(f"{name} gives real numbers, of dtype float32 or float64; got {given}")
    return given


def _are_numbers(*values: Any) -> bool:
    return all(isinstance(value, (int, float, np.number)) for value in values)


def _one_stream(seed: Any) -> _lamina.RandomStream:
    """A stream for several draws of one call."""
    given = _stream(seed)
    if given is None:
        return _lamina.RandomStream.open("random")
    return given if isinstance(given, _lamina.RandomStream) else _lamina.RandomStream(given)


def uniform(
    shape: Sequence[int],
    minval: Any = 0.0,
    maxval: Any = 1.0,
    dtype: str | None = None,
    seed: Any = None,
) -> Tensor:
    """Values spread evenly over [minval, maxval); the bounds may be tensors that broadcast.

    >>> uniform((2, 3), seed=1).shape
    (2, 3)
    """
    dtype = _floating("uniform", dtype)
    if _are_numbers(minval, maxval):
        return _lamina.random_uniform(shape, minval, maxval, dtype, _stream(seed))
    share = _lamina.random_uniform(shape, 0.0, 1.0, dtype, _stream(seed))
    result: Tensor = minval + share * ops.subtract(maxval, minval)
    return result


def normal(
    shape: Sequence[int],
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: str | None = None,
    seed: Any = None,
) -> Tensor:
    """Values of a normal distribution, whose mean and deviation may be tensors that broadcast.

    >>> normal((2, 3), mean=5.0, stddev=0.0).numpy()[0]
    array([5., 5., 5.], dtype=float32)
    """
    dtype = _floating("normal", dtype)
    if _are_numbers(mean, stddev):
        return _lamina.random_normal(shape, mean, stddev, dtype, _stream(seed))
    drawn: Tensor = _lamina.random_normal(shape, 0.0, 1.0, dtype, _stream(seed)) * stddev + mean
    return drawn


def truncated_normal(
    shape: Sequence[int],
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: str | None = None,
    seed: Any = None,
) -> Tensor:
    """Normal values, drawn again where farther than two standard deviations from the mean.

    >>> bool(lamina.ops.max(lamina.ops.abs(truncated_normal((1000,)))) <= 2)
    True
    """
    dtype = _floating("truncated_normal", dtype)
    if _are_numbers(mean, stddev):
        return _lamina.random_truncated_normal(shape, mean, stddev, dtype, _stream(seed))
    drawn: Tensor = (
        _lamina.random_truncated_normal(shape, 0.0, 1.0, dtype, _stream(seed)) * stddev + mean
    )
    return drawn


def randint(
    shape: Sequence[int], minval: int, maxval: int, dtype: str | None = "int32", seed: Any = None
) -> Tensor:
    """Whole numbers spread evenly over [minval, maxval).

    Raises:
        ValueError: there is none between, or the range is wider than 2^53.

    >>> sorted(set(randint((100,), 2, 5, seed=1).numpy().tolist()))
    [2, 3, 4]
    """
    if dtype is not None and not np.dtype(dtype).name.lstrip("u").startswith("int"):
        raise ValueError(f"randint gives whole numbers, of an integer dtype; got {dtype}")
    if not 0 < maxval - minval <= 2**53:
        raise ValueError(
            f"randint needs minval < maxval, at most 2^53 apart, got {minval} and {maxval}"
        )
    share = _lamina.random_uniform(shape, 0.0, 1.0, "float64", _stream(seed))
    # The product may round up to the width.
    steps = ops.minimum(ops.floor(share * float(maxval - minval)), float(maxval - minval - 1))
    return (steps.astype("int64") + minval).astype(dtype or "int32")


def categorical(
    logits: Any, num_samples: int, dtype: str | None = "int32", seed: Any = None
) -> Tensor:
    """Classes drawn by their logits, independent of each other.

    Args:
        logits: ``(batch, classes)``, logarithms of the classes' shares but for a constant.
        num_samples: how many to draw for each row.
        dtype: of the classes' numbers.
        seed: see the module.

    Returns:
        ``(batch, num_samples)``.

    >>> categorical([[0.0, -100.0]], 3).numpy()
    array([[0, 0, 0]], dtype=int32)
    """
    logits = ops.convert_to_tensor(logits)
    if len(logits.shape) != 2:
        raise ValueError(f"categorical needs logits (batch, classes), got shape {logits.shape}")
    batch, classes = logits.shape
    # The largest of logits plus Gumbel noise falls on a class by its share (Gumbel, 1954).
    share = _lamina.random_uniform(
        (batch, num_samples, classes), 2**-60, 1.0, "float64", _stream(seed)
    )
    noise = -ops.log(-ops.log(share))
    scores = ops.expand_dims(logits.astype("float64"), 1) + noise
    return ops.argmax(scores, axis=-1).astype(dtype or "int32")


def shuffle(x: Any, axis: int = 0, seed: Any = None) -> Tensor:
    """The entries along an axis in random order.

    >>> sorted(shuffle([1.0, 2.0, 3.0]).numpy().tolist())
    [1.0, 2.0, 3.0]
    """
    x = ops.convert_to_tensor(x)
    order = _lamina.random_permutation(x.shape[axis], _stream(seed))
    return ops.take(x, order, axis=axis)


def dropout(
    inputs: Any, rate: float, noise_shape: Sequence[int | None] | None = None, seed: Any = None
) -> Tensor:
    """Sets each element to 0 with probability ``rate`` and divides the others by ``1 - rate``.

    Args:
        inputs: any values.
        rate: in [0, 1]; at 1 all are 0.
        noise_shape: shape of the choice, which is broadcast to the inputs; None on an axis stands
            for the inputs' size there.
        seed: see the module.

    >>> dropout([1.0, 1.0], 0.0).numpy()
    array([1., 1.], dtype=float32)
    """
    refuse_gradient("dropout", "rate", rate)
    if rate == 1:
        return ops.zeros_like(inputs)
    if noise_shape is None:
        return _lamina.random_dropout(inputs, rate, _stream(seed))
    inputs = ops.convert_to_tensor(inputs)
    if len(noise_shape) != len(inputs.shape):
        raise ValueError(
            f"dropout got a noise_shape {tuple(noise_shape)} for inputs of shape {inputs.shape}; "
            "it has an extent for each axis"
        )
    sizes = zip(noise_shape, inputs.shape, strict=True)
    shape = [size if given is None else given for given, size in sizes]
    kept: Tensor = _lamina.random_dropout(ops.ones(shape, inputs.dtype), rate, _stream(seed))
    result: Tensor = kept * inputs
    return result


def binomial(
    shape: Sequence[int],
    counts: Any,
    probabilities: Any,
    dtype: str | None = None,
    seed: Any = None,
) -> Tensor:
    """How many of ``counts`` trials succeed, each with a probability.

    Args:
        shape: of the result.
        counts: whole numbers at least 0, broadcast to the shape. Each trial is drawn, so memory
            grows with the largest.
        probabilities: in [0, 1], broadcast to the shape.
        dtype: by default ``lamina.config.floatx()``.
        seed: see the module.

    >>> binomial((2,), [3, 4], [1.0, 0.0]).numpy()
    array([3., 0.], dtype=float32)
    """
    counts = ops.broadcast_to(ops.convert_to_tensor(counts, "float64"), shape)
    probabilities = ops.broadcast_to(ops.convert_to_tensor(probabilities, "float64"), shape)
    most = int(ops.max(counts).item())
    trials = _lamina.random_uniform((most, *shape), 0.0, 1.0, "float64", _stream(seed))
    place = ops.reshape(Tensor(list(range(most)), dtype="float64"), (most,) + (1,) * len(shape))
    successes = ops.logical_and(trials < probabilities, place < counts)
    return ops.sum(successes.astype("float64"), axis=0).astype(dtype or _lamina.floatx())


def gamma(shape: Sequence[int], alpha: Any, dtype: str | None = None, seed: Any = None) -> Tensor:
    """Values of a gamma distribution of scale 1.

    Args:
        shape: of the result.
        alpha: the distribution's shape, above 0, broadcast to the result's.
        dtype: by default ``lamina.config.floatx()``.
        seed: see the module.

    Reference: Marsaglia and Tsang, 2000, "A simple method for generating gamma variables".

    >>> bool(lamina.ops.min(gamma((100,), 0.5)) > 0)
    True
    """
    dtype = _floating("gamma", dtype)
    stream = _one_stream(seed)
    alpha = ops.broadcast_to(ops.convert_to_tensor(alpha, "float64"), shape)
    # Of a shape below 1: that of one more, times a power of a uniform number.
    small = alpha < 1.0
    d = ops.where(small, alpha + 1.0, alpha) - 1.0 / 3.0
    result, open_ = ops.zeros(shape, "float64"), ops.ones(shape, "bool")
    for _ in range(_ROUNDS):
        x = _lamina.random_normal(shape, 0.0, 1.0, "float64", stream)
        u = _lamina.random_uniform(shape, 2**-60, 1.0, "float64", stream)
        v = (1.0 + x / ops.sqrt(9.0 * d)) ** 3
        safe = ops.maximum(v, 1e-300)
        inside = ops.log(u) < 0.5 * ops.square(x) + d - d * safe + d * ops.log(safe)
        accepted = ops.logical_and(ops.logical_and(v > 0.0, inside), open_)
        result = ops.where(accepted, d * safe, result)
        open_ = ops.logical_and(open_, ops.logical_not(accepted))
        if not bool(ops.any(open_)):
            break
    u = _lamina.random_uniform(shape, 2**-60, 1.0, "float64", stream)
    result = result * ops.where(small, ops.exp(ops.log(u) / alpha), 1.0)
    return result.astype(dtype)


def beta(
    shape: Sequence[int], alpha: Any, beta: Any, dtype: str | None = None, seed: Any = None
) -> Tensor:
    """Values of a beta distribution, in [0, 1].

    Args:
        shape: of the result.
        alpha: above 0, broadcast to it; the larger, the nearer to 1.
        beta: above 0, broadcast to it; the larger, the nearer to 0.
        dtype: by default ``lamina.config.floatx()``.
        seed: see the module.

    >>> beta((2, 3), 2.0, 1.0).shape
    (2, 3)
    """
    dtype = _floating("beta", dtype)
    stream = _one_stream(seed)
    first = gamma(shape, alpha, "float64", stream)
    second = gamma(shape, beta, "float64", stream)
    return (first / (first + second)).astype(dtype)
