"""lamina.tree gives what keras.tree gives: tests/golden/make_tools.py wrote it down."""

import collections
import json
import pathlib
import sys

import pytest

from lamina import tree

GOLDEN = json.loads((pathlib.Path(__file__).parents[1] / "golden" / "tools.json").read_text())
Point = collections.namedtuple("Point", ["x", "y"])

NAMES = {"collections": collections, "Point": Point}
# The golden file holds what Python printed of an OrderedDict before 3.12.
PRINTED_OTHERWISE = "OrderedDict" if sys.version_info >= (3, 12) else "no structure"


def outcome(call):
    try:
        return repr(call())
    except Exception as error:
        return f"! {type(error).__name__}"


def visited(structure, top_down):
    seen = []
    tree.traverse(lambda x: seen.append(repr(x)), structure, top_down=top_down)
    return seen


CALLS = {
    "is_nested": tree.is_nested,
    "flatten": tree.flatten,
    "flatten_with_path": tree.flatten_with_path,
    "map_structure": lambda s: tree.map_structure(lambda v: [v], s),
    "keeping_none": lambda s: tree.map_structure(lambda v: [v], s, none_is_leaf=False),
    "lists_to_tuples": tree.lists_to_tuples,
    "map_shape_structure": lambda s: tree.map_shape_structure(str, s),
    "pack": lambda s: tree.pack_sequence_as(s, "abcdefgh"[: len(tree.flatten(s))]),
    "pack_more": lambda s: tree.pack_sequence_as(s, [0] * (1 + len(tree.flatten(s)))),
    "down": lambda s: visited(s, True),
    "up": lambda s: visited(s, False),
}


@pytest.mark.parametrize("text", [t for t in GOLDEN["trees"] if PRINTED_OTHERWISE not in t])
def test_one_structure(text):
    for name, expected in GOLDEN["trees"][text].items():
        structure = eval(text, NAMES)
        assert outcome(lambda s=structure, n=name: CALLS[n](s)) == expected, name


def outcomes(a, b):
    return [
        outcome(lambda: tree.assert_same_structure(a, b)),
        outcome(lambda: tree.assert_same_paths(a, b)),
        outcome(lambda: tree.map_structure_up_to(a, repr, b)),
    ]


def test_pairs_of_structures():
    wrong = []
    for texts, expected in GOLDEN["pairs"].items():
        if PRINTED_OTHERWISE in texts:
            continue
        found = outcomes(*(eval(text, NAMES) for text in texts.split(" | ")))
        if "None" in texts:  # among shallow leaves Keras refuses it, and documents it
            found, expected = found[:2], expected[:2]
        if found != expected:
            wrong.append((texts, found, expected))
    assert wrong == []


def test_none_is_a_shallow_leaf():
    assert tree.map_structure_up_to([None, None], len, [[1, 1], [2, 2]]) == [2, 2]
    deeper = tree.map_structure_up_to([None, [None, None]], str, [[1, 1], [2, [3]]])
    assert deeper == ["[1, 1]", ["2", "[3]"]]


def test_a_place_becomes_none():
    odd = tree.traverse(lambda x: tree.MAP_TO_NONE if x == 2 else None, [1, (2, 3)])
    assert odd == [1, (None, 3)]


def test_what_is_replaced_is_not_walked_through():
    seen = []

    def replace(x):
        seen.append(x)
        return 0 if isinstance(x, tuple) else None

    assert tree.traverse(replace, [1, (2, 3)]) == [1, 0]
    assert seen == [[1, (2, 3)], 1, (2, 3)]


def test_refusals():
    with pytest.raises(TypeError, match="expected a function"):
        tree.map_structure(1, [2])
    with pytest.raises(ValueError, match="at least one structure"):
        tree.map_structure(len)
    with pytest.raises(ValueError, match="3 items, the structure 2 leaves"):
        tree.pack_sequence_as([0, 0], [1, 2, 3])
    with pytest.raises(TypeError):
        tree.pack_sequence_as([0], 1)
