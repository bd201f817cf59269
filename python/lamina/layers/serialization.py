"""Layers as dictionaries of class name and options, and back."""

from typing import Any

from lamina import _naming, _serialized


def serialize(layer: Any) -> Any:
    """The configuration of a layer, from which ``deserialize`` makes an equal one.

    >>> serialize(Dense(2))["class_name"]
    'Dense'
    """
    return _serialized.serialize(layer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The layer of a configuration that ``serialize`` gave, with new weights.

    Args:
        config: the configuration.
        custom_objects: classes and functions of your own by name.

    >>> deserialize(serialize(Dense(2))).units
    2
    """
    with _naming.scope(custom_objects):
        return _serialized.deserialize(config)
