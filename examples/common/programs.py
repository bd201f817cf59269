"""Programs in C++, compiled against the installed lamina."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = """cmake_minimum_required(VERSION 3.24)
project(example LANGUAGES CXX)
find_package(lamina REQUIRED)
add_executable({name} {source})
target_link_libraries({name} PRIVATE lamina::lamina)
"""


def compiled(name: str, folder: Path) -> Path | None:
    """The program of examples/NAME.cpp, built in a folder; None, with a line, where that cannot be.

    ``python -m lamina --cmake-dir`` says where the library and its headers lie.
    """
    asked = subprocess.run(
        [sys.executable, "-m", "lamina", "--cmake-dir"], stdout=subprocess.PIPE, text=True
    )
    config = Path(asked.stdout.strip())
    if not config.is_dir():
        print(f"(no program: this lamina has no C++ side at {config}; pip install it)")
        return None
    if not shutil.which("cmake") or not shutil.which(os.environ.get("CXX", "c++")):
        print("(no program: it takes cmake and a C++20 compiler)")
        return None
    source = Path(__file__).resolve().parents[1] / f"{name}.cpp"
    project = PROJECT.format(name=name, source=source.as_posix())
    (folder / "CMakeLists.txt").write_text(project)
    options = [f"-Dlamina_DIR={config}", "-DCMAKE_BUILD_TYPE=Release"]
    for step in (["-S", folder, "-B", folder / "build", *options], ["--build", folder / "build"]):
        subprocess.run(["cmake", *step], check=True, stdout=subprocess.DEVNULL)
    return folder / "build" / name
