"""Which network is best? A grid, chance, halving, and a search that learns from its trials.

    pip install '.[examples]' && python examples/search.py

1,797 handwritten digits of 8 by 8 pixels, which come with scikit-learn. Each way gets the same
parameters to choose from and says how many networks it trained; the test digits are looked at once,
at the end, by the choice of each.
"""

import argparse
import time

import numpy as np
from sklearn.datasets import load_digits
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import (
    GridSearchCV,
    HalvingRandomSearchCV,
    RandomizedSearchCV,
    cross_val_score,
    train_test_split,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler

from lamina.callbacks import OptunaPruning
from lamina.wrappers import LaminaClassifier

RATE, UNITS = "network__optimizer__learning_rate", "network__model__units"
DROPOUT = "network__model__dropout"


def pipeline(epochs: int) -> Pipeline:
    """What is searched: all its parameters, those of the model and optimizer too, have names."""
    return Pipeline(
        [
            ("scale", MinMaxScaler()),
            ("network", LaminaClassifier(epochs=epochs, batch_size=32, random_state=1)),
        ]
    )


def bayesian(x: np.ndarray, y: np.ndarray, epochs: int, trials: int) -> Pipeline | None:
    """Optuna's search: where it tries next depends on what was good, and it ends bad trials."""
    try:
        import optuna
    except ImportError:
        print("(with Optuna installed a Bayesian search would run)")
        return None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    learn, validate, y_learn, y_validate = train_test_split(
        x, y, test_size=0.25, stratify=y, random_state=1
    )

    def chosen(trial: optuna.Trial | optuna.trial.FrozenTrial) -> Pipeline:
        return pipeline(epochs).set_params(
            **{
                RATE: trial.suggest_float("rate", 1e-4, 1e-1, log=True),
                UNITS: trial.suggest_int("units", 4, 128, log=True),
                DROPOUT: trial.suggest_float("dropout", 0, 0.5),
            }
        )

    def objective(trial: optuna.Trial) -> float:
        pruning = OptunaPruning(trial, monitor="val_loss")
        # The scaler is fitted before: what validates must be scaled as what is learnt from.
        model = chosen(trial)
        scaled = model["scale"].fit_transform(learn)
        labels = (model["scale"].transform(validate), y_validate)
        model["network"].fit(scaled, y_learn, validation_data=labels, callbacks=[pruning])
        return model["network"].history_.history["val_loss"][-1]

    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=1),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=3),
    )
    study.optimize(objective, n_trials=trials)
    pruned = sum(trial.state == optuna.trial.TrialState.PRUNED for trial in study.trials)
    print(f"Bayesian: {trials} networks, {pruned} of them ended early: {study.best_params}")
    return chosen(study.best_trial).fit(x, y)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--trials", type=int, default=12, help="of the searches by chance")
    parser.add_argument("--jobs", type=int, default=1, help="processes that share the trials")
    arguments = parser.parse_args()
    epochs, trials, jobs = arguments.epochs, arguments.trials, arguments.jobs

    x, y = load_digits(return_X_y=True)
    x, x_test, y, y_test = train_test_split(x, y, test_size=0.3, stratify=y, random_state=1)
    chance = np.random.default_rng(1)
    spread = {
        RATE: (10 ** chance.uniform(-4, -1, 1000)).tolist(),
        UNITS: chance.integers(4, 128, 1000).tolist(),
        DROPOUT: chance.uniform(0, 0.5, 1000).tolist(),
    }
    by_chance = {"n_iter": trials, "cv": 3, "random_state": 1, "n_jobs": jobs}
    halving = {"resource": "network__epochs", "max_resources": epochs, "min_resources": 3}
    searches = {
        "grid": GridSearchCV(
            pipeline(epochs), {RATE: [1e-4, 1e-3, 1e-2], UNITS: [8, 64]}, cv=3, n_jobs=jobs
        ),
        "chance": RandomizedSearchCV(pipeline(epochs), spread, **by_chance),
        "halving": HalvingRandomSearchCV(
            pipeline(epochs),
            spread,
            n_candidates=trials,
            cv=3,
            random_state=1,
            n_jobs=jobs,
            **halving,
        ),
    }
    chosen = {"as it comes": pipeline(epochs).fit(x, y)}
    print(f"as it comes: {cross_val_score(pipeline(epochs), x, y, cv=3).mean():.3f}")
    for name, search in searches.items():
        begun = time.perf_counter()
        chosen[name] = search.fit(x, y).best_estimator_
        seconds = time.perf_counter() - begun
        count = 3 * len(search.cv_results_["params"])
        best = {key.split("__")[-1]: value for key, value in search.best_params_.items()}
        print(f"{name}: {count} networks in {seconds:.1f} s, {search.best_score_:.3f}: {best}")
    chosen["Bayesian"] = bayesian(x, y, epochs, trials)

    print("\naccuracy of test digits")
    for name, model in chosen.items():
        if model is not None:
            print(f"{name:12} {model.score(x_test, y_test):.1%}")


if __name__ == "__main__":
    main()
