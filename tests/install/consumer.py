"""Builds and runs the programs in consumer/ against an installed lamina, and times its compilation.

python consumer.py FOLDER_OF_LAMINA_CONFIG_CMAKE
"""

import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "consumer"


def main(lamina_dir: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        configure = [
            "cmake", "-S", SOURCE, "-B", f"{folder}/build", "-DCMAKE_BUILD_TYPE=Release",
            f"-Dlamina_DIR={lamina_dir}", "-DCMAKE_CXX_COMPILER_LAUNCHER=cmake;-E;time",
        ]  # fmt: skip
        programs = ([f"{folder}/build/consumer"], [f"{folder}/build/host"])
        steps = (configure, ["cmake", "--build", f"{folder}/build"], *programs)
        return 0 if all(subprocess.run(step, cwd=folder).returncode == 0 for step in steps) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
