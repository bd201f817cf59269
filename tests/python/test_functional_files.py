"""Files and configurations of graphs that are no graphs."""

import copy
import json
import random

import pytest
from graphs import same, two_by_two

from lamina import Dense, Input, Model, layers
from lamina.models import Functional, load_model


def test_a_layer_within_and_beside_a_nested_model_is_not_saved():
    i = Input((2,))
    shared = Dense(2)
    inner = Model(i, shared(i), name="inner")
    x = Input((2,))
    model = Model(x, layers.add([inner(x), shared(x)]))
    assert len(model.weights) == 2
    with pytest.raises(ValueError, match="one weight as"):
        model.save_to_bytes()


def damaged(change):
    config = two_by_two().get_config()
    change(config)
    return config


def layer_of(config, name):
    return next(layer for layer in config["layers"] if layer["config"]["name"] == name)


def set_input(config, name, **place):
    layer_of(config, name)["calls"][0]["inputs"][0] = place


DAMAGES = {
    "cycle": (
        lambda c: set_input(c, "shared", layer="sum", call=0, output=0),
        "cycle",
    ),
    "itself": (lambda c: set_input(c, "score", layer="score", call=0, output=0), "cycle"),
    "unknown layer": (
        lambda c: set_input(c, "score", layer="nobody", call=0, output=0),
        "'nobody', which is called 0 times",
    ),
    "unknown input": (lambda c: set_input(c, "score", layer="nobody"), "no input of the model"),
    "call": (lambda c: set_input(c, "score", layer="shared", call=2, output=0), "called 2 times"),
    "output": (lambda c: set_input(c, "score", layer="both", call=0, output=1), "which gives 1"),
    "negative": (lambda c: set_input(c, "score", layer="both", call=-1, output=0), "call -1"),
    "shape": (lambda c: set_input(c, "sum", layer="a"), "do not go together"),
    "two names": (lambda c: c["layers"].append(layer_of(c, "both")), "two layers named 'both'"),
    "no inputs": (lambda c: c.update(inputs=[]), "no input of the model"),
    "no outputs": (lambda c: c.update(outputs=[]), "at least one"),
    "begin": (lambda c: c["inputs"].append({"layer": "both"}), "no Input among its layers"),
    "twice": (lambda c: c["inputs"].append({"layer": "a"}), "twice"),
    "structure": (lambda c: c.update(output_structure="heap"), "single, list or dict"),
    "single": (lambda c: c.update(output_structure="single"), "outputs"),
    "dict": (lambda c: c.update(output_structure="dict"), "key"),
    "option": (lambda c: c.update(nonsense=1), "nonsense"),
    "empty call": (lambda c: layer_of(c, "sum")["calls"].append({"inputs": []}), "without inputs"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_graphs_are_refused(name):
    change, message = DAMAGES[name]
    with pytest.raises(ValueError, match=message):
        Functional.from_config(damaged(change))


@pytest.mark.parametrize("key", ["layers", "inputs", "outputs", "input_structure"])
@pytest.mark.parametrize("value", [None, 1, "a", [1], {}, [[]], [{}]])
def test_malformed_graphs_are_refused(key, value):
    with pytest.raises((ValueError, TypeError)):
        Functional.from_config(damaged(lambda c: c.update({key: value})))


def mutated(config, source):
    """The configuration with one or two of its values gone, changed, or moved elsewhere."""
    places = []

    def walk(node):
        pairs = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in list(pairs):
            places.append((node, key))
            if isinstance(value, (dict, list)):
                walk(value)

    walk(config)
    odd = [None, -1, 0, 2, "a", "score", [], {}, 7, True, [{}], {"layer": "a"}]
    for _ in range(source.choice([1, 1, 2])):
        node, key = source.choice(places)
        other, other_key = source.choice(places)
        try:
            value = copy.deepcopy(other[other_key])
            action = source.randrange(4)
            if action == 0:
                del node[key]
            elif action == 1:
                node[key] = source.choice(odd)
            elif action == 2 and isinstance(node, list):
                node.append(value)
            else:
                node[key] = value
        except (KeyError, IndexError):
            pass  # an earlier change removed it
    return config


def test_mutated_graphs_load_or_are_refused():
    source = random.Random(1)
    text = json.dumps(two_by_two().get_config())
    loaded = 0
    for _ in range(1500):
        try:
            model = Functional.from_config(mutated(json.loads(text), source))
        except (ValueError, TypeError):
            continue
        loaded += 1
        assert same(load_model(model.save_to_bytes()), model)
    assert 0 < loaded < 1500
