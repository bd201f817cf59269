"""What moves, cuts, joins and overwrites elements, made of other operations."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina import _lamina as k
from lamina.ops._support import (
    as_given,
    common_dtype,
    known_extent,
    known_shape,
    number,
    peers,
    placed,
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
    x = as_given(x)
    if not isinstance(indices_or_sections, (int, np.integer)):
        return list(k.split(x, indices_or_sections, axis))
    count = int(indices_or_sections)
    if count < 1:
        raise ValueError(f"array_split takes at least 1 part, got {count}")
    size, more = divmod(known_extent("array_split", x, axis), count)
    sizes = [size + 1] * more + [size] * (count - more)
    return list(k.split(x, [int(end) for end in np.cumsum(sizes)[:-1]], axis))


def hsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """Parts along the second axis, of a vector along its only one.

    >>> [part.shape for part in hsplit(lamina.ops.ones((2, 4)), 2)]
    [(2, 2), (2, 2)]
    """
    x = tensor(x)
    return list(k.split(x, indices_or_sections, 1 if len(x.shape) > 1 else 0))


def vsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """Parts along the first axis.

    >>> [part.shape for part in vsplit(lamina.ops.ones((2, 4)), 2)]
    [(1, 4), (1, 4)]
    """
    return list(k.split(x, indices_or_sections, 0))


def dsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """Parts along the third axis.

    >>> [part.shape for part in dsplit(lamina.ops.ones((1, 2, 4)), 2)]
    [(1, 2, 2), (1, 2, 2)]
    """
    return list(k.split(x, indices_or_sections, 2))


def rot90(array: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """Turned by k right angles, from the first of two axes to the second.

    >>> rot90([[1, 2], [3, 4]]).numpy()
    array([[2, 4],
           [1, 3]], dtype=int32)
    """
    return _turned(as_given(array), k, axes)


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
    w, z = (rest[0] if rest else number(0, third) for rest in (more, others))
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
    """``x[key]``.

    >>> get_item(Tensor([1.0, 2.0, 3.0]), 1).item()
    2.0
    """
    return tensor(x)[key]


def _whole(name: str, numbers: Any) -> list[int]:
    if isinstance(numbers, (list, tuple)):
        return [int(values_of(name, each)[0]) for each in numbers]
    (values,) = values_of(name, numbers)
    return [int(each) for each in np.atleast_1d(values)]


def slice(inputs: Any, start_indices: Any, shape: Sequence[int]) -> Any:
    """The block of that shape which begins there, moved inside where it would overhang. A start
    below 0 counts from the end.

    >>> slice([[1, 2, 3], [4, 5, 6]], (0, 1), (2, 2)).numpy()
    array([[2, 3],
           [5, 6]], dtype=int32)
    """
    x = as_given(inputs)
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
            start = min(max(start + whole if start < 0 else start, 0), whole - extent)
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
    return k.where(placed(inside, x), k.pad(k.cast(new, x.dtype), borders), x) if borders else new


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
    x = as_given(inputs)
    hot = k.one_hot(x, num_classes, axis, dtype, sparse)
    return k.max(hot, 1 if len(x.shape) > 1 else 0)
