"""Nested lists, tuples and dictionaries, by the names of ``keras.tree``.

Nodes are lists, tuples, named tuples, deques and dictionaries; all else, None too, is a leaf. A
dictionary's leaves come in the order of its sorted keys, an ``OrderedDict``'s in its own.
"""

import collections
from collections.abc import Callable, Iterable
from typing import Any

__all__ = [
    "MAP_TO_NONE",
    "assert_same_paths",
    "assert_same_structure",
    "flatten",
    "flatten_with_path",
    "is_nested",
    "lists_to_tuples",
    "map_shape_structure",
    "map_structure",
    "map_structure_up_to",
    "pack_sequence_as",
    "traverse",
]


class MAP_TO_NONE:
    """What a function returns to ``traverse`` to put None in a place."""


def is_nested(structure: Any) -> bool:
    """Whether it is a node.

    >>> is_nested([1]), is_nested(1)
    (True, False)
    """
    return _kind(structure) is not None


def flatten(structure: Any) -> list[Any]:
    """The leaves.

    >>> flatten({"b": [1, (2, 3)], "a": None})
    [None, 1, 2, 3]
    """
    return [leaf for _, leaf in flatten_with_path(structure)]


def flatten_with_path(structure: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """The leaves, each with the keys and indices that lead to it.

    >>> flatten_with_path([{"foo": 42}])
    [((0, 'foo'), 42)]
    """
    if not is_nested(structure):
        return [((), structure)]
    return [
        ((key, *path), leaf)
        for key, child in _children(structure)
        for path, leaf in flatten_with_path(child)
    ]


def map_structure(func: Callable[..., Any], *structures: Any, none_is_leaf: bool = True) -> Any:
    """A structure of what the function makes of leaves, taken from all structures together.

    Args:
        func: takes as many leaves as there are structures.
        structures: of one form.
        none_is_leaf: whether the function gets None too; else it stays.

    >>> map_structure(lambda x, y: x + y, {"a": 1}, {"a": 2})
    {'a': 3}
    """
    _require(func, structures)
    first, *others = structures
    if not is_nested(first):
        if any(is_nested(other) for other in others):
            raise ValueError(_differ(structures))
        return None if first is None and not none_is_leaf else func(*structures)
    aligned = [_aligned(first, other) for other in others]
    return _rebuilt(
        first,
        [
            map_structure(func, child, *beside, none_is_leaf=none_is_leaf)
            for (_, child), *beside in zip(_children(first), *aligned, strict=True)
        ],
    )


def map_structure_up_to(shallow_structure: Any, func: Callable[..., Any], *structures: Any) -> Any:
    """A structure of what the function makes of what stands where another has leaves.

    Args:
        shallow_structure: whose leaves count.
        func: takes as many arguments as there are structures.
        structures: at least as deep.

    >>> map_structure_up_to([None, None], len, [[1, 1], [2]])
    [2, 1]
    """
    _require(func, structures)
    if not is_nested(shallow_structure):
        return func(*structures)
    aligned = [_aligned(shallow_structure, other) for other in structures]
    return _rebuilt(
        shallow_structure,
        [
            map_structure_up_to(child, func, *beside)
            for (_, child), *beside in zip(_children(shallow_structure), *aligned, strict=True)
        ],
    )


def assert_same_structure(a: Any, b: Any, check_types: Any = None) -> None:
    """Nothing where two structures are of one form.

    Args:
        a: a structure.
        b: another.
        check_types: has no effect, as in Keras.

    Raises:
        ValueError: they are not.

    >>> assert_same_structure({"a": 1, "b": [2, 3]}, {"a": 4, "b": [5, 6]})
    """
    map_structure(lambda *_: None, a, b)


def assert_same_paths(a: Any, b: Any) -> None:
    """Nothing where the same keys and indices lead to the leaves of two structures.

    Raises:
        ValueError: they do not.

    >>> assert_same_paths([0, 1], (2, 3))
    """
    ours, theirs = ({path for path, _ in flatten_with_path(one)} for one in (a, b))
    if ours != theirs:
        raise ValueError(
            "a and b do not have the same paths; only in a: "
            f"{sorted(map(str, ours - theirs))}, only in b: {sorted(map(str, theirs - ours))}"
        )


def pack_sequence_as(structure: Any, flat_sequence: Iterable[Any]) -> Any:
    """The structure with other leaves.

    Raises:
        ValueError: there are more or fewer.

    >>> pack_sequence_as({"b": 0, "a": (0, 0)}, [1, 2, 3])
    {'b': 3, 'a': (1, 2)}
    """
    leaves = list(flat_sequence)
    count = len(flatten(structure))
    if len(leaves) != count:
        raise ValueError(f"flat_sequence has {len(leaves)} items, the structure {count} leaves")
    following = iter(leaves)
    return map_structure(lambda _: next(following), structure)


def traverse(func: Callable[[Any], Any], structure: Any, top_down: bool = True) -> Any:
    """Walks through a structure, its root too, and puts what the function returns in the places.

    Args:
        func: gets each node and leaf; returns what is to stand there, None for what stands there,
            and ``MAP_TO_NONE`` for None.
        structure: the structure.
        top_down: whether a node comes before what is in it, which is left out if the function
            replaces the node.

    >>> traverse(lambda x: x + 1 if isinstance(x, int) else None, [1, (2, 3)])
    [2, (3, 4)]
    """
    made = func(structure) if top_down else None
    if made is None:
        inner = structure
        if is_nested(structure):
            inner = _rebuilt(
                structure, [traverse(func, child, top_down) for _, child in _children(structure)]
            )
        made = None if top_down else func(inner)
        if made is None:
            return inner
    return None if made is MAP_TO_NONE else made


def lists_to_tuples(structure: Any) -> Any:
    """The structure with tuples in place of lists.

    >>> lists_to_tuples({"a": [1, [2]]})
    {'a': (1, (2,))}
    """
    return traverse(lambda x: tuple(x) if isinstance(x, list) else None, structure, top_down=False)


def map_shape_structure(func: Callable[[Any], Any], structure: Any) -> Any:
    """A structure of what the function makes of shapes: lists and tuples of numbers and None.

    >>> map_shape_structure(len, {"a": (None, 3), "b": [(2,)]})
    {'a': 2, 'b': [1]}
    """
    is_shape = isinstance(structure, (list, tuple)) and all(
        isinstance(item, (int, type(None))) for item in structure
    )
    if is_shape or not is_nested(structure):
        return func(structure)
    return _rebuilt(
        structure, [map_shape_structure(func, child) for _, child in _children(structure)]
    )


# Nodes: their kinds, their children, and the same node with other children.


def _kind(structure: Any) -> type | None:
    """The type of a node, the same for all dictionaries; None for a leaf."""
    cls = type(structure)
    if cls in (dict, collections.OrderedDict, collections.defaultdict):
        return dict
    if cls in (list, tuple, collections.deque) or _is_named_tuple(cls):
        return cls
    return None


def _is_named_tuple(cls: type) -> bool:
    return issubclass(cls, tuple) and isinstance(getattr(cls, "_fields", None), tuple)


def _keys(structure: Any) -> list[Any]:
    if isinstance(structure, collections.OrderedDict):
        return list(structure)
    try:
        return sorted(structure)
    except TypeError:  # of several types
        return sorted(structure, key=lambda key: (f"{type(key).__module__}.{type(key)}", key))


def _children(structure: Any) -> list[tuple[Any, Any]]:
    if isinstance(structure, dict):
        return [(key, structure[key]) for key in _keys(structure)]
    return list(enumerate(structure))


def _rebuilt(structure: Any, children: list[Any]) -> Any:
    if isinstance(structure, dict):
        made = dict(zip(_keys(structure), children, strict=True))
        ordered = {key: made[key] for key in structure}
        if isinstance(structure, collections.defaultdict):
            return collections.defaultdict(structure.default_factory, ordered)
        return type(structure)(ordered)
    if _is_named_tuple(type(structure)):
        return type(structure)(*children)
    if isinstance(structure, collections.deque):
        return collections.deque(children, structure.maxlen)
    return type(structure)(children)


def _aligned(structure: Any, other: Any) -> list[Any]:
    """The children of another structure in the order of the first one's."""
    if _kind(other) is not _kind(structure) or len(other) != len(structure):
        raise ValueError(_differ((structure, other)))
    if isinstance(structure, dict):
        if set(other) != set(structure):
            raise ValueError(_differ((structure, other)))
        return [other[key] for key in _keys(structure)]
    return list(other)


def _differ(structures: Any) -> str:
    shown = " and ".join(f"{type(one).__name__} {one!r:.60}" for one in structures)
    return f"the structures do not have the same nested form: {shown}"


def _require(func: Any, structures: tuple[Any, ...]) -> None:
    if not callable(func):
        raise TypeError(f"func is {func!r}, expected a function")
    if not structures:
        raise ValueError("expected at least one structure")
