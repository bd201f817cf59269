"""Every example runs and says what it should, and their data are what they should be."""

import gzip
import hashlib
import importlib
import importlib.util
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from example_runs import EXAMPLES, ROOT, data_folder, run
from test_examples_basics import BOUNDS as BASICS

# test_examples_images.py
ON_IMAGES = {
    "adversarial",
    "autoencoder",
    "blocks",
    "denoising",
    "filters",
    "gan",
    "lenet5",
    "out_of_distribution",
    "resnet20",
    "sensitivity",
    "vae",
}
ON_SEQUENCES = {
    "atrial_fibrillation",
    "forecast",
    "gait",
    "sentiment",
    "sequence_to_sequence",
    "shakespeare",
}
HELPERS = {"datasets", "gallery", "sequences"}


@pytest.fixture
def example(monkeypatch):
    """Imports an example; what it imports lies beside it."""
    monkeypatch.syspath_prepend(EXAMPLES)
    for name in HELPERS:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield importlib.import_module
    for name in HELPERS | ON_IMAGES | ON_SEQUENCES:
        sys.modules.pop(name, None)


@pytest.fixture
def datasets(example):
    return example("datasets")


@pytest.fixture
def sequences(example):
    return example("sequences")


def test_the_gallery_runs_every_example(example):
    chapters = example("gallery").CHAPTERS.values()
    listed = [name for names in chapters for name in names]
    assert sorted(listed) == sorted(
        path.stem for path in EXAMPLES.glob("*.py") if path.stem not in HELPERS
    )


def test_every_example_is_tested():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == {
        *BASICS,
        *ON_IMAGES,
        *ON_SEQUENCES,
        *HELPERS,
    }


def test_lenet5_in_cpp(tmp_path):
    program = ROOT / "build" / "test" / "example_lenet5"
    if not program.exists():
        pytest.skip(f"{program} is not built: tests/run.py builds it")
    for path in data_folder("mnist").glob("*.gz"):
        (tmp_path / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    done = run(tmp_path, program, tmp_path, "1", "6400")
    said = re.search(r"test accuracy: (.*)% after 1 epochs of 6400 images", done.stdout)
    assert float(said[1]) >= 80
    assert (tmp_path / "lenet5.lamina").exists()


def on_sequences(tmp_path: Path, name: str, folder: str, *options: str) -> dict[str, list[float]]:
    """The table of scores that an example prints; it draws a figure, or says why not."""
    pytest.importorskip("sklearn", reason="its metrics and linear models stand beside the network")
    command = [sys.executable, EXAMPLES / f"{name}.py", "--data", data_folder(folder), *options]
    said = run(tmp_path, *command).stdout
    if importlib.util.find_spec("matplotlib"):
        assert [path.suffix for path in tmp_path.iterdir()] == [".png"]
    else:
        assert "with matplotlib installed a figure would be drawn" in said
    rows = re.findall(r"^(\D[^:\n]*?\d?) {2,}([\d. %-]+)$", said, re.MULTILINE)
    return {row: [float(n.rstrip("%")) for n in numbers.split()] for row, numbers in rows}


def test_gait(tmp_path):
    scores = on_sequences(tmp_path, "gait", "gaitndd", "--epochs", "10")
    assert scores["majority class"] == [0.312, 0.119, 0.5]  # 20 of 64 walkers
    assert scores["network"][2] > 0.75


def test_atrial_fibrillation_of_beats(tmp_path):
    options = ["--epochs", "2", "--part", "4"]
    scores = on_sequences(tmp_path, "atrial_fibrillation", "afdb-rr", *options)
    assert scores["majority class"][1:] == [0, 0.5]
    assert scores["logistic regression"][2] > 0.8
    assert scores["network"][2] > 0.8


def test_atrial_fibrillation_of_records(tmp_path):
    options = ["--set", "cinc2017", "--epochs", "6", "--part", "2"]
    scores = on_sequences(tmp_path, "atrial_fibrillation", "cinc2017-rr", *options)
    # 758 of 8,528 records are in fibrillation.
    assert scores["majority class"] == pytest.approx([0.911, 0, 0.5], abs=0.01)
    assert scores["logistic regression"][2] > 0.8
    assert scores["network"][2] > 0.9


def test_no_beat_is_taken_for_padding(example):
    # 240 samples at 300 a second, and 200 at 250, are 0.8 s.
    steady = example("atrial_fibrillation").signals(np.array([0.8, 0.8, 1.0, 1.0]))
    assert (steady != 0).any(axis=1).all()


def test_shakespeare(tmp_path):
    options = ["--epochs", "2", "--part", "5"]
    scores = on_sequences(tmp_path, "shakespeare", "tiny-shakespeare", *options)
    bits = {name: numbers[0] for name, numbers in scores.items()}
    # English: 4.1 bits a letter by frequency alone (Shannon, 1951), more with signs and capitals.
    assert 4.1 < bits["counts after 0"] < 5
    assert bits["counts after 2"] < bits["counts after 1"] < bits["counts after 0"]
    assert bits["network"] < bits["counts after 1"]


def test_forecast(tmp_path):
    scores = on_sequences(tmp_path, "forecast", "tabular", "--epochs", "1", "--part", "4")
    mean_error = {name: numbers[0] for name, numbers in scores.items()}
    assert mean_error["linear (ridge)"] < mean_error["as it is now"]
    assert mean_error["network"] < mean_error["as it is now"]


def test_sentiment(tmp_path):
    scores = on_sequences(tmp_path, "sentiment", "movie-reviews", "--epochs", "4", "--part", "2")
    assert scores["majority class"] == pytest.approx([0.5, 0, 0.5], abs=0.01)
    assert scores["logistic regression"][2] > 0.75
    assert scores["network"][2] > 0.7


def test_sequence_to_sequence(example, rng):
    ways = example("sequence_to_sequence")
    assert ways.one_to_many(rng) > 0.95
    assert ways.many_to_one(rng) > 0.9
    assert ways.many_to_many(rng) > 0.95
    without = ways.encoder_decoder(rng, attention=False, epochs=4)
    assert ways.encoder_decoder(rng, attention=True, epochs=4) > max(0.9, without + 0.2)


def test_ways_from_sequences_to_sequences_are_listed(tmp_path):
    program = EXAMPLES / "sequence_to_sequence.py"
    said = run(tmp_path, sys.executable, program, "--epochs", "1").stdout
    assert len(re.findall(r"^.* [\d.]+% right, +[\d.]+ s$", said, re.MULTILINE)) == 5


# What the data's SOURCE.md says of them.


def test_gait_as_loaded(sequences):
    strides, groups = sequences.load_gait(data_folder("gaitndd"))
    assert np.bincount(groups).tolist() == [16, 15, 20, 13]
    rows = [sum(len(strides[i]) for i in np.flatnonzero(groups == group)) for group in range(4)]
    assert rows == [4076, 3688, 4846, 2550]
    assert {walk.shape[1] for walk in strides} == {13}


def test_afdb_as_loaded(sequences):
    records = sequences.load_afdb(data_folder("afdb-rr")).values()
    assert len(records) == 25
    seconds, fibrillates = (np.concatenate(parts) for parts in zip(*records, strict=True))
    assert len(seconds) == 1221534
    assert fibrillates.sum() == 519792
    assert np.median(seconds[fibrillates]) == 0.612


def test_cinc2017_as_loaded(sequences):
    intervals, labels = sequences.load_cinc2017(data_folder("cinc2017-rr"))
    names, counts = np.unique(labels, return_counts=True)
    assert dict(zip(names, counts, strict=True)) == {"N": 5076, "A": 758, "O": 2415, "~": 279}
    assert sum(map(len, intervals)) == 363273
    with pytest.raises(OSError, match="give its folder as --data"):
        sequences.load_cinc2017(None)


def test_texts_as_loaded(sequences):
    text = sequences.load_shakespeare(data_folder("tiny-shakespeare"))
    assert len(text) == 1115394
    assert len(set(text)) == 65
    sentences, praises = sequences.load_reviews(data_folder("movie-reviews"))
    assert np.bincount(praises).tolist() == [5331, 5331]
    lengths = list(map(len, sentences))
    assert (min(lengths), max(lengths)) == (5, 269)


def test_pollution_as_loaded(sequences):
    table = sequences.load_pollution(data_folder("tabular"))
    assert len(table) == 13
    assert {len(column) for column in table.values()} == {43824}
    assert table["pm2.5"].count("NA") == 2067


def test_gait_is_downloaded_whole(sequences, tmp_path, monkeypatch):
    folder, source, cache = data_folder("gaitndd"), tmp_path / "source", tmp_path / "cache"
    source.mkdir()
    for path in folder.glob("*[0-9].txt"):
        (source / f"{path.stem}.ts").write_bytes(path.read_bytes())
    monkeypatch.setattr(sequences, "GAIT_SOURCE", f"{source.as_uri()}/")
    (source / "als1.ts").write_text("damaged")
    with pytest.raises(OSError, match="has SHA-256"):
        sequences.load_gait(cache=cache)
    assert not cache.exists()
    (source / "als1.ts").write_bytes((folder / "als1.txt").read_bytes())
    strides, _ = sequences.load_gait(cache=cache)
    monkeypatch.setattr(sequences, "GAIT_SOURCE", "none")
    again, _ = sequences.load_gait(cache=cache)
    for walk, same, given in zip(strides, again, sequences.load_gait(folder)[0], strict=True):
        assert np.array_equal(walk, given)
        assert np.array_equal(same, given)


def test_afdb_of_four_beats_is_downloaded(sequences, tmp_path, monkeypatch):
    # Beats at samples 61, 200, 358 and 584; fibrillation from 300 on.
    beats = "0\t0.244\t61\n61\t0.556\t200\n200\t0.632\t358\n358\t0.904\t584\n"
    rhythms = (
        "Elapsed time  Sample #  Type  Sub Chan  Num\tAux\n"
        "    0:00.120       30     +    0    0    0\t(N\n"
        "    0:01.200      300     +    0    0    0\t(AFIB\n"
    )
    (tmp_path / "qrs00007.txt").write_text(beats)
    (tmp_path / "atr00007.txt").write_text(rhythms)
    table = (
        "record,start_sample,rr_samples,rhythm\n"
        "00007,61,139,N\n00007,200,158,AFIB\n00007,358,226,AFIB\n"
    )
    monkeypatch.setattr(sequences, "AFDB_SOURCE", f"{tmp_path.as_uri()}/")
    monkeypatch.setattr(sequences, "AFDB_RECORDS", (7,))
    with pytest.raises(OSError, match="has SHA-256"):
        sequences.load_afdb(cache=tmp_path / "cache")
    right = hashlib.sha256(table.encode()).hexdigest()
    monkeypatch.setattr(sequences, "AFDB_SHA256", right)
    seconds, fibrillates = sequences.load_afdb(cache=tmp_path / "cache")["00007"]
    assert seconds.tolist() == [0.556, 0.632, 0.904]
    assert fibrillates.tolist() == [False, True, True]


def test_download_is_checked_whole_and_once(datasets, tmp_path):
    source, target = tmp_path / "source", tmp_path / "cache" / "file"
    source.write_bytes(b"lamina")
    right = hashlib.sha256(b"lamina").hexdigest()
    with pytest.raises(OSError, match=f"SHA-256 {right}, expected 00"):
        datasets.download(source.as_uri(), "00", target)
    assert list(target.parent.iterdir()) == []
    assert datasets.download(source.as_uri(), right, target).read_bytes() == b"lamina"
    source.unlink()
    assert datasets.download(source.as_uri(), right, target) == target
    assert list(target.parent.iterdir()) == [target]
