"""Several networks that know better than one: bagging, boosting, voting, stacking, calibration.

    pip install '.[examples]' && python examples/ensembles.py

Handwritten digits of 8 by 8 pixels, which come with scikit-learn; 200 to learn from, so that single
networks err in different places, and 1,597 to test with. Most of what a network takes for another
digit, others of its kind do not: a committee of them is right more often than its members. (How
often members and committee are right by how they are averaged, examples/averaging.py shows.)
"""

import time
from pathlib import Path

import numpy as np
from common import command_line, figures
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_digits
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from lamina.wrappers import LaminaClassifier


def draw(scores: dict[str, float], members: np.ndarray, path: Path) -> None:
    """The accuracy of each ensemble, and that of the single networks as a band."""
    drawing = figures.figure(6.5, 3)
    if drawing is None:
        return
    axes = drawing.subplots()
    axes.axvspan(members.min(), members.max(), color="grey", alpha=0.25)
    axes.axvline(members.mean(), color="grey", label="single networks of the bag: range, mean")
    for row, score in enumerate(scores.values()):
        axes.plot(score, row, "o", color="C0")
        axes.text(score, row - 0.25, f"{score:.1%}", ha="center", fontsize=8)
    axes.set_yticks(range(len(scores)), list(scores))
    axes.set(xlabel="test accuracy", ylim=(len(scores) - 0.5, -0.8))
    axes.legend(loc="upper left", fontsize=8)
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=60)
    parser.add_argument("--members", type=int, default=15, help="networks of an ensemble")
    parser.add_argument("--jobs", type=int, default=1, help="processes that share them")
    options = command_line.begin(parser, reduced_epochs=40)
    jobs, seed = options.jobs, options.seed
    members = 5 if options.reduced else options.members

    x, y = load_digits(return_X_y=True)
    x, x_test, y, y_test = train_test_split(x, y, train_size=200, stratify=y, random_state=1)
    network = LaminaClassifier(
        model__units=[32],
        optimizer__learning_rate=0.005,
        epochs=options.epochs,
        random_state=seed,
    )
    # Boosting needs networks that err: one that learns its samples by heart ends it.
    weak = clone(network).set_params(model__units=[16], epochs=options.epochs // 4)
    others = [
        ("linear", LogisticRegression()),
        ("neighbours", KNeighborsClassifier(3)),
        ("support vectors", SVC()),
    ]
    ensembles = {
        "one network": network,
        # Each network learns from samples drawn with replacement; their probabilities are averaged.
        "bagging": BaggingClassifier(network, members, random_state=seed, n_jobs=jobs),
        # All samples, but half of the pixels.
        "random subspaces": BaggingClassifier(
            network, members, bootstrap=False, max_features=0.5, random_state=seed, n_jobs=jobs
        ),
        # One after the other; what the ones before took for another digit weighs more.
        "boosting": AdaBoostClassifier(weak, n_estimators=members, random_state=seed),
        # Each has one vote: support vectors tell no probabilities.
        "voting": VotingClassifier([("network", network), *others], n_jobs=jobs),
        # A linear model learns whom to believe, from what they say of samples they did not see.
        "stacking": StackingClassifier(
            [("network", network), *others], LogisticRegression(max_iter=2000), cv=3, n_jobs=jobs
        ),
        # Probabilities brought to how often it is right.
        "calibrated": CalibratedClassifierCV(network, cv=3, n_jobs=jobs),
    }
    print(f"{'':18}accuracy   log loss   seconds")
    scores, models = {}, {}
    for name, ensemble in ensembles.items():
        begun = time.perf_counter()
        model = models[name] = make_pipeline(StandardScaler(), ensemble).fit(x, y)
        seconds = time.perf_counter() - begun
        scores[name] = model.score(x_test, y_test)
        loss = ""
        if hasattr(model, "predict_proba"):
            loss = f"{log_loss(y_test, model.predict_proba(x_test)):.3f}"
        print(f"{name:18}{scores[name]:8.1%}   {loss:>8}   {seconds:7.1f}")
    print()

    # Those who make up an ensemble are no better than one network, and yet together they are.
    singles = {}
    for name in ("bagging", "boosting"):
        scale, ensemble = models[name]
        scaled = scale.transform(x_test)
        singles[name] = np.array([one.score(scaled, y_test) for one in ensemble.estimators_])
        lowest, highest = singles[name].min(), singles[name].max()
        print(f"single networks of {name}: {lowest:.1%} to {highest:.1%}")
        assert scores[name] > singles[name].mean(), "expected it to beat its members"
    single = singles["bagging"]
    draw(scores, single, options.figures / "ensembles.png")
    bagging = scores["bagging"]
    command_line.finish(
        f"test accuracy of bagging: {bagging:.1%} ({bagging - single.mean():+.1%} over its members)"
    )


if __name__ == "__main__":
    main()
