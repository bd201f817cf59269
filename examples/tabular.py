"""A network beside neighbours, support vectors, a linear model and a forest, on three tables.

    pip install '.[examples]' && python examples/tabular.py [--data FOLDER]

Echoes of a sonar from metal or rock (208, with 60 bands), of a radar from the ionosphere, good or
bad (351, with 34 numbers), and kernels of three kinds of wheat (210, with 7 lengths); 300 kB are
downloaded once. Every model is tested by the same repeated cross-validation, and none is tuned to a
table. On tables as small as these the choice of model matters less than which samples it is tested
with: the bars of the figure, from fold to fold, overlap. A network with dropout keeps up with the
best, but no more; where samples are few, try the simple ones first.
"""

from pathlib import Path

import numpy as np
from common import command_line, figures, tables
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from lamina import Sequential, layers
from lamina.wrappers import LaminaClassifier

TABLES = {
    "sonar": "sonar.csv",
    "ionosphere": "ionosphere.csv",
    "wheat": "wheat-seeds.csv",
}


def table(file: str) -> tuple[np.ndarray, np.ndarray]:
    """Numbers, and the class in the last column as 0, 1 and so on."""
    rows = np.array(tables.rows(file))
    return rows[:, :-1].astype("float32"), np.unique(rows[:, -1], return_inverse=True)[1]


def network(n_features: int, n_classes: int) -> Sequential:
    return Sequential(
        [
            layers.Input((n_features,)),
            layers.Dense(64, activation="relu"),
            layers.Dropout(0.3),
            layers.Dense(64, activation="relu"),
            layers.Dropout(0.3),
            layers.Dense(n_classes, activation="softmax"),
        ]
    )


def draw(scores: dict[str, dict[str, np.ndarray]], path: Path) -> None:
    """Means and spreads over the folds: a row a model, axes a table."""
    drawing = figures.figure(3 + 2.6 * len(scores), 3.2)
    if drawing is None:
        return
    all_axes = drawing.subplots(1, len(scores), sharey=True)
    for axes, (name, found) in zip(all_axes, scores.items(), strict=True):
        for row, (model, folds) in enumerate(found.items()):
            colour = "C3" if model == "network" else "C0"
            axes.errorbar(folds.mean(), row, xerr=folds.std(), fmt="o", color=colour, capsize=3)
        axes.set(title=name, xlabel="accuracy")
        axes.grid(axis="x", alpha=0.4)
    all_axes[0].set_yticks(range(len(found)), list(found))
    all_axes[0].invert_yaxis()
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=100)
    parser.add_argument("--jobs", type=int, default=1, help="processes that share the folds")
    options = command_line.begin(parser, reduced_epochs=30)
    folds, repeats, seed = (3, 1, options.seed) if options.reduced else (5, 3, options.seed)
    mlp = LaminaClassifier(network, epochs=options.epochs, batch_size=16, random_state=seed)
    models = {
        "majority class": DummyClassifier(),
        "logistic regression": LogisticRegression(max_iter=1000),
        "5 nearest neighbours": KNeighborsClassifier(5),
        "linear SVM": SVC(kernel="linear"),
        "RBF SVM": SVC(kernel="rbf"),
        "random forest": RandomForestClassifier(50 if options.reduced else 200, random_state=seed),
        "network": mlp,
    }
    scores: dict[str, dict[str, np.ndarray]] = {name: {} for name in TABLES}
    print(f"{'':22}" + "".join(f"{name:>18}" for name in TABLES))
    for name, model in models.items():
        line = f"{name:22}"
        for place, file in TABLES.items():
            x, y = table(file)
            cuts = RepeatedStratifiedKFold(n_splits=folds, n_repeats=repeats, random_state=seed)
            pipeline = make_pipeline(StandardScaler(), model)
            found = cross_val_score(pipeline, x, y, cv=cuts, n_jobs=options.jobs)
            scores[place][name] = found
            line += f"{f'{found.mean():.1%} +- {found.std():.1%}':>18}"
        print(line, flush=True)

    means = {name: np.mean([scores[place][name] for place in TABLES]) for name in models}
    linear = means["logistic regression"]
    assert means["network"] > linear - 0.01, "expected the network to keep up with a linear model"
    draw(scores, options.figures / "tabular.png")
    command_line.finish(
        f"accuracy of the network, mean of {len(TABLES)} tables: {means['network']:.1%} "
        f"(logistic regression: {linear:.1%})"
    )


if __name__ == "__main__":
    main()
