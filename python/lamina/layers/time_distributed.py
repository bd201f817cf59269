"""A layer at every step of sequences."""

from typing import Any

from lamina import _lamina
from lamina import _layer_faces as _faces
from lamina._overrides import refuse_own_call
from lamina.layers.builtin_layer import BuiltinLayer
from lamina.layers.layer import Layer


class TimeDistributed(BuiltinLayer):
    """Applies a layer to every step of sequences by itself.

    Args:
        layer: a layer of samples.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, ...)``. Output shape: ``(batch, steps, ...)``.

    >>> import numpy as np
    >>> TimeDistributed(Dense(2))(np.zeros((4, 5, 3))).shape
    (4, 5, 2)
    """

    layer: Any

    def __init__(
        self,
        layer: Any,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        if not isinstance(layer, Layer):
            raise TypeError(f"TimeDistributed got {layer!r}, expected a layer")
        refuse_own_call("TimeDistributed", layer)
        self.__dict__["layer"] = layer
        self._take(
            _lamina.make_time_distributed(layer._core, self._with_base({}, name, trainable, dtype))
        )

    def _take(self, core: Any) -> None:
        super()._take(core)
        self.__dict__["layer"] = _faces.face(core.layer)

    def _parts(self) -> list[Layer]:
        return [self.layer]
