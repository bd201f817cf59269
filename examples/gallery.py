"""Runs the examples and prints a table of what they reached, with time and command.

    pip install '.[examples]' && python examples/gallery.py [--reduced] [NAME ...]

Without names all of them, chapter by chapter. Those whose data are missing say so in the table.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

CHAPTERS = {
    "neurons": ["perceptron", "xor", "digits", "classification", "regression", "tabular"],
    "training": [
        "descent",
        "surfaces",
        "learning_rates",
        "overfitting",
        "regularization",
        "bias_variance",
        "vanishing_gradients",
        "pruning",
        "rules",
    ],
    "images": ["lenet5", "resnet20", "blocks", "filters", "sensitivity"],
    "generating": ["autoencoder", "denoising", "vae", "gan"],
    "robustness": ["adversarial", "out_of_distribution"],
    "sequences": [
        "gait",
        "atrial_fibrillation",
        "forecast",
        "sequence_to_sequence",
        "captioning",
    ],
    "text": ["sentiment", "char_cnn", "transformer", "shakespeare"],
    "both languages": ["python_to_cpp", "cpp_to_python"],
    "choosing": ["cross_validation", "search", "ensembles", "averaging"],
}
LAST_LINE = re.compile(r"^(.+) in ([\d.]+) s$")


def run(name: str, options: list[str], folder: str) -> tuple[str, str]:
    """What an example's last line says, and its seconds."""
    script = Path(__file__).resolve().with_name(f"{name}.py")
    command = [sys.executable, script, *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=folder)
    lines = done.stdout.splitlines()
    found = LAST_LINE.match(lines[-1]) if done.returncode == 0 and lines else None
    return (found[1], f"{float(found[2]):.0f}") if found else ("failed", "")


def main() -> int:
    """Prints the table; 1 where an example failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="of examples, without .py")
    parser.add_argument("--reduced", action="store_true")
    options = parser.parse_args()
    failed = False
    print("| chapter | example | reached | seconds |\n|---|---|---|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for chapter, names in CHAPTERS.items():
            for name in (name for name in names if not options.names or name in options.names):
                chosen = ["--reduced"] if options.reduced else []
                reached, seconds = run(name, chosen, folder)
                failed |= reached == "failed"
                command = " ".join(["python", f"examples/{name}.py", *chosen])
                print(f"| {chapter} | `{command}` | {reached} | {seconds} |", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
