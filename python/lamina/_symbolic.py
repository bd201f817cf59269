"""Tensors that have a shape but no values yet, of which graphs of layers are made."""

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar

import numpy as np

from lamina import _lamina
from lamina._lamina import Tensor, Variable
from lamina._layer_faces import face
from lamina._tensor_methods import TensorMethods

Shape = tuple[int | None, ...]

_Value = TypeVar("_Value")


class SymbolicTensor(TensorMethods):
    """What ``Input``, and a layer called on a symbolic tensor, give: a shape and where it is from.

    A model is made of them by ``Model(inputs, outputs)``. They have no values: layers and the
    operations of ``lamina.ops`` take them, and arithmetic, comparison and subscripts with NumPy's
    rules, of two or with numbers and arrays. ``==`` compares identity.

    >>> x = Input((3,))
    >>> Dense(2)(x)
    <SymbolicTensor shape=(None, 2), dtype=float32, from dense>
    >>> 1.0 - x[:, :2]
    <SymbolicTensor shape=(None, 2), dtype=float32, from subtract>
    """

    __slots__ = ("__weakref__", "_core", "_kept")

    def __init__(self, core: _lamina.SymbolicTensor, kept: Any) -> None:
        self._core = core
        # The core does not own Python objects: layers behind this tensor are held here.
        self._kept = kept

    @property
    def shape(self) -> Shape:
        """Its shape; the batch axis is None unless the input stated it."""
        return self._core.shape

    @property
    def dtype(self) -> str:
        """Its dtype."""
        return self._core.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int | None:
        """Number of values; None where an extent is unknown."""
        known = [extent for extent in self.shape if extent is not None]
        return math.prod(known) if len(known) == len(self.shape) else None

    @property
    def name(self) -> str:
        """The name of the layer that gives it."""
        return self._core.layer.name

    @property
    def T(self) -> Any:
        """Its axes in reverse order."""
        return operation("transpose", {"x": self, "axes": None})

    def transpose(self, *axes: Any) -> Any:
        """Axes in another order, by default reversed."""
        one = len(axes) == 1 and isinstance(axes[0], (list, tuple))
        return operation("transpose", {"x": self, "axes": list(axes[0] if one else axes) or None})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SymbolicTensor) and bool(self._core == other._core)

    def __hash__(self) -> int:
        return hash(self._core)

    def __repr__(self) -> str:
        return f"<SymbolicTensor shape={self.shape}, dtype={self.dtype}, from {self.name}>"

    def __add__(self, other: Any) -> Any:
        return _binary("add", self, other)

    def __radd__(self, other: Any) -> Any:
        return _binary("add", other, self)

    def __sub__(self, other: Any) -> Any:
        return _binary("subtract", self, other)

    def __rsub__(self, other: Any) -> Any:
        return _binary("subtract", other, self)

    def __mul__(self, other: Any) -> Any:
        return _binary("multiply", self, other)

    def __rmul__(self, other: Any) -> Any:
        return _binary("multiply", other, self)

    def __truediv__(self, other: Any) -> Any:
        return _binary("divide", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _binary("divide", other, self)

    def __pow__(self, other: Any) -> Any:
        return _binary("power", self, other)

    def __rpow__(self, other: Any) -> Any:
        return _binary("power", other, self)

    def __matmul__(self, other: Any) -> Any:
        return _binary("matmul", self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return _binary("matmul", other, self)

    def __lt__(self, other: Any) -> Any:
        return _binary("less", self, other)

    def __le__(self, other: Any) -> Any:
        return _binary("less_equal", self, other)

    def __gt__(self, other: Any) -> Any:
        return _binary("greater", self, other)

    def __ge__(self, other: Any) -> Any:
        return _binary("greater_equal", self, other)

    def __neg__(self) -> Any:
        return operation("negative", {"x": self})

    def __abs__(self) -> Any:
        return operation("absolute", {"x": self})

    def __getitem__(self, key: Any) -> Any:
        return operation("getitem", {"x": self, "key": _lamina.subscript_key(key)})

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError(
            f"{self!r} has no values, which NumPy would need: use lamina.ops, and call the model "
            "on data"
        )

    def __bool__(self) -> bool:
        raise TypeError(f"{self!r} has no values, so it is neither true nor false")

    def __float__(self) -> float:
        raise TypeError(f"{self!r} has no values; call the model on data")

    def __len__(self) -> int:
        extent = self.shape[0] if self.shape else None
        if extent is None:
            raise TypeError(f"{self!r} has no known number of samples")
        return extent

    def __iter__(self) -> Any:
        raise TypeError(f"{self!r} has no values to go through")


def is_symbolic_leaf(value: Any) -> bool:
    """Whether it is a symbolic tensor."""
    return isinstance(value, SymbolicTensor)


def is_symbolic(value: Any) -> bool:
    """Whether it is a symbolic tensor, or a nested list or dictionary that holds one."""
    if isinstance(value, SymbolicTensor):
        return True
    if isinstance(value, dict):
        return any(is_symbolic(item) for item in value.values())
    return isinstance(value, (list, tuple)) and any(is_symbolic(item) for item in value)


def _symbolic_leaves(value: Any) -> Iterator[SymbolicTensor]:
    if isinstance(value, SymbolicTensor):
        yield value
    elif isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _symbolic_leaves(item)


def connect(
    layer: Any,
    inputs: list[SymbolicTensor],
    training: bool | None = None,
    keywords: dict[str, list[SymbolicTensor]] | None = None,
    values: dict[str, Any] | None = None,
) -> list[SymbolicTensor]:
    """What the layer gives for those inputs.

    Args:
        layer: the layer.
        inputs: its inputs.
        training: kept in the graph where it is not None.
        keywords: further tensors by keyword.
        values: plain arguments by keyword.
    """
    named = list((keywords or {}).items())
    given = [*inputs, *[tensor for _, tensors in named for tensor in tensors]]
    peer = next((tensor for tensor in given if isinstance(tensor, SymbolicTensor)), None)
    given = [
        _in_graph(layer, tensor, peer, is_input=place < len(inputs))
        for place, tensor in enumerate(given)
    ]
    inputs, rest = given[: len(inputs)], iter(given[len(inputs) :])
    named = [(name, list(islice(rest, len(tensors)))) for name, tensors in named]
    kept = (layer, *[tensor._kept for tensor in given])
    cores = _lamina.connect(
        layer._core,
        [tensor._core for tensor in inputs],
        training,
        [(name, [tensor._core for tensor in tensors]) for name, tensors in named],
        values,
    )
    return [SymbolicTensor(core, kept) for core in cores]


def _in_graph(
    layer: Any, value: Any, peer: SymbolicTensor | None, is_input: bool
) -> SymbolicTensor:
    """A symbolic tensor; an array as one that is the same at each call, and for each sample."""
    if isinstance(value, SymbolicTensor):
        return value
    if peer is None or not isinstance(value, (Tensor, np.ndarray)):
        raise TypeError(
            f"{layer.name} got {type(value).__name__} among symbolic tensors: give symbolic "
            "tensors, and arrays for what is the same at each call"
        )
    if is_input and tuple(value.shape[:1]) != (1,):
        raise ValueError(
            f"{layer.name} got an array of shape {tuple(value.shape)} among symbolic tensors, "
            "expected a first axis of 1, which stands for each sample: array[None]"
        )
    constant: SymbolicTensor = operation(
        "constant", {"x": peer, "value": value, "for_each_sample": is_input}
    )
    return constant


def operation(name: str, arguments: dict[str, Any]) -> Any:
    """A symbolic tensor, or a list of them, that an operation of ``lamina.ops`` gives.

    It stands in the graph as a layer, ``Operation``, that files hold. Arrays among the arguments
    become constants of that layer; those of floats take the dtype of the symbolic tensors.

    Args:
        name: of the operation.
        arguments: by the names of its parameters.
    """
    inputs: list[SymbolicTensor] = []
    constants: list[Any] = []
    dtypes = [leaf.dtype for leaf in _symbolic_leaves(arguments)]
    floating = next((dtype for dtype in dtypes if dtype.startswith("float")), None)

    def described(value: Any) -> Any:
        if isinstance(value, SymbolicTensor):
            if value not in inputs:
                inputs.append(value)
            return {"tensor": inputs.index(value)}
        if isinstance(value, Variable) or (isinstance(value, Tensor) and value.requires_grad):
            raise TypeError(
                f"{name} of symbolic tensors got a Variable, which a graph would not train: hold "
                "it in a layer of your own"
            )
        if isinstance(value, (Tensor, np.ndarray)):
            if isinstance(value, np.ndarray):
                value = Tensor(value, floating if value.dtype.kind == "f" else None)
            constants.append(value)
            return {"constant": len(constants) - 1}
        if isinstance(value, np.generic):
            return value.item()
        if isinstance(value, (list, tuple)):
            return [described(item) for item in value]
        if isinstance(value, dict):
            return {key: described(item) for key, item in value.items()}
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)  # which JSON has no number for
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if isinstance(value, type) or hasattr(value, "name"):  # a dtype
            return np.dtype(value).name
        raise TypeError(f"{name} of symbolic tensors got {value!r} as an argument")

    given = {key: described(value) for key, value in arguments.items()}
    layer = _OPERATIONS[0](name, given, constants)
    outputs = connect(layer, inputs)
    return outputs if _lamina.operation_gives_several(name) else outputs[0]


# The class Operation, which tells itself when it is defined: it is a layer, and layers are made of
# what this module offers.
_OPERATIONS: list[Any] = []


def _binary(name: str, left: Any, right: Any) -> Any:
    for value in (left, right):
        if isinstance(value, (str, bytes, dict, set)) or value is None:
            return NotImplemented
    return operation(name, {"x1": left, "x2": right})


def wrapped(cores: list[Any]) -> list[SymbolicTensor]:
    """The Python faces of tensors of the core."""
    return [SymbolicTensor(c, tuple(face(layer) for layer in c.layers_behind())) for c in cores]


def bare(values: list[_Value]) -> _Value | list[_Value]:
    """One as it is, several as a list."""
    return values[0] if len(values) == 1 else values
