"""Makes images.npz: operations on images, layers over them, and spectrograms by Keras, on JAX.

Run it where Keras 3 and JAX are: ``python make_images.py``. Layers draw from a range of one number,
or are given what they would have drawn.
"""

import itertools
import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"

import keras
import numpy as np

rng = np.random.default_rng(1)
arrays, cases = {}, []
FILLS = ["constant", "nearest", "wrap", "mirror", "reflect"]


def kept(value):
    """A name of an array, in the place of its values."""
    name = f"array_{len(arrays)}"
    arrays[name] = np.asarray(value)
    return name


def operation(name, *inputs, **options):
    output = getattr(keras.ops.image, name)(*inputs, **options)
    cases.append(
        {
            "operation": name,
            "inputs": [kept(x) for x in inputs],
            "options": options,
            "output": kept(output),
        }
    )


def layer(name, images, draws=None, **options):
    """``draws`` is what Keras's layer takes as its transformation."""
    made = getattr(keras.layers, name)(**options)
    if draws is None:
        has_training = "Spectrogram" not in name
        output = made(images, training=True) if has_training else made(images)
    else:
        given = {key: keras.ops.convert_to_tensor(value) for key, value in draws.items()}
        output = made.transform_images(keras.ops.convert_to_tensor(images), given, training=True)
    cases.append(
        {
            "layer": name,
            "inputs": [kept(images)],
            "draws": None if draws is None else {k: kept(v) for k, v in draws.items()},
            "options": options,
            "output": kept(output),
        }
    )


def uniform(*shape, low=0.0, high=1.0):
    return rng.uniform(low, high, shape).astype("float32")


def resizing():
    x = uniform(2, 5, 7, 3)
    for method, antialias in itertools.product(
        ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"], [False, True]
    ):
        for size in [(3, 4), (10, 9), (5, 3)]:
            operation("resize", x, size=size, interpolation=method, antialias=antialias)
    first = uniform(2, 3, 5, 7)
    for size in [(4, 4), (2, 9)]:
        for key in ("crop_to_aspect_ratio", "pad_to_aspect_ratio"):
            operation("resize", x, size=size, **{key: True})
        operation("resize", first, size=size, data_format="channels_first")
        operation("resize", x[0], size=size, interpolation="bicubic")
    whole = rng.integers(0, 256, (2, 6, 5, 3)).astype("uint8")
    for method in ["nearest", "bilinear", "bicubic"]:
        operation("resize", whole, size=(4, 7), interpolation=method)
    operation(
        "resize", x, size=(4, 4), pad_to_aspect_ratio=True, fill_value=0.5, interpolation="nearest"
    )
    scales = np.array([1.3, 0.6], "float32"), np.array([0.7, -0.4], "float32")
    for method, antialias in itertools.product(["linear", "cubic", "lanczos3"], [True, False]):
        output = keras.ops.image.scale_and_translate(
            x, (2, 6, 8, 3), *scales, (1, 2), method, antialias
        )
        cases.append(
            {
                "operation": "scale_and_translate",
                "inputs": [kept(x), [2, 6, 8, 3], kept(scales[0]), kept(scales[1]), [1, 2], method],
                "options": {"antialias": antialias},
                "output": kept(output),
            }
        )
    for name, word in (("pad", "padding"), ("crop", "cropping")):
        sides = {"top": 1, "left": 0, "bottom": 2, "right": 1}
        both = {f"{side}_{word}": n for side, n in sides.items()}
        operation(f"{name}_images", x, **both)
    operation("extract_patches", x, size=2)
    operation("extract_patches", x, size=(2, 3), strides=(1, 2), padding="same")
    operation("extract_patches", x, size=(2, 2), strides=1, dilation_rate=2)
    operation("extract_patches", first, size=2, data_format="channels_first")
    operation("extract_patches_3d", uniform(1, 4, 4, 6, 2), size=2)


def sampling():
    x = uniform(2, 6, 5, 3)
    transforms = np.array(
        [[0.9, 0.3, -1.2, -0.2, 1.1, 0.7, 0, 0], [1.7, -0.4, 2.1, 0.5, -1.3, 9.2, 0, 0]], "float32"
    )
    for method, fill in itertools.product(["nearest", "bilinear"], FILLS):
        options = {"interpolation": method, "fill_mode": fill, "fill_value": 0.3}
        operation("affine_transform", x, transforms, **options)
    operation("affine_transform", x[0], transforms[1])
    first = np.ascontiguousarray(np.moveaxis(x, 3, 1))
    operation("affine_transform", first, transforms, data_format="channels_first")
    whole = rng.integers(0, 256, (2, 6, 5, 3)).astype("uint8")
    operation("affine_transform", whole, transforms)
    values = uniform(4, 5, 3)
    places = uniform(3, 40, low=-9, high=13)
    for order, fill in itertools.product([0, 1], FILLS):
        operation("map_coordinates", values, places, order=order, fill_mode=fill)
    corners = np.array([[0, 0], [4, 0], [0, 5], [4, 5]], "float32")
    moved = corners + uniform(2, 4, 2, low=-1, high=1)
    for method in ["nearest", "bilinear"]:
        operation(
            "perspective_transform",
            x,
            np.stack([corners] * 2),
            moved,
            interpolation=method,
            fill_value=0.2,
        )


def filters_and_colors():
    x, y = uniform(2, 12, 13, 3), uniform(2, 12, 13, 3)
    operation("gaussian_blur", x, kernel_size=(3, 5), sigma=(0.7, 1.4), data_format="channels_last")
    first = np.ascontiguousarray(np.moveaxis(x, 3, 1))
    operation("gaussian_blur", first, kernel_size=(3, 3), data_format="channels_first")
    operation("sobel_edges", x)
    operation("sobel_edges", first, data_format="channels_first")
    operation("ssim", x, y)
    operation("ssim", x, 0.9 * x + 0.1 * y, max_val=2.0, filter_size=7, filter_sigma=1.1)
    operation("ssim", x[0], y[0])
    operation("rgb_to_grayscale", x)
    operation("rgb_to_grayscale", first, data_format="channels_first")
    operation("rgb_to_grayscale", rng.integers(0, 256, (4, 4, 3)).astype("uint8"))
    operation("rgb_to_hsv", x)
    operation("rgb_to_hsv", np.round(uniform(4, 4, 3) * 2) / 2)
    operation("hsv_to_rgb", x)
    operation("hsv_to_rgb", first, data_format="channels_first")


def geometry_layers():
    x = uniform(3, 7, 6, 2)
    first = np.ascontiguousarray(np.moveaxis(x, 3, 1))
    for fill, method in itertools.product(
        ["reflect", "wrap", "constant", "nearest"], ["bilinear", "nearest"]
    ):
        # Not a multiple of an angle at which places fall between two pixels.
        ways = {"fill_mode": fill, "interpolation": method, "fill_value": 0.25}
        layer("RandomRotation", x, factor=(0.137, 0.137), **ways)
        layer(
            "RandomTranslation", x, height_factor=(0.33, 0.33), width_factor=(-0.21, -0.21), **ways
        )
        layer("RandomZoom", x, height_factor=(-0.31, -0.31), width_factor=(0.43, 0.43), **ways)
        layer("RandomZoom", x, height_factor=(0.37, 0.37), **ways)
    layer("RandomRotation", first, factor=(0.137, 0.137), data_format="channels_first")
    layer("RandomTranslation", x[0], height_factor=(0.2, 0.2), width_factor=(0.1, 0.1))
    layer("RandomZoom", first, height_factor=(0.2, 0.2), data_format="channels_first")
    layer("Resizing", x, height=4, width=9)
    layer("Resizing", x[0], height=4, width=9, interpolation="bicubic", antialias=True)
    layer(
        "Resizing",
        first,
        height=4,
        width=4,
        crop_to_aspect_ratio=True,
        data_format="channels_first",
    )
    layer("CenterCrop", x, height=4, width=3)
    layer("CenterCrop", x, height=3, width=3)
    layer("CenterCrop", x, height=10, width=3)
    layer("CenterCrop", first, height=4, width=3, data_format="channels_first")
    layer("RandomCrop", x, height=7, width=3)


def color_layers():
    x = uniform(3, 6, 5, 3, high=255.0)
    first = np.ascontiguousarray(np.moveaxis(x, 3, 1))
    each = uniform(3, low=0.1, high=0.9)
    column = each.reshape(3, 1, 1, 1)
    bools = np.array([True, False, True])
    layer("RandomBrightness", x, factor=(0.2, 0.2))
    layer("RandomBrightness", x / 255, factor=(-0.3, -0.3), value_range=(0, 1))
    layer("RandomContrast", x, factor=0.5, draws={"contrast_factor": column})
    layer("RandomHue", x, factor=0.5, draws={"factor": each - 0.5})
    layer("RandomHue", x / 255, factor=0.5, value_range=(0, 1), draws={"factor": each - 0.5})
    layer("RandomSaturation", x / 255, factor=(0.4, 0.4), value_range=(0, 1))
    layer("RandomSaturation", x, factor=(0.3, 0.3))
    layer("RandomColorDegeneration", x, factor=(0.4, 0.4))
    layer("RandomColorDegeneration", first, factor=(0.4, 0.4), data_format="channels_first")
    layer("RandomSharpness", x, factor=(0.8, 0.8))
    layer("RandomSharpness", x, factor=(0.1, 0.1))
    layer("RandomInvert", x, draws={"apply_inversion": bools})
    layer("RandomPosterization", x, factor=(3, 3))
    layer("RandomPosterization", x / 255, factor=(5, 5), value_range=(0, 1))
    layer("Solarization", x)
    layer(
        "Solarization",
        x,
        draws={"additions": column * 90, "thresholds": (1 - column) * 200},
    )
    layer("RandomGrayscale", x, factor=1.0)
    layer(
        "RandomGaussianBlur",
        x,
        kernel_size=(3, 5),
        draws={"should_apply_blur": bools, "blur_factor": np.array([0.6, 0.9], "float32")},
    )
    layer("AutoContrast", x)
    layer("AutoContrast", x / 255, value_range=(0, 1))


def mixing_layers():
    x = uniform(3, 6, 5, 3, high=255.0)
    layer(
        "MixUp",
        x,
        draws={
            "mix_weight": np.array([0.2, 0.7, 1.0], "float32"),
            "permutation_order": np.array([2, 0, 1]),
        },
    )


def spectrograms():
    signals = uniform(2, 300, 2, low=-1.0)
    for mode in ["log", "magnitude", "psd", "real", "imag", "angle", "stft"]:
        layer("STFTSpectrogram", signals, mode=mode, frame_length=20)
    more = {"frame_length": 16, "frame_step": 7, "fft_length": 32, "window": "hamming"}
    layer("STFTSpectrogram", signals, padding="same", expand_dims=True, periodic=True, **more)
    first = np.ascontiguousarray(np.moveaxis(signals, 2, 1))
    for expand in [False, True]:
        ways = {"data_format": "channels_first", "scaling": "spectrum", "expand_dims": expand}
        layer("STFTSpectrogram", first, mode="magnitude", frame_length=16, **ways)
    sound = uniform(2, 400, low=-1.0)
    layer("MelSpectrogram", sound, fft_length=64, sequence_stride=16, num_mel_bins=9)
    ways = {"sampling_rate": 8000, "min_freq": 100.0, "max_freq": 3500.0, "mag_exp": 1.0}
    layer(
        "MelSpectrogram",
        sound[0],
        fft_length=64,
        sequence_length=50,
        sequence_stride=13,
        num_mel_bins=7,
        power_to_db=False,
        **ways,
    )
    layer("MelSpectrogram", sound, fft_length=32, sequence_stride=9, num_mel_bins=5, ref_power=0.1)


resizing()
sampling()
filters_and_colors()
geometry_layers()
color_layers()
mixing_layers()
spectrograms()
arrays["cases"] = np.array(json.dumps(cases))
np.savez_compressed(Path(__file__).parent / "images.npz", **arrays)
