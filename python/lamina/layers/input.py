"""The shape of one sample, stated."""

from collections.abc import Sequence
from typing import Any

from lamina.layers.layer import BuiltinLayer


class Input(BuiltinLayer):
    """States the shape of one sample, so that a model is built before it sees data.

    Args:
        shape: extents of a sample, without the batch axis; None for one that varies.
        name, dtype: as for every ``Layer``.

    Input shape: ``(batch, *shape)``. Output shape: the same.

    Raises:
        ValueError: an extent is negative.

    >>> Sequential([Input((3,)), Dense(2)]).output_shape
    (None, 2)
    """

    def __init__(
        self, shape: Sequence[int | None], *, name: str | None = None, dtype: Any = None
    ) -> None:
        if not isinstance(shape, (tuple, list)):
            raise TypeError(f"Input needs a shape such as (3,), got {shape!r}")
        super().__init__("Input", shape=list(shape), name=name, dtype=dtype)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Input":
        """The layer with those arguments."""
        return cls(config.get("shape"), name=config.get("name"), dtype=config.get("dtype"))
