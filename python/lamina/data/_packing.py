"""A batch taken apart and put together."""

from typing import Any


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """A batch as ``(x, y, sample_weight)``, None for what it lacks.

    >>> unpack_x_y_sample_weight(([1.0], [2.0]))
    ([1.0], [2.0], None)
    """
    if not isinstance(data, (tuple, list)) or not data:
        return data, None, None
    if isinstance(data, list):
        data = tuple(data)
    if len(data) > 3:
        raise ValueError(f"a batch is x, (x, y) or (x, y, sample_weight), got {len(data)} items")
    x, y, sample_weight = (*data, None, None)[:3]
    return x, y, sample_weight


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """A batch of what is not None: x alone, as a tuple where it is a list, or a tuple.

    >>> pack_x_y_sample_weight([1.0], [2.0])
    ([1.0], [2.0])
    """
    if y is None:
        return (x,) if isinstance(x, (list, tuple, dict)) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)
