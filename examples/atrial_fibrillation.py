"""Atrial fibrillation told from the intervals between heart beats.

    pip install '.[examples]' && python examples/atrial_fibrillation.py [--set cinc2017]
        [--data FOLDER]

In fibrillation beats come without a rhythm. "afdb" is 25 records of ten hours: MLP, CNN and GRU say
of each beat of a window whether the heart fibrillates, many-to-many. They are trained five times,
each time without a fifth of the records, of which they then speak: beats of one person are too
alike to train with some and to test with others. "cinc2017" is 8,528 records of half a minute:
the networks say one thing of a record, many-to-one, and a mask tells the GRU where it ends. Beside
them stands a logistic regression of three numbers of the beats around: mean, spread, mean change.
By default each network sees a quarter of afdb's windows, which are much alike; --part 1 takes them
all, and four times as long.

Data: Moody and Mark, 1983, "A new method for detecting atrial fibrillation using R-R intervals"
(30 MB); Clifford et al., 2017, "AF classification from a short single lead ECG recording", whose
intervals no public file holds.
"""

import numpy as np
from common import command_line
from common.figures import save_confusion
from common.scores import print_scores
from common.sequences import load_afdb, load_cinc2017
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import lamina
from lamina import layers

BEATS = 100  # in a window of afdb; what of a record of cinc2017 is read
AROUND = 50  # beats whose mean and spread the linear model of afdb sees
NETWORKS = ["MLP", "CNN", "GRU"]


def signals(intervals: np.ndarray) -> np.ndarray:
    """What the networks see of each beat: the logarithm of its interval, and how that changed."""
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


def network(kind: str, each_beat: bool, seed: int) -> lamina.Model:
    lamina.utils.set_random_seed(seed)
    if kind == "MLP":
        hidden = [layers.Flatten(), layers.Dense(64, activation="relu")]
        last = [layers.Dense(BEATS if each_beat else 1, activation="sigmoid")]
        last += [layers.Reshape((BEATS, 1))] if each_beat else []
    elif kind == "CNN":
        # Each convolution looks twice as far as the one before: 61 beats in all.
        hidden = [
            layers.Conv1D(32, 5, padding="same", dilation_rate=rate, activation="relu")
            for rate in (1, 2, 4, 8)
        ]
        hidden += [] if each_beat else [layers.GlobalMaxPooling1D()]
        last = [layers.Dense(1, activation="sigmoid")]
    else:
        hidden = [
            layers.Masking(0.0),  # has an effect where records end before BEATS
            layers.Bidirectional(layers.GRU(32, return_sequences=each_beat)),
        ]
        last = [layers.Dense(1, activation="sigmoid")]
    model = lamina.Sequential([layers.Input((BEATS, 2)), *hidden, layers.Dropout(0.3), *last])
    model.compile(lamina.optimizers.Adam(0.003), "binary_crossentropy")
    return model


def classify_beats(epochs: int, seed: int, part: int, folds: int) -> tuple[np.ndarray, dict]:
    """Of the beats of afdb: whether the heart fibrillates, and what the models say."""
    truth, windows, simple = [], [], []
    for intervals, labels in load_afdb().values():
        # Whole windows only, and of those each so many-th.
        count = len(intervals) // BEATS
        intervals = intervals[: count * BEATS]
        padded = np.pad(intervals, (AROUND // 2, AROUND - AROUND // 2 - 1), mode="edge")
        around = np.lib.stride_tricks.sliding_window_view(padded, AROUND)
        truth.append(labels[: count * BEATS].reshape(count, BEATS, 1)[::part])
        windows.append(signals(intervals).reshape(count, BEATS, 2)[::part])
        simple.append(features(around.reshape(count, BEATS, AROUND)[::part]))

    said = {name: [None] * len(truth) for name in ("logistic regression", *NETWORKS)}
    for train, test in KFold(folds, shuffle=True, random_state=seed).split(truth):
        x, y, few = (np.concatenate([of[r] for r in train]) for of in (windows, truth, simple))
        line = linear_model().fit(few.reshape(-1, 3), y.ravel())
        for record in test:
            p = line.predict_proba(simple[record].reshape(-1, 3))
            said["logistic regression"][record] = p[:, 1]
        for kind in NETWORKS:
            model = network(kind, True, seed)
            model.fit(x, y, batch_size=32, epochs=epochs, verbose=0)
            for record in test:
                p = model.predict(windows[record], batch_size=256, verbose=0)
                said[kind][record] = p.ravel()
        print(f"trained with {len(train)} records, tested with {len(test)}", flush=True)
    beats = np.concatenate([labels.ravel() for labels in truth])
    return beats, {name: np.concatenate(parts) for name, parts in said.items()}


def classify_records(epochs: int, seed: int, part: int) -> tuple[np.ndarray, dict]:
    """Of a quarter of cinc2017's records: whether they fibrillate, and what the models say."""
    records, labels = load_cinc2017()
    records, truth = records[::part], labels[::part] == "A"
    x = np.zeros((len(records), BEATS, 2), "float32")
    for row, record in zip(x, records, strict=True):
        row[: len(record)] = signals(record[:BEATS])
    simple = np.array([features(np.pad(r, (0, max(0, 2 - len(r))), "edge")) for r in records])

    order = np.arange(len(records))
    train, test = train_test_split(order, test_size=0.25, stratify=truth, random_state=seed)
    line = linear_model().fit(simple[train], truth[train])
    said = {"logistic regression": line.predict_proba(simple[test])[:, 1]}
    # Nine of ten records do not fibrillate: the others count four times.
    balance = {"class_weight": {0: 1.0, 1: 4.0}}
    for kind in NETWORKS:
        model = network(kind, False, seed)
        model.fit(x[train], truth[train], batch_size=64, epochs=epochs, verbose=2, **balance)
        said[kind] = model.predict(x[test], batch_size=256, verbose=0).ravel()
    return truth[test], said


def main() -> None:
    parser = command_line.parser(__doc__, epochs=10)
    parser.add_argument("--set", choices=["afdb", "cinc2017"], default="afdb")
    parser.add_argument("--part", type=int, metavar="N", help="use only one N-th of the data")
    options = command_line.begin(parser, reduced_epochs=6)
    if options.set == "afdb":
        part, folds = (10, 2) if options.reduced else (4, 5)
        truth, said = classify_beats(options.epochs, options.seed, options.part or part, folds)
    else:
        part = options.part or (2 if options.reduced else 1)
        truth, said = classify_records(options.epochs, options.seed, part)

    print(f"\n{len(truth)} tested, {truth.mean():.1%} in fibrillation")
    most = np.full(len(truth), float(truth.mean() > 0.5))
    scores = print_scores(truth, {"majority class": most, **said})
    path = options.figures / f"atrial_fibrillation_{options.set}.png"
    save_confusion(truth, said["GRU"] > 0.5, ["other", "AF"], path)
    others = ", ".join(f"{scores[name].auc:.3f} {name}" for name in said if name != "GRU")
    command_line.finish(f"ROC AUC: {scores['GRU'].auc:.3f} GRU, {others}")


if __name__ == "__main__":
    main()
