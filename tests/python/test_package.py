"""What a user meets first: the import, the docstrings, the command line."""

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys

import numpy as np
import pytest

import lamina
from lamina import _lamina

MODULES = ["lamina"] + [
    module.name
    for module in pkgutil.walk_packages(lamina.__path__, "lamina.")
    if module.name.rpartition(".")[2] not in ("__main__", "_lamina")
]


# doctest finds nothing in compiled modules.
COMPILED = [
    name for name, value in vars(_lamina).items() if ">>>" in (getattr(value, "__doc__", "") or "")
]


def run(test: doctest.DocTest) -> None:
    public = {key: getattr(lamina, key) for key in lamina.__all__}
    test.globs = {**public, "lamina": lamina, **test.globs}
    lamina.utils.set_random_seed(1)
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test)
    assert result.failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name):
    module = importlib.import_module(name)
    for test in doctest.DocTestFinder(exclude_empty=True).find(module, name):
        run(test)


@pytest.mark.parametrize("name", COMPILED)
def test_docstrings_of_compiled_functions_and_classes(name):
    text = getattr(_lamina, name).__doc__
    run(doctest.DocTestParser().get_doctest(text, {"np": np}, name, None, None))


def test_every_function_has_an_example():
    # The wrappers are classes, and need scikit-learn.
    public = [name for name in MODULES if "._" not in name and name != "lamina.wrappers"]
    lacking = [
        f"{path}.{name}"
        for path in public
        for name in getattr(importlib.import_module(path), "__all__", ())
        if inspect.isroutine(function := getattr(sys.modules[path], name))
        and ">>>" not in (function.__doc__ or "")
        and name not in ("as_loss", "measuring", "wrap")  # for lamina's other modules
    ]
    assert lacking == []


@pytest.mark.parametrize(
    "target",
    [
        getattr(module, name)
        for module in (lamina.layers, lamina.losses, lamina.metrics, lamina.optimizers)
        for name in dir(module)
        if name[0] != "_" and getattr(getattr(module, name), "__module__", "").startswith("lamina.")
    ],
    ids=lambda target: target.__name__,
)
def test_every_public_name_is_documented(target):
    assert target.__doc__


IMPORT = """
import sys
import numpy
before = set(sys.modules)
import lamina
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(new - set(sys.stdlib_module_names)))
"""


def test_import_loads_numpy_and_itself_alone():
    """How long it takes is a row of bench/compare.py."""
    command = [sys.executable, "-c", IMPORT]
    loaded = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert loaded.split() == ["lamina"]


def test_command_line():
    run = subprocess.run(
        [sys.executable, "-m", "lamina", "--info"], capture_output=True, text=True, check=True
    )
    assert lamina.__version__ in run.stdout
    assert lamina.isa() in run.stdout
