"""What makes tensors from nothing, or from other shapes."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina import _lamina as k
from lamina._lamina import Tensor
from lamina._numbers import needs_gradient
from lamina._symbolic import is_symbolic
from lamina.autograd import no_grad
from lamina.ops._support import (
    as_given,
    is_weak,
    known_extent,
    number,
    numbers_of,
    placed,
    tensor,
    values_of,
    whole_dtype,
)


def _dtype_of(dtype: Any, *numbers: Any) -> str:
    """The dtype that is named, else that of whole numbers, and the default of others."""
    if dtype is not None:
        return str(np.dtype(dtype).name)
    arrays = [np.asarray(x) for x in numbers if x is not None]
    if all(each.dtype.kind in "biu" for each in arrays):
        return whole_dtype(np.stack([each.astype(object) for each in arrays]))
    return str(k.floatx())


def _number(name: str, argument: str, value: Any) -> Any:
    return None if value is None else numbers_of(name, argument, value).item()


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Tensor:
    """The numbers from start up to stop, without it.

    >>> arange(3).numpy()
    array([0, 1, 2], dtype=int32)
    >>> arange(1.0, 2.0, 0.25).numpy()
    array([1.  , 1.25, 1.5 , 1.75], dtype=float32)
    """
    given = {"start": start, "stop": stop, "step": step}
    bounds = [_number("arange", name, x) for name, x in given.items()]
    if bounds[1] is None:
        bounds[:2] = [0, bounds[0]]
    if bounds[2] is None:
        bounds[2] = 1
    return Tensor(np.arange(*bounds).astype(_dtype_of(dtype, *bounds)))


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """``num`` numbers at equal distances.

    >>> linspace(0, 1, 5).numpy()
    array([0.  , 0.25, 0.5 , 0.75, 1.  ], dtype=float32)
    """
    if np.dtype(dtype or k.floatx()).kind == "f" and needs_gradient([start, stop]):
        return _linspace_with_gradient(start, stop, num, endpoint, retstep, dtype, axis)
    with no_grad():  # whole numbers have no gradient
        low, high = numbers_of("linspace", "start", start), numbers_of("linspace", "stop", stop)
    result, step = np.linspace(low, high, num=num, endpoint=endpoint, retstep=True, axis=axis)
    made = Tensor(result.astype(np.dtype(dtype or k.floatx())))
    return (made, Tensor(np.asarray(step, k.floatx()))) if retstep else made


def _linspace_with_gradient(
    start: Any, stop: Any, num: int, endpoint: bool, retstep: bool, dtype: Any, axis: int
) -> Any:
    wanted = np.dtype(dtype or k.floatx()).name
    low, high = (k.cast(x, wanted) for x in (tensor(start), tensor(stop)))
    width = k.subtract(high, low)
    parts = num - 1 if endpoint else num
    rank = len(width.shape)
    share = np.arange(num, dtype=wanted).reshape(-1, *[1] * rank) / max(parts, 1)
    # Both ends are exact.
    made = k.add(k.multiply(low, placed(1 - share, low)), k.multiply(high, placed(share, high)))
    made = k.moveaxis(made, 0, axis)
    return (made, k.divide(width, float(parts or math.nan))) if retstep else made


def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10,
    dtype: Any = None,
    axis: int = 0,
) -> Tensor:
    """Powers of ``base`` with exponents at equal distances.

    >>> logspace(0, 2, 3).numpy()
    array([  1.,  10., 100.], dtype=float32)
    """
    is_floating = np.dtype(dtype or k.floatx()).kind == "f"
    if is_floating and needs_gradient([start, stop, base]):
        exponents = linspace(start, stop, num, endpoint, dtype=dtype, axis=axis)
        return k.power(k.cast(tensor(base), str(exponents.dtype)), exponents)
    with no_grad():  # whole numbers have no gradient
        first, last = numbers_of("logspace", "start", start), numbers_of("logspace", "stop", stop)
        base = numbers_of("logspace", "base", base)
    result = np.logspace(first, last, num, endpoint, base, axis=axis)
    return Tensor(result.astype(np.dtype(dtype or k.floatx())))


def geomspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    dtype: Any = None,
    axis: int = 0,
) -> Tensor:
    """``num`` numbers of equal ratios.

    >>> geomspace(1, 8, 4).numpy()
    array([1., 2., 4., 8.], dtype=float32)
    """
    first, last = numbers_of("geomspace", "start", start), numbers_of("geomspace", "stop", stop)
    result = np.geomspace(first, last, num, endpoint, axis=axis)
    return Tensor(result.astype(np.dtype(dtype or k.floatx())))


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Tensor:
    """1 on a diagonal, else 0.

    >>> eye(2, 3).numpy()
    array([[1., 0., 0.],
           [0., 1., 0.]], dtype=float32)
    """
    return Tensor(np.eye(N, M, k, np.dtype(dtype or _floatx())))


def identity(n: int, dtype: Any = None) -> Tensor:
    """The identity matrix.

    >>> identity(2).numpy()
    array([[1., 0.],
           [0., 1.]], dtype=float32)
    """
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Tensor:
    """1 up to a diagonal, else 0.

    >>> tri(2).numpy()
    array([[1., 0.],
           [1., 1.]], dtype=float32)
    """
    return Tensor(np.tri(N, M, k, np.dtype(dtype or _floatx())))


def _floatx() -> str:
    return str(k.floatx())


def empty(shape: Any, dtype: Any = None) -> Tensor:
    """Of that shape; the values are 0, though nothing promises it.

    >>> empty((2, 3)).shape
    (2, 3)
    """
    return k.zeros(shape, dtype)


def empty_like(x: Any, dtype: Any = None) -> Any:
    """Of the shape of x; the values are 0, though nothing promises it.

    >>> empty_like([1.0, 2.0]).shape
    (2,)
    """
    return k.zeros_like(x, dtype)


def convert_to_tensor(
    x: Any, dtype: Any = None, sparse: bool | None = None, ragged: bool | None = None
) -> Any:
    """A tensor of it; of Python's whole numbers one of int32, or int64 where that is too small, of
    its booleans one of bool.

    >>> convert_to_tensor([1, 2]).dtype
    'int32'
    >>> convert_to_tensor(2**31).dtype
    'int64'
    """
    if dtype is None and is_weak(x):
        array = np.asarray(x)
        if array.dtype.kind in "iu":
            dtype = whole_dtype(array)
        elif array.dtype.kind == "b":
            dtype = "bool"
    if dtype is not None and is_weak(x):
        x = Tensor(x, dtype)
    return k.convert_to_tensor(x, dtype, sparse, ragged)


def array(x: Any, dtype: Any = None) -> Any:
    """A tensor of it; of Python's whole numbers one of int32 or int64, of its booleans one of bool.

    >>> array([1, 2], dtype="float32").numpy()
    array([1., 2.], dtype=float32)
    """
    return convert_to_tensor(x, dtype)


def copy(x: Any) -> Any:
    """The same values. Neither a tensor nor what was read of a variable changes, so memory may be
    shared with it.

    >>> copy([1.0, 2.0]).numpy()
    array([1., 2.], dtype=float32)
    """
    return tensor(x)


def _window(name: str, function: Any, x: Any, *more: Any) -> Tensor:
    length = int(_number(name, "x", x))
    return Tensor(function(length, *more).astype(k.floatx()))


def bartlett(x: Any) -> Tensor:
    """Bartlett's window, a triangle of that length.

    >>> bartlett(5).numpy()
    array([0. , 0.5, 1. , 0.5, 0. ], dtype=float32)
    """
    return _window("bartlett", np.bartlett, x)


def blackman(x: Any) -> Tensor:
    """Blackman's window.

    >>> blackman(3).numpy().round(3) + 0.0
    array([0., 1., 0.], dtype=float32)
    """
    return _window("blackman", np.blackman, x)


def hamming(x: Any) -> Tensor:
    """Hamming's window.

    >>> hamming(3).numpy().round(3)
    array([0.08, 1.  , 0.08], dtype=float32)
    """
    return _window("hamming", np.hamming, x)


def hanning(x: Any) -> Tensor:
    """Von Hann's window.

    >>> hanning(3).numpy()
    array([0., 1., 0.], dtype=float32)
    """
    return _window("hanning", np.hanning, x)


def kaiser(x: Any, beta: Any) -> Tensor:
    """Kaiser's window.

    >>> kaiser(3, 0.0).numpy()
    array([1., 1., 1.], dtype=float32)
    """
    return _window("kaiser", np.kaiser, x, _number("kaiser", "beta", beta))


def meshgrid(*x: Any, indexing: str = "xy") -> list[Any]:
    """The coordinates of a grid, one tensor for each axis.

    >>> [each.numpy().tolist() for each in meshgrid([1, 2], [3, 4])]
    [[[1, 2], [1, 2]], [[3, 3], [4, 4]]]
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid takes indexing 'xy' or 'ij', got {indexing!r}")
    lines = [k.reshape(as_given(each), (-1,)) for each in x]
    extents = [known_extent("meshgrid", line, 0) for line in lines]
    places = list(range(len(lines)))
    if indexing == "xy" and len(lines) > 1:
        places[:2] = [1, 0]
    shape = [0] * len(lines)
    for place, extent in zip(places, extents, strict=True):
        shape[place] = extent
    grids = []
    for line, place in zip(lines, places, strict=True):
        alone = [1] * len(lines)
        alone[place] = -1
        grids.append(k.broadcast_to(k.reshape(line, alone), shape))
    return grids


def diag(x: Any, k: int = 0) -> Any:
    """A matrix with x on a diagonal; of a matrix its diagonal.

    >>> diag([1.0, 2.0]).numpy()
    array([[1., 0.],
           [0., 2.]], dtype=float32)
    """
    x = tensor(x)
    if len(x.shape) == 2:
        return _lamina_diagonal(x, k)
    if len(x.shape) != 1:
        raise ValueError(f"diag takes a vector or a matrix, got shape {tuple(x.shape)}")
    return _matrix_of_diagonal(x, k)


def _lamina_diagonal(x: Any, offset: int) -> Any:
    return k.diagonal(x, offset)


def _matrix_of_diagonal(x: Any, offset: int) -> Any:
    extent = known_extent("diag", x, 0)
    side = extent + abs(offset)
    before = (0, offset) if offset > 0 else (-offset, 0)
    column = k.pad(x, [(before[1], side - extent - before[1])])
    mask = np.eye(side, k=offset, dtype="bool")
    return k.where(placed(mask, x), column, number(0, x))


def diagflat(x: Any, k: int = 0) -> Any:
    """A matrix with the elements of x, flattened, on a diagonal.

    >>> diagflat([[1.0, 2.0]]).numpy()
    array([[1., 0.],
           [0., 2.]], dtype=float32)
    """
    return diag(_flat(tensor(x)), k)


def _flat(x: Any) -> Any:
    return k.reshape(x, (-1,))


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """The powers of each element of a vector, the highest first.

    >>> vander([2, 3], 3).numpy()
    array([[4, 2, 1],
           [9, 3, 1]], dtype=int32)
    """
    x = as_given(x)
    count = known_extent("vander", x, 0) if N is None else N
    powers = np.arange(count) if increasing else np.arange(count)[::-1]
    exponents = placed(np.array(powers, str(x.dtype), order="C"), x)
    return k.power(k.expand_dims(x, -1), exponents)


def unravel_index(indices: Any, shape: Sequence[int]) -> tuple[Any, ...]:
    """Places in a tensor of that shape, of places among its elements; below 0 from the end.

    Raises:
        IndexError: there is no such element. Symbolic indices are not looked at.

    >>> [int(i) for i in unravel_index(5, (2, 3))]
    [1, 2]
    """
    from lamina.ops._division import floor_divide, mod

    rest = as_given(indices)
    count = math.prod(int(extent) for extent in shape)
    if not is_symbolic(rest):
        (values,) = values_of("unravel_index", rest)
        outside = values[(values < -count) | (values >= count)]
        if outside.size:
            raise IndexError(
                f"unravel_index got {outside[0]} for shape {tuple(shape)}, which has {count} "
                "elements"
            )
    rest = k.where(k.less(rest, 0), rest + count, rest)
    places = []
    for extent in reversed(tuple(shape)):
        places.append(mod(rest, int(extent)))
        rest = floor_divide(rest, int(extent))
    return tuple(reversed(places))


def view(x: Any, dtype: Any = None) -> Any:
    """The same bytes as another dtype. NumPy computes it, without a gradient.

    >>> view([1.0], "int32").numpy()
    array([1065353216], dtype=int32)
    """
    if dtype is None:
        return tensor(x)
    (values,) = values_of("view", x)
    return Tensor(np.ascontiguousarray(values).view(np.dtype(dtype)))
