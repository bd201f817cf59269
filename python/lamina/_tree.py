"""Nested lists, tuples and dictionaries, and what stands at their leaves."""

import json
from collections.abc import Callable
from typing import Any


class Slot:
    """The place of a leaf in a form."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Slot) and other.index == self.index

    def __hash__(self) -> int:
        return hash(self.index)

    def __repr__(self) -> str:
        return f"Slot({self.index})"


def flatten(value: Any, is_leaf: Callable[[Any], bool]) -> tuple[list[Any], Any]:
    """The leaves of nested lists, tuples and dictionaries, and the form they stand in.

    >>> flatten({"a": [1.0, 2.0], "b": "text"}, lambda value: isinstance(value, float))
    ([1.0, 2.0], {'a': [Slot(0), Slot(1)], 'b': 'text'})
    """
    leaves: list[Any] = []

    def form_of(item: Any) -> Any:
        if is_leaf(item):
            leaves.append(item)
            return Slot(len(leaves) - 1)
        if isinstance(item, dict):
            return {key: form_of(inner) for key, inner in item.items()}
        if isinstance(item, (list, tuple)):
            made = [form_of(inner) for inner in item]
            return made if isinstance(item, list) else tuple(made)
        return item

    return leaves, form_of(value)


def fill(form: Any, leaves: Any) -> Any:
    """The form with leaves in its slots.

    >>> fill({"a": [Slot(0), Slot(1)], "b": "text"}, [1.0, 2.0])
    {'a': [1.0, 2.0], 'b': 'text'}
    """
    if isinstance(form, Slot):
        return leaves[form.index]
    if isinstance(form, dict):
        return {key: fill(inner, leaves) for key, inner in form.items()}
    if isinstance(form, list):
        return [fill(inner, leaves) for inner in form]
    if isinstance(form, tuple):
        return tuple(fill(inner, leaves) for inner in form)
    return form


def is_array(value: Any) -> bool:
    """Whether it is a tensor, symbolic or not, a variable, or anything else that is an array."""
    return hasattr(value, "__array__")


NOTHING = object()


def items_of(form: Any) -> list[Any]:
    """What stands directly in a list, tuple or dictionary."""
    if isinstance(form, dict):
        return list(form.values())
    return list(form) if isinstance(form, (list, tuple)) else []


def other_leaf(form: Any) -> Any:
    """Something in a form that is no slot; ``NOTHING`` where there is none."""
    if isinstance(form, Slot):
        return NOTHING
    if not isinstance(form, (dict, list, tuple)):
        return form
    for item in items_of(form):
        found = other_leaf(item)
        if found is not NOTHING:
            return found
    return NOTHING


def pick(form: Any, value: Any, what: str) -> list[Any]:
    """What stands in a value where a form has slots, in the slots' order.

    Raises:
        ValueError: the value is not of that form.
    """
    picked: dict[int, Any] = {}

    def walk(inner: Any, item: Any, path: str) -> None:
        if isinstance(inner, Slot):
            picked[inner.index] = item
        elif isinstance(inner, dict):
            if not isinstance(item, dict) or set(item) != set(inner):
                got = sorted(map(str, item)) if isinstance(item, dict) else type(item).__name__
                raise ValueError(
                    f"{what}{path} got {got}, expected a dictionary with the keys "
                    f"{', '.join(map(str, inner))}"
                )
            for key, own in inner.items():
                walk(own, item[key], f"{path}[{key!r}]")
        elif isinstance(inner, (list, tuple)):
            if not isinstance(item, (list, tuple)) or len(item) != len(inner):
                raise ValueError(f"{what}{path} got {item!r}, expected a list of {len(inner)}")
            for i, own in enumerate(inner):
                walk(own, item[i], f"{path}[{i}]")

    walk(form, value, "")
    return [picked[i] for i in sorted(picked)]


def slots_of(form: Any) -> list[int]:
    """The indices of the leaves in a form, in their order."""
    if isinstance(form, Slot):
        return [form.index]
    inner = form.values() if isinstance(form, dict) else form
    if isinstance(form, (dict, list, tuple)):
        return [index for item in inner for index in slots_of(item)]
    return []


def names_of(form: Any, path: str = "") -> list[str]:
    """A name for each leaf: the keys that lead to it, or ``output_0`` and so on in lists."""
    if isinstance(form, Slot):
        return [path or "output_0"]
    if isinstance(form, dict):
        return [
            name
            for key, inner in form.items()
            for name in names_of(inner, f"{path}_{key}" if path else str(key))
        ]
    if isinstance(form, (list, tuple)):
        return [
            name
            for i, inner in enumerate(form)
            for name in names_of(inner, f"{path}_{i}" if path else f"output_{i}")
        ]
    return []


def to_text(form: Any) -> str:
    """The form as JSON, for graphs and files.

    Raises:
        TypeError: it holds what is neither a number, a string, None, nor a list or dictionary.
    """
    return json.dumps(_plain(form))


def from_text(text: str) -> Any:
    """The form that ``to_text`` wrote."""
    return _formed(json.loads(text))


def _plain(form: Any) -> Any:
    if isinstance(form, Slot):
        return {"tensor": form.index}
    if isinstance(form, dict):
        for key in form:
            if not isinstance(key, str):
                raise TypeError(f"a dictionary in a graph has strings as keys, got {key!r}")
        return {"dict": {key: _plain(inner) for key, inner in form.items()}}
    if isinstance(form, tuple):
        return {"tuple": [_plain(inner) for inner in form]}
    if isinstance(form, list):
        return [_plain(inner) for inner in form]
    if form is None or isinstance(form, (bool, int, float, str)):
        return form
    raise TypeError(
        f"a graph keeps tensors, numbers, strings and None as arguments, got {form!r}; give it to "
        "the layer's constructor"
    )


def _formed(plain: Any) -> Any:
    if isinstance(plain, list):
        return [_formed(inner) for inner in plain]
    if not isinstance(plain, dict):
        return plain
    if "tensor" in plain:
        return Slot(plain["tensor"])
    if "tuple" in plain:
        return tuple(_formed(inner) for inner in plain["tuple"])
    return {key: _formed(inner) for key, inner in plain["dict"].items()}
