"""Several networks that know better than one: bagging, boosting, voting, stacking, calibration.

    pip install '.[examples]' && python examples/ensembles.py

Handwritten digits of 8 by 8 pixels, which come with scikit-learn; 200 to learn from, so that single
networks err in different places, and 1,597 to test with.
"""

import argparse
import time

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--members", type=int, default=15, help="networks of an ensemble")
    parser.add_argument("--jobs", type=int, default=1, help="processes that share them")
    arguments = parser.parse_args()
    members, jobs = arguments.members, arguments.jobs

    x, y = load_digits(return_X_y=True)
    x, x_test, y, y_test = train_test_split(x, y, train_size=200, stratify=y, random_state=1)
    network = LaminaClassifier(
        model__units=[32],
        optimizer__learning_rate=0.005,
        epochs=arguments.epochs,
        random_state=1,
    )
    # Boosting needs networks that err: one that learns its samples by heart ends it.
    weak = clone(network).set_params(model__units=[16], epochs=arguments.epochs // 4)
    others = [
        ("linear", LogisticRegression()),
        ("neighbours", KNeighborsClassifier(3)),
        ("support vectors", SVC()),
    ]
    ensembles = {
        "one network": network,
        # Each network learns from samples drawn with replacement; their probabilities are averaged.
        "bagging": BaggingClassifier(network, members, random_state=1, n_jobs=jobs),
        # All samples, but half of the pixels.
        "random subspaces": BaggingClassifier(
            network, members, bootstrap=False, max_features=0.5, random_state=1, n_jobs=jobs
        ),
        # One after the other; what the ones before took for another digit weighs more.
        "boosting": AdaBoostClassifier(weak, n_estimators=members, random_state=1),
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
    scores = {}
    for name, ensemble in ensembles.items():
        begun = time.perf_counter()
        model = make_pipeline(StandardScaler(), ensemble).fit(x, y)
        seconds = time.perf_counter() - begun
        scores[name] = model.score(x_test, y_test)
        loss = ""
        if hasattr(model, "predict_proba"):
            loss = f"{log_loss(y_test, model.predict_proba(x_test)):.3f}"
        print(f"{name:18}{scores[name]:8.1%}   {loss:>8}   {seconds:7.1f}")
    assert max(scores.values()) > scores["one network"]


if __name__ == "__main__":
    main()
