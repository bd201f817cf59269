"""What differs from Keras's names and parameters is what docs/keras-differences.md says, no more
and no less."""

import ast
import inspect
import json
import pathlib
import re

import pytest

import lamina

HERE = pathlib.Path(__file__).parent
KERAS = json.loads((HERE.parent / "golden" / "keras_api.json").read_text())["api"]
TABLE = HERE.parents[1] / "docs" / "keras-differences.md"
BASE_CLASSES = {"Optimizer": "optimizers", "Loss": "losses", "Metric": "metrics"}
BASE_CLASSES |= {"Callback": "callbacks", "History": "callbacks"}
# What Keras's **kwargs stand for in layers and their kin.
BASE = {"name", "trainable", "dtype"}
MISSING = object()


def at(path):
    place = lamina
    for part in path.split("."):
        place = getattr(place, part, MISSING)
    return place


def stub_functions():
    """Functions of the core by name, with the signatures that the stub gives them."""
    tree = ast.parse(pathlib.Path(lamina.__file__).with_name("_lamina.pyi").read_text())
    found = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            for each in ast.walk(node.args):
                if isinstance(each, ast.arg):
                    each.annotation = None
            found[node.name] = inspect.signature(eval(f"lambda {ast.unparse(node.args)}: None"))
    return found


STUB = stub_functions()


def signature(thing):
    return STUB[thing.__name__] if inspect.isbuiltin(thing) else inspect.signature(thing)


def parameters(thing):
    if isinstance(thing, property):
        return "property"
    if inspect.isclass(thing):
        thing = thing.__init__
        if thing is object.__init__:
            return []
    found = list(signature(thing).parameters.values())
    return found[1:] if found and found[0].name in ("self", "cls") else found


def equal_defaults(keras, ours):
    if isinstance(keras, str) and keras.startswith("("):
        return keras == "(none)" and ours is inspect.Parameter.empty
    ours = list(ours) if isinstance(ours, tuple) else ours
    return keras == ours and isinstance(keras, bool) == isinstance(ours, bool)


def differs(keras, ours):
    """What a user would stumble over; None where nothing is."""
    if ours is MISSING:
        return "absent"
    ours = parameters(ours)
    if keras is None or keras == "property" or ours == "property":
        return None if keras is None or keras == ours else "no property, or one"
    kinds = {kind for _, kind, _ in keras}
    starred = {"VAR_POSITIONAL", "VAR_KEYWORD"}
    named = {name: (kind, default) for name, kind, default in keras if kind not in starred}
    given = {p.name: p for p in ours if p.kind.name not in starred}
    takes_any = any(p.kind.name == "VAR_KEYWORD" for p in ours)
    lacks = [n for n in named if n not in given and not (takes_any and n in BASE)]
    if lacks:
        return f"lacks {', '.join(lacks)}"
    more = [n for n in given if n not in named and not (n in BASE and "VAR_KEYWORD" in kinds)]
    if more and "VAR_POSITIONAL" not in kinds:
        return f"has {', '.join(more)}"
    common = [n for n in named if n in given]
    if common != [n for n in given if n in named]:
        return "other order"
    for name in common:
        kind, default = named[name]
        if not equal_defaults(default, given[name].default):
            return f"{name}={given[name].default!r}"
        if kind == "POSITIONAL_OR_KEYWORD" and given[name].kind.name == "KEYWORD_ONLY":
            return f"{name} by keyword only"
    return None


def compared(module):
    for name, keras in KERAS[module].items():
        if module.startswith("class "):
            cls = module.removeprefix("class ")
            owner = at(f"{BASE_CLASSES[cls]}.{cls}" if cls in BASE_CLASSES else cls)
            ours = inspect.getattr_static(owner, name, MISSING)
            if isinstance(ours, (staticmethod, classmethod)):
                ours = ours.__func__
            if ours is not MISSING and not callable(ours) and not isinstance(ours, property):
                ours = property()  # an attribute of another kind
        else:
            ours = at(f"{module}.{name}")
        yield name, differs(keras, ours)


def table():
    """{module: {name: what the table says of it}}."""
    rows = {}
    for line in TABLE.read_text().splitlines():
        row = re.match(r"\| `([\w. ]+)` \| (.+?) \| (.+?) \| (.+?) \|$", line)
        if row:
            for name in re.findall(r"`(\w+)`", row[2]):
                rows.setdefault(row[1], {})[name] = row[3]
    return rows


@pytest.mark.parametrize("module", KERAS)
def test_the_table_of_differences_is_true(module):
    found = {name: how for name, how in compared(module) if how}
    assert sorted(found) == sorted(table().get(module, {})), found


def test_nearly_all_names_are_there_and_alike():
    how = [difference for module in KERAS for _, difference in compared(module)]
    absent = how.count("absent")
    assert absent <= 0.03 * len(how), absent
    assert len(how) - absent - how.count(None) <= 0.03 * len(how)
