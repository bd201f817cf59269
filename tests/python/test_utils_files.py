"""get_file: the cache, hashes, archives that stay within their folder, and nothing half done."""

import hashlib
import io
import pathlib
import tarfile
import zipfile
from typing import ClassVar

import pytest

from lamina.utils import get_file


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "there" / "numbers.csv"
    path.parent.mkdir()
    path.write_bytes(b"1,2,3")
    return path


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def files(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_a_file_is_downloaded_once(source, cache):
    path = get_file(origin=source.as_uri(), cache_dir=cache)
    assert path == str(cache / "datasets/numbers.csv")
    source.write_bytes(b"other")
    assert get_file(origin=source.as_uri(), cache_dir=cache) == path
    assert pathlib.Path(path).read_bytes() == b"1,2,3"
    get_file("a.csv", source.as_uri(), cache_dir=cache, cache_subdir="more/of")
    get_file(origin=source.as_uri(), cache_dir=cache, force_download=True)
    assert pathlib.Path(path).read_bytes() == b"other"
    assert files(cache) == ["datasets/numbers.csv", "more/of/a.csv"]


def test_the_home_of_lamina(source, cache, monkeypatch):
    monkeypatch.setenv("LAMINA_HOME", str(cache))
    assert get_file(origin=source.as_uri()) == str(cache / "datasets/numbers.csv")
    monkeypatch.delenv("LAMINA_HOME")
    monkeypatch.setenv("HOME", str(cache / "user"))
    assert get_file(origin=source.as_uri()) == str(cache / "user/.lamina/datasets/numbers.csv")


@pytest.mark.parametrize("algorithm", ["md5", "sha256"])
def test_hashes(algorithm, source, cache):
    expected = hashlib.new(algorithm, b"1,2,3").hexdigest()
    options = {"origin": source.as_uri(), "cache_dir": cache}
    path = pathlib.Path(get_file(file_hash=expected, **options))
    assert path == pathlib.Path(get_file(file_hash=expected, hash_algorithm=algorithm, **options))
    if algorithm == "md5":
        get_file(md5_hash=expected, **options)
    path.write_bytes(b"1,2")  # half of it, say
    with pytest.warns(UserWarning, match="has not the hash"):
        get_file(file_hash=expected, **options)
    assert path.read_bytes() == b"1,2,3"
    source.write_bytes(b"damaged")
    with pytest.raises(ValueError, match="without the hash"):
        get_file("other.csv", file_hash=expected, **options)
    assert files(cache) == ["datasets/numbers.csv"]


def test_a_download_that_breaks_off_leaves_nothing(cache, monkeypatch):
    class Response(io.BytesIO):
        headers: ClassVar = {"Content-Length": "10"}

    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: Response(b"12345"))
    with pytest.raises(OSError, match=r"ended after 5 of 10 bytes.*put the file at .*numbers.csv"):
        get_file(origin="https://example.org/numbers.csv", cache_dir=cache)

    class Interrupted(Response):
        def read(self, *_):
            raise KeyboardInterrupt

    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: Interrupted())
    with pytest.raises(KeyboardInterrupt):
        get_file(origin="https://example.org/numbers.csv", cache_dir=cache)
    assert files(cache) == []


def packed(path, kind, members):
    """An archive of ``{name: bytes}``; a tuple is a link's kind and target."""
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        return
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            if isinstance(data, tuple):
                info.type, info.linkname = data
                archive.addfile(info)
            else:
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_archives(kind, tmp_path, cache):
    path = tmp_path / f"flowers.{kind}"
    packed(path, kind, {"flowers/rose.txt": b"red", "flowers/iris.txt": b"blue"})
    options = {"origin": path.as_uri(), "cache_dir": cache, "extract": True}
    folder = get_file(**options)
    assert folder == str(cache / f"datasets/flowers.{kind}")
    assert (pathlib.Path(folder) / "flowers/rose.txt").read_bytes() == b"red"
    (pathlib.Path(folder) / "mine").touch()
    assert get_file(**options) == folder  # as it is
    assert (pathlib.Path(folder) / "mine").exists()
    assert get_file("named", **options) == str(cache / "datasets/named")
    assert get_file("named.tgz", **options) == str(cache / "datasets/named_extracted")
    assert get_file("old", untar=kind == "tar", **options) == str(cache / "datasets/old")
    with pytest.warns(UserWarning, match="no archive"):
        get_file("none", archive_format=None, **options)
    with pytest.raises(NotImplementedError, match="rar"):
        get_file("none", archive_format="rar", **options)


OUTSIDE = {
    "zip up": ("zip", {"../evil": b"x"}),
    "zip root": ("zip", {"/evil": b"x"}),
    "tar up": ("tar", {"a/../../evil": b"x"}),
    "tar root": ("tar", {"/evil": b"x"}),
    "symbolic link": ("tar", {"a": (tarfile.SYMTYPE, "../.."), "a/evil": b"x"}),
    "hard link": ("tar", {"a": (tarfile.LNKTYPE, "../../evil")}),
    "device": ("tar", {"a": (tarfile.CHRTYPE, "")}),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_archives_that_reach_outside_are_refused_whole(name, tmp_path, cache):
    kind, members = OUTSIDE[name]
    path = tmp_path / "evil.archive"
    packed(path, kind, {"fine.txt": b"fine", **members})
    with pytest.raises(ValueError, match=r"outside the folder|no file and no folder"):
        get_file(origin=path.as_uri(), cache_dir=cache, extract=True)
    assert files(cache) == ["datasets/evil.archive_archive"]
    assert not [p for p in tmp_path.rglob("evil") if p.is_file()]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "origin"),
        ({"origin": "https://example.org/"}, "fname"),
        ({"origin": "file:///x", "fname": "a/b"}, "without folders"),
        ({"origin": "file:///x", "fname": ".."}, "without folders"),
    ],
)
def test_refusals(arguments, message, cache):
    with pytest.raises(ValueError, match=message):
        get_file(cache_dir=cache, **arguments)


def test_a_file_that_is_not_there(cache):
    with pytest.raises(OSError, match="could not be downloaded"):
        get_file(origin="file:///there/is/none.csv", cache_dir=cache)
    assert files(cache) == []
