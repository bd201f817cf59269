"""The gallery runs every example, and each has a test."""

import gzip
import importlib.util
import re
from types import ModuleType

import pytest
from example_runs import EXAMPLES, ROOT, data_folder, run
from test_examples_basics import BOUNDS as BASICS

# test_examples_images.py
ON_IMAGES = {
    "adversarial",
    "autoencoder",
    "blocks",
    "denoising",
    "filters",
    "gan",
    "lenet5",
    "out_of_distribution",
    "resnet20",
    "sensitivity",
    "vae",
}
# test_examples_sequences.py
ON_SEQUENCES = {
    "atrial_fibrillation",
    "captioning",
    "char_cnn",
    "cpp_to_python",
    "forecast",
    "gait",
    "python_to_cpp",
    "sentiment",
    "sequence_to_sequence",
    "shakespeare",
    "transformer",
}


def gallery() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gallery", EXAMPLES / "gallery.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_gallery_runs_every_example_and_each_has_a_test():
    listed = sorted(name for names in gallery().CHAPTERS.values() for name in names)
    scripts = sorted(path.stem for path in EXAMPLES.glob("*.py") if path.stem != "gallery")
    assert listed == scripts
    assert scripts == sorted({*BASICS, *ON_IMAGES, *ON_SEQUENCES})


def test_the_readme_lists_every_example_in_the_order_of_the_gallery():
    readme = (EXAMPLES / "README.md").read_text()
    listed = [name for names in gallery().CHAPTERS.values() for name in names]
    assert re.findall(r"^\| \[`(\w+)\.py`\]\(\1\.py\)", readme, re.MULTILINE) == listed


def test_lenet5_in_cpp(tmp_path):
    program = ROOT / "build" / "test" / "example_lenet5"
    if not program.exists():
        pytest.skip(f"{program} is not built: tests/run.py builds it")
    for path in data_folder("mnist").glob("*.gz"):
        (tmp_path / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    done = run(tmp_path, program, tmp_path, "1", "6400")
    said = re.search(r"test accuracy: (.*)% after 1 epochs of 6400 images", done.stdout)
    assert float(said[1]) >= 80
    assert (tmp_path / "lenet5.lamina").exists()
