"""Options and extents may be any 64-bit number: what cannot be is refused, at once."""

import numpy as np
import pytest

import lamina
from lamina import layers, ops

MOST = 2**63 - 1
X = np.arange(12, dtype="float32").reshape(3, 4)
NARROW = np.zeros((1, 4, 1), "float32")


def symbolic(*shape):
    return lamina.Input(shape)


REFUSED = {
    "pad": lambda: ops.pad(X, [(MOST, MOST), (0, 0)]),
    "pad, sum wraps to its size": lambda: ops.pad(X[0], [(2**63 - 4, 2**63 - 4)]),
    "pad, symmetric": lambda: ops.pad(X, [(MOST, MOST), (0, 0)], mode="symmetric"),
    "pad, reflected, too large for memory": lambda: ops.pad(
        X, [(2**50, 0), (0, 0)], mode="reflect"
    ),
    "repeat": lambda: ops.repeat(X, MOST, axis=1),
    "repeat of nothing": lambda: ops.repeat(np.zeros((0, 100), "float32"), 2**60, axis=1),
    "tile": lambda: ops.tile(X, (MOST, 1)),
    "tile of nothing": lambda: ops.tile(np.zeros((0, 100), "float32"), (1, 2**60)),
    "reshape of nothing": lambda: lamina.Tensor(np.zeros((0,))).reshape(0, 2**40, 2**40),
    "concatenate": lambda: ops.concatenate([np.zeros((2**60, 0), "float32")] * 8),
    "split of nothing": lambda: ops.split(np.zeros((0, 2), "float32"), 2**60),
    "broadcast_to": lambda: ops.broadcast_to(X[0], (2**62, 4)),
    "one_hot": lambda: ops.one_hot(np.array([1, 2]), MOST),
    "zeros": lambda: ops.zeros((2**32, 2**32)),
    "adaptive pooling": lambda: ops.adaptive_max_pool(NARROW, MOST),
    "ZeroPadding1D": lambda: layers.ZeroPadding1D(2**31)(symbolic(MOST - 1, 1)),
    "ZeroPadding1D, width": lambda: layers.ZeroPadding1D((2**62, 2**62))(NARROW),
    "UpSampling1D": lambda: layers.UpSampling1D(2**31)(symbolic(2**40, 1)),
    "UpSampling2D, bilinear": lambda: layers.UpSampling2D(2**31, interpolation="bilinear")(
        np.ones((1, 2, 2, 2), "float32")
    ),
    "RepeatVector": lambda: layers.RepeatVector(MOST)(X),
    "Flatten, Dense": lambda: layers.Dense(2)(layers.Flatten()(symbolic(2**40, 2**40))),
    "Dense": lambda: layers.Dense(MOST)(X),
    "Embedding": lambda: layers.Embedding(2**40, 2**40)(np.array([[1]])),
    "Conv1D": lambda: layers.Conv1D(MOST, 2)(NARROW),
    "Conv1DTranspose": lambda: layers.Conv1DTranspose(1, 2, strides=2**31)(symbolic(2**40, 1)),
    "DepthwiseConv1D": lambda: layers.DepthwiseConv1D(1, depth_multiplier=2**62)(symbolic(4, 4)),
    "SeparableConv1D": lambda: layers.SeparableConv1D(1, 1, depth_multiplier=2**62)(symbolic(4, 4)),
    "Concatenate": lambda: layers.Concatenate()([symbolic(MOST), symbolic(MOST)]),
}


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_counted_is_refused(call):
    with pytest.raises((ValueError, MemoryError)):
        call()


def test_large_windows_and_steps_that_fit_are_taken():
    x = np.arange(5, dtype="float32")
    assert ops.max_pool(x[None, :, None], 5, 2**31, "valid").numpy().ravel() == [4]
    np.testing.assert_array_equal(lamina.Tensor(x)[1 :: 2**62].numpy(), x[1 :: 2**62])
    np.testing.assert_array_equal(lamina.Tensor(x)[:: -(2**62)].numpy(), x[:: -(2**62)])
    conv = layers.Conv1D(1, 1, strides=2**31, padding="same", kernel_initializer="ones")
    assert conv(x[None, :, None]).numpy().ravel() == [0]


@pytest.mark.parametrize("pool", [ops.max_pool, ops.average_pool])
def test_pooling_counts_the_windows_of_nothing(pool):
    x = lamina.Tensor(np.zeros((0, 2**50, 1), "float32"), requires_grad=True)
    y = pool(x, 2, 1, "valid")
    assert y.shape == (0, 2**50 - 1, 1)
    ops.sum(y).backward()
    assert x.grad.shape == x.shape


@pytest.mark.parametrize("size", [2, 3, 4, 7])
def test_bilinear_upsampling_of_any_size(size):
    # Places stand (r + 1/2) / size - 1/2 from the center they belong to, the ends stay.
    x = np.array([1.0, 3.0, 2.0])
    places = (np.arange(3 * size) + 0.5) / size - 0.5
    expected = np.interp(places, np.arange(3), x)
    layer = layers.UpSampling2D((size, 1), interpolation="bilinear", dtype="float64")
    np.testing.assert_allclose(layer(x[None, :, None, None]).numpy().ravel(), expected, rtol=1e-12)
