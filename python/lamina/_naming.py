"""Names under which model files hold a user's classes and functions."""

import re
from typing import Any

_registered: dict[str, Any] = {}  # name -> class or function
_names: dict[Any, str] = {}


def register(target: Any, name: str) -> None:
    """Makes files that say ``name`` find ``target``."""
    _registered[name] = target
    _names[target] = name


def registered() -> dict[str, Any]:
    """What was registered so far."""
    return _registered


def registered_name(target: Any) -> str:
    """The name of a class or function in files: the registered one, else its own."""
    name: str = _names.get(target, target.__name__)
    return name


def make(maker: Any, type_name: str, options: dict[str, Any]) -> Any:
    """What the core makes of options; its refusal names the class."""
    try:
        return maker(type_name, options)
    except (ValueError, TypeError) as error:
        if type_name in str(error):
            raise
        raise type(error)(f"{type_name}: {error}") from None


def snake_case(name: str) -> str:
    """``BatchNormalization`` to ``batch_normalization``, ``MaxPooling2D`` to ``max_pooling2d``, as
    Keras names objects.
    """
    name = name.rpartition(">")[2]
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])", "_", name).lower()
