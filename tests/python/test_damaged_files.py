"""Damaged, hostile and foreign files: refused at once, with ValueError or OSError alone."""

import contextlib
import gzip
import json
import os
import pickle
import random
import time
import zipfile

import numpy as np
import pytest
from model_files import changed, join, split

from lamina import Input, Sequential, layers
from lamina.models import load_model

REFUSED = (ValueError, OSError)


@pytest.fixture(scope="module")
def content():
    model = Sequential(
        [
            Input((3,)),
            layers.Dense(2, "relu"),
            layers.BatchNormalization(),
            Sequential([layers.Dropout(0.1), layers.Dense(1)], name="inner"),
        ]
    )
    model.compile("adam", "mse", metrics=["accuracy"])
    model.fit(np.ones((4, 3), "float32"), np.ones((4, 1), "float32"), verbose=0)
    return model.save_to_bytes()


def without_checksums(content):
    return changed(content, lambda header, description: None)


def test_every_truncation_is_refused(content):
    expected = "is damaged: |is no .lamina file|is a text|is an empty"
    for size in range(len(content)):
        with pytest.raises(ValueError, match=expected):
            load_model(content[:size])
    with pytest.raises(ValueError, match="1 bytes at its end belong to no tensor"):
        load_model(content + b"\0")


def test_every_flipped_bit_is_refused(content):
    altered = bytearray(content)
    for position in range(len(content)):
        for bit in {position % 8, 0, 5}:  # 5: a space becomes a NUL, a letter's case changes
            altered[position] ^= 1 << bit
            with pytest.raises(ValueError, match="the model in memory"):
                load_model(bytes(altered))
            altered[position] ^= 1 << bit


def test_a_flipped_bit_of_a_weight_is_named(content, tmp_path):
    name = "optimizer/momentum/inner/dense/kernel"
    header, data = split(content)
    at = len(content) - len(data) + header[name]["data_offsets"][0]
    path = tmp_path / "m.lamina"
    path.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
    expected = (
        rf"m\.lamina' is damaged: the data of tensor '{name}' does not match its checksum; "
        "copy it again, or save the model again"
    )
    with pytest.raises(ValueError, match=expected):
        load_model(path)
    assert load_model(path, compile=False).built  # which does not read it


def test_checksums_cannot_get_lost(content):
    header, data = split(content)
    del header["__metadata__"]["lamina_checksum"]
    with pytest.raises(ValueError, match="its checksums are missing"):
        load_model(join(header, data))


def test_random_mutations_of_files_without_checksums(content):
    # Without them the readers behind see every mutation.
    plain = without_checksums(content)
    header = len(plain) - len(split(plain)[1])
    chance = random.Random(5)
    loaded = 0
    for _ in range(4000):
        altered = bytearray(plain)
        for _ in range(chance.choice([1, 1, 2, 5])):
            at = chance.randrange(header)
            kind = chance.randrange(4)
            if kind == 0:
                altered[at] = chance.randrange(256)
            elif kind == 1:
                altered[at] = chance.choice(b'{}[]",:0919-eE.ntf\\')
            elif kind == 2:
                del altered[at : at + chance.randrange(1, 30)]
            else:
                altered[at:at] = altered[at : at + chance.randrange(1, 30)]
        if chance.random() < 0.7:  # so that the JSON ends where the length says
            grown = len(altered) - len(plain)
            altered[:8] = (header - 8 + grown).to_bytes(8, "little")
        try:
            load_model(bytes(altered))
            loaded += 1
        except REFUSED:
            pass
        except RuntimeError as error:
            pytest.fail(f"{type(error)} {error}")
    assert loaded < 2000


HUGE = [2**31, 2**53, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 10**30, -1, 1.5, "3", None, True, [], {}]


@pytest.mark.parametrize("value", HUGE, ids=repr)
def test_extents_and_offsets_that_cannot_be(content, value):
    name = "model/dense/kernel"
    for edit in (
        lambda entry: entry.update(shape=[value, 2]),
        lambda entry: entry.update(shape=[0, value]),
        lambda entry: entry.update(shape=[value] * 9),
        lambda entry: entry.update(shape=value),
        lambda entry: entry.update(data_offsets=[0, value]),
        lambda entry: entry.update(data_offsets=[value, value]),
        lambda entry: entry.update(dtype=value),
        lambda entry: entry.update(extra=value),
        lambda entry: entry.pop("shape"),
    ):
        with pytest.raises(ValueError, match="the model in memory"):
            load_model(changed(content, lambda header, _, edit=edit: edit(header[name])))


@pytest.mark.parametrize("value", HUGE, ids=repr)
def test_options_that_cannot_be(content, value):
    """Every number and text of the description in turn."""

    def places(node):
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for key, child in list(items):
            yield node, key
            if isinstance(child, (dict, list)):
                yield from places(child)

    header, data = split(without_checksums(content))
    description = json.loads(header["__metadata__"]["lamina"])
    for node, key in places(description):
        before, node[key] = node[key], value
        header["__metadata__"]["lamina"] = json.dumps(description)
        node[key] = before
        with contextlib.suppress(*REFUSED):
            load_model(join(header, data))


def seconds_to_refuse(content, message):
    start = time.perf_counter()
    with pytest.raises(ValueError, match=message):
        load_model(content)
    return time.perf_counter() - start


def described(text):
    return join({"__metadata__": {"lamina": text}})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            described('{"format_version":1,"x":[' + ",".join(["{}"] * 2_000_000) + "]}"),
            "weights only",
        ),
        (described("[" * 3_000_000), "nests more than 200 levels"),
        (described('{"x":' * 3_000_000), "nests more than 200 levels"),
        (described('{"format_version":"' + "9" * 3_000_000 + '"}'), r"\(3000002 bytes\)"),
        (join({"a" * 3_000_000: 1}), "has a number in place of a tensor's description"),
        (join(b"[" * 3_000_000), "is no .lamina file"),
        (join(b'{"a":' + b"[" * 3_000_000), "has a list in place"),
        (join(b'{"a":{"shape":' + b"[" * 3_000_000), "has a list in"),
        (join(b'{"a":"' + b"x" * 3_000_000 + b'"}'), "has a string in place"),
        (join(b'{"a' + b"\x00" * 3_000_000), "not JSON: it has a NUL"),
    ],
    ids=range(10),
)
def test_long_headers_end_soon_and_messages_are_short(content, message):
    assert seconds_to_refuse(content, message) < 5
    with pytest.raises(ValueError, match=message) as refusal:
        load_model(content)
    assert len(str(refusal.value)) < 1000


def test_many_tensors_and_options_take_linear_time():
    entry = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    tensors = join({str(i): entry for i in range(200_000)})
    assert seconds_to_refuse(tensors, "no 'lamina'") < 10
    options = json.dumps({str(i): i for i in range(200_000)})
    assert seconds_to_refuse(described(options), "'format_version' is missing") < 10


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b'{"a":%s,"a":%s}', "names 'a' twice"),
        (b'{"a":{"dtype":"F32","dtype":"F32"},"b":%s,"c":%s}', "the field 'dtype'"),
        (b'{"__metadata__":{"k":"1","k":"2"},"b":%s,"c":%s}', "one name twice"),
        (b'{"__metadata__":{},"__metadata__":{},"b":%s,"c":%s}', "two __metadata__"),
        (b'{"__metadata__":{"lamina":"{\\"a\\":1,\\"a\\":2}"},"b":%s,"c":%s}', "names 'a' twice"),
    ],
)
def test_a_name_given_twice_is_refused(header, message):
    entry = b'{"dtype":"F32","shape":[0],"data_offsets":[0,0]}'
    with pytest.raises(ValueError, match=message):
        load_model(join(header % (entry, entry)))


def test_a_header_beyond_the_limit_is_refused_at_once(tmp_path):
    path = tmp_path / "long.lamina"
    with open(path, "wb") as file:
        file.write((100_000_001).to_bytes(8, "little") + b"{")
        file.truncate(200_000_000)
    with pytest.raises(ValueError, match="more than the 100000000 that the format allows"):
        load_model(path)


def test_a_sparse_file_of_100_gigabytes_is_refused_at_once(content, tmp_path):
    path = tmp_path / "sparse.lamina"
    for begun, message in [
        (b"", "is no .lamina file"),
        (content, r"bytes at its end belong to no tensor"),
    ]:
        path.write_bytes(begun)
        os.truncate(path, 100 << 30)
        start = time.perf_counter()
        with pytest.raises(ValueError, match=message):
            load_model(path)
        assert time.perf_counter() - start < 1
    path.unlink()


def zipped(name):
    def write(path):
        with zipfile.ZipFile(path, "w") as file:
            file.writestr(name, "{}")

    return write


FOREIGN = {
    "m.h5": (b"\x89HDF\r\n\x1a\n" + bytes(600), "an HDF5 file, as Keras"),
    "m.keras": (zipped("metadata.json"), "a Keras .keras file"),
    "m.pt": (zipped("m/data.pkl"), "a PyTorch .pt file"),
    "old.pt": (pickle.dumps({"a": [1]}), "a Python pickle"),
    "other.zip": (zipped("readme.md"), "a zip archive"),
    "m.npz": (lambda path: np.savez(path, a=[1]), r"a NumPy \.npz file"),
    "m.npy": (lambda path: np.save(path, [1]), r"a NumPy \.npy file"),
    "m.onnx": (b"\x08\x08\x12\x07pytorch\x1a\x052.1.0" + bytes(range(200, 256)), "an ONNX file"),
    "m.gz": (gzip.compress(b"{}"), "a gzip archive; unpack"),
    "m.txt": (b"not a model, but a longer text\n" * 30, "a text file"),
    "short.txt": (b"text", "a text file"),
    "m.html": (b"<!DOCTYPE html><html>\xe4</html>", "an HTML page"),
    "lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
    "empty": (b"", "an empty file"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_files_of_other_programs_are_named(name, tmp_path):
    made, message = FOREIGN[name]
    path = tmp_path / name
    made(path) if callable(made) else path.write_bytes(made)
    for source in (path, path.read_bytes()):
        with pytest.raises(ValueError, match=message) as refusal:
            load_model(source)
        assert "lamina reads the .lamina files" in str(refusal.value)


def test_safetensors_files_of_other_programs_are_named():
    entry = {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]}
    with pytest.raises(ValueError, match="'w' as BF16; lamina reads F32"):
        load_model(join({"w": entry}, b"\0\0"))
    entry = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
    with pytest.raises(ValueError, match="not written by lamina: it is a safetensors file"):
        load_model(join({"__metadata__": {"format": "pt"}, "w": entry}, bytes(4)))
