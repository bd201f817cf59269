"""Files of data sets.

They lie in ``$LAMINA_DATA``, a folder for each data set, or are downloaded once by
``lamina.utils.get_file``, which compares them with their SHA-256.
"""

import hashlib
import os
import tempfile
from pathlib import Path

import lamina

# Where many public data sets lie.
RAW = "https://raw.githubusercontent.com/"


def given(data_set: str, name: str) -> Path | None:
    """A file that lies in the folder of a data set in ``$LAMINA_DATA``."""
    path = Path(os.environ.get("LAMINA_DATA", ""), data_set, name)
    return path if "LAMINA_DATA" in os.environ and path.exists() else None


def cached(data_set: str) -> Path:
    """Where ``get_file`` keeps the files of a data set."""
    home = os.environ.get("LAMINA_HOME") or Path.home() / ".lamina"
    return Path(home, "datasets", data_set)


def one_file(data_set: str, name: str, origin: str, sha256: str) -> Path:
    """The path of a data set's only file, or of one of a few."""
    return given(data_set, name) or Path(
        lamina.utils.get_file(
            name, origin, file_hash=sha256, cache_subdir=str(Path("datasets", data_set))
        )
    )


def many_files(names: list[str], source: str, ending: str) -> dict[str, bytes]:
    """What small files of one source hold."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {
            name: lamina.utils.get_file(origin=f"{source}{name}{ending}", cache_dir=folder)
            for name in names
        }
        return {name: Path(path).read_bytes() for name, path in paths.items()}


def check(content: bytes, sha256: str, source: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise OSError(f"what {source} gave has SHA-256 {found}, expected {sha256}")
