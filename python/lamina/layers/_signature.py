"""How layers are called: what ``__init__`` and, of one's own, ``call`` and ``build`` take."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from lamina import _tree
from lamina._lamina import Tensor


class ConstructorSignature:
    """The signature of a class, as its ``__init__`` tells it: Python before 3.11.3 reads
    ``__new__`` instead.
    """

    def __get__(self, layer: Any, cls: Any) -> inspect.Signature:
        if layer is not None:
            raise AttributeError("__signature__")
        signature = inspect.signature(cls.__init__)
        return signature.replace(parameters=list(signature.parameters.values())[1:])


class Signature:
    """The parameters of a class's ``call`` and ``build``."""

    def __init__(self, cls: type) -> None:
        parameters = list(inspect.signature(cls.call).parameters.values())[1:]  # type: ignore[attr-defined]
        names = [parameter.name for parameter in parameters]
        self.takes_training = "training" in names
        self.takes_mask = "mask" in names
        self.place_of_mask = names.index("mask") if self.takes_mask else len(names)
        self.tells_masks: bool = cls._tells_masks()  # type: ignore[attr-defined]
        self.names = [
            parameter.name
            for parameter in parameters
            if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
            and parameter.name not in ("training", "mask")
        ]
        build = list(inspect.signature(cls.build).parameters.values())[1:]  # type: ignore[attr-defined]
        self.build_names = [
            parameter.name
            for parameter in build
            if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        ]

    def first_by_name(self, kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments with the first, given by its name, in its place."""
        if self.names and self.names[0] in kwargs:
            rest = {key: value for key, value in kwargs.items() if key != self.names[0]}
            return (kwargs[self.names[0]],), rest
        return (), kwargs

    def flattened(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], owner: str
    ) -> tuple[list[Any], Any]:
        """The tensors among arguments, and the form they stand in.

        The form is None for one tensor alone, and for a plain list of several. What stands first is
        data, so numbers there become a tensor; elsewhere they are plain arguments.
        """
        if not args:
            raise TypeError(f"{owner} got no inputs to work on")
        if len(args) == 1 and not kwargs:
            first = args[0]
            if _is_tensor(first) or not isinstance(first, (list, tuple, dict)):
                return [first], None
            leaves, form = _tree.flatten(first, _is_tensor)
            if not leaves:  # nested lists of numbers
                return [first], None
            if isinstance(form, (list, tuple)) and len(leaves) == len(form) > 1:
                plain = all(isinstance(item, _tree.Slot) for item in form)
                if plain:
                    return leaves, None
        leaves, form = _tree.flatten((args, kwargs), _is_tensor)
        if not any(slot == 0 for slot in _tree.slots_of(form[0][0])):
            # The first argument is numbers: a tensor all the same.
            converted = Tensor(args[0])
            leaves, form = _tree.flatten(((converted, *args[1:]), kwargs), _is_tensor)
        return leaves, form

    def build(self, layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Calls ``build`` with the shapes that it names: ``input_shape``, or for an argument ``a``
        of ``call``, ``a_shape``.
        """
        if len(self.build_names) <= 1:
            layer.build(args[0]) if self.build_names else layer.build()
            return
        shapes = {f"{name}_shape": shape for name, shape in zip(self.names, args, strict=False)}
        shapes |= {f"{name}_shape": shape for name, shape in kwargs.items()}
        known = [name for name in self.build_names if name in shapes]
        if not known:
            layer.build(*args)
            return
        layer.build(**{name: shapes[name] for name in known})


# The signature of a class of layers. Said to take classes: what lru_cache gives is typed as taking
# anything hashable, and mypy looks for the hash of a class's objects.
of_class: Callable[[type], Signature] = functools.lru_cache(maxsize=1024)(Signature)


def _is_tensor(value: Any) -> bool:
    # A NumPy scalar is a plain argument.
    return _tree.is_array(value) and not isinstance(value, np.generic)
