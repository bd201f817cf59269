"""``python -m lamina``: what this installation is and where its C++ side lies."""

import argparse
from pathlib import Path

from lamina import _lamina


def cmake_dir() -> Path:
    """The folder that, as ``lamina_DIR``, lets CMake's ``find_package(lamina)`` find this wheel."""
    return Path(_lamina.__file__).parent / "sdk" / "lib" / "cmake" / "lamina"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m lamina", description=__doc__)
    show = parser.add_mutually_exclusive_group(required=True)
    show.add_argument("--cmake-dir", action="store_true", help="folder of lamina-config.cmake")
    show.add_argument("--version", action="store_true", help="version of lamina")
    show.add_argument("--info", action="store_true", help="version, instruction set and threads")
    arguments = parser.parse_args()

    if arguments.cmake_dir:
        print(cmake_dir())
    elif arguments.version:
        print(_lamina.__version__)
    else:
        print(f"lamina {_lamina.__version__} in {Path(_lamina.__file__).parent}")
        print(f"instruction set: {_lamina.isa()}")
        print(f"threads: {_lamina.num_threads()}, engine {_lamina.thread_engine()}")


if __name__ == "__main__":
    main()
