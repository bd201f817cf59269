"""Atrial fibrillation told from the intervals between heart beats.

    pip install '.[examples]' && python examples/atrial_fibrillation.py [--set cinc2017]
        [--data FOLDER]

In fibrillation beats come without a rhythm. "afdb" is 25 records of ten hours: the network says of
each beat whether the heart fibrillates, many-to-many. It is trained five times, each time without
a fifth of the records, of which it then speaks: beats of one person are too alike to train with
some and to test with others. "cinc2017" is 8,528 records of half a minute: the network says one
thing of a record, many-to-one, and a mask tells where the record ends.

afdb is read from a folder that holds afdb-rr.csv.gz, or downloaded once (30 MB) to
~/.cache/lamina. cinc2017 is read from a folder that holds cinc2017-rr.csv.gz.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from common.figures import save_confusion
from sequences import load_afdb, load_cinc2017
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import KFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import lamina
from lamina import layers

BEATS = 100  # in a window of afdb; what of a record of cinc2017 is read
AROUND = 50  # beats whose mean and spread the linear model of afdb sees


def signals(intervals: np.ndarray) -> np.ndarray:
    """What the network sees of each beat: the logarithm of its interval, and how that changed."""
    # About 0, yet never 0, which Masking leaves out: no interval is e to the -0.25 seconds.
    logarithm = np.log(np.clip(intervals, 0.2, 3.0)) + 0.25
    change = np.diff(logarithm, prepend=logarithm[:1])
    return np.stack([logarithm, change], axis=1).astype("float32") * 4  # spread about 1


def features(intervals: np.ndarray) -> np.ndarray:
    """What the linear model sees of intervals along the last axis: mean, spread, mean change."""
    change = np.abs(np.diff(intervals, axis=-1)).mean(axis=-1)
    spreads = np.log(np.stack([intervals.std(axis=-1), change], axis=-1) + 1e-3)
    return np.concatenate([intervals.mean(axis=-1)[..., None], spreads], axis=-1)


def linear_model() -> object:
    return make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced"))


def network(each_beat: bool, learning_rate: float = 0.003) -> lamina.Model:
    model = lamina.Sequential(
        [
            layers.Input((BEATS, 2)),
            layers.Masking(0.0),  # has an effect where records end before BEATS
            layers.Bidirectional(layers.GRU(32, return_sequences=each_beat)),
            layers.Dropout(0.3),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(lamina.optimizers.Adam(learning_rate), "binary_crossentropy")
    return model


def classify_beats(folder: Path | None, epochs: int, seed: int, part: int) -> tuple:
    """Of the beats of afdb: whether the heart fibrillates, and what the two models say."""
    records = list(load_afdb(folder).values())
    # Whole windows only: the last few beats of a record are left out.
    cut = [len(intervals) // BEATS // part * BEATS for intervals, _ in records]
    truth = [labels[:n] for (_, labels), n in zip(records, cut, strict=True)]
    windows = [
        signals(intervals[:n]).reshape(-1, BEATS, 2)
        for (intervals, _), n in zip(records, cut, strict=True)
    ]
    simple = []
    for (intervals, _), n in zip(records, cut, strict=True):
        padded = np.pad(intervals[:n], (AROUND // 2, AROUND - AROUND // 2 - 1), mode="edge")
        simple.append(features(np.lib.stride_tricks.sliding_window_view(padded, AROUND)))

    linear, net = [None] * len(records), [None] * len(records)
    for train, test in KFold(5, shuffle=True, random_state=seed).split(records):
        x, y = (np.concatenate([all_of[r] for r in train]) for all_of in (windows, truth))
        line = linear_model().fit(np.concatenate([simple[r] for r in train]), y)
        lamina.utils.set_random_seed(seed)
        model = network(each_beat=True)
        model.fit(x, y.reshape(-1, BEATS, 1), batch_size=64, epochs=epochs, verbose=0)
        for record in test:
            linear[record] = line.predict_proba(simple[record])[:, 1]
            net[record] = model.predict(windows[record], batch_size=256, verbose=0).ravel()
        print(f"trained with {len(train)} records, tested with {len(test)}", flush=True)
    return np.concatenate(truth), np.concatenate(linear), np.concatenate(net)


def classify_records(folder: Path | None, epochs: int, seed: int, part: int) -> tuple:
    """Of a quarter of cinc2017's records: whether they fibrillate, and what the two models say."""
    records, labels = load_cinc2017(folder)
    records, labels = records[::part], labels[::part]
    truth = labels == "A"
    x = np.zeros((len(records), BEATS, 2), "float32")
    for row, record in zip(x, records, strict=True):
        row[: len(record)] = signals(record[:BEATS])
    simple = np.array([features(np.pad(r, (0, max(0, 2 - len(r))), "edge")) for r in records])

    order = np.arange(len(records))
    train, test = train_test_split(order, test_size=0.25, stratify=truth, random_state=seed)
    line = linear_model().fit(simple[train], truth[train])
    lamina.utils.set_random_seed(seed)
    model = network(each_beat=False)
    # Nine of ten records do not fibrillate: the others count four times.
    weights = {0: 1.0, 1: 4.0}
    model.fit(x[train], truth[train], batch_size=64, epochs=epochs, class_weight=weights, verbose=0)
    net = model.predict(x[test], batch_size=256, verbose=0).ravel()
    return truth[test], line.predict_proba(simple[test])[:, 1], net


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", choices=["afdb", "cinc2017"], default="afdb")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="where the files are already")
    parser.add_argument("--epochs", type=int, help="3 by default, 10 of cinc2017")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--part", type=int, default=1, metavar="N", help="use only one N-th of the data"
    )
    options = parser.parse_args()

    begin = time.perf_counter()
    if options.set == "afdb":
        classify, epochs = classify_beats, options.epochs or 3
    else:
        classify, epochs = classify_records, options.epochs or 10
    truth, linear, net = classify(options.data, epochs, options.seed, options.part)
    most = np.full(len(truth), float(truth.mean() > 0.5))
    print(f"\n{len(truth)} tested, {truth.mean():.1%} in fibrillation")
    print(f"{'':20}{'accuracy':>10}{'F1':>8}{'ROC AUC':>10}")
    models = {"majority class": most, "logistic regression": linear, "network": net}
    for name, p in models.items():
        f1 = f1_score(truth, p > 0.5, zero_division=0)
        accuracy = np.mean(truth == (p > 0.5))
        print(f"{name:20}{accuracy:10.3f}{f1:8.3f}{roc_auc_score(truth, p):10.3f}")
    print(f"{time.perf_counter() - begin:.0f} s")
    names = ["other", "fibrillation"]
    save_confusion(truth, net > 0.5, names, f"atrial_fibrillation_{options.set}.png")


if __name__ == "__main__":
    main()
