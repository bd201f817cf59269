"""Files that a layer of a user's own keeps beside its weights, as arrays of bytes."""

from collections.abc import Callable
from typing import Any

import numpy as np

_PREFIX = "assets/"


def is_file(name: str) -> bool:
    """Whether an array of that name holds a file."""
    return name.startswith(_PREFIX)


def written(save: Callable[[str], Any]) -> dict[str, np.ndarray]:
    """The files that ``save(folder)`` writes, by their names below the folder."""
    import pathlib  # takes long to import
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        save(folder)
        root = pathlib.Path(folder)
        return {
            _PREFIX + path.relative_to(root).as_posix(): np.frombuffer(path.read_bytes(), np.uint8)
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }


def read(load: Callable[[str], Any], files: dict[str, Any]) -> None:
    """Lets ``load(folder)`` read such files. Their names come from a file and stay below it."""
    import pathlib  # takes long to import
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        for name, values in files.items():
            path = (root / name.removeprefix(_PREFIX)).resolve()
            if root not in path.parents:
                raise ValueError(f"the file holds an asset {name!r}, which lies outside its folder")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(np.asarray(values, np.uint8).tobytes())
        load(folder)
