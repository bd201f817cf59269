"""Copies of models with new weights, and models from JSON."""

import copy
from collections.abc import Callable
from typing import Any

from lamina import _json, _layer_faces, _symbolic, _tree, saving
from lamina.layers.input import Input, InputLayer
from lamina.layers.layer import Layer
from lamina.layers.operation import Operation
from lamina.models.functional import Functional
from lamina.models.model import Model
from lamina.models.sequential import Sequential


def clone_model(
    model: Any,
    input_tensors: Any = None,
    clone_function: Callable[[Any], Any] | None = None,
    call_function: Callable[..., Any] | None = None,
    recursive: bool = False,
    **kwargs: Any,
) -> Any:
    """A model of the same architecture with new weights, compiled as the model is.

    Args:
        model: the model.
        input_tensors: what the copy begins with, in place of new inputs: a symbolic tensor, or a
            list or dictionary of them.
        clone_function: gives each layer's copy; by default one of the same options. What it gives
            may be the layer itself, or another one.
        call_function: calls the copies, ``call_function(layer, *args, **kwargs)``; for graphs.
        recursive: whether ``clone_function`` also gets the layers of models within the model, and
            not these models.
        kwargs: none are known.

    Raises:
        ValueError: an argument does not fit the kind of model.

    >>> model = Sequential([Input((3,)), Dense(2)])
    >>> copy = clone_model(model)
    >>> copy.set_weights(model.get_weights())
    >>> bool((copy.predict([[1, 2, 3]], verbose=0) == model.predict([[1, 2, 3]], verbose=0)).all())
    True
    """
    if kwargs:
        raise ValueError(f"Unexpected keyword argument(s): {', '.join(kwargs)}")
    if isinstance(model, Sequential):
        if call_function is not None:
            raise ValueError("call_function is for graphs, the model is a Sequential")
        copy_of = _cloner(clone_function, None, recursive)
        return _compiled_as(model, _clone_sequential(model, copy_of, input_tensors))
    if isinstance(model, Functional):
        cloner = _cloner(clone_function, call_function, recursive)
        return _compiled_as(model, _clone_functional(model, cloner, call_function, input_tensors))
    for name, given in (
        ("clone_function", clone_function),
        ("input_tensors", input_tensors),
        ("call_function", call_function),
    ):
        if given is not None:
            raise ValueError(
                f"{name} is for Sequential models and graphs; {type(model).__name__} is a class of "
                "its own, which is made anew from its get_config()"
            )
    if not isinstance(model, Model):
        raise ValueError(f"expected a model to clone, got {model!r}")
    return type(model).from_config(model.get_config())


def model_from_json(json_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """The model of an architecture that ``model.to_json()`` gave, with new weights.

    Args:
        json_string: the text.
        custom_objects: your classes and functions by name, beside those that are registered.

    >>> model = Sequential([Input((3,)), Dense(2)])
    >>> model_from_json(model.to_json()).output_shape
    (None, 2)
    """
    return saving.deserialize_keras_object(_json.loads(json_string), custom_objects)


def _cloner(
    clone_function: Callable[[Any], Any] | None,
    call_function: Callable[..., Any] | None,
    recursive: bool,
) -> Callable[[Layer], Any]:
    """Gives the copy of a layer: of one layer always the same."""
    made: dict[int, Any] = {}

    def copy_of(layer: Layer) -> Any:
        if id(layer) in made:
            return made[id(layer)]
        if recursive and isinstance(layer, (Sequential, Functional)):
            clone = clone_model(layer, None, clone_function, None, recursive=True)
        elif clone_function is not None and not isinstance(layer, Operation):
            clone = clone_function(layer)
            if not isinstance(clone, Layer):
                raise ValueError(
                    f"clone_function gave {clone!r} for {layer.name}, expected a layer"
                )
        else:
            clone = _same(layer)
        made[id(layer)] = clone
        return clone

    return copy_of


def _same(layer: Layer) -> Any:
    """A layer of the same options."""
    return type(layer).from_config(copy.deepcopy(layer.get_config()))


def _compiled_as(model: Any, clone: Any) -> Any:
    """The clone, compiled with copies of what the model was compiled with."""
    if model.compiled and model._compile_arguments is None:  # it comes from a file
        clone.compile_from_config(model.get_compile_config())
    elif model.compiled:
        clone.compile(**copy.deepcopy(model._compile_arguments))
    return clone


def _clone_sequential(model: Sequential, copy_of: Callable[[Any], Any], inputs: Any) -> Sequential:
    layers = [copy_of(layer) for layer in model.layers]
    if inputs is not None:
        given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        if len(given) != 1 or not _symbolic.is_symbolic_leaf(given[0]):
            raise ValueError(f"{model.name} begins with one symbolic tensor, got {inputs!r}")
        begin: list[Any] = [_layer_faces.face(given[0]._core.layer)]
        if not isinstance(begin[0], InputLayer):
            begin = [Input(given[0].shape[1:], given[0].shape[0], given[0].dtype)]
        return Sequential([*begin, *layers], name=model.name, trainable=model.trainable)
    begins = [layer for layer in model._parts() if isinstance(layer, InputLayer)]
    return Sequential(
        [*[_same(layer) for layer in begins], *layers], name=model.name, trainable=model.trainable
    )


def _clone_functional(
    model: Functional,
    copy_of: Callable[[Any], Any],
    call_function: Callable[..., Any] | None,
    given: Any,
) -> Functional:
    """Walks through the graph as its configuration tells it."""
    config = model._core.config()
    originals = {model._core.name_of(layer._core): layer for layer in model.layers}
    begins = [place["layer"] for place in config["inputs"]]
    tensors: dict[tuple[str, int, int], Any] = {}
    for name, tensor in zip(begins, _begin(model, given), strict=True):
        tensors[name, -1, 0] = tensor

    def at(place: dict[str, Any]) -> Any:
        return tensors.get((place["layer"], place.get("call", -1), place.get("output", 0)))

    waiting = [
        (entry["name"], number, call)
        for entry in config["layers"]
        if entry["name"] not in begins
        for number, call in enumerate(entry["calls"])
    ]
    while waiting:
        later = []
        for name, number, call in waiting:
            keywords = {
                keyword["name"]: [at(place) for place in keyword["inputs"]]
                for keyword in call.get("keywords", [])
            }
            inputs = [at(place) for place in call["inputs"]]
            if any(tensor is None for part in (inputs, *keywords.values()) for tensor in part):
                later.append((name, number, call))
                continue
            layer = copy_of(originals[name])
            outputs = _call(layer, inputs, keywords, call, call_function)
            for place, output in enumerate(outputs):
                tensors[name, number, place] = output
        assert len(later) < len(waiting), "a graph has no cycle"
        waiting = later
    outputs = [at(place) for place in config["outputs"]]
    kind, names, _ = model._core.input_arrangement
    inputs = [tensors[name, -1, 0] for name in begins]
    taken: Any = inputs if kind == "list" else inputs[0]
    if model._input_form is not None:
        taken = _tree.fill(model._input_form, inputs)
    elif kind == "dict":
        taken = dict(zip(names, inputs, strict=True))
    return Functional(taken, model._arranged(outputs), name=model.name, trainable=model.trainable)


def _begin(model: Functional, given: Any) -> list[Any]:
    """The symbolic tensors that the copy begins with."""
    if given is None:
        return [
            Input(tensor.shape[1:], tensor.shape[0], tensor.dtype, name=tensor.name)
            for tensor in model.inputs
        ]
    tensors, _ = _tree.flatten(given, _symbolic.is_symbolic_leaf)
    if len(tensors) != len(model.inputs):
        raise ValueError(
            f"{model.name} begins with {len(model.inputs)} symbolic tensors, got {given!r}"
        )
    return list(tensors)


def _call(
    layer: Any,
    inputs: list[Any],
    keywords: dict[str, list[Any]],
    call: dict[str, Any],
    call_function: Callable[..., Any] | None,
) -> list[Any]:
    training, values = call.get("training"), call.get("values")
    if call_function is None or isinstance(layer, Operation):
        return _symbolic.connect(layer, inputs, training, keywords or None, values)
    takes_list = layer._core.takes_list
    arguments: tuple[Any, ...] = (inputs if takes_list else _symbolic.bare(inputs),)
    named: dict[str, Any] = {name: _symbolic.bare(part) for name, part in keywords.items()}
    if values and "form" in values:
        arguments, more = _tree.fill(_tree.from_text(values["form"]), inputs)
        named.update(more)
    else:
        named.update(values or {})
    if training is not None:
        named["training"] = training
    outputs = call_function(layer, *arguments, **named)
    return _tree.flatten(outputs, _symbolic.is_symbolic_leaf)[0]
