"""Which disease of the nerves, if any, a walk shows: control, Parkinson's, Huntington's or ALS.

    pip install '.[examples]' && python examples/gait.py [--data FOLDER]

A recurrent network reads how long 64 successive strides took, and says which group the walker is
of; the mean over all such windows of a walk decides. A walker is trained with or tested with, never
both: the network is trained five times, each time without a fifth of the 64 walkers. The data are
read from a folder that holds control1.txt and so on, or downloaded once (1.3 MB) to
~/.cache/lamina.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from common.figures import save_confusion
from sequences import GAIT_GROUPS, load_gait
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import lamina
from lamina import layers

WINDOW, SHIFT = 64, 16  # strides


def intervals(strides: np.ndarray) -> np.ndarray:
    """How long each stride and its swing lasted, left and right, in seconds: (strides, 4)."""
    seconds = strides[:, 1:5]
    # Turns at the corridor's end make single strides of many times the usual length.
    usual = np.median(seconds, axis=0)
    return np.clip(seconds, usual / 2, usual * 2)


def features(walk: np.ndarray) -> np.ndarray:
    """What the linear model sees: means, spreads and mean changes from stride to stride."""
    change = np.abs(np.diff(walk, axis=0)).mean(axis=0)
    return np.concatenate([walk.mean(axis=0), np.log(walk.std(axis=0)), np.log(change)])


def windows(walk: np.ndarray) -> np.ndarray:
    """What the network sees: (windows, 64, 12), intervals, changes and distances from the usual.

    Irregular strides tell the ill from the healthy. Their logarithms bring small and large
    irregularities to one scale.
    """
    change = np.diff(walk, axis=0, prepend=walk[:1])
    distance = walk - np.median(walk, axis=0)
    sizes = np.log(np.abs(np.concatenate([change, distance], axis=1)) + 0.01)
    signals = np.concatenate([walk, sizes], axis=1).astype("float32")
    views = np.lib.stride_tricks.sliding_window_view(signals, WINDOW, axis=0)
    return views[::SHIFT].transpose(0, 2, 1)


def network(seed: int) -> lamina.Model:
    lamina.utils.set_random_seed(seed)
    model = lamina.Sequential(
        [
            layers.Input((WINDOW, 12)),
            layers.Normalization(),
            layers.GaussianNoise(0.1),
            layers.GRU(24, return_sequences=True),
            layers.GlobalAveragePooling1D(),
            layers.Dropout(0.3),
            layers.Dense(len(GAIT_GROUPS), activation="softmax"),
        ]
    )
    model.compile(lamina.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="where the files are already")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    strides, truth = load_gait(options.data)
    walks = [intervals(walk) for walk in strides]
    simple = np.array([features(walk) for walk in walks])
    seen = [windows(walk) for walk in walks]

    begin = time.perf_counter()
    names = ["majority class", "logistic regression", "network"]
    said = {name: np.zeros((len(walks), len(GAIT_GROUPS))) for name in names}
    folds = StratifiedKFold(5, shuffle=True, random_state=options.seed)
    for fold, (train, test) in enumerate(folds.split(simple, truth)):
        said["majority class"][test, np.bincount(truth[train]).argmax()] = 1

        line = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced"))
        line.fit(simple[train], truth[train])
        said["logistic regression"][test] = line.predict_proba(simple[test])

        x = np.concatenate([seen[walker] for walker in train])
        y = np.repeat(truth[train], [len(seen[walker]) for walker in train])
        model = network(options.seed)
        model.layers[0].adapt(x)
        model.fit(x, y, batch_size=32, epochs=options.epochs, verbose=0)
        for walker in test:
            said["network"][walker] = model.predict(seen[walker], verbose=0).mean(axis=0)
        print(f"{fold + 1}: trained with {len(train)} walkers, tested with {len(test)}", flush=True)

    print(f"\n{'':20}{'accuracy':>10}{'F1':>8}{'ROC AUC':>10}")
    for name, p in said.items():
        p /= p.sum(axis=1, keepdims=True)  # sums of float32 are not quite 1
        predicted = p.argmax(axis=1)
        accuracy = accuracy_score(truth, predicted)
        f1 = f1_score(truth, predicted, average="macro")
        auc = roc_auc_score(truth, p, multi_class="ovr")
        print(f"{name:20}{accuracy:10.3f}{f1:8.3f}{auc:10.3f}")
    print(f"{time.perf_counter() - begin:.0f} s")
    print("64 walkers are few: another --seed moves either model by some five in a hundred.")
    save_confusion(truth, said["network"].argmax(axis=1), list(GAIT_GROUPS), "gait.png")


if __name__ == "__main__":
    main()
