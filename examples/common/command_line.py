"""The options that every example has, and its last line."""

import argparse
import os
import time
from pathlib import Path

import lamina

_begun = time.perf_counter()


def parser(documentation: str, epochs: int | None = None) -> argparse.ArgumentParser:
    """The common options; an example adds its own.

    Args:
        documentation: the example's ``__doc__``, whose first line is the description.
        epochs: the default of ``--epochs``, which an example without epochs has not.
    """
    made = argparse.ArgumentParser(description=documentation.splitlines()[0])
    made.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help="holds a folder for each data set; by default LAMINA_DATA, else data are downloaded",
    )
    if epochs is not None:
        made.add_argument("--epochs", type=int, help=f"{epochs} by default")
        made.set_defaults(default_epochs=epochs)
    made.add_argument("--threads", type=int, help="of the processor; all by default")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--figures", type=Path, default=Path(), metavar="FOLDER", help="for figures")
    made.add_argument(
        "--reduced", action="store_true", help="less data or fewer epochs: a run of seconds"
    )
    return made


def begin(parser: argparse.ArgumentParser, reduced_epochs: int | None = None) -> argparse.Namespace:
    """Reads the options, sets threads, seed and folders, and starts the clock of ``finish``.

    Args:
        parser: of ``parser()``.
        reduced_epochs: how many there are with ``--reduced``.
    """
    global _begun
    options = parser.parse_args()
    if options.data is not None:
        if not options.data.is_dir():
            parser.error(f"--data: there is no folder {options.data}")
        os.environ["LAMINA_DATA"] = str(options.data.resolve())
    if "epochs" in options and options.epochs is None:
        reduced = options.reduced and reduced_epochs is not None
        options.epochs = reduced_epochs if reduced else options.default_epochs
    if options.threads is not None:
        lamina.set_num_threads(options.threads)
    options.figures.mkdir(parents=True, exist_ok=True)
    lamina.utils.set_random_seed(options.seed)
    _begun = time.perf_counter()
    return options


def finish(result: str) -> None:
    """Prints the last line: what was reached, and the seconds since ``begin``.

    Args:
        result: such as ``"test accuracy: 98.6%"``, beginning with what was measured.
    """
    print(f"{result} in {time.perf_counter() - _begun:.1f} s")
