"""What moves, cuts, joins and overwrites elements, made of other operations."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lamina import _lamina as k
from lamina._symbolic import is_symbolic
from lamina.ops._support import (
    common_dtype,
    known_extent,
    known_shape,
    number,
    peers,
    tensor,
    values_of,
)


def append(x1: Any, x2: Any, axis: int | None = None) -> Any:
    """x2 after x1 along an axis, or both flattened.

    >>> append([1, 2], [[3], [4]]).numpy()
    array([1, 2, 3, 4], dtype=int32)
    """
    a, b = peers(x1, x2)
    if axis is None:
        a, b, axis = k.reshape(a, (-1,)), k.reshape(b, (-1,)), 0
    dtype = common_dtype(a, b)
    return k.concatenate([k.cast(a, dtype), k.cast(b, dtype)], axis)


def array_split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Parts of an axis, the first of them larger by 1 where it does not divide.

    >>> [part.numpy().tolist() for part in array_split([1, 2, 3], 2)]
    [[1, 2], [3]]
    """
    x = _vector(x)
    if not isinstance(indices_or_sections, (int, np.integer)):
        return list(k.split(x, indices_or_sections, axis))
    count = int(indices_or_sections)
    if count < 1:
        raise ValueError(f"array_split takes at least 1 part, got {count}")
    size, more = divmod(known_extent("array_split", x, axis), count)
    sizes = [size + 1] * more + [size] * (count - more)
    return list(k.split(x, [int(end) for end in np.cumsum(sizes)[:-1]], axis))


def _vector(x: Any) -> Any:
    if isinstance(x, (list, tuple)) and not is_symbolic(x) and not _holds_tensors(x):
        return k.Tensor(values_of("array", x)[0])
    return tensor(x)


def _holds_tensors(x: Any) -> bool:
    if isinstance(x, (list, tuple)):
        return any(_holds_tensors(item) for item in x)
    return hasattr(x, "dtype")


def hsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """Parts along the second axis, of a vector along its only one."""
    x = tensor(x)
    return list(k.split(x, indices_or_sections, 1 if len(x.shape) > 1 else 0))


def vsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """Parts along the first axis."""
    return list(k.split(x, indices_or_sections, 0))


def dsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """Parts along the third axis."""
    return list(k.split(x, indices_or_sections, 2))


def rot90(array: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """Turned by k right angles, from the first of two axes to the second.

    >>> rot90([[1, 2], [3, 4]]).numpy()
    array([[2, 4],
           [1, 3]], dtype=int32)
    """
    return _turned(_vector(array), k, axes)


def _turned(x: Any, times: int, axes: tuple[int, int]) -> Any:
    rank = len(x.shape)
    if len(axes) != 2 or rank < 2 or (axes[0] - axes[1]) % rank == 0:
        raise ValueError(f"rot90 takes two different axes, got {axes} of shape {tuple(x.shape)}")
    times %= 4
    if times == 2:
        return k.flip(x, tuple(axes))
    if times == 1:
        return k.swapaxes(k.flip(x, axes[1]), *axes)
    if times == 3:
        return k.flip(k.swapaxes(x, *axes), axes[1])
    return x


def tensordot(x1: Any, x2: Any, axes: Any = 2) -> Any:
    """Sums of products over pairs of axes: the last of x1 with the first of x2, or those named.

    >>> tensordot([[1.0, 2.0]], [[3.0], [4.0]], 1).numpy()
    array([[11.]], dtype=float32)
    """
    a, b = peers(x1, x2)
    rank_a, rank_b = len(a.shape), len(b.shape)
    if isinstance(axes, (int, np.integer)):
        over_a = list(range(rank_a - int(axes), rank_a))
        over_b = list(range(int(axes)))
    else:
        over_a, over_b = ([each] if isinstance(each, int) else list(each) for each in axes)
    if len(over_a) != len(over_b):
        raise ValueError(f"tensordot takes as many axes of one as of the other, got {axes}")
    letters = iter("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    names_a = [next(letters) for _ in range(rank_a)]
    names_b = [next(letters) for _ in range(rank_b)]
    for i, j in zip(over_a, over_b, strict=True):
        names_b[j] = names_a[i]
    summed = {names_a[i] for i in over_a}
    rest = [name for name in names_a + names_b if name not in summed]
    return k.einsum(f"{''.join(names_a)},{''.join(names_b)}->{''.join(rest)}", a, b)


def kron(x1: Any, x2: Any) -> Any:
    """Every element of x1 times all of x2.

    >>> kron([1, 10], [1, 2]).numpy()
    array([ 1,  2, 10, 20], dtype=int32)
    """
    a, b = peers(x1, x2)
    rank = max(len(a.shape), len(b.shape))
    shapes = [(1,) * (rank - len(x.shape)) + known_shape("kron", x) for x in (a, b)]
    spread_a = [extent for pair in zip(shapes[0], (1,) * rank, strict=True) for extent in pair]
    spread_b = [extent for pair in zip((1,) * rank, shapes[1], strict=True) for extent in pair]
    product = k.multiply(k.reshape(a, spread_a), k.reshape(b, spread_b))
    return k.reshape(product, [m * n for m, n in zip(*shapes, strict=True)])


def cross(
    x1: Any, x2: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    """The vector product, of vectors of 3 or 2 numbers; of two of 2 only the third number.

    >>> cross([1, 0, 0], [0, 1, 0]).numpy()
    array([0, 0, 1], dtype=int32)
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = peers(x1, x2)
    a, b = k.moveaxis(a, axisa, -1), k.moveaxis(b, axisb, -1)
    sizes = [known_extent("cross", each, -1) for each in (a, b)]
    if not set(sizes) <= {2, 3}:
        raise ValueError(f"cross takes vectors of 2 or 3 numbers, got {sizes[0]} and {sizes[1]}")
    u, v, *more = (a[..., i] for i in range(sizes[0]))
    x, y, *others = (b[..., i] for i in range(sizes[1]))
    third = u * y - v * x
    if not more and not others:
        return third
    w, z = (rest[0] if rest else k.zeros((), str(third.dtype)) for rest in (more, others))
    parts = [v * z - w * y, w * x - u * z, third]
    return k.stack(parts, axisc)


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """Of each place the choice whose condition is the first to hold.

    >>> x = Tensor([-1.0, 0.5, 3.0])
    >>> select([x < 0, x < 1], [-x, x * 2], 10.0).numpy()
    array([ 1.,  1., 10.], dtype=float32)
    """
    if len(condlist) != len(choicelist) or not condlist:
        raise ValueError(
            f"select takes as many choices as conditions, got {len(choicelist)} and {len(condlist)}"
        )
    result = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        result = k.where(condition, choice, result)
    return result


def get_item(x: Any, key: Any) -> Any:
    """``x[key]``."""
    return tensor(x)[key]


def _whole(name: str, numbers: Any) -> list[int]:
    if isinstance(numbers, (list, tuple)):
        return [int(values_of(name, each)[0]) for each in numbers]
    (values,) = values_of(name, numbers)
    return [int(each) for each in np.atleast_1d(values)]


def slice(inputs: Any, start_indices: Any, shape: Sequence[int]) -> Any:
    """The block of that shape which begins there, moved inside where it would overhang.

    >>> slice([[1, 2, 3], [4, 5, 6]], (0, 1), (2, 2)).numpy()
    array([[2, 3],
           [5, 6]], dtype=int32)
    """
    x = _vector(inputs)
    return x[_block("slice", x, start_indices, [int(extent) for extent in shape])]


def _block(name: str, x: Any, start_indices: Any, extents: list[int]) -> tuple[Any, ...]:
    starts = _whole(name, start_indices)
    if len(starts) != len(x.shape) or len(extents) != len(x.shape):
        raise ValueError(
            f"{name} takes a start and an extent for each axis of shape {tuple(x.shape)}, got "
            f"{starts} and {extents}"
        )
    key = []
    for axis, (start, extent) in enumerate(zip(starts, extents, strict=True)):
        whole = x.shape[axis]
        if whole is not None:
            if extent > whole:
                raise ValueError(
                    f"{name} got a block of {extent} for an axis of {whole}, shape {tuple(x.shape)}"
                )
            start = min(max(start, 0), whole - extent)
        key.append(_range(start, start + extent))
    return tuple(key)


def _range(start: int, stop: int) -> Any:
    import builtins

    return builtins.slice(start, stop)


def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    """``inputs`` with a block of it, which begins there, replaced by ``updates``.

    >>> slice_update([1.0, 2.0, 3.0], [1], [9.0]).numpy()
    array([1., 9., 3.], dtype=float32)
    """
    x, new = peers(inputs, updates)
    shape = known_shape("slice_update", x)
    block = _block("slice_update", x, start_indices, list(known_shape("slice_update", new)))
    inside = np.zeros(shape, "bool")
    inside[block] = True
    borders = [(each.start, extent - each.stop) for each, extent in zip(block, shape, strict=True)]
    return k.where(inside, k.pad(k.cast(new, x.dtype), borders), x) if borders else new


def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Any:
    """``inputs`` with ``updates[i]`` put at ``indices[i]``.

    Args:
        inputs: the tensor.
        indices: (n, k), places along the first k axes; known numbers.
        updates: n elements or slices.
        reduction: None replaces, the last of several for one place; ``"add"``, ``"mul"``,
            ``"max"`` and ``"min"`` join with what is there.

    >>> scatter_update([1.0, 2.0, 3.0], [[0], [2]], [7.0, 8.0]).numpy()
    array([7., 2., 8.], dtype=float32)
    """
    x, new = peers(inputs, updates)
    new = k.cast(new, x.dtype)
    shape = known_shape("scatter_update", x)
    (places,) = values_of("scatter_update", indices)
    if places.ndim != 2 or not 1 <= places.shape[1] <= len(shape):
        raise ValueError(
            f"scatter_update takes indices (n, k) with k of the axes of {shape}, got shape "
            f"{places.shape}"
        )
    leading = shape[: places.shape[1]]
    places = np.where(places < 0, places + np.array(leading), places).astype("int64")
    if places.size and not (np.all(places >= 0) and np.all(places < np.array(leading))):
        raise IndexError(f"scatter_update got an index out of range for shape {shape}")
    if reduction == "add":
        return x + k.scatter(k.Tensor(places), new, shape)
    targets = math.prod(leading)
    row = shape[len(leading) :]
    flat = np.ravel_multi_index(tuple(places.T), leading) if len(places) else places[:, 0]
    if reduction is None:
        last = np.full(targets, -1, "int64")
        last[flat] = np.arange(len(flat))
        if not len(flat):
            return x
        gathered = k.reshape(k.take(new, np.maximum(last, 0), 0), shape)
        is_hit = (last >= 0).reshape(leading + (1,) * len(row))
        return k.where(is_hit, gathered, x)
    joins: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
        "mul": (segment_prod, k.multiply),
        "max": (segment_max, k.maximum),
        "min": (segment_min, k.minimum),
    }
    if reduction not in joins:
        raise ValueError(
            f"scatter_update takes reduction None, add, mul, max or min, got {reduction!r}"
        )
    segment, join = joins[reduction]
    joined = k.reshape(segment(new, flat, targets), shape)
    is_hit = np.isin(np.arange(targets), flat).reshape(leading + (1,) * len(row))
    return k.where(is_hit, join(x, joined), x)


def segment_sum(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """Sums of the rows that have one number.

    Args:
        data: the rows.
        segment_ids: the number of each row; rows of other numbers than 0 to num_segments - 1 count
            for nothing.
        num_segments: how many there are; by default as many as the largest number says.
        sorted: whether the numbers ascend, which changes nothing here.

    >>> segment_sum([1.0, 2.0, 4.0], [0, 1, 0], 2).numpy()
    array([5., 2.], dtype=float32)
    """
    rows, ids, count = _segments("segment_sum", data, segment_ids, num_segments)
    inside = (ids >= 0) & (ids < count)
    if not inside.all():
        rows, ids = k.take(rows, np.flatnonzero(inside), 0), ids[inside]
    return k.scatter(k.Tensor(ids[:, None]), rows, (count, *rows.shape[1:]))


def _segments(
    name: str, data: Any, segment_ids: Any, num_segments: int | None
) -> tuple[Any, np.ndarray, int]:
    rows = tensor(data)
    (ids,) = values_of(name, segment_ids)
    if ids.ndim != 1 or ids.dtype.kind not in "iu" or len(ids) != rows.shape[0]:
        raise ValueError(
            f"{name} takes a whole number for each of the rows of shape {tuple(rows.shape)}, got "
            f"{ids.dtype} of shape {ids.shape}"
        )
    count = int(ids.max()) + 1 if num_segments is None and len(ids) else int(num_segments or 0)
    return rows, ids.astype("int64"), count


def _segment(
    name: str,
    reduce: Callable[..., Any],
    neutral: Callable[[Any], Any],
    data: Any,
    segment_ids: Any,
    num_segments: int | None,
) -> Any:
    rows, ids, count = _segments(name, data, segment_ids, num_segments)
    order = np.argsort(ids, kind="stable")
    order = order[(ids[order] >= 0) & (ids[order] < count)]
    sizes = np.bincount(ids[order], minlength=count)
    # A row of places for each segment, filled up with that of a neutral row.
    places = np.full((count, max(int(sizes.max(initial=0)), 1)), len(ids), "int64")
    starts = np.cumsum(sizes) - sizes
    places[ids[order], np.arange(len(order)) - np.repeat(starts, sizes)] = order
    filler = k.broadcast_to(neutral(rows), (1, *rows.shape[1:]))
    return reduce(k.take(k.concatenate([rows, filler], 0), places, 0), 1)


def _limit(x: Any, lowest: bool) -> Any:
    dtype = np.dtype(str(x.dtype))
    if dtype.kind == "f":
        return number(-math.inf if lowest else math.inf, x)
    if dtype.kind == "b":
        return k.Tensor(np.asarray(not lowest))
    limits = np.iinfo(dtype)
    return k.Tensor(np.asarray(limits.min if lowest else limits.max, dtype))


def segment_max(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """The largest of the rows that have one number; the lowest value where none has it.

    >>> segment_max([1.0, 2.0, 4.0], [0, 1, 0], 2).numpy()
    array([4., 2.], dtype=float32)
    """
    return _segment(
        "segment_max", k.max, lambda x: _limit(x, True), data, segment_ids, num_segments
    )


def segment_min(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """The smallest of the rows that have one number; the highest value where none has it."""
    return _segment(
        "segment_min", k.min, lambda x: _limit(x, False), data, segment_ids, num_segments
    )


def segment_prod(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """The product of the rows that have one number; 1 where none has it."""
    return _segment("segment_prod", k.prod, lambda x: number(1, x), data, segment_ids, num_segments)


def _batch(extents: Sequence[int | None]) -> list[int]:
    """A shape for reshape, in which one extent may be unknown."""
    return [-1 if extent is None else extent for extent in extents]


def _is_first(name: str, data_format: str) -> bool:
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(
            f"{name} takes data_format channels_first or channels_last, got {data_format!r}"
        )
    return data_format == "channels_first"


def space_to_depth(x: Any, block_size: int, data_format: str = "channels_last") -> Any:
    """Blocks of an image's pixels as channels.

    >>> space_to_depth(lamina.ops.ones((1, 4, 4, 3)), 2).shape
    (1, 2, 2, 12)
    """
    x = tensor(x)
    first = _is_first("space_to_depth", data_format)
    height, width = x.shape[2:] if first else x.shape[1:3]
    channels = x.shape[1 if first else 3]
    if height % block_size or width % block_size:
        raise ValueError(
            f"space_to_depth takes images of whole blocks of {block_size}, got {height} x {width}"
        )
    rows, columns = height // block_size, width // block_size
    batch, depth = _batch([x.shape[0]]), block_size**2 * channels
    if first:
        x = k.reshape(x, [*batch, channels, rows, block_size, columns, block_size])
        return k.reshape(k.transpose(x, (0, 1, 3, 5, 2, 4)), [*batch, depth, rows, columns])
    x = k.reshape(x, [*batch, rows, block_size, columns, block_size, channels])
    return k.reshape(k.transpose(x, (0, 1, 3, 2, 4, 5)), [*batch, rows, columns, depth])


def depth_to_space(x: Any, block_size: int, data_format: str = "channels_last") -> Any:
    """Channels as blocks of an image's pixels; undoes ``space_to_depth``."""
    x = tensor(x)
    first = _is_first("depth_to_space", data_format)
    rows, columns = x.shape[2:] if first else x.shape[1:3]
    channels = x.shape[1 if first else 3]
    if channels % block_size**2:
        raise ValueError(
            f"depth_to_space takes a multiple of {block_size**2} channels, got {channels}"
        )
    batch, depth = _batch([x.shape[0]]), channels // block_size**2
    height, width = rows * block_size, columns * block_size
    if first:
        x = k.reshape(x, [*batch, depth, block_size, block_size, rows, columns])
        return k.reshape(k.transpose(x, (0, 1, 4, 2, 5, 3)), [*batch, depth, height, width])
    x = k.reshape(x, [*batch, rows, columns, block_size, block_size, depth])
    return k.reshape(k.transpose(x, (0, 1, 3, 2, 4, 5)), [*batch, height, width, depth])


def _pair(value: Any) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else (int(value[0]), int(value[1]))


def _patches(
    size: tuple[int, int], kernel_size: Any, dilation: Any, padding: Any, stride: Any
) -> np.ndarray:
    """Where each pixel of each window lies in a padded image: (kernel pixels, windows)."""
    kernel, spread, step = (_pair(each) for each in (kernel_size, dilation, stride))
    border = _pair(padding)
    lines = []
    for axis in range(2):
        whole = size[axis] + 2 * border[axis]
        reach = spread[axis] * (kernel[axis] - 1) + 1
        starts = np.arange(0, whole - reach + 1, step[axis])
        lines.append(np.arange(kernel[axis])[:, None] * spread[axis] + starts)
    width = size[1] + 2 * border[1]
    places = lines[0][:, None, :, None] * width + lines[1][None, :, None, :]
    return places.reshape(kernel[0] * kernel[1], -1)


def unfold(x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """The windows of images (batch, channels, height, width): (batch, channels * pixels, windows).

    >>> unfold(lamina.ops.ones((1, 2, 4, 4)), 2, stride=2).shape
    (1, 8, 4)
    """
    x = tensor(x)
    batch, channels, height, width = x.shape
    border = _pair(padding)
    places = _patches((height, width), kernel_size, dilation, padding, stride)
    x = k.pad(x, [(0, 0), (0, 0), (border[0],) * 2, (border[1],) * 2])
    pixels = (height + 2 * border[0]) * (width + 2 * border[1])
    x = k.reshape(x, [*_batch([batch]), channels, pixels])
    return k.reshape(
        k.take(x, places, -1),
        [*_batch([batch]), channels * len(places), -1]
        if batch is not None
        else [-1, channels * len(places), places.shape[1]],
    )


def fold(
    x: Any,
    output_size: Any,
    kernel_size: Any,
    dilation: Any = 1,
    padding: Any = 0,
    stride: Any = 1,
) -> Any:
    """The sums of windows laid over each other; windows and arguments as in ``unfold``.

    >>> fold(lamina.ops.ones((1, 8, 4)), 4, 2, stride=2).shape
    (1, 2, 4, 4)
    """
    x = tensor(x)
    size, border = _pair(output_size), _pair(padding)
    places = _patches(size, kernel_size, dilation, padding, stride)
    batch, depth, windows = x.shape
    if depth % len(places) or windows != places.shape[1]:
        raise ValueError(
            f"fold takes windows of a multiple of {len(places)} numbers, {places.shape[1]} of "
            f"them, got shape {tuple(x.shape)}"
        )
    channels = depth // len(places)
    height, width = size[0] + 2 * border[0], size[1] + 2 * border[1]
    lines = k.transpose(k.reshape(x, [*_batch([batch]), channels, places.size]), (2, 0, 1))
    sums = k.scatter(
        k.Tensor(places.reshape(-1, 1)),
        k.reshape(lines, (places.size, -1)),
        (height * width, known_extent("fold", x, 0) * channels),
    )
    images = k.reshape(k.transpose(sums), (-1, channels, height, width))
    return images[:, :, border[0] : height - border[0], border[1] : width - border[1]]


def extract_sequences(x: Any, sequence_length: int, sequence_stride: int) -> Any:
    """Windows of the last axis, as an axis before it.

    >>> extract_sequences([1, 2, 3, 4], 2, 1).numpy().tolist()
    [[1, 2], [2, 3], [3, 4]]
    """
    x = _vector(x)
    extent = known_extent("extract_sequences", x, -1)
    starts = np.arange(0, extent - sequence_length + 1, sequence_stride)
    return k.take(x, starts[:, None] + np.arange(sequence_length), -1)


def multi_hot(
    inputs: Any,
    num_classes: int | None = None,
    axis: int = -1,
    dtype: Any = None,
    sparse: bool = False,
    **kwargs: Any,
) -> Any:
    """1 at each class that occurs in a sample, else 0.

    >>> multi_hot([[0, 2], [1, 1]], 3).numpy()
    array([[1., 0., 1.],
           [0., 1., 0.]], dtype=float32)
    """
    num_classes = kwargs.pop("num_tokens", num_classes)
    if num_classes is None or kwargs:
        raise ValueError(f"multi_hot takes num_classes, got {num_classes} and {sorted(kwargs)}")
    x = _vector(inputs)
    hot = k.one_hot(x, num_classes, axis, dtype, sparse)
    return k.max(hot, 1 if len(x.shape) > 1 else 0)
