"""The examples of neurons, of training and of choosing learn, and say what they claim."""

import re
import sys

import pytest
from example_runs import EXAMPLES, reduced, run

# Between what the last line's number must lie with --reduced. Seeds 1, 2 and 3 stay well inside; the
# comments name what a guess reaches.
BOUNDS = {
    "classification": (0.85, 1),  # the commonest of three wines: 0.4
    "cross_validation": (0.93, 1),  # the commoner of two classes: 0.63
    "descent": (0.94, 1),  # 0.63
    "digits": (0.94, 1),  # the commonest of ten digits: 0.1
    "ensembles": (0.88, 1),  # 0.1
    "overfitting": (0.4, 0.72),  # mean squared error, of the mean: 1
    "regression": (0.3, 0.6),  # R2 of the mean: 0
    "search": (0.88, 1),  # 0.1
}
# The data sets that they need, beside those of scikit-learn.
DATA: dict[str, list[str]] = {}
# Lines that a run prints, as regular expressions.
SAYS = {
    "classification": ["^confusion matrix"],
    "descent": [r"^single +1 +11380 "],  # updates: 569 samples, 20 epochs
    "ensembles": [r"^voting +9\d\.\d%"],
    "overfitting": ["underfitted: ", "good: ", "overfitted: ", "EarlyStopping: it ended after"],
    "regression": ["^linear regression +42.0 +0.44$"],
    "search": [r"^halving +9\d\.\d%"],
}


@pytest.mark.parametrize("name", BOUNDS)
def test_example(name, tmp_path):
    pytest.importorskip("sklearn", reason="the examples' data come with scikit-learn")
    said, reached = reduced(tmp_path, name, *DATA.get(name, []))
    lowest, highest = BOUNDS[name]
    assert lowest <= reached <= highest, said
    for line in SAYS.get(name, []):
        assert re.search(line, said, re.MULTILINE), (line, said)
    drawn = [path.name for path in tmp_path.iterdir()]
    assert drawn == [f"{name}.png"] or "with matplotlib installed" in said


def test_the_command_of_the_readme(tmp_path):
    pytest.importorskip("sklearn", reason="the digits come with scikit-learn")
    done = run(tmp_path, sys.executable, EXAMPLES / "digits.py")
    assert re.search(r"^saved \d+ KiB, .* predictions are the same$", done.stdout, re.MULTILINE)
    assert "Epoch 40/40 - " in done.stderr
