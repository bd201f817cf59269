"""Real sequences for the examples: strides, heart beats, measured air, plays, reviews and news."""

import csv
import gzip
import io

import numpy as np

from common.files import RAW, cached, check, given, many_files, one_file

# Hausdorff et al., 2000: "Dynamic markers of altered gait rhythm in amyotrophic lateral sclerosis".
GAIT_SOURCE = "https://physionet.org/files/gaitndd/1.0.0/"
GAIT_GROUPS = {"control": 16, "park": 15, "hunt": 20, "als": 13}
GAIT_SHA256 = "eff8094f2b26100b8cfdf59ae54ee26d02dd0901cfc832e56243ea77ec013934"

# Moody and Mark, 1983: "A new method for detecting atrial fibrillation using R-R intervals".
AFDB_SOURCE = f"{RAW}025georgialynny/afib/152bc87c6596e9fe0e595a8faf032d806b8f8273/extracted/"
AFDB_RECORDS = (
    735, 3665, 4015, 4043, 4048, 4126, 4746, 4908, 4936, 5091, 5121, 5261, 6426, 6453, 6995,
    7162, 7859, 7879, 7910, 8215, 8219, 8378, 8405, 8434, 8455,
)  # fmt: skip
AFDB_SHA256 = "2646c61f786c84b7033a38b1cad8d72fdc1fe91419bebcefa6e3bf2f0ba58dad"

SHAKESPEARE = (
    f"{RAW}karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt",
    "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
)
# Liang et al., 2015: "Assessing Beijing's PM2.5 pollution".
POLLUTION = (
    f"{RAW}jbrownlee/Datasets/d20fcb6402ae34e653d4513b00f39257bb37ed7f/pollution.csv",
    "892e9559205d16d32623135c127a3951c12e46ea1e0b3093e107ce89a9fd60e2",
)
# Pang and Lee, 2005: "Seeing stars: exploiting class relationships for sentiment categorization".
REVIEWS_SOURCE = (
    f"{RAW}dennybritz/cnn-text-classification-tf/18762b459e21d9c70e5c242f8d43fc4e6db37a0d/"
    "data/rt-polaritydata/"
)
REVIEWS_SHA256 = {
    "rt-polarity.neg": "2d11cfbc790f1cd96d78339f41ce53ced1efa83cd22d37d6788fa3fe3d17e2fd",
    "rt-polarity.pos": "4134882974a28d0c7b5151256f0e33a6169984ee7372c279e673f1114f475d58",
}
# Zhang et al., 2015: "Character-level convolutional networks for text classification"; the tests.
NEWS = (
    f"{RAW}mhjabreel/CharCnn_Keras/555590db4219b1243abb1918effd6a7425a2d75f/data/ag_news_csv/"
    "test.csv",
    "521465c2428ed7f02f8d6db6ffdd4b5447c1c701962353eb2c40d548c3c85699",
)
NEWS_CLASSES = ("World", "Sports", "Business", "Sci/Tech")


def load_gait() -> tuple[list[np.ndarray], np.ndarray]:
    """Each subject's strides, (strides, 13), and group, its place in ``GAIT_GROUPS``.

    Columns: time; stride, left and right (s); swing, left and right (s, then % of stride); stance,
    left and right (s, then %); double support (s, %).
    """
    names = [f"{group}{n + 1}" for group, count in GAIT_GROUPS.items() for n in range(count)]
    folder = given("gaitndd", "") or cached("gaitndd")
    if not folder.is_dir():
        files = many_files(names, GAIT_SOURCE, ".ts")
        check(b"".join(files.values()), GAIT_SHA256, GAIT_SOURCE)
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / f"{name}.txt").write_bytes(content)
    strides = [np.loadtxt(folder / f"{name}.txt") for name in names]
    return strides, np.repeat(np.arange(len(GAIT_GROUPS)), list(GAIT_GROUPS.values()))


def afdb_table(files: dict[str, bytes]) -> bytes:
    """One table of beats and their rhythms, from a record's beats (qrs...) and rhythms (atr...).

    A rhythm lasts from its sample on, until the next. What lies before the first beat is no
    interval between two.
    """
    lines = ["record,start_sample,rr_samples,rhythm"]
    for record in sorted(name[3:] for name in files if name.startswith("qrs")):
        changes = [line.split() for line in files[f"atr{record}"].decode().splitlines()[1:]]
        samples = np.array([int(change[1]) for change in changes])
        beats = np.loadtxt(io.BytesIO(files[f"qrs{record}"]))[1:, [0, 2]].astype(int)
        latest = np.searchsorted(samples, beats[:, 1], side="right") - 1
        for (start, end), change in zip(beats.tolist(), latest, strict=True):
            lines.append(f"{record},{start},{end - start},{changes[change][-1][1:]}")
    return ("\n".join(lines) + "\n").encode()


def load_afdb() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Each record's intervals between beats, in seconds, and whether each lies in fibrillation."""
    path = given("afdb-rr", "afdb-rr.csv.gz") or cached("afdb-rr") / "afdb-rr.csv.gz"
    if not path.exists():
        names = [f"{kind}{record:05}" for record in AFDB_RECORDS for kind in ("qrs", "atr")]
        table = afdb_table(many_files(names, AFDB_SOURCE, ".txt"))
        check(table, AFDB_SHA256, AFDB_SOURCE)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(table))
    samples: dict[str, list[str]] = {}
    rhythms: dict[str, list[str]] = {}
    with gzip.open(path, "rt") as file:
        next(file)  # the names of the columns
        for line in file:
            record, _, interval, rhythm = line.rstrip().split(",")
            samples.setdefault(record, []).append(interval)
            rhythms.setdefault(record, []).append(rhythm)
    return {
        record: (np.array(samples[record], float) / 250, np.array(rhythms[record]) == "AFIB")
        for record in samples
    }


def load_cinc2017() -> tuple[list[np.ndarray], np.ndarray]:
    """Each record's intervals between beats, in seconds, and its label: "N", "A", "O" or "~".

    Reference: Clifford et al., 2017, "AF classification from a short single lead ECG recording".
    """
    path = given("cinc2017-rr", "cinc2017-rr.csv.gz")
    if path is None:
        raise OSError(
            "no public file holds the intervals of the 8,528 records of PhysioNet's challenge-2017 "
            "(github.com/025georgialynny/afib has one for each): collect them in "
            "FOLDER/cinc2017-rr/cinc2017-rr.csv.gz, with columns "
            "record,label,first_beat_sample,rr_samples, the last separated by blanks, and give "
            "--data FOLDER"
        )
    with gzip.open(path, "rt") as file:
        rows = list(csv.DictReader(file))
    intervals = [np.array(row["rr_samples"].split(), float) / 300 for row in rows]
    return intervals, np.array([row["label"] for row in rows])


def load_shakespeare() -> str:
    """The text of some of Shakespeare's plays, 1.1 million characters."""
    return one_file("tiny-shakespeare", "input.txt", *SHAKESPEARE).read_text("ascii")


def load_pollution() -> dict[str, list[str]]:
    """Columns of hourly measurements in Beijing, 2010 to 2014; what is missing is "NA"."""
    if path := given("tabular", "pollution.csv.gz"):
        text = gzip.decompress(path.read_bytes()).decode()
    else:
        text = one_file("tabular", "pollution.csv", *POLLUTION).read_text()
    names, *rows = csv.reader(io.StringIO(text))
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def load_reviews() -> tuple[list[str], np.ndarray]:
    """Sentences about films, 5,331 of each kind, and whether each praises (1) or not (0)."""
    sentences, labels = [], []
    for label, (name, sha256) in enumerate(REVIEWS_SHA256.items()):
        path = one_file("movie-reviews", name, REVIEWS_SOURCE + name, sha256)
        lines = path.read_text("utf-8").splitlines()
        sentences += lines
        labels += [label] * len(lines)
    return sentences, np.array(labels)


def load_news() -> tuple[list[str], np.ndarray]:
    """7,600 pieces of news, title and description, and the place of each in ``NEWS_CLASSES``."""
    with one_file("ag-news", "test.csv", *NEWS).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return [f"{title} {text}" for _, title, text in rows], np.array([int(r[0]) - 1 for r in rows])
