"""Python objects beside those of the core: losses, metrics and optimizers.

Each kind has one ``Family``. A class of a user's own derives from the kind's base class and is
called by the core; a class of lamina's own derives from ``Builtin`` too, and is a handle on an
object that the core made.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from lamina import _lamina, _naming
from lamina._overrides import overridden


class Family:
    """One kind of object that the core knows by type names.

    Args:
        kind: what messages call it.
        make: makes the core's object from a type name and options.
        from_name: finds the core's object for a short name such as ``"mse"``.
        run_by_core: methods which the core's own objects run without Python.
    """

    def __init__(
        self,
        kind: str,
        make: Callable[[str, Any], Any],
        from_name: Callable[[str], Any],
        run_by_core: tuple[str, ...],
    ) -> None:
        self.kind = kind
        self.make = make
        self.run_by_core = run_by_core
        self._from_name = from_name
        self._classes: dict[str, type[Builtin]] = {}
        self._fallback: type[Builtin] | None = None

    def add(self, *classes: type["Builtin"], fallback: type["Builtin"] | None = None) -> None:
        """Enters lamina's own classes, whose names are the core's types; ``fallback`` serves types
        without a class of their own.
        """
        self._classes.update({cls.__name__: cls for cls in classes})
        self._fallback = fallback

    def class_of(self, cls: type) -> type:
        """Lamina's own class behind one that a user derived from it, or itself."""
        return next(base for base in cls.__mro__ if self._classes.get(base.__name__) is base)

    def wrap(self, core: Any) -> Any:
        """The Python object of a core object: a user's own, else a new handle."""
        if core is None:
            return None
        if hasattr(core, "owner"):
            return core.owner
        cls = self._classes.get(core.type, self._fallback)
        assert cls is not None, core.type
        return cls._adopt(core)

    def named(self, name: str) -> Any:
        """The object that a short name stands for."""
        return self.wrap(self._from_name(name))


class Face:
    """What all have: a core object, a name, a configuration."""

    _core: _lamina.Loss | _lamina.Metric | _lamina.Optimizer

    @property
    def name(self) -> str:
        """What messages and logs call it."""
        return self._core.name

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The one with those arguments."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


class Builtin(Face):
    """A class of lamina's own. Its options are attributes that stay as they were given."""

    _family: ClassVar[Family]

    def __init__(self, **options: Any) -> None:
        own, cls = self._family.class_of(type(self)), type(self)
        changed = overridden(cls, own, self._family.run_by_core)
        if changed:
            raise TypeError(
                f"{cls.__name__} overrides {' and '.join(changed)}: "
                f"subclass lamina.{self._family.kind} instead"
            )
        self._hold(_naming.make(self._family.make, own.__name__, options))

    @classmethod
    def _adopt(cls, core: Any) -> Any:
        face = cls.__new__(cls)
        face._hold(core)
        return face

    def _hold(self, core: Any) -> None:
        options = core.config()
        self.__dict__.update(_core=core, _options=frozenset(options))
        for name, value in options.items():
            if not hasattr(type(self), name):
                self.__dict__[name] = value

    def __setattr__(self, name: str, value: Any) -> None:
        # The core would go on with the old value, but for a property that hands it on.
        settable = getattr(getattr(type(self), name, None), "fset", None) is not None
        if name in self.__dict__.get("_options", ()) and not settable:
            raise AttributeError(
                f"{name} of {type(self).__name__} is set when it is made; make a new one: "
                f"{type(self).__name__}({name}={value!r})"
            )
        super().__setattr__(name, value)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal one."""
        return self._core.config()
