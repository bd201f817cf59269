"""Which disease of the nerves, if any, a walk shows: control, Parkinson's, Huntington's or ALS.

    pip install '.[examples]' && python examples/gait.py [--data FOLDER]

Three networks read how long 64 successive strides took, and say which group the walker is of; the
mean over all such windows of a walk decides. The MLP has a weight for each place of the window and
must learn at each place anew what irregular strides look like; the CNN has the same weights
everywhere, and the GRU remembers. Beside them stands a logistic regression of 12 numbers that
people chose: means, spreads and changes of the strides. A walker is trained with or tested with,
never both: all is trained five times, each time without a fifth of the 64 walkers. So few leave the
scores uncertain, and another --seed moves each by some three in a hundred: no network alone is
surely better than the 12 numbers, in which people put what they know of these diseases. The three
networks err with different walkers, so that their mean is steadier than each.

Data: Hausdorff et al., 2000, "Dynamic markers of altered gait rhythm in amyotrophic lateral
sclerosis" (1.3 MB).
"""

import numpy as np
from common import command_line
from common.figures import save_confusion
from common.scores import print_scores
from common.sequences import GAIT_GROUPS, load_gait
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import lamina
from lamina import layers

WINDOW, SHIFT = 64, 16  # strides
NETWORKS = {
    "MLP": lambda: [
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(32, activation="relu"),
    ],
    "CNN": lambda: [
        layers.Conv1D(32, 5, activation="relu"),
        layers.MaxPooling1D(2),
        layers.Conv1D(32, 5, activation="relu"),
        layers.GlobalAveragePooling1D(),
    ],
    "GRU": lambda: [
        layers.GRU(24, return_sequences=True),
        layers.GlobalAveragePooling1D(),
    ],
}


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
    """What the networks see: (windows, 64, 12), intervals, changes and distances from the usual.

    Irregular strides tell the ill from the healthy. Their logarithms bring small and large
    irregularities to one scale.
    """
    change = np.diff(walk, axis=0, prepend=walk[:1])
    distance = walk - np.median(walk, axis=0)
    sizes = np.log(np.abs(np.concatenate([change, distance], axis=1)) + 0.01)
    signals = np.concatenate([walk, sizes], axis=1).astype("float32")
    views = np.lib.stride_tricks.sliding_window_view(signals, WINDOW, axis=0)
    return views[::SHIFT].transpose(0, 2, 1)


def train(kind: str, x: np.ndarray, y: np.ndarray, epochs: int, seed: int) -> lamina.Model:
    lamina.utils.set_random_seed(seed)
    scale = layers.Normalization()
    scale.adapt(x)
    model = lamina.Sequential(
        [
            layers.Input((WINDOW, 12)),
            scale,
            layers.GaussianNoise(0.1),
            *NETWORKS[kind](),
            layers.Dropout(0.3),
            layers.Dense(len(GAIT_GROUPS), activation="softmax"),
        ]
    )
    model.compile(lamina.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=32, epochs=epochs, verbose=0)
    return model


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=50), reduced_epochs=10)
    strides, truth = load_gait()
    walks = [intervals(walk) for walk in strides]
    simple = np.array([features(walk) for walk in walks])
    seen = [windows(walk) for walk in walks]

    names = ["majority class", "logistic regression", *NETWORKS]
    said = {name: np.zeros((len(walks), len(GAIT_GROUPS))) for name in names}
    folds = StratifiedKFold(5, shuffle=True, random_state=options.seed)
    for fold, (train_walkers, test_walkers) in enumerate(folds.split(simple, truth)):
        said["majority class"][test_walkers, np.bincount(truth[train_walkers]).argmax()] = 1
        line = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced"))
        line.fit(simple[train_walkers], truth[train_walkers])
        said["logistic regression"][test_walkers] = line.predict_proba(simple[test_walkers])

        x = np.concatenate([seen[walker] for walker in train_walkers])
        y = np.repeat(truth[train_walkers], [len(seen[walker]) for walker in train_walkers])
        for kind in NETWORKS:
            model = train(kind, x, y, options.epochs, options.seed)
            for walker in test_walkers:
                said[kind][walker] = model.predict(seen[walker], verbose=0).mean(axis=0)
        trained, tested = len(train_walkers), len(test_walkers)
        print(f"{fold + 1}: trained with {trained} walkers, tested with {tested}", flush=True)

    said["mean of the three"] = np.mean([said[kind] for kind in NETWORKS], axis=0)
    scores = print_scores(truth, said)
    predicted = said["mean of the three"].argmax(axis=1)
    save_confusion(truth, predicted, list(GAIT_GROUPS), options.figures / "gait.png")
    others = ", ".join(f"{scores[name].auc:.3f} {name}" for name in names[1:])
    auc = scores["mean of the three"].auc
    command_line.finish(f"ROC AUC: {auc:.3f} mean of the networks, {others}")


if __name__ == "__main__":
    main()
