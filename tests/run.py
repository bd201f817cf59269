"""Installs what is missing and passes every test, Python and C++.

    python tests/run.py

Everything goes into the virtual environment this runs in, or into build/venv. One build in
build/test makes the installed wheel, the C++ tests and examples, of the same objects.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "test"


def run(*command: str | Path, **environment: str) -> bool:
    print("+", *command, flush=True)
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment).returncode == 0


def require(done: bool, otherwise: str) -> None:
    if not done:
        sys.exit(f"tests/run.py: {otherwise}")


def enter_virtual_environment() -> None:
    """Runs this file again in build/venv unless a virtual environment is active."""
    if sys.prefix != sys.base_prefix or "CONDA_PREFIX" in os.environ:
        return
    folder = ROOT / "build" / "venv"
    if not (folder / "bin" / "python").exists():
        venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    os.execv(python, [python, __file__])


def ensure_googletest() -> None:
    """GoogleTest comes from the system: installs Debian's package where that is allowed."""
    compiler = os.environ.get("CXX", "c++")
    require(shutil.which(compiler) is not None, f"no C++20 compiler: '{compiler}' is not there")
    probe = [compiler, "-x", "c++", "-E", "-include", "gtest/gtest.h", os.devnull]
    if "GTest_DIR" in os.environ or subprocess.run(probe, capture_output=True).returncode == 0:
        return
    require(
        os.geteuid() == 0
        and shutil.which("apt-get") is not None
        and run("apt-get", "update")
        and run("apt-get", "install", "-y", "libgtest-dev"),
        "GoogleTest is missing: install it (Debian, Ubuntu: sudo apt-get install libgtest-dev) "
        "or set GTest_DIR, then run this again",
    )


def build_requirements() -> list[str]:
    try:
        import tomllib
    except ModuleNotFoundError:  # Python 3.10
        from pip._vendor import tomli as tomllib
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]


def main() -> int:
    enter_virtual_environment()
    ensure_googletest()
    pip = (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "-q")
    tools_installed = run(*pip, *build_requirements(), "cmake>=3.24", "ninja")
    require(tools_installed, "the build tools did not install")
    programs = "LAMINA_BUILD_TESTS=ON;LAMINA_BUILD_EXAMPLES=ON"
    options = {"SKBUILD_BUILD_DIR": str(BUILD), "SKBUILD_CMAKE_DEFINE": programs}
    lamina_installed = run(*pip, "--no-build-isolation", ".[test]", **options)
    require(lamina_installed, "lamina did not build")
    ctest = Path(sysconfig.get_path("scripts")) / "ctest"
    results = {
        "C++": run(ctest, "--test-dir", BUILD, "--output-on-failure", "--no-tests=error"),
        "Python": run(sys.executable, "-m", "pytest"),
    }
    for name, passed in results.items():
        print(f"{name} tests {'passed' if passed else 'FAILED'}")
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
