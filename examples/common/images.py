"""Images of the examples, and figures of rows of them."""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import lamina
from common import figures
from common.files import given

Split = tuple[np.ndarray, np.ndarray]
CIFAR10_RECORD = 1 + 3 * 32 * 32  # a label, then a plane of each colour


def load_gray(data: Any, train: int | None = None, test: int | None = None) -> tuple[Split, Split]:
    """Images (n, 28, 28, 1) from 0 to 1 with their labels, to train and to test with.

    Args:
        data: ``lamina.datasets.mnist`` or ``lamina.datasets.fashion_mnist``.
        train: how many of the first images to train with; all by default.
        test: how many to test with.
    """
    (x, y), (x_test, y_test) = data.load_data()
    return (_scaled(x[:train]), y[:train]), (_scaled(x_test[:test]), y_test[:test])


def _scaled(images: np.ndarray) -> np.ndarray:
    return images[..., None].astype("float32") / 255


def load_cifar10(train: int = 8000, test: int = 2000) -> tuple[Split, Split]:
    """Colour photographs (n, 32, 32, 3) from 0 to 255 with their labels, ten classes.

    LAMINA_DATA may hold a subset of 8,000 and 2,000, in records of CIFAR-10's binary version:
    ``cifar10-subset/train-8000.bin.gz`` and ``test-2000.bin.gz``. Otherwise the whole set is
    downloaded (170 MB), and the first so many images are taken.

    Reference: Krizhevsky, 2009, "Learning multiple layers of features from tiny images".
    """
    if folder := given("cifar10-subset", ""):
        files = folder / "train-8000.bin.gz", folder / "test-2000.bin.gz"
        parts = [parse_cifar10(gzip.decompress(file.read_bytes())) for file in files]
    else:
        parts = [(x, y[:, 0]) for x, y in lamina.datasets.cifar10.load_data()]
    (x, y), (x_test, y_test) = parts
    return (x[:train], y[:train]), (x_test[:test], y_test[:test])


def parse_cifar10(content: bytes) -> Split:
    """Images and their labels, of records of CIFAR-10's binary version."""
    if not content or len(content) % CIFAR10_RECORD:
        raise ValueError(f"{len(content)} bytes are no records of {CIFAR10_RECORD} bytes")
    records = np.frombuffer(content, np.uint8).reshape(-1, CIFAR10_RECORD)
    planes = records[:, 1:].reshape(-1, 3, 32, 32)
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), records[:, 0].copy()


def save_rows(
    rows: dict[str, np.ndarray],
    path: str | Path,
    titles: Sequence[str] = (),
    notes: dict[str, Sequence[Any]] | None = None,
) -> None:
    """Draws rows of gray images.

    Args:
        rows: images from 0 to 1, ``(n, 28, 28)`` or with an axis of one channel, by what stands
            beside them.
        path: where the figure goes.
        titles: what stands above the images of the first row.
        notes: what is written into the images of a row, by its name.
    """
    columns = max(map(len, rows.values()))
    drawing = figures.figure(1.6 + 0.7 * columns, 0.75 * len(rows) + 0.3 * bool(titles))
    if drawing is None:
        return
    grid = drawing.subplots(len(rows), columns, squeeze=False)
    for axes in grid.ravel():
        axes.set_axis_off()
    for line, (name, images) in zip(grid, rows.items(), strict=True):
        place = {"ha": "right", "va": "center", "transform": line[0].transAxes}
        line[0].text(-0.15, 0.5, name, fontsize=8, **place)
        for axes, image in zip(line, images, strict=False):
            axes.imshow(image.reshape(image.shape[:2]), cmap="gray", vmin=0, vmax=1)
        for axes, note in zip(line, (notes or {}).get(name, []), strict=False):
            axes.text(1, 1, note, color="yellow", va="top", fontsize=8)
    for axes, title in zip(grid[0], titles, strict=False):
        axes.set_title(title, fontsize=8)
    figures.save(drawing, path)
