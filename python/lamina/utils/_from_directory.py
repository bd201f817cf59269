"""Data sets of images, texts and sounds in folders."""

import functools
from typing import Any

import numpy as np

from lamina import ops
from lamina.data import Dataset
from lamina.data._dataset import stacked
from lamina.utils import _images, _sounds
from lamina.utils._directories import Listing

_INTERPOLATIONS = ("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5")


def image_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: Any = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """Batches of the images below a folder, which has a folder for each class.

    Files that end in .bmp, .gif (its first picture), .jpeg, .jpg and .png are read, by threads and
    ahead of who takes them. That needs Pillow.

    Args:
        directory: the folder.
        labels: ``"inferred"`` from the names of its folders, None for none, or a list of a whole
            number for each file, in the order of the paths.
        label_mode: ``"int"``: int32; ``"categorical"``: one-hot; ``"binary"``: 0.0 or 1.0, of shape
            ``(batch, 1)``; None for no labels.
        class_names: the folders, in the order of their labels; by default all, sorted.
        color_mode: ``"rgb"``, ``"grayscale"`` or ``"rgba"``.
        batch_size: images a batch; None for single images.
        image_size: ``(height, width)`` that they are resized to.
        shuffle: whether they come in a random order, another one each pass.
        seed: of that order.
        validation_split: the share of the files to keep for validation.
        subset: ``"training"``, ``"validation"``, or ``"both"`` for a pair of data sets.
        interpolation: ``"bilinear"``, ``"nearest"``, ``"bicubic"``, ``"lanczos3"`` or
            ``"lanczos5"``.
        follow_links: whether to follow links to folders.
        crop_to_aspect_ratio: whether to cut off what does not fit instead of stretching images.
        pad_to_aspect_ratio: whether to pad with zeros instead.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            ``lamina.config.image_data_format()``.
        format: ``"tf"`` or ``"grain"``, accepted for Keras's sake: the result is the same.
        verbose: whether to print how many files there are.

    Returns:
        A ``lamina.data.Dataset`` of float32 images from 0 to 255, ``(batch, height, width,
        channels)``, with labels; its ``class_names`` and ``file_paths`` tell what they are.

    >>> train, test = image_dataset_from_directory(  # doctest: +SKIP
    ...     "flowers", image_size=(64, 64), validation_split=0.2, subset="both", seed=1
    ... )
    >>> model.fit(train, validation_data=test)  # doctest: +SKIP
    """
    _require_format(format)
    channels = _images.channels_of(color_mode)
    size = (image_size, image_size) if isinstance(image_size, int) else tuple(image_size)
    if len(size) != 2:
        raise ValueError(f"image_size is {image_size!r}, expected (height, width)")
    if interpolation.lower() not in _INTERPOLATIONS:
        raise ValueError(
            f"interpolation is {interpolation!r}, expected one of {', '.join(_INTERPOLATIONS)}"
        )
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError("crop_to_aspect_ratio and pad_to_aspect_ratio exclude each other")
    image = _images.pillow("image_dataset_from_directory")
    order = _images.format_of(data_format)
    listing = Listing(
        "image",
        (".bmp", ".gif", ".jpeg", ".jpg", ".png"),
        directory,
        labels,
        label_mode,
        class_names,
        shuffle,
        seed,
        validation_split,
        subset,
        follow_links,
        verbose,
    )

    def load(path: str) -> np.ndarray:
        with image.open(path) as file:
            pixels = _images.img_to_array(
                _images.in_channels(file, channels), "channels_last", "float32"
            )
        if pixels.shape[:2] != size:
            resized = ops.image.resize(
                pixels,
                size,
                interpolation=interpolation.lower(),
                crop_to_aspect_ratio=crop_to_aspect_ratio,
                pad_to_aspect_ratio=pad_to_aspect_ratio,
                data_format="channels_last",
            )
            pixels = np.asarray(resized)
        return pixels.transpose(2, 0, 1) if order == "channels_first" else pixels

    return listing.dataset(load, functools.partial(_batches, batch_size))


def text_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """Batches of the texts below a folder, which has a folder for each class.

    Args:
        directory: the folder; its files end in .txt and are UTF-8.
        labels: as for ``image_dataset_from_directory``, like all that is not described here.
        label_mode: how labels are given.
        class_names: the folders, in the order of their labels.
        batch_size: texts a batch; None for single texts.
        max_length: characters to keep of each; by default all.
        shuffle: whether they come in a random order, another one each pass.
        seed: of that order.
        validation_split: the share of the files to keep for validation.
        subset: ``"training"``, ``"validation"``, or ``"both"``.
        follow_links: whether to follow links to folders.
        format: ``"tf"`` or ``"grain"``, accepted for Keras's sake: the result is the same.
        verbose: whether to print how many files there are.

    Returns:
        A ``lamina.data.Dataset`` of arrays of strings, as ``TextVectorization`` takes them, with
        labels.

    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for name, text in (("good", "a fine film"), ("poor", "a dull film")):
    ...     (folder / name).mkdir()
    ...     _ = (folder / name / "1.txt").write_text(text)
    >>> data = text_dataset_from_directory(folder, shuffle=False)
    Found 2 files belonging to 2 classes.
    >>> for texts, labels in data:
    ...     print(texts, labels)
    ['a fine film' 'a dull film'] [0 1]
    """
    _require_format(format)
    listing = Listing(
        "text",
        (".txt",),
        directory,
        labels,
        label_mode,
        class_names,
        shuffle,
        seed,
        validation_split,
        subset,
        follow_links,
        verbose,
    )

    def load(path: str) -> str:
        with open(path, encoding="utf-8") as file:
            return file.read() if max_length is None else file.read(max_length)

    return listing.dataset(load, functools.partial(_batches, batch_size))


def audio_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    verbose: bool = True,
) -> Any:
    """Batches of the sounds below a folder, which has a folder for each class.

    Files that end in .wav are read: those of whole numbers need nothing else, those of floats and
    in compressed formats need ``soundfile``.

    Args:
        directory: the folder.
        labels: as for ``image_dataset_from_directory``, like all that is not described here.
        label_mode: how labels are given.
        class_names: the folders, in the order of their labels.
        batch_size: sounds a batch; None for single sounds.
        sampling_rate: values a second that they are resampled to, which needs SciPy; by default as
            they are.
        output_sequence_length: to which longer ones are cut and shorter ones padded; by default
            those of a batch are padded to its longest.
        ragged: False; arrays have one length.
        shuffle: whether they come in a random order, another one each pass.
        seed: of that order.
        validation_split: the share of the files to keep for validation.
        subset: ``"training"``, ``"validation"``, or ``"both"``.
        follow_links: whether to follow links to folders.
        verbose: whether to print how many files there are.

    Returns:
        A ``lamina.data.Dataset`` of float32 sounds from -1 to 1, ``(batch, time, channels)``, with
        labels.

    >>> train = audio_dataset_from_directory("words", sampling_rate=8000)  # doctest: +SKIP
    """
    if ragged:
        raise ValueError(
            "ragged=True is not supported: arrays have one length; sounds of a batch are padded to "
            "its longest"
        )
    if sampling_rate is not None and (not isinstance(sampling_rate, int) or sampling_rate <= 0):
        raise ValueError(f"sampling_rate is {sampling_rate!r}, expected a whole number above 0")
    listing = Listing(
        "audio",
        (".wav",),
        directory,
        labels,
        label_mode,
        class_names,
        shuffle,
        seed,
        validation_split,
        subset,
        follow_links,
        verbose,
    )

    def load(path: str) -> np.ndarray:
        return _sounds.load(path, sampling_rate, output_sequence_length)

    def finish(sounds: Dataset) -> Dataset:
        if batch_size is None:
            return sounds.prefetch(-1)
        return sounds.batched(batch_size, False, _padded).prefetch(-1)

    return listing.dataset(load, finish)


def _require_format(format: str) -> None:
    if format not in ("tf", "grain"):
        raise ValueError(f"format is {format!r}, expected 'tf' or 'grain'")


def _batches(batch_size: int | None, elements: Dataset) -> Dataset:
    batched = elements if batch_size is None else elements.batch(batch_size)
    return batched.prefetch(-1)


def _padded(elements: list[Any]) -> Any:
    if isinstance(elements[0], tuple):
        sounds, labels = zip(*elements, strict=True)
        return _padded(list(sounds)), stacked(list(labels))
    longest = max(map(len, elements))
    return stacked([_sounds.fitted(sound, longest) for sound in elements])
