"""How tests run the examples."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


def data_folder(name: str) -> Path:
    """A collected data set: below LAMINA_DATA, or shared/data here or in a folder above."""
    given = os.environ.get("LAMINA_DATA")
    roots = [Path(given)] if given else [up / "shared" / "data" for up in (ROOT, *ROOT.parents)]
    found = next((root / name for root in roots if (root / name).is_dir()), None)
    if found is None:
        pytest.skip(f"no data: neither LAMINA_DATA nor shared/data here or above holds {name}")
    return found


def run(
    folder: Path, *command: str | Path, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Runs a command in a folder; it must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=timeout)
    assert done.returncode == 0, done.stderr
    return done


def reduced(folder: Path, name: str, *data: str) -> tuple[str, float]:
    """What a reduced run of an example prints, and the number that its last line names.

    Args:
        folder: where it writes figures.
        name: of the example.
        data: the data sets that it needs; where one is missing the test is skipped.
    """
    options: list[str | Path] = ["--reduced"]
    for needed in data:
        options += ["--data", data_folder(needed).parent]
    said = run(folder, sys.executable, EXAMPLES / f"{name}.py", *options).stdout
    last = said.splitlines()[-1]
    found = re.match(r"^(.+?): ([-\d.]+)(%?).* in [\d.]+ s$", last)
    assert found, f"the last line names no result: {last}"
    return said, float(found[2]) / (100 if found[3] else 1)
