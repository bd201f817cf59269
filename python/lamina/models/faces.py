"""From layers of the core to their Python faces."""

from typing import Any

from lamina import layers as _layers
from lamina.layers.layer import Layer, faces


def face(core: Any) -> Layer:
    """The Python face of a layer: the one there is, else a new one."""
    if hasattr(core, "owner"):
        owner: Layer = core.owner
        return owner
    known = faces.get(id(core))
    if known is not None and known._core is core:
        return known
    if core.type == "Sequential":
        from lamina.models.sequential import Sequential

        return Sequential._adopt(core)
    if core.type == "Functional":
        from lamina.models.functional import Functional

        return Functional._adopt(core)
    builtin = getattr(_layers, "InputLayer" if core.type == "Input" else core.type)
    adopted: Layer = builtin._adopt(core)
    return adopted
