"""The code in the documentation runs: Python's as it stands, C++ as far as there is a compiler.

A page's blocks share one namespace and run in their order, in an empty folder. A block with
prompts is a doctest. What a page takes for granted stands in an HTML comment that begins with
"setup". Notebooks, in docs/course, run when docs/build.py builds the site.
"""

import doctest
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import lamina

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
HEADERS = ROOT / "cpp" / "include"
COMPILER = os.environ.get("CXX", "c++")
BLOCK = re.compile(
    r"^(?:```(?P<language>python|cpp)\n(?P<code>.*?)^```$|^<!-- setup\n(?P<setup>.*?)^-->$)",
    re.M | re.S,
)


def pages() -> list[Path]:
    kept_by_hand = [
        path for path in DOCS.rglob("*.md") if path.parent.name not in ("api", "course")
    ]
    return sorted(path for path in kept_by_hand if BLOCK.search(path.read_text()))


def blocks(path: Path, language: str) -> list[tuple[int, str]]:
    """The first line and the code of each block."""
    text = path.read_text()
    found = []
    for match in BLOCK.finditer(text):
        if (match["language"] or "python") == language:
            group = "setup" if match["language"] is None else "code"
            found.append((text.count("\n", 0, match.start(group)), match[group]))
    return found


def with_language(language: str) -> list:
    return [
        pytest.param(page, id=str(page.relative_to(DOCS)))
        for page in pages()
        if blocks(page, language)
    ]


def test_pages_are_found():
    """An installed copy of the tests has no docs beside it; a clone has."""
    assert len(with_language("python")) > 10


@pytest.mark.parametrize("page", with_language("python"))
def test_python(page, tmp_path, monkeypatch):
    code_of_page = blocks(page, "python")
    needs = {"sklearn": "sklearn", "matplotlib": "matplotlib", "lamina.plotting": "matplotlib"}
    for word, package in needs.items():
        if any(word in code for _, code in code_of_page):
            pytest.importorskip(package)
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    for line, code in code_of_page:
        if code.startswith(">>>"):
            test = doctest.DocTestParser().get_doctest(code, names, page.name, str(page), line)
            runner = doctest.DocTestRunner(
                optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
            )
            assert runner.run(test, clear_globs=False).failed == 0
            names = test.globs
        else:
            exec(compile("\n" * line + code, page, "exec"), names)


FUNCTION = re.compile(r"^(?:class|struct|(?!if|for|while)[\w:<>]+ \w+\(.*\)) .*\{$", re.M)
PREAMBLE = re.compile(r"^(?:#include .*|using namespace lamina;)\n", re.M)


def translation_unit(programs: list[str]) -> str:
    """All blocks of a page, each in a namespace; statements that stand alone in a function."""
    text = "".join(sorted({line for code in programs for line in PREAMBLE.findall(code)}))
    text = f"#include <lamina/lamina.hpp>\n{text}using namespace lamina;\n"
    for number, code in enumerate(programs):
        code = PREAMBLE.sub("", code)
        body = code if FUNCTION.search(code) else f"void block() {{\n{code}\n}}\n"
        text += f"namespace block_{number} {{\n{body}}}\n"
    return text


def compiled(source: Path, *options: str | Path) -> None:
    command = [COMPILER, "-std=c++20", "-I", HEADERS, source, *options]
    run = subprocess.run(command, cwd=source.parent, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


@pytest.mark.skipif(shutil.which(COMPILER) is None, reason="no C++ compiler")
@pytest.mark.parametrize("page", with_language("cpp"))
def test_cpp(page, tmp_path):
    """All blocks compile. Programs run where lamina was installed with what C++ needs."""
    programs = [code for _, code in blocks(page, "cpp")]
    source = tmp_path / f"{page.stem}.cpp"
    source.write_text(translation_unit(programs))
    compiled(source, "-fsyntax-only")
    folder = Path(lamina.__file__).parent / "sdk" / "lib"
    library = next(iter(folder.glob("liblamina.so*")), None)
    if library is None:
        return
    for code in programs:
        if "int main(" in code:
            source.write_text(code)
            compiled(source, "-o", tmp_path / "program", library, f"-Wl,-rpath,{folder}")
            subprocess.run([tmp_path / "program"], cwd=tmp_path, check=True, capture_output=True)


def test_site_lists_every_page():
    """Sphinx warns of a page in no table of contents; this test says so without Sphinx."""
    listed = "\n".join(path.read_text() for path in DOCS.rglob("*.md"))
    for page in DOCS.rglob("*.md"):
        if page.name == "index.md" or page.parent.name in ("api", "adr", "course"):
            continue
        assert re.search(rf"^(.*<)?/?(\w+/)*{page.stem}>?$", listed, re.M), (
            f"{page} is in no toctree"
        )
