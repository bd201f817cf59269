"""Names under which model files hold a user's classes and functions."""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any


class CustomObjects(dict[str, Any]):
    """Classes and functions by the names that files hold; each entry is made known to the core."""

    def __setitem__(self, name: str, target: Any) -> None:
        announce(name, target)
        super().__setitem__(name, target)

    def update(self, *others: Any, **named: Any) -> None:
        """Enters all of other dictionaries."""
        for name, target in dict(*others, **named).items():
            self[name] = target


class _Scopes(threading.local):
    """What this thread's scopes add to what is registered, the innermost last."""

    def __init__(self) -> None:
        self.objects: list[Mapping[str, Any]] = []


_registered = CustomObjects()
_names: dict[Any, str] = {}
_scopes = _Scopes()
_listeners: list[Callable[[str, Any], None]] = []


def on_new_name(listener: Callable[[str, Any], None]) -> None:
    """Calls ``listener(name, target)`` for every name that files may use from now on."""
    _listeners.append(listener)


def announce(name: str, target: Any) -> None:
    """Makes the core find that name."""
    for listener in _listeners:
        listener(name, target)


def register(target: Any, name: str) -> None:
    """Makes files that say ``name`` find ``target``."""
    _registered[name] = target
    _names[target] = name


def registered() -> CustomObjects:
    """What was registered so far."""
    return _registered


@contextmanager
def scope(custom_objects: Mapping[str, Any] | None) -> Iterator[None]:
    """Adds classes and functions by name, on this thread and within the block."""
    for name, target in (custom_objects or {}).items():
        announce(name, target)
    _scopes.objects.append(dict(custom_objects or {}))
    try:
        yield
    finally:
        _scopes.objects.pop()


def lookup(name: str) -> Any:
    """The class or function of a name: of the innermost scope that has it, else the registered one,
    else None.
    """
    for objects in reversed(_scopes.objects):
        if name in objects:
            return objects[name]
    return _registered.get(name)


def is_registered(target: Any) -> bool:
    """Whether files find it by its name."""
    name = registered_name(target)
    return name is not None and lookup(name) is target


def registered_name(target: Any) -> str:
    """The name of a class or function in files: the registered one, else its own."""
    try:
        known = _names.get(target)
    except TypeError:  # it cannot be hashed
        known = None
    return str(known or getattr(target, "__name__", type(target).__name__))


def make(maker: Any, type_name: str, options: dict[str, Any]) -> Any:
    """What the core makes of options; its refusal names the class."""
    try:
        return maker(type_name, options)
    except (ValueError, TypeError) as error:
        if type_name in str(error):
            raise
        raise type(error)(f"{type_name}: {error}") from None


def nearest(name: str, known: Iterable[str], cutoff: float = 0.7) -> str | None:
    """The known name that is most like another one, whatever their case, if one is like it."""
    from difflib import get_close_matches  # only a mistake needs it: `import lamina` stays fast

    names = {each.lower(): each for each in reversed(list(known))}
    found = get_close_matches(name.lower(), names, 1, cutoff)
    return names[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``" (did you mean 'relu'?)"`` for the nearest of known names; nothing where none is near."""
    found = nearest(name, known)
    return f" (did you mean '{found}'?)" if found else ""


def snake_case(name: str) -> str:
    """``BatchNormalization`` to ``batch_normalization``, ``MaxPooling2D`` to ``max_pooling2d``, as
    Keras names objects; ``<lambda>`` to ``lambda``.
    """
    name = name.rstrip(">").rpartition(">")[2].lstrip("<")
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])", "_", name).lower()
