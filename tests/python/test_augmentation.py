"""Layers that change images: when they draw, what repeats, the forms they take, distributions."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import lamina
from lamina import Sequential, Tensor, layers, ops

# Options with which every draw shows.
OPTIONS = {
    "AugMix": {},
    "CutMix": {"factor": (1.0, 1.0)},
    "MixUp": {"alpha": 1.0},
    "RandAugment": {"num_ops": 4},
    "RandomBrightness": {"factor": 0.3},
    "RandomColorDegeneration": {"factor": 0.9},
    "RandomColorJitter": {"brightness_factor": 0.2, "hue_factor": 0.2},
    "RandomContrast": {"factor": 0.9},
    "RandomCrop": {"height": 5, "width": 4},
    "RandomElasticTransform": {"factor": (1.0, 1.0)},
    "RandomErasing": {"factor": (1.0, 1.0)},
    "RandomFlip": {},
    "RandomGaussianBlur": {"factor": (0.5, 0.5)},
    "RandomGrayscale": {"factor": 0.5},
    "RandomHue": {"factor": 0.9},
    "RandomInvert": {"factor": (0.5, 0.5)},
    "RandomPerspective": {"factor": (0.9, 0.9)},
    "RandomPosterization": {"factor": (1, 8)},
    "RandomRotation": {"factor": 0.4},
    "RandomSaturation": {"factor": (0.3, 0.7)},
    "RandomSharpness": {"factor": 0.9},
    "RandomShear": {"x_factor": 0.5, "y_factor": 0.2},
    "RandomTranslation": {"height_factor": 0.4, "width_factor": 0.4},
    "RandomZoom": {"height_factor": 0.4},
    "Solarization": {"addition_factor": 0.4, "threshold_factor": 0.8},
}
DRAWS_A_BATCH = {"AugMix", "RandAugment"}  # one choice of changes, not one an image
SHARES_PIXELS = {"MixUp", "CutMix"}  # with other images of a batch
every_random_layer = pytest.mark.parametrize("name", list(OPTIONS))


def made(name, /, **more):
    return getattr(layers, name)(**OPTIONS[name], **more)


def drawn(layer, x):
    return layer(x, training=True).numpy()


@pytest.fixture
def images(rng):
    return rng.uniform(0, 255, (16, 8, 7, 3)).astype("float32")


def test_every_layer_is_here():
    classes = [getattr(layers, name) for name in layers._LATER]
    own = {cls.__name__ for cls in classes if getattr(cls, "_is_random", False)}
    assert own | {"RandomFlip"} == set(OPTIONS)


@every_random_layer
def test_images_change_in_training_and_where_nobody_says(name, images):
    layer = made(name, seed=1)
    outside = layer(images, training=False).numpy()
    if name == "RandomCrop":
        assert np.array_equal(outside, images[:, 1:6, 1:5])
    else:
        assert np.array_equal(outside, images)
    assert not np.array_equal(drawn(layer, images), outside)
    assert not np.array_equal(layer(images).numpy(), outside), "as Keras's"


@every_random_layer
def test_a_seed_means_the_same_in_a_model_and_outside(name, images):
    model = Sequential([lamina.Input((8, 7, 3)), made(name, seed=1)])
    assert np.array_equal(model(images, training=True).numpy(), drawn(made(name, seed=1), images))


@every_random_layer
def test_models_change_images_in_training_alone(name, images):
    model = Sequential([lamina.Input((8, 7, 3)), made(name, seed=1)])
    outside = made(name)(images, training=False).numpy()
    assert np.array_equal(model.predict(images, verbose=0), outside)
    assert np.array_equal(model(images, training=False).numpy(), outside)
    assert not np.array_equal(model(images, training=True).numpy(), outside)
    assert not np.array_equal(model(images).numpy(), outside), "nobody said"
    assert model.output_shape == (None, *outside.shape[1:])


@every_random_layer
def test_seeds_repeat(name, images):
    first, second, other = (made(name, seed=seed) for seed in (3, 3, 4))
    a, b = drawn(first, images), drawn(first, images)
    assert np.array_equal(a, drawn(second, images))
    assert np.array_equal(b, drawn(second, images))
    assert not np.array_equal(a, b), "a second call draws anew"
    assert not np.array_equal(a, drawn(other, images))
    again = []
    for _ in range(2):
        lamina.utils.set_random_seed(5)
        again.append(drawn(made(name), images))
    assert np.array_equal(*again)


@pytest.mark.parametrize("name", sorted(set(OPTIONS) - DRAWS_A_BATCH - SHARES_PIXELS))
def test_each_image_has_draws_of_its_own(name, images):
    alike = np.repeat(images[:1], 16, axis=0)
    results = drawn(made(name, seed=1), alike)
    if name == "RandomElasticTransform":
        results = results[:, 1:-1]
    assert len(np.unique(results.reshape(16, -1), axis=0)) >= 2


@every_random_layer
def test_the_number_of_threads_changes_no_bit(name, rng):
    x = rng.uniform(0, 255, (8, 40, 40, 3)).astype("float32")
    options = {**OPTIONS[name], **({"height": 30, "width": 31} if name == "RandomCrop" else {})}
    before = lamina.num_threads()
    results = []
    try:
        for threads in (1, 2, 3):
            lamina.set_num_threads(threads)
            results.append(drawn(getattr(layers, name)(**options, seed=2), x))
    finally:
        lamina.set_num_threads(before)
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])


@pytest.mark.parametrize("seed", [None, 3])
@every_random_layer
def test_a_model_file_keeps_the_place_in_the_random_numbers(name, seed, images):
    x, y = images / 255, images[:, 0, 0, :1] / 255
    more = {} if name in ("RandomFlip", "RandomCrop") else {"dtype": "float32"}
    model = Sequential(
        [lamina.Input((8, 7, 3)), made(name, seed=seed, **more), layers.Flatten(), layers.Dense(1)]
    )
    model.compile(lamina.optimizers.SGD(1e-4), "mse")
    model.fit(x, y, batch_size=8, epochs=1, verbose=0)
    again = lamina.models.load_model(model.save_to_bytes())
    assert again.layers[0].get_config() == model.layers[0].get_config()
    for both in (model, again):
        both.fit(x, y, batch_size=8, epochs=1, verbose=0)
    for a, b in zip(model.get_weights(), again.get_weights(), strict=True):
        assert np.isfinite(a).all()
        assert np.array_equal(a, b)


@every_random_layer
def test_configurations_make_equal_layers(name, images):
    layer = made(name, seed=7, name="it")
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert np.array_equal(drawn(layer, images), drawn(again, images))


@every_random_layer
def test_forms_of_images(name, images):
    expected = drawn(made(name, seed=1), images)
    first = np.ascontiguousarray(np.moveaxis(images, 3, 1))
    got = drawn(made(name, seed=1, data_format="channels_first"), first)
    assert_allclose(np.moveaxis(got, 1, 3), expected, rtol=0, atol=1e-3)

    one = drawn(made(name, seed=1), images[0])
    batch_of_one = drawn(made(name, seed=1), images[:1])
    assert_allclose(one, batch_of_one[0], rtol=0, atol=0)

    whole = images.astype("uint8")
    got = drawn(made(name, seed=1), whole)
    assert got.dtype == "float32"
    assert_allclose(got, drawn(made(name, seed=1), whole.astype("float32")), rtol=0, atol=0)
    assert drawn(made(name, seed=1, dtype="float64"), images).dtype == "float64"
    assert made(name)(images[:0], training=True).shape == (0, *expected.shape[1:])
    with pytest.raises(ValueError, match=name):
        made(name)(images[0, 0], training=True)


@every_random_layer
def test_dictionaries(name, images):
    labels = np.eye(4, dtype="float32")[np.arange(16) % 4]
    batch = {"images": images, "labels": labels}
    outputs = made(name, seed=1)(batch, training=True)
    assert np.array_equal(outputs["images"].numpy(), drawn(made(name, seed=1), images))
    got = np.asarray(outputs["labels"])
    if name in SHARES_PIXELS:
        assert not np.array_equal(got, labels)
        assert_allclose(got.sum(axis=1), 1, rtol=1e-5)
    else:
        assert np.array_equal(got, labels)
    with pytest.raises(NotImplementedError, match="bounding_boxes"):
        made(name)({**batch, "bounding_boxes": labels})
    with pytest.raises(NotImplementedError, match="bounding_box_format"):
        made(name, bounding_box_format="xyxy")


def test_masks_move_with_their_images(images):
    masks = (images[..., :1] > 100).astype("float32")
    for name in ("RandomRotation", "RandomZoom", "RandomCrop", "RandomShear", "RandomTranslation"):
        layer = made(name, seed=1)
        outputs = layer({"images": masks * 255, "segmentation_masks": masks}, training=True)
        moved = outputs["segmentation_masks"].numpy()
        assert set(np.unique(moved)) <= {0, 1}, "the nearest pixel's"
        assert np.abs(outputs["images"].numpy() / 255 - moved).mean() < 0.4
    both = {"images": masks, "segmentation_masks": masks}
    for form in (both, {key: value[0] for key, value in both.items()}):
        outputs = layers.RandomFlip(seed=1)(form, training=True)
        assert np.array_equal(outputs["images"].numpy(), outputs["segmentation_masks"].numpy())
    assert set(np.unique(layers.Resizing(5, 9)(both)["segmentation_masks"].numpy())) <= {0, 1}
    cropped = layers.CenterCrop(4, 4)(both)["segmentation_masks"].numpy()
    assert np.array_equal(cropped, masks[:, 2:6, 1:5])
    layer = layers.RandomBrightness(0.5)
    outputs = layer({"images": images, "segmentation_masks": masks}, training=True)
    assert np.array_equal(np.asarray(outputs["segmentation_masks"]), masks)


def test_mixtures_are_of_images_and_labels_alike(rng):
    # A label that is its image's only value is mixed as the image is.
    labels = rng.uniform(size=(20, 1)).astype("float32")
    x = np.broadcast_to(labels[:, :, None, None], (20, 6, 5, 1))
    outputs = layers.MixUp(alpha=1.0, seed=1)({"images": x, "labels": labels}, training=True)
    assert_allclose(outputs["images"].numpy()[:, 3, 2], outputs["labels"].numpy(), rtol=1e-5)
    outputs = layers.CutMix((1.0, 1.0), seed=1)({"images": x, "labels": labels}, training=True)
    pixels = outputs["images"].numpy().reshape(20, -1)
    assert max(len(np.unique(row)) for row in pixels) == 2


# ---- Distributions ----

COUNT = 20_000


def flat_ones(shape=(1, 1, 1)):
    return np.ones((COUNT, *shape), "float32")


def spread_evenly(values, low, high):
    values = np.sort(values)
    expected = low + (high - low) * (np.arange(len(values)) + 0.5) / len(values)
    # Kolmogorov and Smirnov's distance, at a probability of 1e-6.
    assert np.abs(values - expected).max() < (high - low) * 2.7 / np.sqrt(len(values))


def test_flips_and_inversions_come_by_their_probability():
    x = np.tile(np.array([1.0, 2.0], "float32").reshape(1, 1, 2, 1), (COUNT, 1, 1, 1))
    flipped = drawn(layers.RandomFlip("horizontal", seed=1), x)[:, 0, 0, 0] == 2
    deviation = 0.5 / np.sqrt(COUNT)
    assert abs(flipped.mean() - 0.5) < 5 * deviation
    inverted = drawn(layers.RandomInvert((0.3, 0.3), seed=1), x)[:, 0, 0, 0] != 1
    assert abs(inverted.mean() - 0.3) < 5 * deviation
    red = np.tile(np.array([1, 0, 0], "float32"), (COUNT, 1, 1, 1))
    gray = drawn(layers.RandomGrayscale(0.2, seed=1), red)
    assert abs((gray[:, 0, 0, 0] != 1).mean() - 0.2) < 5 * deviation


def test_factors_are_spread_evenly():
    x = flat_ones()
    brightness = drawn(layers.RandomBrightness((-0.2, 0.4), value_range=(0, 1), seed=1), x * 0.5)
    spread_evenly(brightness.ravel(), 0.3, 0.9)
    ramp = np.tile(np.arange(9, dtype="float32").reshape(1, 1, 9, 1), (COUNT, 1, 1, 1))
    shift = layers.RandomTranslation(0.0, 0.2, "nearest", seed=1)
    spread_evenly(4 - drawn(shift, ramp)[:, 0, 4, 0], -1.8, 1.8)
    zoom = layers.RandomZoom(0.0, (-0.3, 0.5), seed=1)
    spread_evenly((drawn(zoom, ramp)[:, 0, 5, 0] - 4), 0.7, 1.5)
    crops = drawn(layers.RandomCrop(1, 3, seed=1), np.repeat(ramp, 2, axis=1))
    crop = crops[:, 0, 0, 0]
    assert_allclose(np.bincount(crop.astype(int)) / COUNT, np.full(7, 1 / 7), atol=0.013)
    assert np.array_equal(crops[:, 0, 2, 0], crop + 2)


def test_angles_are_spread_evenly():
    # A plane's value one pixel right of the center is the cosine of the angle.
    plane = np.tile(np.arange(5, dtype="float32").reshape(1, 1, 5, 1) - 2, (COUNT, 5, 1, 1))
    turned = drawn(layers.RandomRotation((0.1, 0.4), seed=1), plane)[:, 2, 3, 0]
    spread_evenly(-np.arccos(turned.astype("float64")) / (2 * np.pi), -0.4, -0.1)


def test_a_quarter_turn_is_counterclockwise(rng):
    x = rng.uniform(size=(6, 6, 2)).astype("float32")
    turned = drawn(layers.RandomRotation((0.25, 0.25)), x)
    assert_allclose(turned, np.rot90(x), atol=1e-4)


def test_erased_boxes_lie_inside_and_have_their_share():
    x = np.zeros((2000, 20, 30, 1), "float32")
    layer = layers.RandomErasing((1.0, 1.0), scale=(0.25, 0.25), fill_value=1.0, seed=1)
    y = drawn(layer, x)[..., 0]
    assert_allclose(y.sum((1, 2)) / 600, 0.25, atol=0.07)
    assert_allclose(y.mean(), 0.25, atol=0.01)
    rows, columns = y.any(2), y.any(1)
    assert np.array_equal(y, rows[:, :, None] * columns[:, None, :]), "a box"


def test_equalization_is_each_channels_and_each_images(rng):
    x = rng.integers(60, 120, (3, 9, 8, 2)).astype("float32")

    def table(values):
        counts = np.bincount(values.ravel().astype(int), minlength=256)
        below = counts.cumsum()
        least = below[below > 0][0]
        return np.round((below - least) * 255 / (below[-1] - least))

    expected = np.empty_like(x)
    for i, c in np.ndindex(3, 2):
        expected[i, :, :, c] = table(x[i, :, :, c])[x[i, :, :, c].astype(int)]
    assert_allclose(drawn(layers.Equalization(), x), expected)
    assert np.array_equal(drawn(layers.Equalization(), x * 0 + 9), x * 0 + 9), "one value stays"


# ---- Sizes ----


def test_resizing_takes_sizes_that_a_graph_does_not_know(rng):
    inputs = lamina.Input((None, None, 3))
    model = lamina.Model(inputs, layers.Resizing(4, 5)(inputs))
    assert model.output_shape == (None, 4, 5, 3)
    for size in ((3, 9), (8, 2)):
        x = rng.uniform(size=(2, *size, 3)).astype("float32")
        assert_allclose(model.predict(x, verbose=0), ops.image.resize(x, (4, 5)).numpy())


def test_resizing_keeps_whole_numbers():
    inputs = lamina.Input((6, 6, 3), dtype="uint8")
    outputs = layers.Resizing(3, 3)(inputs)
    assert outputs.dtype == "uint8"
    model = lamina.Model(inputs, layers.Rescaling(1 / 255)(outputs))
    assert_allclose(model.predict(np.full((1, 6, 6, 3), 255, "uint8"), verbose=0), 1.0)
    assert layers.CenterCrop(2, 2)(np.zeros((4, 4, 3), "uint8")).dtype == "float32"


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("Resizing", {"height": 0, "width": 2}, "height"),
        ("Resizing", {"height": 2, "width": 2, "interpolation": "cubic"}, "lanczos5"),
        ("Resizing", {"height": 2, "width": 2, "fill_mode": "reflect"}, "constant"),
        ("CenterCrop", {"height": 2, "width": -1}, "width"),
        ("RandomFlip", {"mode": "both"}, "horizontal_and_vertical"),
        ("RandomRotation", {"factor": 1.5}, "factor"),
        ("RandomRotation", {"factor": (0.1, 0.2, 0.3)}, "factor"),
        ("RandomRotation", {"factor": 0.1, "fill_mode": "mirror"}, "fill_mode"),
        ("RandomZoom", {"height_factor": -1.0}, "height_factor"),
        ("RandomTranslation", {"height_factor": "0.1", "width_factor": 0}, "height_factor"),
        ("RandomCrop", {"height": 0, "width": 2}, "height"),
        ("RandomContrast", {"factor": -0.1}, "factor"),
        ("RandomBrightness", {"factor": 0.1, "value_range": 255}, "value_range"),
        ("RandomGaussianBlur", {"kernel_size": 4}, "odd"),
        ("RandomInvert", {"seed": -1}, "seed"),
        ("MixUp", {"alpha": 0}, "alpha"),
        ("RandomErasing", {"fill_value": [1, 2]}, "fill_value"),
        ("RandomHue", {"factor": 0.1, "data_format": "first"}, "data_format"),
    ],
)
def test_refused(name, options, words):
    with pytest.raises(ValueError, match=words) as refusal:
        getattr(layers, name)(**options)
    assert name in str(refusal.value)


def test_gradients_pass_through(images):
    x = Tensor(images, requires_grad=True)
    ops.sum(layers.RandomRotation(0.2)(x, training=True)).backward()
    assert np.abs(x.grad.numpy()).sum() > 0
