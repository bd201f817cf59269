"""What layers compute in, by Keras's names."""

from typing import Any

import numpy as np

from lamina import _serialized, saving
from lamina._dtype_policy import DTypePolicy

__all__ = ["DTypePolicy", "FloatDTypePolicy", "deserialize", "get", "serialize"]

FloatDTypePolicy = DTypePolicy


def get(identifier: Any) -> DTypePolicy:
    """The policy of a name, a dtype or a configuration; None is ``lamina.config.dtype_policy()``.

    >>> get("float64")
    <DTypePolicy "float64">
    """
    if identifier is None or isinstance(identifier, DTypePolicy):
        return DTypePolicy(identifier)
    if isinstance(identifier, dict):
        made: DTypePolicy = deserialize(identifier)
        return made
    if isinstance(identifier, str):
        return DTypePolicy(identifier)
    try:
        return DTypePolicy(np.dtype(identifier).name)
    except TypeError:
        raise ValueError(
            f"dtype is {identifier!r}, expected a name, a dtype or a DTypePolicy"
        ) from None


def serialize(dtype_policy: DTypePolicy) -> dict[str, Any]:
    """A policy as a dictionary.

    >>> serialize(DTypePolicy("float32"))["config"]
    {'name': 'float32'}
    """
    return {
        "module": "lamina",
        "class_name": "DTypePolicy",
        "config": DTypePolicy(dtype_policy).get_config(),
        "registered_name": None,
    }


def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """The policy that ``serialize`` gave a dictionary of.

    Args:
        config: the dictionary.
        custom_objects: classes of your own by name.

    >>> deserialize(serialize(DTypePolicy("float64")))
    <DTypePolicy "float64">
    """
    name = config.get("class_name")
    if name in ("DTypePolicy", "FloatDTypePolicy"):
        return DTypePolicy.from_config(config["config"])
    with saving.loading(custom_objects):
        return _serialized.deserialize(config)
