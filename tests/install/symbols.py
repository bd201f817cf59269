"""Checks that the object of each instruction set exports its kernel table and nothing else.

Any other symbol, an inline function above all, could be chosen by the linker for baseline code too
and would then run wide instructions on a machine that lacks them. (The address sanitizer adds
symbols of its own: its preset leaves this test out.)

    python symbols.py NM OBJECT...
"""

import subprocess
import sys


def external_symbols(nm: str, path: str) -> list[tuple[str, str]]:
    """The (kind, name) of each symbol that the object defines for others, weak ones included."""
    out = subprocess.run(
        [nm, "--extern-only", "--defined-only", "--portability", path],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [(line.split()[1], line.split()[0]) for line in out.splitlines()]


def main(nm: str, *objects: str) -> int:
    if not objects:
        print("no kernel objects were given")
        return 1
    failed = 0
    for path in objects:
        symbols = external_symbols(nm, path)
        # T, D, R, B: code, data, read-only data, zeroed data; a weak symbol is V or W.
        good = len(symbols) == 1 and symbols[0][0] in "TDRB"
        failed += not good
        print(
            f"{'ok    ' if good else 'FAILED'} {path.rsplit('/', 1)[-1]}: {len(symbols)} external"
        )
        for kind, name in symbols:
            print(f"       {kind} {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
