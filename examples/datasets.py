"""Real images for the examples: MNIST and its kin (idx files), CIFAR-10 (binary version).

Files come from a folder of yours, or are downloaded once to a cache and compared with their
SHA-256. Nothing is unpacked to disk, and nothing read here can execute code.
"""

import gzip
import hashlib
import math
import os
import struct
import tarfile
import tempfile
import urllib.request
from pathlib import Path

import numpy as np

CACHE = Path.home() / ".cache" / "lamina"
Split = tuple[np.ndarray, np.ndarray]

IDX_FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
IDX_SOURCES = {
    "mnist": (
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        (
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        ),
    ),
    "fashion": (
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/"
        "b2617bb6d3ffa2e429640350f613e3291e10b141/data/fashion/",
        (
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        ),
    ),
}
CIFAR10_SOURCE = (
    "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
)
CIFAR10_RECORD = 1 + 3 * 32 * 32  # a label, then a plane of each colour


def download(url: str, sha256: str, path: Path) -> Path:
    """The file at ``path``, fetched unless it is there; it appears whole and checked, or not."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    print(f"downloading {url} to {path.parent}")
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            with urllib.request.urlopen(url, timeout=60) as response:
                while part := response.read(1 << 20):
                    digest.update(part)
                    file.write(part)
            if digest.hexdigest() != sha256:
                raise OSError(f"{url} has SHA-256 {digest.hexdigest()}, expected {sha256}")
        except BaseException:
            os.unlink(file.name)
            raise
    os.replace(file.name, path)
    return path


def read_idx(path: Path) -> np.ndarray:
    """The unsigned bytes of a compressed idx file: zero, type, rank, big-endian extents, data."""
    content = gzip.decompress(path.read_bytes())
    zero, kind, rank = struct.unpack_from(">HBB", content)
    if zero != 0 or kind != 8:
        raise ValueError(f"{path} is no idx file of unsigned bytes: it begins with {content[:4]!r}")
    shape = struct.unpack_from(f">{rank}I", content, 4)
    data = np.frombuffer(content, np.uint8, offset=4 + 4 * rank)
    if len(data) != math.prod(shape):
        raise ValueError(f"{path} holds {len(data)} bytes, expected {math.prod(shape)} for {shape}")
    return data.reshape(shape)


def load_idx(name: str, folder: Path | None = None, cache: Path = CACHE) -> tuple[Split, Split]:
    """Training and test images (n, 28, 28, 1) of 0 to 255 with their labels: "mnist", "fashion"."""
    url, sums = IDX_SOURCES[name]
    arrays = [
        read_idx(folder / file if folder else download(url + file, sha256, cache / name / file))
        for file, sha256 in zip(IDX_FILES, sums, strict=True)
    ]
    return (arrays[0][..., None], arrays[1]), (arrays[2][..., None], arrays[3])


def parse_cifar10(content: bytes) -> Split:
    """Images (n, 32, 32, 3) of 0 to 255 and their labels."""
    if not content or len(content) % CIFAR10_RECORD:
        raise ValueError(f"{len(content)} bytes are no records of {CIFAR10_RECORD} bytes")
    records = np.frombuffer(content, np.uint8).reshape(-1, CIFAR10_RECORD)
    planes = records[:, 1:].reshape(-1, 3, 32, 32)
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), records[:, 0].copy()


def load_cifar10(folder: Path | None = None, cache: Path = CACHE) -> tuple[Split, Split]:
    """Training and test images of CIFAR-10.

    A folder holds files of its binary version, compressed or not: data_batch_1.bin and so on, or
    train-8000.bin.gz, for training; test_batch.bin or test-2000.bin.gz.
    """
    parts: dict[str, list[bytes]] = {"train": [], "test": []}
    archive = None
    if folder:
        for path in sorted(folder.iterdir()):
            if path.name.endswith((".bin", ".bin.gz")):
                content = path.read_bytes()
                content = gzip.decompress(content) if path.suffix == ".gz" else content
                parts["test" if path.name.startswith("test") else "train"].append(content)
    else:
        archive = download(*CIFAR10_SOURCE, cache / "cifar-10-binary.tar.gz")
        with tarfile.open(archive) as tar:
            for member in sorted(tar.getmembers(), key=lambda member: member.name):
                if member.name.endswith(".bin"):
                    name = Path(member.name).name
                    content = tar.extractfile(member).read()
                    parts["test" if name.startswith("test") else "train"].append(content)
    if not parts["train"] or not parts["test"]:
        raise OSError(f"{folder or archive} lacks .bin or .bin.gz files to train or to test with")
    return parse_cifar10(b"".join(parts["train"])), parse_cifar10(b"".join(parts["test"]))
