"""Files from the network, kept in a folder of the user's."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # takes long to import
    import pathlib

_CHUNK = 1 << 20


def home() -> str:
    """Where lamina keeps files: ``$LAMINA_HOME``, or ``~/.lamina``."""
    return os.environ.get("LAMINA_HOME") or os.path.join(os.path.expanduser("~"), ".lamina")


def get_file(
    fname: str | os.PathLike[str] | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str | list[str] | None = "auto",
    cache_dir: str | os.PathLike[str] | None = None,
    force_download: bool = False,
) -> str:
    """The path of a file, which is downloaded unless it is there already.

    A download stands under its name once it is complete and has the right hash, never before.
    Archives are unpacked only if all their members stay within the folder.

    Args:
        fname: its name in the cache; by default the last part of ``origin``. For an archive that is
            unpacked, a name without an ending is the folder's, one with an ending the archive's.
        origin: its address.
        untar: the older argument for ``extract`` of a tar archive.
        md5_hash: the older argument for ``file_hash``.
        file_hash: the sha256 or md5 that the file must have.
        cache_subdir: the folder within the cache.
        hash_algorithm: ``"sha256"``, ``"md5"``, or ``"auto"``, which tells them by their lengths.
        extract: whether to unpack an archive, and to return the folder.
        archive_format: ``"tar"``, ``"zip"``, a list of those, or ``"auto"`` for both.
        cache_dir: the cache; by default ``$LAMINA_HOME``, or ``~/.lamina``.
        force_download: whether to download it even if it is there.

    Returns:
        The path of the file, or of the folder of an archive that was unpacked.

    Raises:
        OSError: it could not be downloaded.
        ValueError: it has another hash, or an archive has members outside its folder.

    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "numbers.csv").write_text("1,2")
    >>> path = get_file(origin=(folder / "numbers.csv").as_uri(), cache_dir=folder / "cache")
    >>> pathlib.Path(path).read_text()
    '1,2'
    """
    import pathlib

    if origin is None:
        raise ValueError("get_file needs origin, the address of the file")
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    name = os.fspath(fname) if fname else _last_part(origin)
    if os.path.basename(name) != name or name in (".", ".."):
        raise ValueError(
            f"fname is {name!r}, expected a name without folders; say those by cache_dir and "
            "cache_subdir"
        )
    folder = pathlib.Path(os.path.expanduser(cache_dir or home()), cache_subdir)
    unpacked: pathlib.Path | None = None
    if extract or untar:
        if fname and "." in name:
            unpacked = folder / f"{name.partition('.')[0]}_extracted"
        else:
            unpacked, name = folder / name, f"{name}_archive"
    path = folder / name
    is_new = force_download or not path.exists()
    if not is_new and file_hash is not None and not has_hash(path, file_hash, hash_algorithm):
        warnings.warn(
            f"{path} has not the hash {file_hash}; it is incomplete or old, and is downloaded anew",
            stacklevel=2,
        )
        is_new = True
    if is_new:
        _download(origin, path, file_hash, hash_algorithm)
    if unpacked is None:
        return str(path)
    if is_new or not unpacked.exists():
        formats = "tar" if untar else archive_format
        if not _unpack(path, unpacked, formats):
            warnings.warn(f"{path} is no archive of the format {formats!r}", stacklevel=2)
    return str(unpacked)


def has_hash(path: Any, expected: str, algorithm: str = "auto") -> bool:
    """Whether a file has that sha256 or md5."""
    import hashlib

    is_sha256 = algorithm == "sha256" or (algorithm == "auto" and len(expected) == 64)
    digest = hashlib.sha256() if is_sha256 else hashlib.md5(usedforsecurity=False)
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest() == expected.lower()


def _last_part(origin: str) -> str:
    from urllib.parse import unquote, urlsplit

    name = os.path.basename(unquote(urlsplit(origin).path))
    if not name:
        raise ValueError(f"origin {origin!r} names no file; give fname")
    return name


def _download(origin: str, path: pathlib.Path, file_hash: str | None, algorithm: str) -> None:
    import tempfile
    from urllib.error import URLError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise OSError(
            f"{path.parent} cannot be written to ({error}); give cache_dir, or set LAMINA_HOME to "
            "a folder that can"
        ) from error
    try:
        with os.fdopen(handle, "wb") as file:
            try:
                _copy(origin, file)
            except (URLError, TimeoutError) as error:
                reason = getattr(error, "reason", error)
                raise OSError(
                    f"{origin} could not be downloaded: {reason}. Where there is no network, put "
                    f"the file at {path}"
                ) from error
        if file_hash is not None and not has_hash(partial, file_hash, algorithm):
            raise ValueError(
                f"{origin} gave a file without the hash {file_hash}: it is incomplete, or another"
            )
        os.chmod(partial, 0o644)
        os.replace(partial, path)
    except BaseException:
        os.unlink(partial)
        raise


def _copy(origin: str, file: Any) -> None:
    import sys
    from urllib.request import urlopen

    from tqdm import tqdm

    with urlopen(origin, timeout=60) as response:
        total = int(response.headers.get("Content-Length") or 0)
        bar = tqdm(
            desc=_last_part(origin),
            total=total or None,
            unit="B",
            unit_scale=True,
            disable=sys.stderr is None or not sys.stderr.isatty(),
        )
        with bar:
            copied = 0
            while chunk := response.read(_CHUNK):
                file.write(chunk)
                copied += len(chunk)
                bar.update(len(chunk))
            if total and copied != total:
                raise TimeoutError(f"the connection ended after {copied} of {total} bytes")


def _unpack(path: pathlib.Path, folder: pathlib.Path, formats: str | list[str] | None) -> bool:
    import pathlib
    import shutil
    import tarfile
    import tempfile
    import zipfile

    if formats == "auto":
        formats = ["tar", "zip"]
    for kind in [formats] if isinstance(formats, str) else formats or []:
        if kind not in ("tar", "zip"):
            raise NotImplementedError(f"archive_format is {kind!r}, expected 'tar' or 'zip'")
        if not (tarfile.is_tarfile if kind == "tar" else zipfile.is_zipfile)(path):
            continue
        # Unpacked beside its place, so that half a folder never stands there.
        made = pathlib.Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            (_unpack_tar if kind == "tar" else _unpack_zip)(path, made)
            made.chmod(0o755)
            if folder.exists():
                shutil.rmtree(folder)
            made.rename(folder)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
        return True
    return False


def _unpack_tar(path: pathlib.Path, folder: pathlib.Path) -> None:
    import tarfile

    with tarfile.open(path) as archive:
        members = archive.getmembers()
        for member in members:
            _require_within(folder, member.name)
            if member.issym():
                _require_within(folder, os.path.join(os.path.dirname(member.name), member.linkname))
            elif member.islnk():
                _require_within(folder, member.linkname)
            elif not (member.isfile() or member.isdir()):
                raise ValueError(f"the archive {path} has {member.name!r}, no file and no folder")
        # The filter strips owners and special bits too, where this Python has it.
        safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(folder, members=members, **safe)  # type: ignore[arg-type]


def _unpack_zip(path: pathlib.Path, folder: pathlib.Path) -> None:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            _require_within(folder, name)
        archive.extractall(folder)


def _require_within(folder: pathlib.Path, name: str) -> None:
    root = os.path.realpath(folder)
    if os.path.commonpath([root, os.path.realpath(os.path.join(root, name))]) != root:
        raise ValueError(
            f"the archive has a member {name!r}, outside the folder that it is unpacked to; "
            "nothing was unpacked"
        )
