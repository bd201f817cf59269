"""Initializers, regularizers, constraints and activations of a user's own, as the core has them.

Options reach the core as JSON, which holds no functions. So one of a user's own travels by its name
and a number, by which the core asks for it (``find``). Files hold the name alone.
"""

import inspect
import itertools
import os
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from lamina import _lamina, _naming
from lamina._configured import Configured

_alive: weakref.WeakValueDictionary[int, "Piece"] = weakref.WeakValueDictionary()
# Numbers that another process does not have, lest a configuration from there meet one of them.
_numbers = itertools.count(int.from_bytes(os.urandom(6), "little"))


class Kind:
    """One kind of piece.

    Args:
        name: what messages and options call it: ``"regularizer"``.
        builtin: lamina's own by name; a class, or a function.
        checked: gives class name and options of lamina's own in full, or refuses them.
    """

    def __init__(
        self, name: str, builtin: dict[str, Any], checked: Callable[[Any], dict[str, Any]]
    ) -> None:
        self.name = name
        self.builtin = builtin
        self.checked = checked
        kinds[name] = self

    def form(self, value: Any, option: str | None = None) -> Any:
        """What the core takes for it: None, a name, or class name and options."""
        value = self.read(value) if isinstance(value, (type, dict)) else value
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, Configured) and self.builtin.get(type(value).__name__) is type(value):
            return value.serialize()
        if self._is_builtin(value):
            return value.__name__
        self._check(value, option or self.name)
        return Form(Piece(self, value))

    def read(self, identifier: Any) -> Any:
        """The function or object for a name, for class name and options, or for itself."""
        if isinstance(identifier, str):
            identifier = {"class_name": identifier, "config": {}}
        if isinstance(identifier, dict):
            return self._from_form(identifier)
        if isinstance(identifier, type):
            return identifier()
        self._check(identifier, self.name)
        return identifier

    def _is_builtin(self, value: Any) -> bool:
        """Whether it is a function of lamina's own, which ``lamina.ops`` may have too."""
        name = getattr(value, "__name__", "")
        if name not in self.builtin or isinstance(self.builtin[name], type):
            return False
        # gelu is the one whose default differs there.
        of_ops = name != "gelu" and value is getattr(_lamina, name, None)
        return of_ops or self.builtin[name] is value

    def _check(self, value: Any, what: str) -> None:
        if not callable(value):
            raise ValueError(
                f"{what} is {value!r}, expected a name, a function, or an object of "
                f"lamina.{self.name}s"
            )

    def find(self, form: dict[str, Any]) -> "Piece":
        """The piece that the core asks for."""
        piece = _alive.get(form.get("object", 0))
        return piece if piece is not None else Piece(self, self._from_form(form))

    def _from_form(self, form: dict[str, Any]) -> Any:
        name, config = form.get("class_name"), form.get("config")
        if not isinstance(name, str):
            raise ValueError(
                f"{self.name} is {form!r}, expected a dictionary of 'class_name' and 'config'"
            )
        piece = _alive.get(form.get("object", 0))
        if piece is not None:
            return piece.target
        if name == "function" and isinstance(config, str):
            name, config = form.get("registered_name") or config, {}
        target = _naming.lookup(name)
        if target is None and isinstance(form.get("registered_name"), str):
            target = _naming.lookup(form["registered_name"])
        if target is None and isinstance(self.builtin.get(name), type):
            known = self.checked(
                {
                    key: value
                    for key, value in form.items()
                    if key not in ("module", "registered_name")
                }
            )
            return self.builtin[known["class_name"]].from_config(known["config"])
        if target is None:
            target = self.builtin.get(name)
        if target is None and self.name == "activation":
            target = layer_class(name)
        if target is None:
            raise ValueError(
                f"unknown {self.name} '{name}'{_naming.did_you_mean(name, self.builtin)}; "
                f"expected one of {', '.join(self.builtin)}; one of your own must be registered by "
                "lamina.saving.register_keras_serializable, or named in "
                f"custom_objects={{'{name}': ...}}"
            )
        if not isinstance(target, type):
            return target
        maker = getattr(target, "from_config", None)
        return maker(config or {}) if maker is not None else target(**(config or {}))


class Piece:
    """What the core holds of one of a user's own: it calls it, and asks what files say of it."""

    def __init__(self, kind: Kind, target: Any) -> None:
        self.kind = kind
        self.target = target
        self.number = next(_numbers)
        _alive[self.number] = self

    def __call__(self, *arguments: Any) -> Any:
        """Its value."""
        if self.kind.name == "initializer":
            shape, dtype = arguments
            return self.target(shape, dtype=dtype)
        result = self.target(*arguments)
        if getattr(self.target, "weights", None):
            raise ValueError(
                f"{self.target!r} has weights of its own, which an activation cannot: add it to "
                "the model as a layer"
            )
        return result

    def class_and_config(self, portable: bool) -> dict[str, Any]:
        """What configurations say of it; ``portable``: for another process."""
        form = self._named(portable)
        if not portable and not _naming.is_registered(self.named()):
            form["object"] = self.number
        return form

    def named(self) -> Any:
        """The function itself, or the object's class."""
        is_function = isinstance(self.target, type) or hasattr(self.target, "__name__")
        return self.target if is_function else type(self.target)

    def _named(self, portable: bool) -> dict[str, Any]:
        named = self.named()
        name = _naming.registered_name(named)
        if not portable:
            is_object = named is not self.target and _naming.is_registered(named)
            return {"class_name": name, "config": _config_of(self.target) if is_object else {}}
        if "<" in name or name in self.kind.builtin:
            why = "has no name" if "<" in name else f"has the name of lamina's own {name}"
            raise ValueError(
                f"the {self.kind.name} {self.target!r} {why}, so no file can hold it: define a "
                "function or class and register it by lamina.saving.register_keras_serializable"
            )
        layer = getattr(self.target, "_core", None)
        if layer is not None:
            return {"class_name": layer.type, "config": self.target.get_config()}
        return {
            "class_name": name,
            "config": {} if named is self.target else _config_of(self.target),
        }


class Form(dict[str, Any]):
    """What the core is told of a piece, which it keeps until the core has taken it."""

    def __init__(self, piece: Piece) -> None:
        super().__init__(piece.class_and_config(portable=False), object=piece.number)
        self.piece = piece


kinds: dict[str, Kind] = {}


def alive(form: dict[str, Any]) -> Piece | None:
    """The piece that a configuration of this process names by its number."""
    return _alive.get(form.get("object", 0))


@contextmanager
def portable() -> Iterator[None]:
    """Within it, configurations are for another process: they name no objects of this one."""
    scope = _lamina.PortableScope()
    scope.enter()
    try:
        yield
    finally:
        scope.exit()


def objects_in(config: Any) -> dict[str, Any]:
    """The classes and functions, by name, of pieces that a configuration of this process names."""
    found: dict[str, Any] = {}
    if isinstance(config, dict):
        piece = alive(config)
        if piece is not None:
            return {config["class_name"]: piece.named()}
        for value in config.values():
            found.update(objects_in(value))
    elif isinstance(config, (list, tuple)):
        for value in config:
            found.update(objects_in(value))
    return found


def with_targets(config: dict[str, Any]) -> dict[str, Any]:
    """The same options with functions and objects in the place of their numbers."""
    pieces = {key: alive(value) for key, value in config.items() if isinstance(value, dict)}
    return config | {key: piece.target for key, piece in pieces.items() if piece is not None}


def layer_class(name: str) -> Any:
    """The class of layers of a name, which serve as activations too."""
    found = getattr(sys.modules.get("lamina.layers"), name, None)
    return found if isinstance(found, type) else None


def kind_of_option(key: str) -> Kind | None:
    """The kind of piece that an option such as ``"kernel_regularizer"`` takes."""
    return kinds.get(key.rpartition("_")[2])


def _config_of(target: Any) -> dict[str, Any]:
    get_config = getattr(target, "get_config", None)
    if get_config is None:
        raise NotImplementedError(
            f"{type(target).__name__} has no get_config(): define it to return the arguments of "
            "its __init__, so that files can hold it"
        )
    required = [
        parameter.name
        for parameter in inspect.signature(target.__init__).parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    config: dict[str, Any] = get_config()
    missing = [name for name in required if name not in config]
    if missing:
        raise NotImplementedError(
            f"{type(target).__name__} takes {', '.join(missing)}, which its get_config() does not "
            "return: define get_config() to return the arguments of its __init__"
        )
    return config


_lamina.set_piece_finder(lambda kind, form: kinds[kind].find(form))
