"""Checks what the shared library exports: functions, data and classes of namespace lamina alone.

An inline function or a template of another library (the standard library's, nlohmann's) that were
exported could be chosen by the dynamic linker for the whole program, and would be part of lamina's
ABI; a unique symbol would keep the library from being unloaded.

    python exports.py NM LIBRARY
"""

import re
import subprocess
import sys

# Mangled: a member of namespace lamina (N, const members NK), and one of a class template, which
# the library instantiates for its users; a class's type information (TI), the name there (TS),
# virtual tables (TV, TT) and thunks into members (Th, Tv).
MEMBER = re.compile(r"_ZNK?6lamina")
TEMPLATE_MEMBER = re.compile(r"_ZNK?6lamina[0-9]+[A-Za-z_]+I")
CLASS = re.compile(r"_ZT([ISTV]|[hv][n0-9_]+)NK?6lamina")


def is_public(kind: str, name: str) -> bool:
    # T, D, R, B: code and data. V: data that inline code may hold too, a class's constants and type
    # information. W: the same for functions, which are inline unless a template's.
    if TEMPLATE_MEMBER.match(name) or CLASS.match(name):
        return kind in "TDRBVW"
    return MEMBER.match(name) is not None and kind in "TDRBV"


def main(nm: str, library: str) -> int:
    out = subprocess.run(
        [nm, "--dynamic", "--defined-only", "--portability", library],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    symbols = [(line.split()[1], line.split()[0]) for line in out.splitlines()]
    others = [symbol for symbol in symbols if not is_public(*symbol)]
    print(f"{len(symbols)} exported symbols, {len(others)} of them not lamina's public interface")
    for kind, name in others:
        print(f"  {kind} {name}")
    return 0 if symbols and not others else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
