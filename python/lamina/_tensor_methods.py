"""Methods that Tensor, Variable and SymbolicTensor share: those NumPy and PyTorch users type.

One list for all three classes. A method runs the function of ``lamina.ops`` that it names, so it
works in graphs and in files, and has a gradient where that has one. Where NumPy and PyTorch give
one name two meanings, NumPy's holds, as in Keras; where that would be wrong in silence, the method
refuses and says both ways of writing it. Speed matters for the methods that the core binds itself
(operators, ``sum``, ``mean``, ``exp`` ...), which are not here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

import lamina
from lamina import _numpy_protocol
from lamina._numpy_protocol import OPERATORS


def _forward(name: str, operation: str = "") -> Callable[..., Any]:
    """A method that runs a function of ``lamina.ops`` on its tensor."""
    operation = operation or name

    def method(self: Any, *args: Any, **keywords: Any) -> Any:
        return getattr(lamina.ops, operation)(self, *args, **keywords)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"``lamina.ops.{operation}`` of this tensor."
    return method


def _along(name: str, operation: str = "") -> Callable[..., Any]:
    """The same, with PyTorch's words ``dim`` and ``keepdim`` for ``axis`` and ``keepdims``."""
    operation = operation or name

    def method(self: Any, *args: Any, **keywords: Any) -> Any:
        for word, own in (("dim", "axis"), ("dims", "axis"), ("keepdim", "keepdims")):
            if word in keywords:
                keywords[own] = keywords.pop(word)
        return getattr(lamina.ops, operation)(self, *args, **keywords)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = (
        f"``lamina.ops.{operation}`` of this tensor; ``dim`` and ``keepdim`` are ``axis`` and "
        "``keepdims``."
    )
    return method


def _cast_to(name: str, dtype: str) -> Callable[[Any], Any]:
    def method(self: Any) -> Any:
        return lamina.ops.cast(self, dtype)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"The values as {dtype}."
    return method


def _one_axis(axis: Any, dim: Any, default: Any) -> Any:
    if axis is not None and dim is not None:
        raise TypeError("axis and dim are two words for one thing; give one of them")
    given = dim if axis is None else axis
    return default if given is None else given


def _unnested(values: tuple[Any, ...]) -> tuple[Any, ...]:
    one = len(values) == 1 and isinstance(values[0], (list, tuple))
    return tuple(values[0]) if one else values


def _is_foreign(value: Any) -> bool:
    return value is None or isinstance(value, (str, bytes, dict, set))


class TensorMethods:
    """The methods; see the module."""

    __slots__ = ()

    # Reductions, which the core binds for tensors and variables.
    sum = _along("sum")
    mean = _along("mean")
    prod = _along("prod")
    all = _along("all")
    any = _along("any")
    amax = _along("amax")
    amin = _along("amin")
    logsumexp = _along("logsumexp")
    nansum = _along("nansum")
    nanmean = _along("nanmean")
    median = _along("median")
    quantile = _along("quantile")
    count_nonzero = _along("count_nonzero")
    argmax = _along("argmax")
    argmin = _along("argmin")

    def max(self: Any, axis: Any = None, keepdims: Any = False, *, dim: Any = None) -> Any:
        """The maximum over some axes, or all.

        >>> Tensor([[1.0, 5.0], [3.0, 2.0]]).max(axis=1).numpy()
        array([5., 3.], dtype=float32)
        """
        _refuse_pairs("max", dim)
        return lamina.ops.max(self, axis, keepdims)

    def min(self: Any, axis: Any = None, keepdims: Any = False, *, dim: Any = None) -> Any:
        """The minimum over some axes, or all."""
        _refuse_pairs("min", dim)
        return lamina.ops.min(self, axis, keepdims)

    def var(
        self: Any, axis: Any = None, keepdims: Any = False, *, ddof: Any = 0, dim: Any = None
    ) -> Any:
        """The variance over some axes, or all: the squares' sum over their number less ``ddof``."""
        _refuse_biased("var", dim)
        biased = lamina.ops.var(self, axis, keepdims)
        return biased if ddof == 0 else biased * _unbiasing(self, axis, ddof)

    def std(
        self: Any, axis: Any = None, keepdims: Any = False, *, ddof: Any = 0, dim: Any = None
    ) -> Any:
        """The standard deviation over some axes, or all: the root of ``var``.

        >>> round(Tensor([1.0, 2.0, 3.0]).std(ddof=1).item(), 6)
        1.0
        """
        _refuse_biased("std", dim)
        biased = lamina.ops.std(self, axis, keepdims)
        return biased if ddof == 0 else biased * math.sqrt(_unbiasing(self, axis, ddof))

    def norm(
        self: Any,
        ord: Any = None,
        axis: Any = None,
        keepdims: Any = False,
        *,
        p: Any = None,
        dim: Any = None,
        keepdim: Any = False,
    ) -> Any:
        """``lamina.ops.norm``; ``p``, ``dim`` and ``keepdim`` are PyTorch's words.

        >>> Tensor([3.0, 4.0]).norm().item()
        5.0
        """
        order = ord if p is None else p
        return lamina.ops.norm(self, order, _one_axis(axis, dim, None), keepdims or keepdim)

    # Elementwise.
    abs = _forward("abs", "absolute")
    absolute = _forward("absolute")
    sign = _forward("sign")
    square = _forward("square")
    sqrt = _forward("sqrt")
    rsqrt = _forward("rsqrt")
    reciprocal = _forward("reciprocal")
    exp = _forward("exp")
    exp2 = _forward("exp2")
    expm1 = _forward("expm1")
    log = _forward("log")
    log1p = _forward("log1p")
    log2 = _forward("log2")
    log10 = _forward("log10")
    sin = _forward("sin")
    cos = _forward("cos")
    tan = _forward("tan")
    arcsin = asin = _forward("arcsin")
    arccos = acos = _forward("arccos")
    arctan = atan = _forward("arctan")
    sinh = _forward("sinh")
    cosh = _forward("cosh")
    tanh = _forward("tanh")
    erf = _forward("erf")
    sigmoid = _forward("sigmoid")
    relu = _forward("relu")
    floor = _forward("floor")
    ceil = _forward("ceil")
    trunc = _forward("trunc")
    round = _forward("round")
    isnan = _forward("isnan")
    isinf = _forward("isinf")
    isfinite = _forward("isfinite")
    logical_not = _forward("logical_not")
    neg = negative = _forward("neg", "negative")
    nan_to_num = _forward("nan_to_num")
    softmax = _along("softmax")
    log_softmax = _along("log_softmax")
    cumsum = _along("cumsum")
    cumprod = _along("cumprod")

    def clip(self: Any, min: Any = None, max: Any = None) -> Any:
        """The values within [min, max]; None for no bound, tensors for a bound each.

        >>> Tensor([-2.0, 0.5, 3.0]).clip(0, 1).numpy()
        array([0. , 0.5, 1. ], dtype=float32)
        """
        numbers = all(bound is None or isinstance(bound, (int, float)) for bound in (min, max))
        if numbers:
            return lamina.ops.clip(self, min, max)
        above = self if min is None else lamina.ops.maximum(self, min)
        return above if max is None else lamina.ops.minimum(above, max)

    clamp = clip

    # Two operands.
    add = _forward("add")
    sub = subtract = _forward("sub", "subtract")
    mul = multiply = _forward("mul", "multiply")
    div = divide = true_divide = _forward("div", "divide")
    pow = _forward("pow", "power")
    matmul = mm = bmm = mv = _forward("matmul")
    dot = _forward("dot")
    outer = _forward("outer")
    inner = _forward("inner")
    maximum = _forward("maximum")
    minimum = _forward("minimum")
    floor_divide = _forward("floor_divide")
    remainder = _forward("remainder", "mod")
    eq = _forward("eq", "equal")
    ne = _forward("ne", "not_equal")
    lt = _forward("lt", "less")
    le = _forward("le", "less_equal")
    gt = _forward("gt", "greater")
    ge = _forward("ge", "greater_equal")
    logical_and = _forward("logical_and")
    logical_or = _forward("logical_or")
    logical_xor = _forward("logical_xor")

    # Shapes.
    ravel = _forward("ravel")
    swapaxes = _forward("swapaxes")
    moveaxis = movedim = _forward("moveaxis")
    unsqueeze = _along("unsqueeze", "expand_dims")
    flip = _along("flip")
    diagonal = _forward("diagonal")
    trace = _forward("trace")
    tril = _forward("tril")
    triu = _forward("triu")
    broadcast_to = _forward("broadcast_to")
    unbind = _along("unbind", "unstack")

    def squeeze(self: Any, axis: Any = None, *, dim: Any = None) -> Any:
        """Without those axes of extent 1, or without all of them."""
        return lamina.ops.squeeze(self, _one_axis(axis, dim, None))

    def reshape(self: Any, *shape: Any) -> Any:
        """The same values in another shape; one extent may be -1."""
        return lamina.ops.reshape(self, _unnested(shape))

    def view(self: Any, *shape: Any) -> Any:
        """``reshape``, which copies nothing."""
        if len(shape) == 1 and not isinstance(shape[0], (int, np.integer, list, tuple)):
            raise TypeError(
                f"view takes a shape, got {shape[0]!r}; for another dtype, astype converts values"
            )
        return lamina.ops.reshape(self, _unnested(shape))

    def view_as(self: Any, other: Any) -> Any:
        """The same values in the shape of another tensor."""
        return lamina.ops.reshape(self, other.shape)

    reshape_as = view_as

    def flatten(self: Any, start_dim: Any = 0, end_dim: Any = -1) -> Any:
        """The axes from ``start_dim`` to ``end_dim`` as one.

        >>> lamina.ops.ones((2, 3, 4)).flatten(1).shape
        (2, 12)
        """
        shape = list(self.shape)
        if not shape:
            return lamina.ops.reshape(self, (1,))
        start, end = (d + len(shape) if d < 0 else d for d in (start_dim, end_dim))
        if not 0 <= start <= end < len(shape):
            raise IndexError(
                f"flatten({start_dim}, {end_dim}) does not name axes of shape {tuple(shape)}"
            )
        merged = shape[start : end + 1]
        extent = -1 if None in merged else math.prod(merged)
        new = [*shape[:start], extent, *shape[end + 1 :]]
        return lamina.ops.reshape(self, [-1 if extent is None else extent for extent in new])

    def permute(self: Any, *dims: Any) -> Any:
        """Axes in another order."""
        return lamina.ops.transpose(self, _unnested(dims))

    def t(self: Any) -> Any:
        """A matrix transposed; a vector or a number as it is."""
        if len(self.shape) > 2:
            raise ValueError(
                f"t() is for at most two axes, got shape {self.shape}; "
                "mT exchanges the last two, T reverses all"
            )
        return lamina.ops.transpose(self)

    @property
    def mT(self: Any) -> Any:
        """The last two axes exchanged."""
        return lamina.ops.swapaxes(self, -2, -1)

    def expand(self: Any, *shape: Any) -> Any:
        """Broadcast to a shape; -1 stands for the tensor's own extent.

        >>> Tensor([[1.0], [2.0]]).expand(-1, 3).shape
        (2, 3)
        """
        wanted, own = list(_unnested(shape)), list(self.shape)
        new = len(wanted) - len(own)
        own = [1] * new + own
        if None in own:  # a graph's, where not all extents are known: what is new is repeated
            added = lamina.ops.expand_dims(self, list(range(new))) if new > 0 else self
            pairs = zip(wanted, own, strict=True)
            return lamina.ops.tile(
                added, [1 if want in (-1, have) else want for want, have in pairs]
            )
        full = [have if want == -1 else want for want, have in zip(wanted, own, strict=True)]
        return lamina.ops.broadcast_to(self, full)

    def expand_as(self: Any, other: Any) -> Any:
        """Broadcast to the shape of another tensor."""
        return lamina.ops.broadcast_to(self, other.shape)

    def repeat(self: Any, repeats: Any, *further: Any, axis: Any = None) -> Any:
        """Each element repeated, as in NumPy; PyTorch's ``repeat`` is ``tile``.

        >>> Tensor([1.0, 2.0]).repeat(2).numpy()
        array([1., 1., 2., 2.], dtype=float32)
        """
        if further:
            given = ", ".join(map(str, (repeats, *further)))
            raise TypeError(
                f"repeat({given}) has two meanings: each element repeated along an axis is "
                f"repeat({repeats}, axis={further[0]}); the whole repeated, as PyTorch means it, "
                f"is tile({given})"
            )
        return lamina.ops.repeat(self, repeats, axis)

    def tile(self: Any, *repeats: Any) -> Any:
        """The whole repeated along each axis.

        >>> Tensor([1.0, 2.0]).tile(2).numpy()
        array([1., 2., 1., 2.], dtype=float32)
        """
        return lamina.ops.tile(self, list(_unnested(repeats)))

    def roll(
        self: Any, shift: Any = None, axis: Any = None, *, shifts: Any = None, dims: Any = None
    ) -> Any:
        """Elements moved on along axes."""
        return lamina.ops.roll(
            self, shift if shifts is None else shifts, _one_axis(axis, dims, None)
        )

    def split(self: Any, split_size: Any, axis: Any = None, *, dim: Any = None) -> Any:
        """Parts of ``split_size``, or of each of several sizes, as in PyTorch.

        ``lamina.ops.split`` is NumPy's, by the number of parts.

        >>> [part.shape for part in lamina.ops.ones((5, 2)).split(2)]
        [(2, 2), (2, 2), (1, 2)]
        """
        along = _one_axis(axis, dim, 0)
        extent = self.shape[along]
        if isinstance(split_size, Sequence):
            ends = np.cumsum(split_size).tolist()
            if not ends or ends[-1] != extent:
                raise ValueError(
                    f"split got sizes {list(split_size)}, whose sum is not the extent {extent} of "
                    f"axis {along}"
                )
            return lamina.ops.split(self, ends[:-1], axis=along)
        if split_size < 1:
            raise ValueError(f"split needs a size of at least 1, got {split_size}")
        return lamina.ops.split(self, list(range(split_size, extent, split_size)), axis=along)

    def chunk(self: Any, chunks: Any, axis: Any = None, *, dim: Any = None) -> Any:
        """At most as many parts, all but the last of one size."""
        along = _one_axis(axis, dim, 0)
        if chunks < 1:
            raise ValueError(f"chunk needs at least 1 part, got {chunks}")
        extent = self.shape[along]
        return TensorMethods.split(self, max(-(-extent // chunks), 1), along)

    # Choosing elements.
    take = _along("take")
    nonzero = _forward("nonzero")

    def gather(self: Any, axis: Any = None, index: Any = None, *, dim: Any = None) -> Any:
        """The element at its place along an axis; the index may be shorter along the others.

        >>> Tensor([[1.0, 2.0], [3.0, 4.0]]).gather(1, [[1], [0]]).numpy()
        array([[2.],
               [3.]], dtype=float32)
        """
        along = _one_axis(axis, dim, None)
        index = lamina.ops.convert_to_tensor(index, "int64")
        own = list(self.shape)
        along += len(own) if along < 0 else 0
        kept = tuple(
            slice(None) if place == along else slice(0, extent)
            for place, extent in enumerate(index.shape)
        )
        return lamina.ops.take_along_axis(self[kept], index, along)

    def index_select(self: Any, axis: Any = None, index: Any = None, *, dim: Any = None) -> Any:
        """The slices at those places of an axis."""
        return lamina.ops.take(self, index, _one_axis(axis, dim, None))

    def masked_select(self: Any, mask: Any) -> Any:
        """``x[mask]``: the elements where a mask is true."""
        return self[mask]

    def masked_fill(self: Any, mask: Any, value: Any) -> Any:
        """Another value where a mask is true.

        >>> Tensor([1.0, -1.0]).masked_fill([False, True], 0).numpy()
        array([1., 0.], dtype=float32)
        """
        return lamina.ops.where(mask, value, self)

    def where(self: Any, condition: Any, other: Any) -> Any:
        """These values where the condition is true, else the others."""
        return lamina.ops.where(condition, self, other)

    def sort(self: Any, axis: Any = -1, **keywords: Any) -> Any:
        """A sorted copy, ascending; ``argsort`` gives the places."""
        if keywords:
            raise TypeError(
                f"sort got {', '.join(keywords)}: here sort(axis) gives the sorted values alone, "
                "argsort(axis, descending=False) their places"
            )
        return lamina.ops.sort(self, axis)

    def argsort(self: Any, axis: Any = None, *, dim: Any = None, descending: Any = False) -> Any:
        """Where a sorted copy takes each element from."""
        along = _one_axis(axis, dim, -1)
        places = lamina.ops.argsort(self, along)
        return lamina.ops.flip(places, along) if descending else places

    def topk(self: Any, k: Any, axis: Any = None, *, dim: Any = None) -> Any:
        """The k largest along an axis, largest first, and where they stand."""
        along = _one_axis(axis, dim, -1)
        if along in (-1, len(self.shape) - 1):
            return lamina.ops.top_k(self, k)
        values, places = lamina.ops.top_k(lamina.ops.swapaxes(self, along, -1), k)
        return lamina.ops.swapaxes(values, along, -1), lamina.ops.swapaxes(places, along, -1)

    # What it is.
    def dim(self: Any) -> Any:
        """Number of axes; also ``ndim``."""
        return len(self.shape)

    def numel(self: Any) -> Any:
        """Number of elements; also ``size``."""
        return self.size

    def is_floating_point(self: Any) -> Any:
        """Whether its dtype is float32 or float64."""
        return self.dtype.startswith("float")

    def is_contiguous(self: Any) -> Any:
        """True: every tensor is."""
        return True

    def contiguous(self: Any) -> Any:
        """Itself: every tensor is contiguous."""
        return self

    @property
    def itemsize(self: Any) -> Any:
        """Bytes of an element."""
        return np.dtype(self.dtype).itemsize

    @property
    def nbytes(self: Any) -> Any:
        """Bytes of all elements."""
        return self.size * self.itemsize

    # Copies and conversions.
    def astype(self: Any, dtype: Any) -> Any:
        """The values as another dtype."""
        return lamina.ops.cast(self, dtype)

    def cast(self: Any, dtype: Any) -> Any:
        """The values as another dtype."""
        return lamina.ops.cast(self, dtype)

    def detach(self: Any) -> Any:
        """The same values, outside any gradient."""
        return lamina.ops.stop_gradient(self)

    def clone(self: Any) -> Any:
        """The same values in new memory, which gradients flow through."""
        if not self.is_floating_point():
            return lamina.Tensor(self)
        return lamina.ops.multiply(self, 1)

    copy = clone

    def tolist(self: Any) -> Any:
        """The values as nested lists of Python's numbers.

        >>> Tensor([[1.0, 2.5]]).tolist()
        [[1.0, 2.5]]
        """
        return self.numpy().tolist()

    def new_zeros(self: Any, *shape: Any, dtype: Any = None) -> Any:
        """Zeros of this dtype, on this device."""
        return self.new_full(_unnested(shape), 0, dtype=dtype)

    def new_ones(self: Any, *shape: Any, dtype: Any = None) -> Any:
        """Ones of this dtype, on this device."""
        return self.new_full(_unnested(shape), 1, dtype=dtype)

    def new_full(self: Any, shape: Any, fill_value: Any, dtype: Any = None) -> Any:
        """All one value, of this dtype, on this device."""
        made = lamina.ops.full(shape, fill_value, dtype or self.dtype)
        return made.to(self.device)

    double = _cast_to("double", "float64")
    long = _cast_to("long", "int64")
    byte = _cast_to("byte", "uint8")

    # Operators that the core does not bind.
    def __mod__(self: Any, other: Any) -> Any:
        return NotImplemented if _is_foreign(other) else lamina.ops.mod(self, other)

    def __rmod__(self: Any, other: Any) -> Any:
        return NotImplemented if _is_foreign(other) else lamina.ops.mod(other, self)

    def __floordiv__(self: Any, other: Any) -> Any:
        return NotImplemented if _is_foreign(other) else lamina.ops.floor_divide(self, other)

    def __rfloordiv__(self: Any, other: Any) -> Any:
        return NotImplemented if _is_foreign(other) else lamina.ops.floor_divide(other, self)

    def __divmod__(self: Any, other: Any) -> Any:
        if _is_foreign(other):
            return NotImplemented
        return lamina.ops.floor_divide(self, other), lamina.ops.mod(self, other)

    def __rdivmod__(self: Any, other: Any) -> Any:
        if _is_foreign(other):
            return NotImplemented
        return lamina.ops.floor_divide(other, self), lamina.ops.mod(other, self)

    def __xor__(self: Any, other: Any) -> Any:
        return NotImplemented if _is_foreign(other) else lamina.ops.logical_xor(self, other)

    def __rxor__(self: Any, other: Any) -> Any:
        return NotImplemented if _is_foreign(other) else lamina.ops.logical_xor(other, self)

    def __and__(self: Any, other: Any) -> Any:
        return NotImplemented if _is_foreign(other) else lamina.ops.logical_and(self, other)

    def __rand__(self: Any, other: Any) -> Any:
        return NotImplemented if _is_foreign(other) else lamina.ops.logical_and(other, self)

    def __or__(self: Any, other: Any) -> Any:
        return NotImplemented if _is_foreign(other) else lamina.ops.logical_or(self, other)

    def __ror__(self: Any, other: Any) -> Any:
        return NotImplemented if _is_foreign(other) else lamina.ops.logical_or(other, self)

    def __invert__(self: Any) -> Any:
        return lamina.ops.logical_not(self)

    def __pos__(self: Any) -> Any:
        return self

    def __round__(self: Any, ndigits: Any = None) -> Any:
        return lamina.ops.round(self, ndigits or 0)

    def __array_ufunc__(self: Any, ufunc: Any, method: Any, *inputs: Any, **keywords: Any) -> Any:
        if not keywords and method == "__call__":
            operator = OPERATORS.get(ufunc)
            if operator is not None:
                return operator(*inputs)
        return _numpy_protocol.ufunc(ufunc, method, inputs, keywords)

    def __array_function__(self: Any, function: Any, types: Any, args: Any, keywords: Any) -> Any:
        return _numpy_protocol.function(function, args, keywords)

    # Of a variable, whose own memory changes: of a copy.
    def __dlpack__(self: Any, **keywords: Any) -> Any:
        return lamina.Tensor(self).__dlpack__(**keywords)

    def __dlpack_device__(self: Any) -> Any:
        return lamina.Tensor(self).__dlpack_device__()

    def __dir__(self: Any) -> Any:
        return sorted(set(object.__dir__(self)) - MISSING.keys())

    # The last of the class: what follows would take them for types.
    float = _cast_to("float", "float32")
    int = _cast_to("int", "int32")
    bool = _cast_to("bool", "bool")


def _refuse_pairs(name: str, dim: Any) -> None:
    if dim is not None:
        raise TypeError(
            f"{name}(dim=) gives values and places in PyTorch; here {name}(axis=) gives the values "
            f"and arg{name}(axis=) the places"
        )


def _refuse_biased(name: str, dim: Any) -> None:
    if dim is not None:
        raise TypeError(
            f"{name}(dim=) divides by n - 1 in PyTorch; here, as in NumPy and Keras, {name}(axis=) "
            f"divides by n, and {name}(axis=, ddof=1) by n - 1"
        )


def _unbiasing(x: Any, axis: Any, ddof: Any) -> Any:
    axes = range(len(x.shape)) if axis is None else np.atleast_1d(axis)
    extents = [x.shape[along] for along in axes]
    if None in extents:
        raise ValueError(f"ddof={ddof} needs known extents to count, got shape {x.shape}")
    n = math.prod(extents)
    return n / (n - ddof) if n > ddof else math.nan


class _Missing:
    """In the place of an attribute that a class has not: refuses with what to write instead.

    Found where the attribute would be, it costs others nothing, unlike ``__getattr__``.
    """

    def __init__(self, name: str, hint: str) -> None:
        self.name, self.hint = name, hint

    def __get__(self, owner: Any, cls: type) -> NoReturn:
        raise AttributeError(f"'{cls.__name__}' object has no attribute '{self.name}': {self.hint}")


def attach(*classes: type) -> None:
    """Gives the methods, and hints for what is missing, to classes that lack them."""
    members: dict[str, Any] = {
        name: member
        for name, member in vars(TensorMethods).items()
        if callable(member) or isinstance(member, property)
    }
    members |= {name: _Missing(name, hint) for name, hint in MISSING.items()}
    for cls in classes:
        own = {name for base in cls.__mro__[:-1] for name in vars(base)}
        for name, member in members.items():
            if name not in own:
                setattr(cls, name, member)


def _in_place(operation: str) -> str:
    return f"tensors are immutable: {operation}; a Variable has assign, assign_add and assign_sub"


_NO_VALUES = "it has no values; call the model on data"

# What NumPy and PyTorch call something that tensors have not, and what to write instead.
MISSING = {
    "item": _NO_VALUES,
    "numpy": _NO_VALUES,
    "grad": _NO_VALUES,
    "requires_grad": _NO_VALUES,
    "zero_grad": _NO_VALUES,
    "device": _NO_VALUES,
    "cuda": 'a device is named: x.to("cuda:0"), or lamina.set_device("cuda:0") for all new tensors',
    "mps": "there are the devices cpu and cuda",
    "is_cuda": "x.device says where it lies",
    "get_device": "x.device says where it lies",
    "half": "there is no float16 yet; x.float() is float32",
    "bfloat16": "there is no bfloat16 yet; x.float() is float32",
    "type": "x.dtype says what it is, x.astype(dtype) converts",
    "type_as": "write x.to(other)",
    "data": "x.detach() gives the values outside any gradient; a Variable takes v.assign(values)",
    "grad_fn": "x.is_leaf says whether an operation made it",
    "requires_grad_": "write x.requires_grad = True",
    "detach_": "write x = x.detach()",
    "register_hook": "x.retain_grad() keeps a result's gradient for after backward()",
    "backward": "call it on the loss, a Tensor that was computed from variables",
    "add_": _in_place("write x = x + y"),
    "sub_": _in_place("write x = x - y"),
    "mul_": _in_place("write x = x * y"),
    "div_": _in_place("write x = x / y"),
    "zero_": _in_place("write x = lamina.ops.zeros_like(x), or p.zero_grad() for p.grad.zero_()"),
    "fill_": _in_place("write x = lamina.ops.full_like(x, value)"),
    "fill": _in_place("write x = lamina.ops.full_like(x, value)"),
    "copy_": _in_place("write x = y"),
    "clamp_": _in_place("write x = x.clip(low, high)"),
    "masked_fill_": _in_place("write x = x.masked_fill(mask, value)"),
    "index_add_": _in_place("write x = x + lamina.ops.scatter(indices, values, x.shape)"),
    "scatter_": _in_place("write lamina.ops.scatter or lamina.ops.scatter_update"),
    "scatter_add_": _in_place("write x = x + lamina.ops.scatter(indices, values, x.shape)"),
    "uniform_": _in_place("write x = lamina.random.uniform(x.shape)"),
    "normal_": _in_place("write x = lamina.random.normal(x.shape)"),
    "at": "write lamina.ops.scatter_update or lamina.ops.slice_update",
    "set": "write lamina.ops.scatter_update or lamina.ops.slice_update",
    "assign": "a Tensor is immutable; a Variable has assign",
    "put": _in_place("write lamina.ops.scatter_update"),
    "resize": _in_place("write x = x.reshape(shape)"),
    "partition": "lamina.ops.top_k and sort order elements",
    "strides": "tensors are contiguous, in row-major order",
    "stride": "tensors are contiguous, in row-major order",
    "storage": "x.numpy() is a read-only view of the memory",
    "data_ptr": "x.numpy().ctypes.data is the address",
    "buffer": "x.numpy() is a read-only view of the memory",
    "tobytes": "write x.numpy().tobytes()",
    "tofile": "write x.numpy().tofile(file)",
    "to_numpy": "write x.numpy()",
    "asnumpy": "write x.numpy()",
    "values": "write x.numpy()",
    "get_shape": "write x.shape",
    "set_shape": "write x.reshape(shape)",
    "block_until_ready": "write lamina.synchronize()",
    "new_tensor": "write lamina.Tensor(data, dtype=x.dtype)",
    "new_empty": "write x.new_zeros(shape)",
    "new": "write lamina.Tensor(data, dtype=x.dtype)",
    "unfold": "write lamina.ops.extract_sequences, or index with an array of places",
    "inverse": "write lamina.ops.inv(x)",
    "det": "write lamina.ops.det(x)",
    "real": "tensors hold real numbers: x itself",
    "imag": "tensors hold real numbers",
    "conj": "tensors hold real numbers: x itself",
    "element_size": "write x.itemsize",
    "nelement": "write x.size or x.numel()",
}
