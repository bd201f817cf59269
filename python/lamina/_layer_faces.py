"""From layers of the core to the Python objects that show them.

Importing nothing of the package, it opens what would be circles of imports: classes tell it
themselves which layers of the core they show.
"""

import weakref
from typing import Any

# The Python objects there are, by the identity of the core's handle.
_shown: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
_classes: dict[str, Any] = {}


def shows(core_type: str, cls: Any) -> None:
    """Tells that objects of the class show the core's layers of a type."""
    _classes.setdefault(core_type, cls)


def class_of(core_type: str) -> Any:
    """The class that shows the core's layers of a type."""
    return _classes[core_type]


def remember(face: Any) -> None:
    """Keeps, weakly, the object that shows a layer of the core."""
    _shown[id(face._core)] = face


def face(core: Any) -> Any:
    """The Python object of a layer: the one there is, else a new one."""
    if hasattr(core, "owner"):
        return core.owner
    known = _shown.get(id(core))
    if known is not None and known._core is core:
        return known
    return _classes[core.type]._adopt(core)
