"""Where files of data sets lie, and how they are read without executing what they hold."""

import io
import os
import pathlib
import pickle
from typing import Any

import numpy as np

from lamina.utils._files import get_file, has_hash, home

Pair = tuple[np.ndarray, np.ndarray]
ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


def folders() -> list[pathlib.Path]:
    """Where files may lie already."""
    keras = os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    own = os.environ.get("LAMINA_DATA")
    found = [pathlib.Path(home(), "datasets"), pathlib.Path(keras, "datasets")]
    return [pathlib.Path(own), *found] if own else found


def path_of(name: Any, origin: str, file_hash: str | None, folder: str = "") -> pathlib.Path:
    """The path of a file that lies in one of the folders, or is downloaded.

    Args:
        name: its name, or the path of a file, which is taken as it is.
        origin: its address.
        file_hash: which it must have.
        folder: of the data set, in which it may lie.
    """
    given = pathlib.Path(os.path.expanduser(name))
    if given.is_absolute() or given.parent != pathlib.Path("."):
        if not given.is_file():
            raise FileNotFoundError(f"there is no file {given}")
        return given
    for place in folders():
        for path in (place / folder / given, place / given):
            if path.is_file() and (file_hash is None or has_hash(path, file_hash)):
                return path
    subfolder = pathlib.Path("datasets", folder)
    try:
        return pathlib.Path(
            get_file(str(given), origin, file_hash=file_hash, cache_subdir=str(subfolder))
        )
    except OSError as error:
        places = ", ".join(str(place) for place in folders())
        raise OSError(
            f"{given.name} is in none of {places}, and could not be downloaded: {error}. Put the "
            f"file of {origin} into one of these folders, or set LAMINA_DATA to the one that has it"
        ) from error


def directory_of(name: str) -> pathlib.Path | None:
    """A folder of that name in one of the folders."""
    return next((place / name for place in folders() if (place / name).is_dir()), None)


# What a pickled array is made of, and all that such a file may name.
_NUMPY = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("numpy.core.multiarray", "_reconstruct"): np.empty(0).__reduce__()[0],
    ("numpy._core.multiarray", "_reconstruct"): np.empty(0).__reduce__()[0],
}


class _Reader(pickle.Unpickler):
    """Reads numbers, text, lists, dictionaries and arrays; refuses all else before it is made."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _NUMPY:
            raise pickle.UnpicklingError(
                f"the file names {module}.{name}, which is no part of a data set: it is damaged or "
                "malicious, and nothing of it was executed"
            )
        return _NUMPY[module, name]


def unpickled(file: Any) -> Any:
    """What a file of pickled arrays holds; strings of Python 2 as bytes."""
    return _Reader(file, encoding="bytes").load()


def arrays_of(path: pathlib.Path) -> dict[str, np.ndarray]:
    """The arrays of an .npz file, those of lists too."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return {
            name.removesuffix(".npy"): _array(archive.read(name))
            for name in archive.namelist()
            if name.endswith(".npy")
        }


def _array(data: bytes) -> np.ndarray:
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    read_header = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if read_header is not None and read_header(file)[2].hasobject:
        return np.asarray(unpickled(file), dtype=object)
    file.seek(0)
    return np.lib.format.read_array(file, allow_pickle=False)


def idx(path: pathlib.Path) -> np.ndarray:
    """The bytes of a file in the format of MNIST, packed by gzip or not."""
    import gzip

    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if data[:3] != b"\0\0\x08":
        raise ValueError(f"{path} is no IDX file of bytes")
    axes = data[3]
    shape = np.frombuffer(data, ">i4", axes, 4)
    return np.frombuffer(data, "uint8", -1, 4 + 4 * axes).reshape(shape)


def split(x: np.ndarray, y: np.ndarray, test_split: float, seed: int) -> tuple[Pair, Pair]:
    """Samples in a random order, the last share of them for tests."""
    if not 0 <= test_split < 1:
        raise ValueError(f"test_split is {test_split!r}, expected at least 0 and below 1")
    order = np.random.RandomState(seed).permutation(len(x))
    x, y = x[order], y[order]
    cut = int(len(x) * (1 - test_split))
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])
