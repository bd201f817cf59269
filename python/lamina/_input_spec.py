"""What a layer of a user's own says of its inputs, and the check of it."""

from collections.abc import Sequence
from typing import Any


class InputSpec:
    """What an input must be like, for ``layer.input_spec``.

    Args:
        dtype: noted; inputs are brought to the layer's dtype.
        shape: its shape, None for an extent that varies.
        ndim: number of axes.
        max_ndim: the most axes.
        min_ndim: the fewest axes.
        axes: extents by the axes' numbers.
        allow_last_axis_squeeze: whether a last axis of 1 may be missing, or be too many.
        name: noted.
        optional: whether None may stand in its place.

    >>> InputSpec(ndim=2, axes={-1: 3})
    InputSpec(ndim=2, axes={-1: 3})
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Sequence[int | None] | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = dtype
        self.shape = None if shape is None else tuple(shape)
        self.ndim = ndim if self.shape is None else len(self.shape)
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        try:
            self.axes = {int(axis): extent for axis, extent in (axes or {}).items()}
        except (TypeError, ValueError):
            raise TypeError(f"axes of an InputSpec are {axes!r}, expected whole numbers") from None
        limit = self.ndim if self.ndim is not None else max_ndim
        outside = [] if limit is None else [axis for axis in self.axes if axis >= limit]
        if outside:
            raise ValueError(f"an InputSpec of {limit} axes names the axis {outside[0]}")
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name = name
        self.optional = optional

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal one."""
        names = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes", "optional")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "InputSpec":
        """The one with those arguments."""
        return cls(**config)

    def __repr__(self) -> str:
        given = {name: value for name, value in self.get_config().items() if value}
        return f"InputSpec({', '.join(f'{name}={value!r}' for name, value in given.items())})"


def check_inputs(spec: Any, inputs: Any, owner: str) -> None:
    """A value error where an input is not as its spec says; one spec, or a list of them."""
    specs = list(spec) if isinstance(spec, (list, tuple)) else [spec]
    given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    if len(specs) != len(given):
        raise ValueError(f"{owner} expects {len(specs)} inputs, got {len(given)}")
    for one, tensor in zip(specs, given, strict=True):
        if one is None or (tensor is None and getattr(one, "optional", False)):
            continue
        _check(one, tuple(tensor.shape), owner)


def _squeezed(wanted: Any, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """The shape with a last axis of 1 added or taken away, where that makes it fit."""
    if len(shape) == len(wanted) + 1 and shape[-1] == 1:
        return shape[:-1]
    if len(shape) == len(wanted) - 1 and wanted[-1] == 1:
        return (*shape, 1)
    return shape


def _check(spec: Any, shape: tuple[int | None, ...], owner: str) -> None:
    def refuse(expected: str) -> ValueError:
        return ValueError(f"Input of {owner} is incompatible: expected {expected}, got {shape}")

    wanted = getattr(spec, "shape", None)
    if wanted is not None and getattr(spec, "allow_last_axis_squeeze", False):
        shape = _squeezed(wanted, shape)
    rank = len(shape)
    exact = getattr(spec, "ndim", None)
    least, most = getattr(spec, "min_ndim", None), getattr(spec, "max_ndim", None)
    if exact is not None and rank != exact:
        raise refuse(f"ndim={exact}")
    if (least is not None and rank < least) or (most is not None and rank > most):
        raise refuse(f"min_ndim={least} and max_ndim={most}")
    for axis, extent in (getattr(spec, "axes", None) or {}).items():
        if extent is not None and shape[int(axis)] not in (extent, None):
            raise refuse(f"axis {axis} of {extent}")
    if wanted is None:
        return
    if len(wanted) != rank or any(
        extent is not None and given is not None and extent != given
        for extent, given in zip(wanted, shape, strict=True)
    ):
        raise refuse(f"shape {tuple(wanted)}")
