"""Operations on images: gradients, symbolic images, files, refusals."""

import numpy as np
import pytest
from gradients import check_gradient
from numpy.testing import assert_allclose

import lamina
from lamina import ops

image = ops.image
TRANSFORM = [0.9, 0.3, -1.2, -0.2, 1.1, 0.7, 0.01, 0.02]
CORNERS = [[0.0, 0.0], [4.0, 0.0], [0.0, 5.0], [4.0, 5.0]]
MOVED = [[0.4, 0.1], [3.7, 0.2], [-0.3, 4.6], [4.2, 5.4]]
# What each does to a batch (2, 6, 5, 3).
CALLS = {
    "affine_transform": lambda x: image.affine_transform(x, TRANSFORM, fill_mode="reflect"),
    "crop_images": lambda x: image.crop_images(x, 1, 1, target_height=3, target_width=2),
    "extract_patches": lambda x: image.extract_patches(x, 2, strides=1, padding="same"),
    "gaussian_blur": lambda x: image.gaussian_blur(x, (3, 5), (0.7, 1.1)),
    "hsv_to_rgb": image.hsv_to_rgb,
    "pad_images": lambda x: image.pad_images(x, 1, 2, target_height=9, target_width=8),
    "perspective_transform": lambda x: image.perspective_transform(x, CORNERS, MOVED),
    "resize": lambda x: image.resize(x, (4, 7), interpolation="bicubic", antialias=True),
    "rgb_to_grayscale": image.rgb_to_grayscale,
    "rgb_to_hsv": image.rgb_to_hsv,
    "scale_and_translate": lambda x: image.scale_and_translate(
        ops.transpose(x, (1, 2, 3, 0)), (4, 5, 3, 2), [0.7], [0.2], (0,), "cubic"
    ),
    "sobel_edges": image.sobel_edges,
    "ssim": lambda x: image.ssim(x, 1.0 - x, filter_size=3),
}
# Over another rank, or with draws: tests of their own below.
OTHERS = {"elastic_transform", "extract_patches_3d", "map_coordinates"}
every_call = pytest.mark.parametrize("name", list(CALLS))


def test_every_operation_is_here():
    assert set(CALLS) | OTHERS == set(image.__all__)
    assert all(ops.image.__dict__[name].__doc__ for name in image.__all__)


@every_call
def test_gradients(name, rng):
    check_gradient(CALLS[name], rng.uniform(0.05, 0.95, (2, 6, 5, 3)), tolerance=2e-5)


def test_gradients_of_places(rng):
    values = rng.uniform(size=(4, 5))
    places = rng.uniform(0.1, 2.9, (2, 6))
    check_gradient(lambda v, p: image.map_coordinates(v, p, 1, "mirror"), values, places)
    check_gradient(
        lambda t: image.affine_transform(values[:, :, None], t, fill_mode="nearest"),
        np.array([[0.87, 0.31, -1.13, -0.23, 1.09, 0.71, 0.01, 0.02]]),
        tolerance=2e-5,
    )
    check_gradient(
        lambda p: image.perspective_transform(values[:, :, None], p, MOVED, fill_value=0.4),
        np.array([[0.4, 0.3], [3.2, 0.4], [0.3, 2.6], [3.7, 2.8]]),
        # Places are computed in float32.
        step=1e-3,
        tolerance=0.05,
    )


@pytest.mark.parametrize("name", sorted(set(CALLS) - {"scale_and_translate"}))
def test_symbolic_images(name, rng):
    x = rng.uniform(size=(3, 6, 5, 3)).astype("float32")
    inputs = lamina.Input((6, 5, 3))
    outputs = CALLS[name](inputs)
    model = lamina.Model(inputs, outputs)
    expected = CALLS[name](x).numpy()
    assert outputs.shape == (None, *expected.shape[1:])
    assert np.array_equal(model.predict(x, verbose=0), expected)
    again = lamina.models.load_model(model.save_to_bytes())
    assert np.array_equal(again.predict(x, verbose=0), expected)


def test_extents_that_a_graph_does_not_know():
    inputs = lamina.Input((None, None, 3))
    assert image.resize(inputs, (3, 4)).shape == (None, 3, 4, 3)
    with pytest.raises(ValueError, match=r"\(None, None, None, 3\)"):
        image.affine_transform(inputs, TRANSFORM)
    with pytest.raises(TypeError, match="RandomElasticTransform"):
        image.elastic_transform(inputs)


@pytest.mark.parametrize("method", ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"])
def test_resizing_keeps_a_constant_and_its_own_size(method, rng):
    x = rng.uniform(size=(2, 5, 6, 2)).astype("float32")
    assert np.array_equal(image.resize(x, (5, 6), method).numpy(), x)
    ones = image.resize(np.full((5, 6, 1), 0.3), (9, 4), method, antialias=True).numpy()
    assert ones.dtype == "float64"
    assert_allclose(ones, 0.3, rtol=1e-12)


def test_resizing_by_hand():
    x = np.array([[[0.0], [10.0]]])
    # Centers of four pixels lie at -1/4, 1/4, 3/4 and 5/4 of two.
    assert_allclose(image.resize(x, (1, 4)).numpy().ravel(), [0, 2.5, 7.5, 10])
    assert_allclose(image.resize(x, (1, 4), "nearest").numpy().ravel(), [0, 0, 10, 10])
    ramp = np.arange(6.0).reshape(1, 6, 1)
    assert_allclose(image.resize(ramp, (1, 3)).numpy().ravel(), [0.5, 2.5, 4.5])
    # With antialiasing, a triangle twice as wide: weights 1, 3, 3, 1, but none beyond the end.
    assert_allclose(
        image.resize(ramp, (1, 3), antialias=True).numpy().ravel(), [5 / 7, 2.5, 5 - 5 / 7]
    )
    bytes_ = np.array([[[0], [255]]], "uint8")
    assert image.resize(bytes_, (1, 3), "bicubic").numpy().ravel().tolist() == [0, 128, 255]


def test_channels_come_first_or_last(rng):
    x = rng.uniform(size=(2, 6, 5, 3)).astype("float32")
    first = np.ascontiguousarray(np.moveaxis(x, 3, 1))
    for call in (
        lambda images, **f: image.affine_transform(images, TRANSFORM, **f),
        lambda images, **f: image.perspective_transform(images, CORNERS, MOVED, **f),
        lambda images, **f: image.crop_images(images, 1, 1, 1, 1, **f),
        lambda images, **f: image.pad_images(images, 1, 1, 1, 1, **f),
        image.rgb_to_hsv,
    ):
        expected = np.moveaxis(call(x).numpy(), 3, 1)
        assert np.array_equal(call(first, data_format="channels_first").numpy(), expected)
    expected = image.ssim(x, x[::-1], filter_size=3).numpy()
    got = image.ssim(first, first[::-1], filter_size=3, data_format="channels_first").numpy()
    assert_allclose(got, expected, rtol=1e-5)


def test_colors_come_back(rng):
    x = rng.uniform(size=(4, 4, 3))
    assert_allclose(image.hsv_to_rgb(image.rgb_to_hsv(x)).numpy(), x, rtol=1e-12)


def test_perspective_brings_points_to_points():
    # The unit square's corners to others, and back, leaves an image where it was.
    x = np.random.default_rng(1).uniform(size=(6, 5, 1)).astype("float32")
    same = image.perspective_transform(x, CORNERS, CORNERS).numpy()
    assert_allclose(same, x, atol=1e-5)


def test_elastic_transform_repeats_and_keeps_constants(rng):
    x = rng.uniform(size=(2, 12, 11, 3)).astype("float32")
    first, second, other = (image.elastic_transform(x, 5.0, 2.0, seed=s).numpy() for s in (1, 1, 2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)
    assert first.shape == x.shape
    assert_allclose(image.elastic_transform(np.full((9, 9, 1), 0.4)).numpy(), 0.4, rtol=1e-6)


def test_places_beyond_all_bounds_take_the_edge():
    values = [1.0, 2.0, 3.0]
    places = [[np.inf, -np.inf, 1e30, np.nan]]
    got = image.map_coordinates(values, places, 0, "nearest").numpy()
    assert got[0] == 3
    assert got[1] == 1
    assert got[2] == 3
    for mode in ("wrap", "mirror", "reflect", "nearest"):
        assert image.map_coordinates([7.0], [[-3.0, 0.0, 9.0]], 0, mode).numpy().tolist() == [7] * 3


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: image.resize(x[0, 0], (2, 2)), r"\(5, 3\)"),
        (lambda x: image.resize(x, (2,)), "height, width"),
        (lambda x: image.resize(x, 2), "height, width"),
        (lambda x: image.resize(x, (0, 2)), r"\(0, 2\)"),
        (lambda x: image.resize(x, (2, 2), "linear"), "lanczos5"),
        (lambda x: image.resize(x, (2, 2), fill_mode="wrap"), "constant"),
        (lambda x: image.resize(x[:, :0], (2, 2)), "pixels"),
        (
            lambda x: image.resize(x, (2, 2), crop_to_aspect_ratio=True, pad_to_aspect_ratio=True),
            "one",
        ),
        (lambda x: image.resize(x, (2, 2), data_format="first"), "channels_first"),
        (lambda x: image.affine_transform(x, [1, 0, 0]), "8 numbers"),
        (lambda x: image.affine_transform(x, TRANSFORM, "cubic"), "bilinear"),
        (lambda x: image.affine_transform(x, TRANSFORM, fill_mode="zero"), "mirror"),
        (lambda x: image.perspective_transform(x, CORNERS, CORNERS[:3]), "end_points"),
        (lambda x: image.map_coordinates(x, [[1.0]], 1), "coordinates"),
        (lambda x: image.map_coordinates([1.0], [[1.0]], 3), "order"),
        (lambda x: image.crop_images(x, 1, 1, 1), "two of"),
        (lambda x: image.crop_images(x, 5, 0, 5, 0), "6"),
        (lambda x: image.pad_images(x, 1, 1, target_height=2, target_width=9), "extent of 6"),
        (lambda x: image.rgb_to_hsv(x[..., :2]), "3 channels"),
        (lambda x: image.rgb_to_hsv((x * 255).astype("uint8")), "uint8"),
        (lambda x: image.rgb_to_grayscale(x[..., :2]), "1 or 3"),
        (lambda x: image.sobel_edges(x[0]), "batch"),
        (lambda x: image.scale_and_translate(x, (2, 2), [1], [0], (1,), "linear"), "extent"),
        (lambda x: image.extract_patches(x, (1, 2, 3, 4)), "two or three"),
        (lambda x: image.gaussian_blur(x, sigma=0.5), "two sigmas"),
        (lambda x: image.gaussian_blur(x, sigma=(0, 1)), "two sigmas above 0"),
    ],
)
def test_refused(call, words, rng):
    with pytest.raises(ValueError, match=words):
        call(rng.uniform(size=(2, 6, 5, 3)).astype("float32"))
