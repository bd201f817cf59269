"""Every example runs and says what it should."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="the examples' data come with scikit-learn")

EXAMPLES = Path(__file__).parents[2] / "examples"
SAYS = {
    "classification": ["confusion matrix", "test accuracy: "],
    "descent": ["single", "11380"],  # updates: 569 samples, 20 epochs
    "digits": ["predictions are the same"],
    "overfitting": ["underfitted: ", "good: ", "overfitted: ", "EarlyStopping: it ended after"],
    "regression": ["linear regression", "network"],
}


@pytest.mark.parametrize("example", sorted(path.stem for path in EXAMPLES.glob("*.py")))
def test_example(example, tmp_path):
    run = subprocess.run(
        [sys.executable, EXAMPLES / f"{example}.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    assert [text for text in SAYS[example] if text not in run.stdout] == []
    if example == "digits":
        assert "Epoch 40/40: 100%" in run.stderr
