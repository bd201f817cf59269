"""Makes tools.json: what keras.tree and keras.backend.result_type give.

    KERAS_BACKEND=jax python make_tools.py

``tests/python/test_tree.py`` and ``tests/python/test_backend.py`` compare lamina with it.
"""

import collections
import itertools
import json
import os
import pathlib

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
import keras

Point = collections.namedtuple("Point", ["x", "y"])
# By their texts, which the test evaluates with the same names.
STRUCTURES = [
    "1",
    "None",
    "[]",
    "()",
    "{}",
    "[1, (2, [3]), {'b': 4, 'a': None}]",
    "{'b': [1, 2], 'a': (3,), 'c': {'z': 4, 'y': 5}}",
    "{2: 'x', 10: 'y', 1: 'z'}",
    "collections.OrderedDict([('b', 1), ('a', [2, 3])])",
    "collections.defaultdict(list, {'b': 1, 'a': [2]})",
    "collections.deque([1, [2, 3]])",
    "Point(1, Point([2], 3))",
    "[[1], [2], [3]]",
    "(((),), [])",
    "[{'a': [None]}, None]",
]
DTYPES = [
    "bool",
    "uint8",
    "uint16",
    "uint32",
    "int8",
    "int16",
    "int32",
    "int64",
    "bfloat16",
    "float16",
    "float32",
    "float64",
    "int",  # Python's own, which takes the dtype of what it meets
    "float",
    "None",
]


def outcome(call):
    """A call's value as text, or the name of its error."""
    try:
        return repr(call())
    except Exception as error:
        return f"! {type(error).__name__}"


def visited(structure, top_down):
    seen = []
    keras.tree.traverse(lambda x: seen.append(repr(x)), structure, top_down=top_down)
    return seen


def alone(s):
    t = keras.tree
    return {
        "is_nested": outcome(lambda: t.is_nested(s)),
        "flatten": outcome(lambda: t.flatten(s)),
        "flatten_with_path": outcome(lambda: t.flatten_with_path(s)),
        "map_structure": outcome(lambda: t.map_structure(lambda v: [v], s)),
        "keeping_none": outcome(lambda: t.map_structure(lambda v: [v], s, none_is_leaf=False)),
        "lists_to_tuples": outcome(lambda: t.lists_to_tuples(s)),
        "map_shape_structure": outcome(lambda: t.map_shape_structure(str, s)),
        "pack": outcome(lambda: t.pack_sequence_as(s, "abcdefgh"[: len(t.flatten(s))])),
        "pack_more": outcome(lambda: t.pack_sequence_as(s, [0] * (1 + len(t.flatten(s))))),
        "down": outcome(lambda: visited(s, True)),
        "up": outcome(lambda: visited(s, False)),
    }


def beside(a, b):
    return [
        outcome(lambda: keras.tree.assert_same_structure(a, b)),
        outcome(lambda: keras.tree.assert_same_paths(a, b)),
        outcome(lambda: keras.tree.map_structure_up_to(a, repr, b)),
    ]


def main():
    names = {"collections": collections, "Point": Point}
    trees = {text: alone(eval(text, names)) for text in STRUCTURES}
    pairs = {
        f"{a} | {b}": beside(eval(a, names), eval(b, names))
        for a, b in itertools.product(STRUCTURES, repeat=2)
    }
    python = {"int": int, "float": float, "None": None}
    results = {}
    for chosen in (
        *itertools.product(DTYPES),
        *itertools.product(DTYPES, repeat=2),
        *itertools.combinations(DTYPES[::2], 3),
    ):
        given = [python.get(name, name) for name in chosen]
        results[" ".join(chosen)] = keras.backend.result_type(*given)
    golden = {"trees": trees, "pairs": pairs, "result_type": results}
    target = pathlib.Path(__file__).with_name("tools.json")
    target.write_text(json.dumps(golden, indent=0, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
