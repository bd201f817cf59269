"""Files are written wholly or not at all, by whatever path, and nothing is left beside them."""

import errno
import fcntl
import os
import random
import stat
import subprocess
import sys
import time

import numpy as np
import pytest

from lamina import Dense, Input, Sequential
from lamina.models import load_model

X = np.arange(8, dtype="float32").reshape(2, 4)


def small(units=1):
    return Sequential([Input((4,)), Dense(units)])


def is_saved(model, path):
    expected = model.predict(X, verbose=0)
    return np.array_equal(load_model(path).predict(X, verbose=0), expected)


SAVER = """
import sys, lamina
model = lamina.Sequential([lamina.Input((256,)), lamina.Dense(4000)])
print("ready", flush=True)
while True:
    model.save(sys.argv[1])
"""


def test_a_killed_process_leaves_a_whole_model_and_no_litter_for_long(tmp_path):
    path = tmp_path / "m.lamina"
    small().save(path)
    chance = random.Random(3)
    for _ in range(4):
        saver = subprocess.Popen([sys.executable, "-c", SAVER, path], stdout=subprocess.PIPE)
        with saver:
            saver.stdout.readline()
            time.sleep(0.05 + 0.1 * chance.random())
            saver.kill()
    model = load_model(path)
    model.save(path)
    assert os.listdir(tmp_path) == ["m.lamina"]


def test_temporary_files_of_living_processes_and_other_files_stay(tmp_path):
    names = [f".lamina-{digit * 16}.tmp" for digit in "0123"]
    dead, living, link, fifo = (tmp_path / name for name in names)
    others = [
        tmp_path / ".lamina-0.tmp",
        tmp_path / "lamina-0000000000000000.tmp",
        tmp_path / ".lamina-000000000000000G.tmp",
        tmp_path / ".lamina-0000000000000000.tmp.txt",
    ]
    for path in [dead, living, *others]:
        path.write_text("precious")
    link.symlink_to(others[0])
    os.mkfifo(fifo)
    with open(living) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        small().save(tmp_path / "m.lamina")
    kept = {living, link, fifo, *others, tmp_path / "m.lamina"}
    assert set(tmp_path.iterdir()) == kept
    assert all(path.read_text() == "precious" for path in others)
    small().save(tmp_path / "m.lamina")
    assert set(tmp_path.iterdir()) == kept - {living}


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path):
    (tmp_path / "store").mkdir()
    target, link = tmp_path / "store" / "target.lamina", tmp_path / "link.lamina"
    (tmp_path / "second.lamina").symlink_to("store/target.lamina")
    link.symlink_to("second.lamina")
    for units in (1, 2):  # first, the link leads nowhere yet
        model = small(units)
        model.save(link)
        assert link.is_symlink()
        assert not target.is_symlink()
        assert is_saved(model, target)
    assert os.listdir(tmp_path / "store") == ["target.lamina"]
    loop = tmp_path / "loop.lamina"
    loop.symlink_to("loop.lamina")
    with pytest.raises(OSError, match=r"cannot write '.*loop\.lamina': Too many levels"):
        small().save(loop)


def test_permissions_stay_and_new_files_follow_the_mask(tmp_path):
    path = tmp_path / "m.lamina"
    for mask, expected in ((0o022, 0o644), (0o077, 0o600)):
        before = os.umask(mask)
        try:
            small().save(path)
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == expected
        path.unlink()
    small().save(path)
    for mode in (0o600, 0o664, 0o700, 0o200):
        path.chmod(mode)
        small().save(path)
        assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_a_file_of_another_user_stays_theirs(tmp_path):
    path = tmp_path / "m.lamina"
    small().save(path)
    os.chown(path, 12345, 23456)
    small().save(path)
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 23456)


def test_a_read_only_file_is_refused(tmp_path):
    path = tmp_path / "m.lamina"
    model = small()
    model.save(path)
    path.chmod(0o444)
    for save in (small(2).save, small(2).save_weights):
        # Root may write it all the same, so that the system does not object.
        with pytest.raises(
            OSError, match=r"cannot write '.*m\.lamina': .*([Pp]ermission|read-only)"
        ):
            save(path)
    assert is_saved(model, path)
    assert os.listdir(tmp_path) == ["m.lamina"]


LIMITED = """
import resource, sys, lamina
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
model = lamina.Sequential([lamina.Input((100,)), lamina.Dense(100)])
try:
    model.save(sys.argv[1])
except OSError as error:
    print(error)
"""


def test_a_full_disk_leaves_the_old_file_and_the_error_names_it(tmp_path):
    path = tmp_path / "m.lamina"
    model = small()
    model.save(path)
    run = [sys.executable, "-c", LIMITED, path]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip()
    assert said == f"cannot write '{path}': {os.strerror(errno.EFBIG)}"
    assert os.listdir(tmp_path) == ["m.lamina"]
    assert is_saved(model, path)
    with pytest.raises(OSError, match=r"^cannot write '/dev/full': No space left on device$"):
        model.save("/dev/full")


def test_errors_name_the_path_that_was_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = small()
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for path, reason in [
        ("missing/m.lamina", errno.ENOENT),
        ("file/m.lamina", errno.ENOTDIR),
        ("folder", errno.EISDIR),
        ("folder/", errno.EISDIR),
        ("new/", errno.EISDIR),
        ("", errno.ENOENT),
        ("x" * 256, errno.ENAMETOOLONG),
    ]:
        with pytest.raises(OSError) as refusal:  # noqa: PT011
            model.save(path)
        assert str(refusal.value) == f"cannot write '{path}': {os.strerror(reason)}"
    for path in ("m.lamina", "./y.lamina", "x" * 255):
        model.save(path)
        assert is_saved(model, path)


def test_pipes_are_written_and_read(tmp_path):
    model = small()
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    with subprocess.Popen(["cat", fifo], stdout=subprocess.PIPE) as cat:
        model.save(fifo)
        assert cat.stdout.read() == model.save_to_bytes()
    model.save(tmp_path / "m.lamina")
    with subprocess.Popen(f"cat '{tmp_path}/m.lamina' > '{fifo}'", shell=True):
        assert is_saved(model, fifo)


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("m.h5", "Keras"),
        ("m.weights.h5", "Keras"),
        ("m.hdf5", "HDF5"),
        ("m.keras", "Keras"),
        ("M.KERAS", "Keras"),
        ("m.pt", "PyTorch"),
        ("m.pth", "PyTorch"),
        ("m.onnx", "ONNX"),
        ("m.npz", "NumPy"),
    ],
)
def test_suffixes_of_other_programs_are_refused(name, owner, tmp_path):
    model = small()
    for save in (model.save, model.save_weights):
        expected = rf"{name}' has the suffix of {owner}.*own format.*\.lamina'$"
        with pytest.raises(ValueError, match=expected):
            save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []
    for free in ("m", "m.lamina", "m.safetensors", "m.bin", "h5", ".h5.lamina"):
        model.save(tmp_path / free)
