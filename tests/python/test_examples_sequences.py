"""Examples of sequences, text and both languages: what they learn, and their data."""

import hashlib
import importlib
import importlib.util
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from example_runs import EXAMPLES, ROOT, data_folder, reduced, run


@pytest.fixture
def example(monkeypatch):
    """Imports an example; what it imports lies beside it."""
    monkeypatch.syspath_prepend(EXAMPLES)
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "/").is_relative_to(EXAMPLES):
            del sys.modules[name]


@pytest.fixture
def sequences(example, monkeypatch):
    """The loaders, with the data that were collected."""
    monkeypatch.setenv("LAMINA_DATA", str(data_folder("gaitndd").parent))
    return example("common.sequences")


@pytest.fixture
def downloads(sequences, monkeypatch, tmp_path):
    """The loaders, without data, and with an empty cache."""
    monkeypatch.delenv("LAMINA_DATA")
    monkeypatch.setenv("LAMINA_HOME", str(tmp_path / "home"))
    return sequences


def table(said: str) -> dict[str, list[float]]:
    """The rows of scores that an example prints."""
    rows = re.findall(r"^(\D[^:\n]*?\d?) {2,}([\d. %-]+)$", said, re.MULTILINE)
    return {row: [float(n.rstrip("%")) for n in numbers.split()] for row, numbers in rows}


def assert_drawn(folder: Path, said: str) -> None:
    """A figure was drawn, or the example says why not."""
    if importlib.util.find_spec("matplotlib"):
        assert [path.suffix for path in folder.iterdir()] == [".png"]
    else:
        assert "with matplotlib installed a figure would be drawn" in said


def learnt(folder: Path, name: str, *data: str) -> tuple[dict[str, list[float]], float]:
    """The scores of a reduced run, and the number of its last line."""
    pytest.importorskip("sklearn", reason="its metrics and linear models stand beside the network")
    said, number = reduced(folder, name, *data)
    assert_drawn(folder, said)
    return table(said), number


def test_gait(tmp_path):
    scores, auc = learnt(tmp_path, "gait", "gaitndd")
    assert scores["majority class"] == [0.312, 0.119, 0.5]  # 20 of 64 walkers
    assert scores["logistic regression"][2] > 0.75
    assert auc > 0.78
    assert min(scores[name][2] for name in ("MLP", "CNN", "GRU")) > 0.72


def test_atrial_fibrillation_of_beats(tmp_path):
    scores, auc = learnt(tmp_path, "atrial_fibrillation", "afdb-rr")
    assert scores["majority class"][1:] == [0, 0.5]
    assert scores["logistic regression"][2] > 0.85
    # What tells fibrillation may stand anywhere in the window; the MLP learns it place by place.
    assert scores["CNN"][2] > max(0.85, scores["MLP"][2])
    assert auc > 0.7


def test_atrial_fibrillation_of_records(tmp_path):
    pytest.importorskip("sklearn", reason="its metrics and linear models stand beside the network")
    data = data_folder("cinc2017-rr").parent
    program = EXAMPLES / "atrial_fibrillation.py"
    options = ["--reduced", "--set", "cinc2017", "--data", data]
    scores = table(run(tmp_path, sys.executable, program, *options).stdout)
    # 758 of 8,528 records are in fibrillation.
    assert scores["majority class"] == pytest.approx([0.911, 0, 0.5], abs=0.01)
    assert scores["logistic regression"][2] > 0.8
    assert min(scores["CNN"][2], scores["GRU"][2]) > 0.88


def test_no_beat_is_taken_for_padding(example):
    pytest.importorskip("sklearn")
    # 240 samples at 300 a second, and 200 at 250, are 0.8 s.
    steady = example("atrial_fibrillation").signals(np.array([0.8, 0.8, 1.0, 1.0]))
    assert (steady != 0).any(axis=1).all()


def test_shakespeare(tmp_path):
    said, number = reduced(tmp_path, "shakespeare", "tiny-shakespeare")
    assert_drawn(tmp_path, said)
    bits = {name: numbers[0] for name, numbers in table(said).items()}
    # English: 4.1 bits a letter by frequency alone (Shannon, 1951), more with signs and capitals.
    assert 4.1 < bits["counts after 0"] < 5
    assert bits["counts after 2"] < bits["counts after 1"] < bits["counts after 0"]
    assert bits["network"] == number < bits["counts after 1"]


def test_forecast(tmp_path):
    scores, error = learnt(tmp_path, "forecast", "tabular")
    assert scores["linear (ridge)"][0] < scores["as it is now"][0]
    assert error == scores["network"][0] < scores["as it is now"][0] - 1


def test_sentiment(tmp_path):
    scores, accuracy = learnt(tmp_path, "sentiment", "movie-reviews")
    assert scores["majority class"] == pytest.approx([0.5, 0, 0.5], abs=0.01)
    assert scores["logistic regression"][2] > 0.75
    assert scores["network"][2] > 0.7
    assert accuracy > 0.62


def test_transformer(tmp_path):
    scores, accuracy = learnt(tmp_path, "transformer", "movie-reviews")
    assert scores["bag of words"][2] > 0.8
    assert scores["transformer block"][2] > 0.75
    assert accuracy > 0.68


def test_char_cnn(tmp_path):
    scores, accuracy = learnt(tmp_path, "char_cnn", "ag-news")
    assert scores["n-grams of words"][0] > 0.8
    assert accuracy > 0.33  # who guesses has a quarter


def test_letters_are_marks_of_the_alphabet(example):
    pytest.importorskip("sklearn")
    news = example("char_cnn")
    assert len(news.ALPHABET) == 70
    # "é" and the blank are no marks; capitals count as small letters; the fifth is cut off.
    assert news.as_marks(["Zé a0", "b"], 4).tolist() == [[26, 0, 0, 1], [2, 0, 0, 0]]


def test_captioning(tmp_path):
    _, right = learnt(tmp_path, "captioning", "mnist")
    assert right > 0.1  # there are 1,800 captions


def test_captions_say_what_the_pictures_show(example):
    captioning = example("captioning")
    digits = np.zeros((10, 28, 28), "uint8")
    for digit in range(10):
        digits[digit, :, : 2 * digit + 2] = 255  # a bar of half that width once it is small
    scene = captioning.scenes(digits, np.arange(10), 50, True, np.random.default_rng(3))
    for picture, caption in zip(*scene, strict=True):
        words = captioning.as_text(caption).split()
        assert words[0] == words[-3] == "a"
        named = [(words[1], words[2]), (words[-2], words[-1])]
        numbers = [captioning.DIGITS.index(digit) for _, digit in named]
        assert captioning.held_out(*numbers)
        along = np.moveaxis(picture, 0 if words[3] == "above" else 1, 0)
        for half, (colour, _), number in zip((along[:16], along[16:]), named, numbers, strict=True):
            light = half[..., :3].sum(axis=(0, 1))
            assert np.argmax(light) == captioning.COLOURS.index(colour)
            assert light.sum() == 14 * (number + 1)


def test_sequence_to_sequence(tmp_path):
    said, right = reduced(tmp_path, "sequence_to_sequence")
    assert_drawn(tmp_path, said)
    shares = [float(share) for share in re.findall(r"([\d.]+)% right, +[\d.]+ s$", said, re.M)]
    assert len(shares) == 5
    assert min(shares[:3]) > 85
    assert right > max(0.85, shares[3] / 100 + 0.2)


def program(name: str) -> Path:
    """A C++ program of the examples."""
    path = ROOT / "build" / "test" / f"example_{name}"
    if not path.exists():
        pytest.skip(f"{path} is not built: tests/run.py builds it")
    return path


@pytest.mark.parametrize(
    ("name", "least", "draws"), [("python_to_cpp", 90, False), ("cpp_to_python", 95, True)]
)
def test_of_both_languages(name, least, draws, tmp_path):
    pytest.importorskip("sklearn", reason="the digits come with it")
    options = ["--reduced", "--program", program(name)]
    said = run(tmp_path, sys.executable, EXAMPLES / f"{name}.py", *options).stdout
    assert float(re.search(r"accuracy: ([\d.]+)%.* in [\d.]+ s$", said.strip())[1]) > least
    if draws:
        assert_drawn(tmp_path, said)


# What the data's SOURCE.md says of them.


def test_gait_as_loaded(sequences):
    strides, groups = sequences.load_gait()
    assert np.bincount(groups).tolist() == [16, 15, 20, 13]
    rows = [sum(len(strides[i]) for i in np.flatnonzero(groups == group)) for group in range(4)]
    assert rows == [4076, 3688, 4846, 2550]
    assert {walk.shape[1] for walk in strides} == {13}


def test_afdb_as_loaded(sequences):
    data_folder("afdb-rr")
    records = sequences.load_afdb().values()
    assert len(records) == 25
    seconds, fibrillates = (np.concatenate(parts) for parts in zip(*records, strict=True))
    assert len(seconds) == 1221534
    assert fibrillates.sum() == 519792
    assert np.median(seconds[fibrillates]) == 0.612


def test_cinc2017_as_loaded(sequences, monkeypatch):
    data_folder("cinc2017-rr")
    intervals, labels = sequences.load_cinc2017()
    names, counts = np.unique(labels, return_counts=True)
    assert dict(zip(names, counts, strict=True)) == {"N": 5076, "A": 758, "O": 2415, "~": 279}
    assert sum(map(len, intervals)) == 363273
    monkeypatch.delenv("LAMINA_DATA")
    with pytest.raises(OSError, match="give --data FOLDER"):
        sequences.load_cinc2017()


def test_texts_as_loaded(sequences):
    for name in ("tiny-shakespeare", "movie-reviews", "ag-news"):
        data_folder(name)
    text = sequences.load_shakespeare()
    assert len(text) == 1115394
    assert len(set(text)) == 65
    sentences, praises = sequences.load_reviews()
    assert np.bincount(praises).tolist() == [5331, 5331]
    lengths = list(map(len, sentences))
    assert (min(lengths), max(lengths)) == (5, 269)
    news, topics = sequences.load_news()
    assert np.bincount(topics).tolist() == [1900] * 4
    assert len(sequences.NEWS_CLASSES) == 4
    lengths = list(map(len, news))
    assert (min(lengths), max(lengths), np.median(lengths)) == (100, 892, 231)


def test_pollution_as_loaded(sequences):
    data_folder("tabular")
    columns = sequences.load_pollution()
    assert len(columns) == 13
    assert {len(column) for column in columns.values()} == {43824}
    assert columns["pm2.5"].count("NA") == 2067


def test_gait_is_downloaded_whole(downloads, tmp_path, monkeypatch):
    folder, source = data_folder("gaitndd"), tmp_path / "source"
    source.mkdir()
    for path in folder.glob("*[0-9].txt"):
        (source / f"{path.stem}.ts").write_bytes(path.read_bytes())
    monkeypatch.setattr(downloads, "GAIT_SOURCE", f"{source.as_uri()}/")
    (source / "als1.ts").write_text("damaged")
    with pytest.raises(OSError, match="has SHA-256"):
        downloads.load_gait()
    assert not (tmp_path / "home").exists()
    (source / "als1.ts").write_bytes((folder / "als1.txt").read_bytes())
    strides, _ = downloads.load_gait()
    monkeypatch.setattr(downloads, "GAIT_SOURCE", "none")
    again, _ = downloads.load_gait()
    monkeypatch.setenv("LAMINA_DATA", str(folder.parent))
    for walk, same, given in zip(strides, again, downloads.load_gait()[0], strict=True):
        assert np.array_equal(walk, given)
        assert np.array_equal(same, given)


def test_afdb_of_four_beats_is_downloaded(downloads, tmp_path, monkeypatch):
    # Beats at samples 61, 200, 358 and 584; fibrillation from 300 on.
    beats = "0\t0.244\t61\n61\t0.556\t200\n200\t0.632\t358\n358\t0.904\t584\n"
    rhythms = (
        "Elapsed time  Sample #  Type  Sub Chan  Num\tAux\n"
        "    0:00.120       30     +    0    0    0\t(N\n"
        "    0:01.200      300     +    0    0    0\t(AFIB\n"
    )
    (tmp_path / "qrs00007.txt").write_text(beats)
    (tmp_path / "atr00007.txt").write_text(rhythms)
    lines = (
        "record,start_sample,rr_samples,rhythm\n"
        "00007,61,139,N\n00007,200,158,AFIB\n00007,358,226,AFIB\n"
    )
    monkeypatch.setattr(downloads, "AFDB_SOURCE", f"{tmp_path.as_uri()}/")
    monkeypatch.setattr(downloads, "AFDB_RECORDS", (7,))
    with pytest.raises(OSError, match="has SHA-256"):
        downloads.load_afdb()
    right = hashlib.sha256(lines.encode()).hexdigest()
    monkeypatch.setattr(downloads, "AFDB_SHA256", right)
    seconds, fibrillates = downloads.load_afdb()["00007"]
    assert seconds.tolist() == [0.556, 0.632, 0.904]
    assert fibrillates.tolist() == [False, True, True]


def test_a_file_is_downloaded_once_and_checked(downloads, tmp_path, monkeypatch):
    source = tmp_path / "play.txt"
    source.write_text("To be")
    right = hashlib.sha256(b"To be").hexdigest()
    monkeypatch.setattr(downloads, "SHAKESPEARE", (source.as_uri(), "0" * 64))
    with pytest.raises(ValueError, match="without the hash 000"):
        downloads.load_shakespeare()
    monkeypatch.setattr(downloads, "SHAKESPEARE", (source.as_uri(), right))
    assert downloads.load_shakespeare() == "To be"
    source.unlink()
    assert downloads.load_shakespeare() == "To be"
