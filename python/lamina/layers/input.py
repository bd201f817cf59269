"""Where a model begins."""

from collections.abc import Sequence
from typing import Any

from lamina import _symbolic
from lamina._symbolic import SymbolicTensor
from lamina.layers.builtin_layer import BuiltinLayer


class InputLayer(BuiltinLayer):
    """States the shape of one sample, so that a model is built before it sees data.

    ``Input`` makes one; models list it among their layers.

    Args:
        shape: extents of a sample, without the batch axis; None for one that varies.
        batch_size: samples in a batch, which symbolic shapes then show; not enforced.
        dtype: of any kind; whole numbers, for ``Embedding``, are not made fractions. By default
            ``lamina.config.floatx()``.
        sparse, ragged, optional: refused unless false: every input is a dense array that is there.
        batch_shape: ``(batch_size, *shape)``, in the place of both.
        input_tensor: refused unless None.
        name: unique in its model, and the input's key in dictionaries.

    Input shape: ``(batch, *shape)``. Output shape: the same.

    Raises:
        ValueError: an extent is negative.

    >>> Sequential([InputLayer((3,)), Dense(2)]).output_shape
    (None, 2)
    """

    _core_type = "Input"

    def __init__(
        self,
        shape: Sequence[int | None] | None = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Sequence[int | None] | None = None,
        input_tensor: Any = None,
        optional: bool = False,
        name: str | None = None,
    ) -> None:
        for option, value in (
            ("sparse", sparse),
            ("ragged", ragged),
            ("optional", optional),
            ("input_tensor", None if input_tensor is None else True),
        ):
            if value:
                raise NotImplementedError(
                    f"Input got {option}={value!r}: every input is a dense array that is there"
                )
        if batch_shape is not None:
            if shape is not None or batch_size is not None:
                raise ValueError("Input takes shape and batch_size, or batch_shape, not both")
            batch_size, *rest = batch_shape
            shape = rest
        if not isinstance(shape, (tuple, list)):
            raise TypeError(f"Input needs a shape such as (3,), got {shape!r}")
        super().__init__("Input", shape=list(shape), batch_size=batch_size, name=name, dtype=dtype)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "InputLayer":
        """The layer with those arguments."""
        keys = ("shape", "batch_size", "dtype", "name")
        options: dict[str, Any] = {key: config.get(key) for key in keys}
        return cls(**options)


def Input(
    shape: Sequence[int | None] | None = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Sequence[int | None] | None = None,
    name: str | None = None,
    tensor: Any = None,
    optional: bool = False,
) -> SymbolicTensor:
    """A symbolic tensor for a model to begin with, or the first entry of ``Sequential``.

    Args:
        shape: extents of a sample, without the batch axis; None for one that varies.
        batch_size: samples in a batch, which symbolic shapes then show; not enforced.
        dtype: of any kind; whole numbers, for ``Embedding``, are not made fractions. By default
            ``lamina.config.floatx()``.
        sparse: refused unless false: every input is a dense array that is there.
        ragged: the same.
        batch_shape: ``(batch_size, *shape)``, in the place of both.
        name: unique in its model, and the input's key in dictionaries.
        tensor: refused unless None.
        optional: refused unless false.

    Raises:
        ValueError: an extent is negative.
        TypeError: the shape is none.

    >>> tokens = Input((6,), dtype="int32")
    >>> model = Model(tokens, layers.Embedding(50, 8)(tokens))
    >>> model.output_shape
    (None, 6, 8)
    """
    layer = InputLayer(
        shape, batch_size, dtype, sparse, ragged, batch_shape, tensor, optional, name=name
    )
    return _symbolic.connect(layer, [])[0]
