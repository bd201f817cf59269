"""Builds the documentation site into build/docs; warnings and links that lead nowhere are errors.

    pip install '.[docs]' && python docs/build.py

Notebooks run when they changed since the last build; `--fresh` forgets what was built before.
"""

import argparse
import shutil
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

DOCS = Path(__file__).resolve().parent
BUILD = DOCS.parent / "build"
SITE, DOCTREES, NOTEBOOKS = BUILD / "docs", BUILD / "doctrees", BUILD / "notebooks"


class Page(HTMLParser):
    """What a page links to, and what can be linked to in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.links, self.anchors = path, set(), set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        self.anchors.update(value for key in ("id", "name") if (value := named.get(key)))
        self.links.update(value for key in ("href", "src") if (value := named.get(key)))


def broken_links() -> list[str]:
    """Links within the site to files or places that do not exist."""
    pages = {path: Page(path) for path in SITE.rglob("*.html")}
    broken = []
    for page in pages.values():
        for link in sorted(page.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
            anchor = unquote(parts.fragment)
            found = target.exists()
            if found and anchor and target in pages and not anchor.startswith(":~:"):
                found = anchor in pages[target].anchors
            if not found:
                broken.append(f"{page.path.relative_to(SITE)}: {link} leads nowhere")
    return broken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fresh", action="store_true", help="build everything again")
    if parser.parse_args().fresh:
        for folder in (SITE, DOCTREES, NOTEBOOKS):
            shutil.rmtree(folder, ignore_errors=True)
    begin = time.perf_counter()
    strict = ["-W", "--keep-going", "-n", "-q", "-j", "auto"]
    command = [sys.executable, "-m", "sphinx", *strict, "-d", DOCTREES, DOCS, SITE]
    status = subprocess.run(command).returncode
    if status != 0:
        return status
    broken = broken_links()
    print(*broken, sep="\n", end="\n" if broken else "")
    if broken:
        return 1
    count = sum(1 for _ in SITE.rglob("*.html"))
    seconds = time.perf_counter() - begin
    print(f"{count} pages in {seconds:.0f} s: {SITE / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
