"""Options that hold one value for each spatial axis."""

from typing import Any


def each_axis(owner: str, option: str, value: Any, axes: int) -> Any:
    """The value; a value error unless a list of them has one for each axis."""
    listed = value if isinstance(value, (list, tuple)) else ()
    pairs = all(len(part) != 1 for part in listed if isinstance(part, (list, tuple)))
    if (listed and len(listed) != axes) or not pairs:
        raise ValueError(
            f"{owner} needs {option} of one integer, {axes}, or {axes} pairs, got {value!r}"
        )
    return value


def noise_shape(owner: str, shape: Any) -> Any:
    """The shape of what is drawn; a value error unless extents are above 0, or None."""
    if shape is None:
        return None
    if not isinstance(shape, (list, tuple)) or any(
        extent is not None and (not hasattr(extent, "__index__") or extent < 1) for extent in shape
    ):
        raise ValueError(f"{owner} needs a noise_shape of extents above 0 or None, got {shape!r}")
    return shape
