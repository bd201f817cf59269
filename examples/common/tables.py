"""Classic tables, each a file of comma-separated values."""

import csv

from common.files import RAW, one_file

# Copies of tables of the UCI repository, and of the Bureau of Meteorology's temperatures.
SOURCE = f"{RAW}jbrownlee/Datasets/d20fcb6402ae34e653d4513b00f39257bb37ed7f/"
SHA256 = {
    "daily-min-temperatures.csv": (
        "8b9de63ed6789492bf497625e7f9beb96a63d367b4b0a21754006f749fa5e5da"
    ),
    "ionosphere.csv": "fd6dd7864b55d56dac0a1e6e24af9ccc35bf2555ac79af8ab9f3d1daa065ab83",
    "sonar.csv": "3079c09b5d2789a0f96aff82c28e5164fafe2495c5f8da96c6c256c1bd25763f",
    "wheat-seeds.csv": "8dbd1853a4439afc113cfe07f290422c7ce3fe48745d71f3f7eaa027cd38fd6e",
}


def rows(name: str) -> list[list[str]]:
    """The rows of a table of ``LAMINA_DATA/tabular``, or of one that is downloaded once.

    Args:
        name: one of ``SHA256``.
    """
    path = one_file("tabular", name, SOURCE + name, SHA256[name])
    with path.open(newline="") as file:
        return list(csv.reader(file))
