"""Builds the documentation site into build/docs; warnings are errors.

    pip install '.[docs]' && python docs/build.py

Notebooks run when they changed since the last build. `--links` checks the links within the site,
`--fresh` forgets what was built before.
"""

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

DOCS = Path(__file__).resolve().parent
BUILD = DOCS.parent / "build"


def sphinx(builder: str, folder: Path) -> int:
    strict = ["-W", "--keep-going", "-n", "-q", "-j", "auto"]
    command = [sys.executable, "-m", "sphinx", *strict, "-b", builder]
    return subprocess.run([*command, "-d", BUILD / "doctrees", DOCS, folder]).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--links", action="store_true", help="check links within the site too")
    parser.add_argument("--fresh", action="store_true", help="build everything again")
    arguments = parser.parse_args()
    if arguments.fresh:
        for name in ("docs", "doctrees", "notebooks", "links"):
            shutil.rmtree(BUILD / name, ignore_errors=True)
    begin = time.perf_counter()
    status = sphinx("html", BUILD / "docs")
    if status == 0 and arguments.links:
        status = sphinx("linkcheck", BUILD / "links")
    if status == 0:
        print(f"{BUILD / 'docs' / 'index.html'} in {time.perf_counter() - begin:.0f} s")
    return status


if __name__ == "__main__":
    sys.exit(main())
