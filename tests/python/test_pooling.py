"""Pooling against a plain NumPy loop in float64, numerical gradients, the lectures' examples."""

import itertools

import numpy as np
import pytest
from gradients import check_gradient
from numpy.testing import assert_allclose

import lamina
from lamina import Tensor, layers, ops

OPS = {"max": ops.max_pool, "min": ops.min_pool, "average": ops.average_pool}
REDUCE = {"max": np.max, "min": np.min, "average": np.mean}
every_kind = pytest.mark.parametrize("kind", list(OPS))


def ranges(extent, window, stride, padding):
    """The inputs of each window along an axis, as TensorFlow and Keras define them."""
    if padding == "valid":
        return [(i * stride, i * stride + window) for i in range((extent - window) // stride + 1)]
    count = -(-extent // stride)
    before = max((count - 1) * stride + window - extent, 0) // 2
    starts = [i * stride - before for i in range(count)]
    return [(max(start, 0), min(start + window, extent)) for start in starts]


def reference(kind, x, pool, strides, padding):
    axes = [
        ranges(*arguments, padding) for arguments in zip(x.shape[1:-1], pool, strides, strict=True)
    ]
    y = np.empty((len(x), *map(len, axes), x.shape[-1]))
    for place in np.ndindex(*map(len, axes)):
        window = tuple(slice(*axis[i]) for axis, i in zip(axes, place, strict=True))
        spatial = tuple(range(1, x.ndim - 1))
        y[(slice(None), *place)] = REDUCE[kind](x[(slice(None), *window)], axis=spatial)
    return y


GRID = [
    ((n, extent, channels), (window,), (stride,), padding)
    for n, extent, channels, window, stride, padding in itertools.product(
        [1, 2], [1, 5, 8], [1, 3], [1, 2, 3], [1, 2, 3], ["valid", "same"]
    )
    if padding == "same" or window <= extent
] + [
    ((2, *size, channels), pool, strides, padding)
    for size, channels, pool, strides, padding in itertools.product(
        [(1, 1), (4, 4), (5, 7)],
        [1, 17],
        [(1, 1), (2, 2), (3, 2), (3, 3)],
        [(1, 1), (2, 2), (2, 3)],
        ["valid", "same"],
    )
    if padding == "same" or all(p <= s for p, s in zip(pool, size, strict=True))
]
GRID += [
    ((2, 3, 4, 5, 2), (2, 2, 2), (2, 2, 2), "valid"),
    ((2, 3, 4, 5, 2), (2, 3, 2), (1, 2, 1), "same"),
    ((1, 1, 1, 1, 1), (1, 1, 1), (1, 1, 1), "valid"),
    ((1, 20, 20, 3), (17, 18), (1, 1), "valid"),  # more places in a window than a byte counts
]


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-5)])
@every_kind
def test_values_over_a_grid(kind, dtype, tolerance, rng):
    for shape, pool, strides, padding in GRID:
        x = rng.normal(size=shape).astype(dtype)
        y = OPS[kind](x, pool, strides, padding).numpy()
        expected = reference(kind, x.astype("float64"), pool, strides, padding)
        assert y.dtype == dtype
        assert_allclose(y, expected, rtol=tolerance, atol=tolerance, err_msg=str((shape, pool)))


@every_kind
def test_gradients_over_a_grid(kind, rng):
    for shape, pool, strides, padding in GRID[:: 7 if kind == "max" else 13]:
        # Distinct values, far enough apart for the differences.
        x = rng.permutation(np.prod(shape)).reshape(shape) / 8.0
        check_gradient(lambda t: OPS[kind](t, pool, strides, padding), x)  # noqa: B023


@every_kind
def test_a_wide_window_and_gaps_between_windows_have_right_gradients(kind, rng):
    for shape, pool, strides in [
        ((1, 20, 20, 1), (17, 18), (1, 1)),
        ((1, 7, 8, 3), (2, 1), (3, 4)),
    ]:
        x = rng.permutation(np.prod(shape)).reshape(shape) / 8.0
        check_gradient(lambda t: OPS[kind](t, pool, strides), x)  # noqa: B023


@every_kind
def test_large_results_are_those_of_their_parts(kind, rng):
    # large enough to be written around the caches
    x = rng.normal(size=(9, 112, 112, 64)).astype("float32")
    dy = rng.normal(size=(9, 56, 56, 64)).astype("float32")

    def result_and_gradient(x, dy):
        t = Tensor(x, requires_grad=True)
        y = OPS[kind](t, 2)
        y.backward(Tensor(dy))
        return y.numpy(), t.grad.numpy()

    whole = result_and_gradient(x, dy)
    for i in range(len(x)):
        for all_images, one in zip(
            whole, result_and_gradient(x[i : i + 1], dy[i : i + 1]), strict=True
        ):
            np.testing.assert_array_equal(all_images[i : i + 1], one)


@pytest.mark.parametrize("kind", ["max", "average"])
def test_adaptive_windows_are_pytorchs(kind, rng):
    function = {"max": ops.adaptive_max_pool, "average": ops.adaptive_average_pool}[kind]
    for extents, sizes in [
        ((7,), (3,)),
        ((5, 6), (3, 4)),
        ((3, 4), (5, 4)),
        ((2, 3, 5), (2, 1, 3)),
    ]:
        x = rng.permutation(2 * np.prod(extents) * 3).reshape(2, *extents, 3) / 8.0
        y = function(x, sizes).numpy()
        for place in np.ndindex(*sizes):
            window = tuple(
                slice(i * m // n, -(-(i + 1) * m // n))
                for i, m, n in zip(place, extents, sizes, strict=True)
            )
            axes = tuple(range(1, len(extents) + 1))
            expected = REDUCE[kind](x[(slice(None), *window)], axis=axes)
            assert_allclose(y[(slice(None), *place)], expected, rtol=1e-14)
        check_gradient(lambda t: function(t, sizes), x)  # noqa: B023


# ---- The lectures ----


def test_the_lectures_sequence():
    x = np.float32([3, 1, 0, 3, -1, 3, 0, 2, 1, -1, 0, 4]).reshape(1, -1, 1)
    assert layers.MaxPooling1D(2)(x).numpy().ravel().tolist() == [3, 3, 3, 2, 1, 4]


def test_the_lectures_convolved_sequence():
    # Nine values: the last one has a window of its own with "same" alone.
    x = np.float32([9, 4, 2, 9, 0, 9, 0, 3, 6]).reshape(1, -1, 1)
    assert layers.MaxPooling1D(2)(x).numpy().ravel().tolist() == [9, 9, 9, 3]
    same = layers.MaxPooling1D(2, padding="same")
    assert same(x).numpy().ravel().tolist() == [9, 9, 9, 3, 6]


def test_the_lectures_image():
    x = np.float32([[1, 3, 5, 3], [4, 2, 3, 1], [3, 1, 1, 3], [0, 1, 0, 4]]).reshape(1, 4, 4, 1)
    assert layers.MaxPooling2D(2)(x).numpy()[0, :, :, 0].tolist() == [[4, 5], [3, 4]]
    assert layers.MinPooling2D(2)(x).numpy()[0, :, :, 0].tolist() == [[1, 1], [0, 0]]
    assert layers.AveragePooling2D(2)(x).numpy()[0, :, :, 0].tolist() == [[2.5, 3], [1.25, 2]]
    assert layers.GlobalMaxPooling2D()(x).numpy().tolist() == [[5]]


# ---- Rules ----


@pytest.mark.parametrize("channels", [1, 3, 16, 70])
def test_the_first_of_equals_gets_the_gradient(channels):
    for layer in (layers.MaxPooling2D(2), layers.MinPooling2D(2)):
        x = Tensor(np.ones((1, 4, 4, channels), "float32"), requires_grad=True)
        ops.sum(layer(x)).backward()
        expected = np.zeros((4, 4))
        expected[::2, ::2] = 1
        for channel in range(channels):
            assert np.array_equal(x.grad.numpy()[0, :, :, channel], expected)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("place", [0, 1, 2, 3])
@every_kind
def test_nan_passes_and_gets_the_gradient(kind, place, dtype):
    for channels in (1, 5, 64):
        values = np.arange(4.0).reshape(1, 2, 2, 1).repeat(channels, -1).astype(dtype)
        values.reshape(4, channels)[place] = np.nan
        x = Tensor(values, requires_grad=True)
        y = OPS[kind](x, 2)
        assert np.isnan(y.numpy()).all()
        assert np.isnan(OPS[kind](values, 2).numpy()).all(), "without gradients too"
        ops.sum(y).backward()
        if kind != "average":
            expected = np.arange(4) == place
            assert (x.grad.numpy().reshape(4, channels) == expected[:, None]).all()


def test_infinities_are_values():
    x = np.float32([-np.inf, -np.inf, np.inf, 1]).reshape(1, 4, 1)
    assert ops.max_pool(x, 2).numpy().ravel().tolist() == [-np.inf, np.inf]
    assert ops.min_pool(x, 2).numpy().ravel().tolist() == [-np.inf, 1]


@every_kind
def test_recorded_and_unrecorded_values_have_the_same_bits(kind, rng):
    x = rng.choice([-1.0, -0.0, 0.0, 1.0], size=(4, 9, 9, 37)).astype("float32")
    recorded = OPS[kind](Tensor(x, requires_grad=True), 3, 2)
    assert recorded.numpy().tobytes() == OPS[kind](x, 3, 2).numpy().tobytes()


def test_integers_become_float32():
    y = ops.average_pool(np.arange(4).reshape(1, 4, 1), 2)
    assert y.dtype == "float32"
    assert y.numpy().ravel().tolist() == [0.5, 2.5]


@every_kind
def test_channels_first_is_channels_last_transposed(kind, rng):
    x = rng.normal(size=(2, 3, 6, 5))
    y = OPS[kind](x, (2, 3), 1, "same", data_format="channels_first").numpy()
    expected = OPS[kind](x.transpose(0, 2, 3, 1), (2, 3), 1, "same").numpy().transpose(0, 3, 1, 2)
    assert np.array_equal(y, expected)


@pytest.fixture
def threads():
    before = lamina.num_threads()
    yield lamina.set_num_threads
    lamina.set_num_threads(before)


@pytest.mark.parametrize("shape", [(1, 96, 90, 33), (70, 24, 20, 3), (300, 60, 5)])
@every_kind
def test_the_number_of_threads_changes_no_bit_where_windows_overlap(kind, shape, threads, rng):
    x = rng.normal(size=shape).astype("float32")
    rank = len(shape) - 2
    results = set()
    for count in (1, 2, 3, 7):
        threads(count)
        given, regions = Tensor(x, requires_grad=True), lamina.parallel_regions()
        y = OPS[kind](given, (3,) * rank, (1,) * rank, "same")
        ops.sum(y * np.sin(np.arange(y.size, dtype="float32")).reshape(y.shape)).backward()
        results.add(y.numpy().tobytes() + given.grad.numpy().tobytes())
        assert count == 1 or lamina.parallel_regions() > regions
    assert len(results) == 1


def test_float32_means_of_large_windows_are_accurate(rng):
    x = rng.uniform(1, 2, size=(1, 300, 300, 2)).astype("float32")
    expected = x.astype("float64").mean((1, 2))
    for y in (ops.average_pool(x, 300), ops.adaptive_average_pool(x, 1)):
        assert_allclose(y.numpy()[:, 0, 0], expected, rtol=4e-6)  # one after another: 1e-4
    assert_allclose(layers.GlobalAveragePooling2D()(x).numpy(), expected, rtol=4e-6)


# ---- Errors ----


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (
            lambda: layers.MaxPooling2D(3, 2, name="pool"),
            (1, 2, 5, 1),
            r"MaxPooling2D 'pool' needs inputs of at least 3 along axis 1, got 2: there are "
            r"floor\(\(2 - 3\) / 2\) \+ 1 < 1 windows",
        ),
        (
            lambda: layers.AveragePooling1D(4, data_format="channels_first", name="pool"),
            (1, 5, 3),
            "AveragePooling1D 'pool' needs inputs of at least 4 along axis 2, got 3",
        ),
        (
            lambda: layers.MaxPooling2D(name="pool"),
            (1, 4, 4),
            r"MaxPooling2D 'pool' needs inputs \(batch, height, width, channels\), got "
            r"\(None, 4, 4\)",
        ),
        (
            lambda: layers.MinPooling3D(data_format="channels_first", name="pool"),
            (1, 4),
            r"'pool' needs inputs \(batch, channels, depth, height, width\)",
        ),
        (
            lambda: layers.GlobalMaxPooling1D(name="pool"),
            (1, 0, 3),
            "'pool' needs inputs of at least 1 along axis 1",
        ),
        (
            lambda: layers.Cropping1D((2, 1), name="crop"),
            (1, 3, 1),
            r"Cropping1D 'crop' cuts 2 and 1 of 3 along axis 1 of inputs .*, which leaves nothing",
        ),
    ],
)
def test_inputs_that_do_not_fit_are_refused_in_the_layers_name(layer, shape, message):
    with pytest.raises(ValueError, match=message):
        layer()(np.ones(shape, "float32"))
    with pytest.raises(ValueError, match=message):
        layer().build((None, *shape[1:]))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.MaxPooling2D(0), "MaxPooling2D 'max_pooling2d' needs pool_size .*=0"),
        (lambda: layers.MaxPooling2D((2, 3, 4)), r"one integer or 2, at least 1, .*=\(2, 3, 4\)"),
        (lambda: layers.MaxPooling1D(2, strides=-1), "needs strides of one integer, .*=-1"),
        (lambda: layers.AveragePooling2D(None), "needs pool_size .* pool_size=None"),
        (lambda: layers.MaxPooling2D(2, padding="full"), "padding 'valid' or 'same', got .*full"),
        (lambda: layers.MaxPooling2D(2, data_format="NCHW"), "unknown data_format 'NCHW'"),
        (lambda: layers.AdaptiveMaxPooling2D((1, 0)), r"output_size .*=\(1, 0\)"),
        (lambda: layers.ZeroPadding2D(((1, 2), (0, -1))), "needs padding of one integer, 2, or"),
        (lambda: layers.ZeroPadding2D((1, 2, 3)), "needs padding of one integer, 2, or 2 pairs"),
        (lambda: layers.ZeroPadding1D((1, 2, 3)), "needs padding of one integer or two"),
        (lambda: layers.Cropping2D(-1), "needs cropping"),
        (lambda: layers.Cropping2D(((1, 2, 3), (1, 1))), "one or two integers for an axis, got 3"),
        (lambda: layers.UpSampling2D(0), "needs size"),
        (lambda: layers.UpSampling2D(2, interpolation="cubic"), "'nearest' or 'bilinear', got"),
        (lambda: ops.max_pool(np.ones((1, 2, 1)), 3), "max_pool needs inputs of at least 3"),
        (lambda: ops.max_pool(np.ones((1, 4, 1)), 2, 0), "needs strides"),
        (lambda: ops.max_pool(np.ones((4, 1)), 2), r"max_pool needs inputs \(batch, steps"),
        (lambda: ops.average_pool(np.ones((1, 4, 1)), 2, padding="full"), "average_pool.*full"),
        (lambda: ops.adaptive_max_pool(np.ones((1, 4, 1)), 0), "adaptive_max_pool needs output"),
    ],
)
def test_impossible_arguments_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# ---- Margins and more places ----


def test_one_number_pads_all_ends():
    x = np.ones((1, 2, 2, 1), "float32")
    y = layers.ZeroPadding2D(1)(x).numpy()[0, :, :, 0]
    assert y.tolist() == [[0, 0, 0, 0], [0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]]
    assert np.array_equal(layers.Cropping2D(1)(layers.ZeroPadding2D(1)(x)).numpy(), x)
    assert layers.ZeroPadding1D(2).padding == (2, 2)


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
@pytest.mark.parametrize("size", [1, 2, (3, 1), (2, 5)])
def test_up_sampling_has_right_gradients(size, interpolation, rng):
    layer = layers.UpSampling2D(size, interpolation=interpolation, dtype="float64")
    for shape in [(1, 1, 1, 1), (2, 3, 2, 3)]:
        check_gradient(layer, rng.normal(size=shape))


def test_bilinear_values_by_hand():
    # Centers of the new places stand at -1/4, 1/4, 3/4, 5/4 of the old: a line between 0 and 4,
    # which ends at the centers.
    y = layers.UpSampling2D((1, 2), interpolation="bilinear")([[[[0.0], [4.0]]]])
    assert y.numpy().ravel().tolist() == [0, 1, 3, 4]
    y = layers.UpSampling2D((1, 2), interpolation="bilinear")([[[[np.nan], [4.0], [8.0]]]])
    assert_allclose(y.numpy().ravel(), [np.nan, np.nan, np.nan, 5, 7, 8])


def test_a_network_of_them_learns(rng):
    x = rng.normal(size=(64, 8, 8, 1)).astype("float32")
    y = x.reshape(64, -1).max(1)
    model = lamina.Sequential(
        [
            lamina.Input((8, 8, 1)),
            layers.ZeroPadding2D(1),
            layers.Cropping2D(1),
            layers.MaxPool2D(2),
            layers.UpSampling2D(2),
            layers.AvgPool2D(2),
            layers.GlobalMaxPooling2D(),
            layers.Dense(1),
        ]
    )
    model.compile(lamina.optimizers.SGD(0.05), "mse")
    history = model.fit(x, y, epochs=40, batch_size=16, verbose=0).history
    assert history["loss"][-1] < 0.02 * history["loss"][0]
    again = lamina.models.load_model(model.save_to_bytes())
    assert np.array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: layers.MaxPooling2D(2, strides=2**63 - 1), "at most 2147483648"),
        (lambda: layers.Cropping2D(2**62), r"from 0 to 2147483648, got .*\(4611686018427387904"),
        (lambda: layers.ZeroPadding2D(-1), r"from 0 to 2147483648, got .*\(-1, -1\)"),
        (lambda: layers.UpSampling1D(2**62), "at most 2147483648"),
        (lambda: layers.AdaptiveAveragePooling2D(2**30)(np.ones((1, 4, 4, 1))), "1 to 16777216"),
        (
            lambda: layers.Conv1D(1, 2, dilation_rate=2**30)(np.ones((1, 4, 1))),
            "dilation_rate .* = 1073741825",
        ),
    ],
)
def test_extents_that_no_memory_holds_are_refused_at_once(make, match):
    with pytest.raises(ValueError, match=match):
        make()
