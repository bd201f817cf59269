"""Which network is best? A grid, chance, halving, and a search that learns from its trials.

    pip install '.[examples]' && python examples/search.py

1,797 handwritten digits of 8 by 8 pixels, which come with scikit-learn. Each way gets the same
parameters to choose from and says how many networks it trained; the test digits are looked at once,
at the end, by the choice of each. The figure shows where the searches tried, and what it was worth:
a grid of six networks tries three rates, twelve networks by chance try twelve.
"""

import time
from pathlib import Path

import numpy as np
from common import command_line, figures
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


Tried = list[tuple[float, int, float]]  # rate, units, and the accuracy they validated with


def bayesian(
    x: np.ndarray, y: np.ndarray, epochs: int, trials: int, seed: int
) -> tuple[Pipeline | None, Tried]:
    """Optuna's search: where it tries next depends on what was good, and it ends bad trials."""
    try:
        import optuna
    except ImportError:
        print("(with Optuna installed a Bayesian search would run)")
        return None, []
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
        trial.set_user_attr("accuracy", model.score(validate, y_validate))
        return model["network"].history_.history["val_loss"][-1]

    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=seed),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=3),
    )
    study.optimize(objective, n_trials=trials)
    whole = [trial for trial in study.trials if trial.state == optuna.trial.TrialState.COMPLETE]
    print(f"Bayesian: {trials} networks, {trials - len(whole)} ended early: {study.best_params}")
    tried = [
        (trial.params["rate"], trial.params["units"], trial.user_attrs["accuracy"])
        for trial in whole
    ]
    return chosen(study.best_trial).fit(x, y), tried


def draw(tried: dict[str, Tried], path: Path) -> None:
    """Where each search tried, coloured by the accuracy there."""
    drawing = figures.figure(2.8 * len(tried), 3)
    if drawing is None:
        return
    all_axes = drawing.subplots(1, len(tried), sharex=True, sharey=True)
    for axes, (name, points) in zip(all_axes, tried.items(), strict=True):
        rates, units, accuracies = zip(*points, strict=True)
        dots = axes.scatter(rates, units, c=accuracies, vmin=0.5, vmax=1, edgecolors="grey")
        axes.set(title=name, xlabel="learning rate", xscale="log", yscale="log")
    all_axes[0].set(ylabel="units", xlim=(7e-5, 1.5e-1), yticks=[4, 8, 16, 32, 64, 128])
    all_axes[0].yaxis.set_major_formatter("{x:.0f}")
    all_axes[0].yaxis.set_minor_formatter("")
    drawing.colorbar(dots, ax=all_axes, label="accuracy", extend="min")
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=20)
    parser.add_argument("--trials", type=int, default=12, help="of the searches by chance")
    parser.add_argument("--jobs", type=int, default=1, help="processes that share the trials")
    options = command_line.begin(parser, reduced_epochs=9)
    epochs, jobs, seed = options.epochs, options.jobs, options.seed
    trials = 4 if options.reduced else options.trials

    x, y = load_digits(return_X_y=True)
    x, x_test, y, y_test = train_test_split(x, y, test_size=0.3, stratify=y, random_state=1)
    chance = np.random.default_rng(seed)
    spread = {
        RATE: (10 ** chance.uniform(-4, -1, 1000)).tolist(),
        UNITS: chance.integers(4, 128, 1000).tolist(),
        DROPOUT: chance.uniform(0, 0.5, 1000).tolist(),
    }
    grid = {RATE: [1e-4, 1e-3, 1e-2], UNITS: [8, 64]}
    common = {"cv": 3, "n_jobs": jobs}
    searches = {
        "grid": GridSearchCV(pipeline(epochs), grid, **common),
        "chance": RandomizedSearchCV(
            pipeline(epochs), spread, n_iter=trials, random_state=seed, **common
        ),
        # All try with few epochs; the better third goes on with three times as many.
        "halving": HalvingRandomSearchCV(
            pipeline(epochs),
            spread,
            n_candidates=trials,
            resource="network__epochs",
            max_resources=epochs,
            min_resources=3,
            random_state=seed,
            **common,
        ),
    }
    chosen, tried = {"as it comes": pipeline(epochs).fit(x, y)}, {}
    print(f"as it comes: {cross_val_score(pipeline(epochs), x, y, cv=3).mean():.3f}")
    for name, search in searches.items():
        begun = time.perf_counter()
        chosen[name] = search.fit(x, y).best_estimator_
        seconds = time.perf_counter() - begun
        results = search.cv_results_
        tried[name] = [
            (parameters[RATE], parameters[UNITS], accuracy)
            for parameters, accuracy in zip(
                results["params"], results["mean_test_score"], strict=True
            )
        ]
        best = {key.split("__")[-1]: value for key, value in search.best_params_.items()}
        count = 3 * len(tried[name])
        print(f"{name}: {count} networks in {seconds:.1f} s, {search.best_score_:.3f}: {best}")
    found, points = bayesian(x, y, epochs, trials, seed)
    if found is not None:
        chosen["Bayesian"], tried["Bayesian"] = found, points

    print("\naccuracy of test digits")
    accuracies = {name: model.score(x_test, y_test) for name, model in chosen.items()}
    for name, accuracy in accuracies.items():
        print(f"{name:12} {accuracy:.1%}")
    draw(tried, options.figures / "search.png")
    best = max(searches, key=lambda name: searches[name].best_score_)
    command_line.finish(f"test accuracy of the best in cross-validation: {accuracies[best]:.1%}")


if __name__ == "__main__":
    main()
