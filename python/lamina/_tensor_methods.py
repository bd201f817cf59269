"""Methods that Tensor, Variable and SymbolicTensor share: those NumPy and PyTorch users type.

One list for all three classes. A method runs the function of ``lamina.ops`` that it names, so it
works in graphs and in files, and has a gradient where that has one. Where NumPy and PyTorch give
one name two meanings, NumPy's holds, as in Keras; where that would be wrong in silence, the method
refuses and says both ways of writing it. Speed matters for the methods that the core binds itself
(operators, ``sum``, ``mean``, ``exp`` ...), which are not here.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import lamina
from lamina import _html
from lamina._tensor_hints import MISSING, Missing
from lamina._tensor_operators import OperatorMethods
from lamina._tensor_shapes import ShapeMethods
from lamina._tensor_words import along_axis, cast_to, forward, one_axis, unnested


class TensorMethods(ShapeMethods, OperatorMethods):
    """The methods; see the module."""

    __slots__ = ()

    # Reductions, which the core binds for tensors and variables.
    sum = along_axis("sum")
    mean = along_axis("mean")
    prod = along_axis("prod")
    all = along_axis("all")
    any = along_axis("any")
    amax = along_axis("amax")
    amin = along_axis("amin")
    logsumexp = along_axis("logsumexp")
    nansum = along_axis("nansum")
    nanmean = along_axis("nanmean")
    median = along_axis("median")
    quantile = along_axis("quantile")
    count_nonzero = along_axis("count_nonzero")
    argmax = along_axis("argmax")
    argmin = along_axis("argmin")

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
        return lamina.ops.norm(self, order, one_axis(axis, dim, None), keepdims or keepdim)

    # Elementwise.
    abs = forward("abs", "absolute")
    absolute = forward("absolute")
    sign = forward("sign")
    square = forward("square")
    sqrt = forward("sqrt")
    rsqrt = forward("rsqrt")
    reciprocal = forward("reciprocal")
    exp = forward("exp")
    exp2 = forward("exp2")
    expm1 = forward("expm1")
    log = forward("log")
    log1p = forward("log1p")
    log2 = forward("log2")
    log10 = forward("log10")
    sin = forward("sin")
    cos = forward("cos")
    tan = forward("tan")
    arcsin = asin = forward("arcsin")
    arccos = acos = forward("arccos")
    arctan = atan = forward("arctan")
    sinh = forward("sinh")
    cosh = forward("cosh")
    tanh = forward("tanh")
    erf = forward("erf")
    sigmoid = forward("sigmoid")
    relu = forward("relu")
    floor = forward("floor")
    ceil = forward("ceil")
    trunc = forward("trunc")
    round = forward("round")
    isnan = forward("isnan")
    isinf = forward("isinf")
    isfinite = forward("isfinite")
    logical_not = forward("logical_not")
    neg = negative = forward("neg", "negative")
    nan_to_num = forward("nan_to_num")
    softmax = along_axis("softmax")
    log_softmax = along_axis("log_softmax")
    cumsum = along_axis("cumsum")
    cumprod = along_axis("cumprod")

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
    add = forward("add")
    sub = subtract = forward("sub", "subtract")
    mul = multiply = forward("mul", "multiply")
    div = divide = true_divide = forward("div", "divide")
    pow = forward("pow", "power")
    matmul = mm = bmm = mv = forward("matmul")
    dot = forward("dot")
    outer = forward("outer")
    inner = forward("inner")
    maximum = forward("maximum")
    minimum = forward("minimum")
    floor_divide = forward("floor_divide")
    remainder = forward("remainder", "mod")
    eq = forward("eq", "equal")
    ne = forward("ne", "not_equal")
    lt = forward("lt", "less")
    le = forward("le", "less_equal")
    gt = forward("gt", "greater")
    ge = forward("ge", "greater_equal")
    logical_and = forward("logical_and")
    logical_or = forward("logical_or")
    logical_xor = forward("logical_xor")

    # Choosing elements.
    take = along_axis("take")
    nonzero = forward("nonzero")

    def gather(self: Any, axis: Any = None, index: Any = None, *, dim: Any = None) -> Any:
        """The element at its place along an axis; the index may be shorter along the others.

        >>> Tensor([[1.0, 2.0], [3.0, 4.0]]).gather(1, [[1], [0]]).numpy()
        array([[2.],
               [3.]], dtype=float32)
        """
        along = one_axis(axis, dim, None)
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
        return lamina.ops.take(self, index, one_axis(axis, dim, None))

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
        along = one_axis(axis, dim, -1)
        places = lamina.ops.argsort(self, along)
        return lamina.ops.flip(places, along) if descending else places

    def topk(self: Any, k: Any, axis: Any = None, *, dim: Any = None) -> Any:
        """The k largest along an axis, largest first, and where they stand."""
        along = one_axis(axis, dim, -1)
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

    def _repr_html_(self: Any) -> Any:
        """What it is and its values as a table, which notebooks show; None of a graph's."""
        if not hasattr(self, "numpy"):
            return None
        is_variable = isinstance(self, lamina.Variable)
        details = [f"on {self.device}"] if str(self.device) != "cpu" else []
        if not is_variable and self.requires_grad:
            details.append("requires_grad")
        kind = f"Variable {self.path}" if is_variable else "Tensor"
        return _html.of_tensor(kind, details, self.detach().cpu().numpy())

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
        return self.new_full(unnested(shape), 0, dtype=dtype)

    def new_ones(self: Any, *shape: Any, dtype: Any = None) -> Any:
        """Ones of this dtype, on this device."""
        return self.new_full(unnested(shape), 1, dtype=dtype)

    def new_full(self: Any, shape: Any, fill_value: Any, dtype: Any = None) -> Any:
        """All one value, of this dtype, on this device."""
        made = lamina.ops.full(shape, fill_value, dtype or self.dtype)
        return made.to(self.device)

    double = cast_to("double", "float64")
    long = cast_to("long", "int64")
    byte = cast_to("byte", "uint8")

    # Of a variable, whose own memory changes: of a copy.
    def __dlpack__(self: Any, **keywords: Any) -> Any:
        return lamina.Tensor(self).__dlpack__(**keywords)

    def __dlpack_device__(self: Any) -> Any:
        return lamina.Tensor(self).__dlpack_device__()

    def __dir__(self: Any) -> Any:
        return sorted(set(object.__dir__(self)) - MISSING.keys())

    # The last of the class: what follows would take them for types.
    float = cast_to("float", "float32")
    int = cast_to("int", "int32")
    bool = cast_to("bool", "bool")


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


def attach(*classes: type) -> None:
    """Gives the methods, and hints for what is missing, to classes that lack them."""
    members: dict[str, Any] = {
        name: member
        for family in TensorMethods.__mro__[-2::-1]  # without object
        for name, member in vars(family).items()
        if callable(member) or isinstance(member, property)
    }
    members |= {name: Missing(name, hint) for name, hint in MISSING.items()}
    for cls in classes:
        own = {name for base in cls.__mro__[:-1] for name in vars(base)}
        for name, member in members.items():
            if name not in own:
                setattr(cls, name, member)
