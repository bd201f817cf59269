"""Downloads for ``sequences``: once, to a cache, and compared with their SHA-256."""

import hashlib
import os
import tempfile
import urllib.request
from pathlib import Path

CACHE = Path.home() / ".cache" / "lamina"


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
