"""The examples of neurons, of training and of choosing learn, and say what they claim."""

import re
import sys

import pytest
from example_runs import EXAMPLES, reduced, run

# Between what the last line's number must lie with --reduced; seeds 1, 2 and 3 stay well inside.
# The comments name what a guess reaches.
BOUNDS = {
    "averaging": (0.8, 1),  # one network: 0.82; the commonest of ten classes: 0.1
    "bias_variance": (7.5, 12),  # square degrees: noise alone has 7.5, a straight line 16
    "classification": (0.85, 1),  # the commonest of three wines: 0.4
    "cross_validation": (0.93, 1),  # the commoner of two classes: 0.63
    "descent": (0.94, 1),  # 0.63
    "digits": (0.94, 1),  # the commonest of ten digits: 0.1
    "ensembles": (0.88, 1),  # 0.1
    "learning_rates": (0.78, 1),  # 0.1
    "overfitting": (0.4, 0.72),  # mean squared error, of the mean: 1
    "perceptron": (1, 1),  # where a line parts the classes
    "pruning": (0.88, 1),  # 0.1
    "regression": (0.3, 0.6),  # R2 of the mean: 0
    "regularization": (0.05, 0.14),  # error; without any 0.16
    "rules": (0.75, 1),  # 0.33
    "search": (0.88, 1),  # 0.1
    "surfaces": (8, 30),  # steps; without momentum 49
    "tabular": (0.83, 1),  # mean of the commonest classes of three tables: 0.5
    "vanishing_gradients": (0.6, 1),  # 0.1
    "xor": (0.8, 1),  # of the starts
}
# The data sets that they need, beside those of scikit-learn.
DATA = {
    "averaging": ["fashion-mnist"],
    "bias_variance": ["tabular"],
    "learning_rates": ["fashion-mnist"],
    "pruning": ["mnist"],
    "tabular": ["tabular"],
}
# Lines that a run prints, as regular expressions.
SAYS = {
    "classification": ["^confusion matrix"],
    "descent": [r"^single +1 +11380 "],  # updates: 569 samples, 20 epochs
    "ensembles": [r"^voting +9\d\.\d%"],
    "overfitting": ["underfitted: ", "good: ", "overfitted: ", "EarlyStopping: it ended after"],
    "perceptron": [r"^XOR +30 +\d +(25|50|75)\.0%"],
    "regression": ["^linear regression +42.0 +0.44$"],
    "rules": [r"^ +setosa if petal (length|width) <= \d\.\d\d cm$"],
    "search": [r"^halving +9\d\.\d%"],
    "surfaces": [r"^plain +\d+ +\d+ +-$"],
    "xor": ["^ +1 +0$"],
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
