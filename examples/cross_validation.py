"""How good is a network on patients it has not seen, and how sure is that number?

    pip install '.[examples]' && python examples/cross_validation.py

569 biopsies of the breast, told apart as benign or malignant by 30 measurements of cell nuclei;
the data come with scikit-learn. With k-fold cross-validation each patient is a test sample once:
the data are cut into k parts, and a network learns on all but one of them, k times. Other cuts give
other numbers; repeats show how much. The figure shows the accuracy of every fold.
"""

from pathlib import Path

import numpy as np
from common import command_line, figures
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lamina import Sequential, callbacks, layers
from lamina.wrappers import LaminaClassifier


def network(n_features: int, units: int = 16, dropout: float = 0.2) -> Sequential:
    """One hidden layer; the output is the probability that the biopsy is benign."""
    return Sequential(
        [
            layers.Input((n_features,)),
            layers.Dense(units, activation="relu"),
            layers.Dropout(dropout),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def by_hand(model: object, x: np.ndarray, y: np.ndarray, folds: int) -> list[float]:
    """What ``cross_validate`` does: a fresh copy of the model for each part that is kept apart."""
    scores = []
    for learn, test in StratifiedKFold(folds, shuffle=True, random_state=1).split(x, y):
        # The scaler is inside of the pipeline, so that it too sees only what it may learn from.
        fitted = clone(model).fit(x[learn], y[learn])
        scores.append(accuracy_score(y[test], fitted.predict(x[test])))
    return scores


def draw(accuracies: dict[str, np.ndarray], path: Path) -> None:
    """A row a model, with a point a fold and a stroke for their mean."""
    drawing = figures.figure(6, 2.6)
    if drawing is None:
        return
    axes = drawing.subplots()
    for row, found in enumerate(accuracies.values()):
        heights = row + np.linspace(-0.2, 0.2, len(found))
        axes.plot(found, heights, "o", markersize=4, alpha=0.6)
        axes.plot([found.mean()] * 2, [row - 0.35, row + 0.35], color="black")
    axes.set_yticks(range(len(accuracies)), list(accuracies))
    axes.set(xlabel="accuracy of each fold, and their mean")
    axes.invert_yaxis()
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=60)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=1, help="processes that share the folds")
    options = command_line.begin(parser, reduced_epochs=40)
    repeats = 1 if options.reduced else options.repeats

    x, y = load_breast_cancer(return_X_y=True)
    classifier = LaminaClassifier(
        network,
        optimizer__learning_rate=0.005,
        epochs=options.epochs,
        # A fifth of what it learns from, of each class as much, says when to stop.
        validation_split=0.2,
        callbacks=[callbacks.EarlyStopping(patience=10, restore_best_weights=True)],
        random_state=options.seed,
    )
    models = {
        "majority class": DummyClassifier(),
        "logistic regression": make_pipeline(StandardScaler(), LogisticRegression()),
        "network": make_pipeline(StandardScaler(), classifier),
    }
    print(f"the folds' accuracies: {np.round(by_hand(models['network'], x, y, 5), 3)}\n")

    cuts = RepeatedStratifiedKFold(
        n_splits=options.folds, n_repeats=repeats, random_state=options.seed
    )
    print(f"{'':22}accuracy          area under the curve")
    accuracies = {}
    for name, model in models.items():
        found = cross_validate(
            model, x, y, cv=cuts, scoring=["accuracy", "roc_auc"], n_jobs=options.jobs
        )
        accuracies[name], area = found["test_accuracy"], found["test_roc_auc"]
        print(
            f"{name:22}{accuracies[name].mean():.3f} +- {accuracies[name].std():.3f}    "
            f"{area.mean():.3f} +- {area.std():.3f}"
        )

    # To use the model, let it learn from everything; the number above is what to expect of it.
    model = models["network"].fit(x, y)
    seen = roc_auc_score(y, model.predict_proba(x)[:, 1])
    print(f"\nof samples that it learnt from the area is {seen:.3f}: no measure of anything")
    draw(accuracies, options.figures / "cross_validation.png")
    folds = accuracies["network"]
    command_line.finish(f"accuracy of {len(folds)} folds: {folds.mean():.1%} +- {folds.std():.1%}")


if __name__ == "__main__":
    main()
