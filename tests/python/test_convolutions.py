"""Convolutions against PyTorch's golden files, sums written out in float64, and the lectures."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from gradients import check_gradient
from numpy.testing import assert_allclose

import lamina
from lamina import Tensor, layers, ops

FILE = Path(__file__).parents[1] / "golden" / "convolutions.npz"
with np.load(FILE) as file:
    GOLDEN = dict(file)
ROWS = json.loads(str(GOLDEN.pop("spec")))


def padded(x, before, after):
    return np.pad(x, [(0, 0), *zip(before, after, strict=True), (0, 0)])


def reference(x, kernel, strides, dilation, groups=1):
    """The definition, of inputs that are padded already."""
    size, rank = kernel.shape[:-2], x.ndim - 2
    reach = [(k - 1) * d + 1 for k, d in zip(size, dilation, strict=True)]
    output = [(n - r) // s + 1 for n, r, s in zip(x.shape[1:-1], reach, strides, strict=True)]
    y = np.zeros((x.shape[0], *output, kernel.shape[-1]))
    of_group, filters = kernel.shape[-2], kernel.shape[-1] // groups
    for tap in np.ndindex(*size):
        at = tuple(
            slice(t * d, t * d + (o - 1) * s + 1, s)
            for t, d, o, s in zip(tap, dilation, output, strides, strict=True)
        )
        part = x[(slice(None), *at)]
        for g in range(groups):
            channels = slice(g * of_group, (g + 1) * of_group)
            columns = slice(g * filters, (g + 1) * filters)
            y[..., columns] += np.tensordot(
                part[..., channels], kernel[tap][:, columns], (rank + 1, 0)
            )
    return y


def same_padding(n, kernel, stride, dilation):
    """Outputs, and the padding before and after, as Keras and TensorFlow define them."""
    output = -(-n // stride)
    total = max((output - 1) * stride + (kernel - 1) * dilation + 1 - n, 0)
    return output, total // 2, total - total // 2


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 2e-5)])
@pytest.mark.parametrize("row", range(len(ROWS)))
def test_pytorch_agrees(row, dtype, tolerance):
    _, _, _, _, _, stride, padding, dilation, _ = ROWS[row]
    x, w, y, dy, dx, dw = (GOLDEN[f"{row}/{name}"] for name in ("x", "w", "y", "dy", "dx", "dw"))
    inputs = Tensor(padded(x, padding, padding).astype(dtype), requires_grad=True)
    kernel = Tensor(w.astype(dtype), requires_grad=True)
    output = ops.conv(inputs, kernel, strides=stride, dilation_rate=dilation)
    output.backward(Tensor(dy.astype(dtype)))
    inside = tuple(slice(p, p + n) for p, n in zip(padding, x.shape[1:-1], strict=True))
    gradient = inputs.grad.numpy()[(slice(None), *inside)]
    for got, expected in ((output.numpy(), y), (gradient, dx), (kernel.grad.numpy(), dw)):
        assert got.dtype == dtype
        assert_allclose(got, expected, rtol=tolerance, atol=tolerance * np.abs(expected).max())


GRID = [
    (image, kernel, stride, dilation, channels, filters, groups)
    for image, kernel in [
        ((1, 1), (1, 1)),
        ((5, 7), (3, 3)),
        ((9, 6), (5, 2)),
        ((8, 8), (1, 1)),
        ((3, 3), (5, 5)),
        ((4, 33), (3, 3)),
        ((2, 15), (2, 4)),
    ]
    for stride, dilation in [((1, 1), (1, 1)), ((2, 2), (1, 1)), ((1, 3), (1, 1)), ((1, 1), (2, 3))]
    for channels, filters, groups in [
        (1, 1, 1),
        (3, 5, 1),
        (4, 6, 2),
        (6, 12, 6),
        (12, 18, 3),
        (34, 34, 2),
        (17, 40, 1),
        (6, 6, 6),
    ]
]


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_grid(padding, dtype, rng):
    """Every geometry: values, and by the definition's symmetry both gradients.

    <dy, conv(x, w)> is linear in x and w, so it equals <dx, x> and <dw, w> for every x and w; that
    it does for random ones proves the gradients up to what random vectors cannot tell apart.
    """
    tolerance = 1e-11 if dtype == "float64" else 1e-4
    checked = 0
    for image, size, strides, dilation, channels, filters, groups in GRID:
        axes = list(zip(image, size, strides, dilation, strict=True))
        if padding == "valid" and any((k - 1) * d + 1 > n for n, k, _, d in axes):
            continue
        sides = [same_padding(*axis) if padding == "same" else (0, 0, 0) for axis in axes]
        before, after = [s[1] for s in sides], [s[2] for s in sides]
        x = rng.normal(size=(2, *image, channels))
        w = rng.normal(size=(*size, channels // groups, filters))
        expected = reference(padded(x, before, after), w, strides, dilation, groups)
        inputs = Tensor(x.astype(dtype), requires_grad=True)
        kernel = Tensor(w.astype(dtype), requires_grad=True)
        y = ops.conv(inputs, kernel, strides, padding, dilation_rate=dilation)
        case = str((image, size, strides, dilation, channels, filters, groups))
        assert_allclose(y.numpy(), expected, rtol=tolerance, atol=tolerance * 20, err_msg=case)
        dy = rng.normal(size=y.shape)
        y.backward(Tensor(dy.astype(dtype)))
        other_x, other_w = rng.normal(size=x.shape), rng.normal(size=w.shape)
        by_x = reference(padded(other_x, before, after), w, strides, dilation, groups)
        by_w = reference(padded(x, before, after), other_w, strides, dilation, groups)
        scale = 1 + np.abs(dy).sum()
        assert np.sum(inputs.grad.numpy() * other_x) == pytest.approx(
            np.sum(by_x * dy), abs=tolerance * scale
        ), case
        assert np.sum(kernel.grad.numpy() * other_w) == pytest.approx(
            np.sum(by_w * dy), abs=tolerance * scale
        ), case
        checked += 1
    assert checked >= 90


@pytest.mark.parametrize(
    ("x", "w", "options"),
    [
        ((2, 5, 3), (3, 3, 2), {"padding": "causal", "dilation_rate": 2}),
        ((1, 4, 5, 2), (2, 3, 2, 3), {"strides": (2, 1), "padding": "same"}),
        ((1, 3, 4, 2, 2), (2, 2, 2, 2, 1), {"padding": "same"}),
        ((2, 4, 4, 4), (3, 3, 2, 4), {"padding": "same"}),
    ],
)
def test_numerical_gradients(x, w, options, rng):
    check_gradient(lambda a, b: ops.conv(a, b, **options), rng.normal(size=x), rng.normal(size=w))


@pytest.mark.parametrize(
    ("x", "w", "options"),
    [
        ((2, 4, 3), (3, 2, 3), {"strides": 2}),
        ((1, 3, 2, 2), (3, 2, 3, 2), {"strides": (2, 3), "padding": "same"}),
        ((1, 3, 3, 2), (3, 3, 1, 2), {"strides": 2, "padding": "same", "output_padding": 1}),
        ((1, 2, 2, 2, 1), (2, 3, 2, 2, 1), {"strides": (1, 2, 1)}),
        ((1, 4, 4, 1), (2, 2, 2, 1), {"dilation_rate": 2}),
    ],
)
def test_numerical_gradients_of_transposed_convolutions(x, w, options, rng):
    check_gradient(
        lambda a, b: ops.conv_transpose(a, b, **options), rng.normal(size=x), rng.normal(size=w)
    )


def test_a_transposed_convolution_is_the_gradient_of_a_convolution(rng):
    image = Tensor(rng.normal(size=(2, 9, 7, 3)), requires_grad=True)
    kernel = rng.normal(size=(3, 2, 3, 4))
    y = ops.conv(image, kernel, strides=(2, 1))
    dy = rng.normal(size=y.shape)
    y.backward(Tensor(dy))
    widened = ops.conv_transpose(dy, kernel, strides=(2, 1)).numpy()
    assert_allclose(widened, image.grad.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("multiplier", [1, 3])
def test_depthwise_and_separable(multiplier, rng):
    x, depthwise = rng.normal(size=(2, 6, 5, 4)), rng.normal(size=(3, 2, 4, multiplier))
    pointwise = rng.normal(size=(1, 1, 4 * multiplier, 3))
    each = np.concatenate(
        [
            reference(x[..., c : c + 1], depthwise[:, :, c : c + 1], (1, 1), (1, 1))
            for c in range(4)
        ],
        -1,
    )
    assert_allclose(ops.depthwise_conv(x, depthwise).numpy(), each, rtol=1e-12, atol=1e-12)
    mixed = ops.separable_conv(x, depthwise, pointwise).numpy()
    assert_allclose(mixed, each @ pointwise[0, 0], rtol=1e-12, atol=1e-12)
    check_gradient(ops.depthwise_conv, x[:1], depthwise)


def test_channels_first_is_the_same_turned(rng):
    x, w = rng.normal(size=(2, 5, 6, 3)), rng.normal(size=(3, 3, 3, 4))
    last = ops.conv(x, w, strides=2, padding="same").numpy()
    first = ops.conv(np.moveaxis(x, -1, 1), w, 2, "same", data_format="channels_first").numpy()
    assert np.array_equal(np.moveaxis(first, 1, -1), last)


def test_infinities_and_nan_reach_what_they_touch():
    x = np.zeros((1, 5, 5, 1), "float32")
    x[0, 2, 2, 0] = np.nan
    y = ops.conv(x, np.ones((3, 3, 1, 1), "float32"), padding="same").numpy()
    assert np.isnan(y[0, 1:4, 1:4, 0]).all()
    assert np.isnan(y).sum() == 9


def test_empty_batches():
    y = ops.conv(np.zeros((0, 5, 5, 2), "float32"), np.ones((3, 3, 2, 4), "float32"))
    assert y.shape == (0, 3, 3, 4)
    kernel = Tensor(np.ones((3, 3, 2, 4), "float32"), requires_grad=True)
    ops.sum(ops.conv(np.zeros((0, 5, 5, 2), "float32"), kernel)).backward()
    assert np.array_equal(kernel.grad.numpy(), np.zeros((3, 3, 2, 4)))


# ---- The lectures ----


def test_convolution_of_twelve_samples():
    x = np.array([3, 1, 0, 3, -1, 3, 0, 2, 1, -1, 0, 4], "float32").reshape(1, 12, 1)
    kernel = np.array([2, 0, 1, 1], "float32").reshape(4, 1, 1)
    y = ops.conv(x, kernel).numpy().ravel()
    assert y.tolist() == [9, 4, 2, 9, 0, 9, 0, 3, 6]


def test_the_laplacian_finds_edges():
    image = np.zeros((1, 6, 8, 1), "float32")
    image[:, :, 4:] = 10
    laplacian = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], "float32").reshape(3, 3, 1, 1)
    edges = ops.conv(image, laplacian).numpy()[0, :, :, 0]
    assert np.array_equal(edges, np.tile([0, 0, 10, -10, 0, 0], (4, 1)))


@pytest.mark.parametrize("kernel", [1, 2, 3, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_output_lengths(kernel, stride):
    for n, dilation in itertools.product(range(1, 12), (1, 2)):
        reach = (kernel - 1) * dilation + 1
        for padding, expected in (
            ("same", -(-n // stride)),
            ("valid", (n - reach) // stride + 1),
            ("causal", (n - 1) // stride + 1),
        ):
            layer = layers.Conv1D(2, kernel, stride, padding, dilation_rate=dilation)
            if expected < 1:
                with pytest.raises(ValueError, match="at least"):
                    layer.build((None, n, 3))
                continue
            assert layer(np.zeros((1, n, 3), "float32")).shape == (1, expected, 2)
            assert layer.compute_output_shape((None, n, 3)) == (None, expected, 2)


def test_extents_may_be_unknown():
    layer = layers.Conv2D(4, 3, strides=2, padding="same")
    assert layer.compute_output_shape((None, None, 9, 3)) == (None, None, 5, 4)
    model = lamina.Sequential([lamina.Input((None, None, 3)), layer])
    for extent in (5, 8):
        assert model.predict(np.zeros((2, extent, extent, 3)), verbose=0).shape[1] == -(
            -extent // 2
        )


# ---- Determinism ----


@pytest.mark.parametrize(
    ("x", "w", "options"),
    [
        ((7, 30, 29, 8), (3, 3, 8, 40), {"padding": "same"}),
        ((40, 8, 8, 24), (3, 3, 24, 24), {"padding": "same", "strides": 2}),
        ((3, 700, 5), (5, 5, 33), {}),
    ],
)
def test_the_number_of_threads_changes_no_bit(x, w, options, rng):
    x, w = rng.normal(size=x).astype("float32"), rng.normal(size=w).astype("float32")
    before, results, regions = lamina.num_threads(), [], []
    try:
        for threads in (1, 2, 3, 7):
            lamina.set_num_threads(threads)
            start = lamina.parallel_regions()
            inputs, kernel = Tensor(x, requires_grad=True), Tensor(w, requires_grad=True)
            y = ops.conv(inputs, kernel, **options)
            ops.sum(y * y).backward()
            results.append([t.numpy().tobytes() for t in (y, inputs.grad, kernel.grad)])
            regions.append(lamina.parallel_regions() - start)
    finally:
        lamina.set_num_threads(before)
    assert all(result == results[0] for result in results)
    assert regions[0] == 0
    assert min(regions[1:]) >= 3


# ---- Refusals ----


IMAGE, KERNEL = np.ones((1, 4, 4, 3)), np.ones((3, 3, 3, 4))
NARROW = np.ones((3, 3, 2, 4))
SMALL = (None, 3, 9, 1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Conv2D(0, 3), "filters above 0"),
        (lambda: layers.Conv2D(4, 0), "kernel_size"),
        (lambda: layers.Conv2D(4, (3, 3, 3)), "kernel_size of one integer or 2"),
        (lambda: layers.Conv2D(4, 3, strides=0), "strides"),
        (lambda: layers.Conv2D(4, 3, padding="full"), "valid or same"),
        (lambda: layers.Conv2D(4, 3, padding="causal"), "valid or same"),
        (lambda: layers.Conv2D(4, 3, data_format="first"), "first"),
        (lambda: layers.Conv2D(4, 3, groups=3), "groups"),
        (lambda: layers.Conv2D(4, 3, groups=2).build((None, 8, 8, 3)), "groups"),
        (lambda: layers.Conv2D(4, 3).build((None, 8, 8)), "Conv2D"),
        (lambda: layers.Conv2D(4, 3).build((None, 8, 8, None)), "channels"),
        (
            lambda: layers.Conv2D(4, 5, name="c").build((None, 3, 9, 1)),
            r"'c'.*5 along axis 1, got 3",
        ),
        (lambda: layers.Conv1D(4, 3, dilation_rate=4).build((None, 8, 1)), "at least 9"),
        (lambda: layers.Conv2DTranspose(4, 3, 2, output_padding=2), "output_padding"),
        (lambda: layers.Conv2DTranspose(4, 3, 2, output_padding=-1), r"\(-1, -1\)"),
        (lambda: layers.DepthwiseConv2D(3, depth_multiplier=0), "depth_multiplier"),
        (
            lambda: ops.conv(IMAGE, NARROW),
            "multiple of the kernel's",
        ),
        (lambda: ops.conv(np.ones((4, 4, 3)), KERNEL), "conv needs inputs"),
        (
            lambda: ops.conv(IMAGE, KERNEL, strides=(1, 2, 3)),
            "strides",
        ),
        (lambda: ops.conv(IMAGE, KERNEL, strides=-1), "strides"),
        (lambda: ops.conv(IMAGE, np.ones((5, 3, 3, 4))), "at least 5 along axis 1"),
        (lambda: ops.conv(IMAGE, np.ones((0, 3, 3, 4))), "kernel_size"),
        (lambda: ops.depthwise_conv(IMAGE, np.ones((3, 3, 2, 1))), "channels"),
        (lambda: ops.conv_transpose(IMAGE, NARROW), "channels"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_built_layer_refuses_other_channels():
    layer = layers.Conv2D(4, 3)
    layer(np.zeros((1, 8, 8, 3), "float32"))
    assert layer(np.zeros((2, 9, 5, 3), "float32")).shape == (2, 7, 3, 4)
    with pytest.raises(ValueError, match=r"built for inputs \(None, 8, 8, 3\)"):
        layer(np.zeros((1, 8, 8, 4), "float32"))


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (lambda: layers.Conv1DTranspose(4, 2, strides=2, dilation_rate=2001), (1, 100, 8)),
        (lambda: layers.Conv1D(1, 2, strides=2, dilation_rate=1501), (1, 4000, 3)),
        (lambda: layers.Conv1D(20, 2, strides=2, dilation_rate=1501), (1, 4000, 3)),
        (lambda: layers.DepthwiseConv1D(2, strides=2, dilation_rate=9), (1, 40, 4096)),
        (lambda: layers.DepthwiseConv1D(2, strides=2, dilation_rate=61), (1, 200, 1024)),
        (
            lambda: layers.Conv2D(64, (1, 2), strides=2, dilation_rate=(1, 501)),
            (2, 4, 1200, 8),
        ),
    ],
)
def test_blocks_that_read_nothing_but_what_lies_beyond_an_end(layer, shape, rng):
    """The gradient of pixels that no window covers is 0: it equals that of the part it covers."""
    x = Tensor(rng.normal(size=shape).astype("float32"), requires_grad=True)
    layer = layer()
    y = layer(x)
    dy = rng.normal(size=y.shape).astype("float32")
    y.backward(Tensor(dy))
    kernel = layer.get_weights()[0]
    # Both are linear: <dy, y> = <dx, x> without a bias.
    left = np.vdot(dy.astype(float), y.numpy().astype(float))
    right = np.vdot(x.grad.numpy().astype(float), x.numpy().astype(float))
    assert np.isfinite(kernel).all()
    np.testing.assert_allclose(left, right, rtol=1e-3, atol=1e-2)


@pytest.mark.parametrize("groups", [1, 4])
@pytest.mark.parametrize("filters", [4, 32])
@pytest.mark.parametrize(
    ("kernel", "stride", "dilation", "padding"),
    [
        (1, 2, 1, "valid"),
        (2, 5, 1, "valid"),
        (3, 7, 2, "same"),
        (2, 3, 3, "same"),
        (1, 2**31, 1, "same"),
    ],
)
def test_gradients_where_strides_pass_over_pixels(
    kernel, stride, dilation, padding, groups, filters, rng
):
    x = rng.standard_normal((2, 23, 4)).astype("float32")
    w = rng.standard_normal((kernel, 4 // groups, filters)).astype("float32")
    sample = Tensor(x, requires_grad=True)
    y = ops.conv(sample, w, strides=stride, dilation_rate=dilation, padding=padding)
    dy = rng.standard_normal(y.shape).astype("float32")
    ops.sum(y * dy).backward()
    # Output o reads input o * stride + k * dilation - before.
    outputs, reach = y.shape[1], (kernel - 1) * dilation + 1
    before = max((outputs - 1) * stride + reach - 23, 0) // 2 if padding == "same" else 0
    expected = np.zeros(x.shape)
    for o, k, group in itertools.product(range(outputs), range(kernel), range(groups)):
        place = o * stride + k * dilation - before
        channels = slice(group * (4 // groups), (group + 1) * (4 // groups))
        of_group = slice(group * (filters // groups), (group + 1) * (filters // groups))
        if 0 <= place < 23:
            expected[:, place, channels] += dy[:, o, of_group].astype("f8") @ w[k, :, of_group].T
    assert_allclose(sample.grad.numpy(), expected, atol=2e-5)


@pytest.mark.parametrize("filters", [1, 3, 32])
def test_a_transposed_convolution_gives_the_bias_where_no_tap_reaches(filters):
    ones = {"kernel_initializer": "ones", "bias_initializer": "ones"}
    layer = layers.Conv1DTranspose(filters, 1, strides=4, activation="relu", **ones)
    y = layer(np.full((1, 3, 2), 2.0, "float32")).numpy()
    expected = np.ones((1, 12, filters))
    expected[:, ::4] = 5
    np.testing.assert_array_equal(y, expected[:, : y.shape[1]])


@pytest.mark.parametrize("padding", ["same", "causal"])
@pytest.mark.parametrize("kernel", [2, 3])
@pytest.mark.parametrize("dilation", [5, 7, 2**22])
@pytest.mark.parametrize("groups", [1, 4])
def test_dilations_beyond_the_image(padding, kernel, dilation, groups, rng):
    # Output o reads input o + k * dilation - before.
    x = rng.standard_normal((1, 6, 4)).astype("float32")
    w = rng.standard_normal((kernel, 4 // groups, 4)).astype("float32")
    reach = (kernel - 1) * dilation
    before = reach if padding == "causal" else reach // 2
    expected, used = np.zeros((1, 6, 4)), np.zeros(kernel)
    for o, k, f in itertools.product(range(6), range(kernel), range(4)):
        place = o + k * dilation - before
        if 0 <= place < 6:
            group = f * groups // 4 * (4 // groups)
            expected[0, o, f] += x[0, place, group : group + 4 // groups].astype("f8") @ w[k, :, f]
            used[k] += x[0, place, group] if groups == 4 and f == 0 else 0
    kernel_variable = lamina.Variable(w)
    y = ops.conv(x, kernel_variable, padding=padding, dilation_rate=dilation)
    assert_allclose(y.numpy(), expected, atol=1e-5)
    ops.sum(y).backward()
    assert kernel_variable.grad.shape == w.shape
    if groups == 4:
        assert_allclose(kernel_variable.grad.numpy()[:, 0, 0], used, atol=1e-5)
