"""Does a search on several processes take its share of the time?

    pip install '.[sklearn]' && python bench/search.py --jobs 2

A grid search of scikit-learn over networks, on one process and on several (joblib's loky), by
turns. Processes begin before they are measured. All must find the same scores, to the bit.
"""

import argparse
import time

import joblib
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import minmax_scale

import lamina
from lamina.wrappers import LaminaClassifier


def search(x: np.ndarray, y: np.ndarray, epochs: int, jobs: int) -> tuple[float, list[float]]:
    """Seconds of a search, and its scores."""
    grid = {"optimizer__learning_rate": [1e-3, 3e-3, 1e-2, 3e-2], "model__units": [[32], [128]]}
    begun = time.perf_counter()
    found = GridSearchCV(
        LaminaClassifier(epochs=epochs, random_state=1), grid, cv=4, n_jobs=jobs, refit=False
    ).fit(x, y)
    return time.perf_counter() - begun, found.cv_results_["mean_test_score"].tolist()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    digits = load_digits()
    x, y = minmax_scale(digits.data), digits.target

    # What a worker imports takes about a second, once.
    joblib.Parallel(arguments.jobs)(
        joblib.delayed(search)(x[:200], y[:200], 1, 1) for _ in range(2 * arguments.jobs)
    )
    alone: list[float] = []
    shared: list[float] = []
    expected: list[float] | None = None
    for _ in range(arguments.rounds):
        for jobs, seconds in ((1, alone), (arguments.jobs, shared)):
            took, scores = search(x, y, arguments.epochs, jobs)
            seconds.append(took)
            expected = expected or scores
            assert scores == expected, "the scores depend on the processes"
    ratio = float(np.median(alone) / np.median(shared))
    print(f"one process, {lamina.num_threads()} threads: {np.median(alone):.2f} s")
    print(f"{arguments.jobs} processes: {np.median(shared):.2f} s, {ratio:.2f}x as fast")


if __name__ == "__main__":
    main()
