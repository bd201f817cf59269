"""Tensors that have a shape but no values yet, of which graphs of layers are made."""

from typing import Any

from lamina import _lamina

Shape = tuple[int | None, ...]


class SymbolicTensor:
    """What ``Input``, and a layer called on a symbolic tensor, give: a shape and where it is from.

    A model is made of them by ``Model(inputs, outputs)``. They have no values: only layers take
    them. ``+``, ``-`` and ``*`` stand for the layers ``Add``, ``Subtract`` and ``Multiply``, and
    with a number for ``Rescaling``.

    >>> x = Input((3,))
    >>> Dense(2)(x)
    <SymbolicTensor shape=(None, 2), dtype=float32, from dense>
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
    def name(self) -> str:
        """The name of the layer that gives it."""
        return self._core.layer.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SymbolicTensor) and bool(self._core == other._core)

    def __hash__(self) -> int:
        return hash(self._core)

    def __repr__(self) -> str:
        return f"<SymbolicTensor shape={self.shape}, dtype={self.dtype}, from {self.name}>"

    # Arithmetic, by layers: of two symbolic tensors, or of one and a number.

    def __add__(self, other: Any) -> Any:
        return _combined("Add", self, other, lambda number: (1.0, number))

    def __radd__(self, other: Any) -> Any:
        return self + other

    def __sub__(self, other: Any) -> Any:
        return _combined("Subtract", self, other, lambda number: (1.0, -number))

    def __rsub__(self, other: Any) -> Any:
        return _combined(None, self, other, lambda number: (-1.0, number))

    def __mul__(self, other: Any) -> Any:
        return _combined("Multiply", self, other, lambda number: (number, 0.0))

    def __rmul__(self, other: Any) -> Any:
        return self * other

    def __truediv__(self, other: Any) -> Any:
        return _combined(None, self, other, lambda number: (1.0 / number, 0.0))

    def __neg__(self) -> Any:
        return self * -1.0

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError(
            f"{self!r} has no values: give it to layers (layers.add([a, b]), "
            "layers.Lambda(function)), and call the model on data"
        )

    def __getitem__(self, key: Any) -> Any:
        raise TypeError(
            f"{self!r} has no values to take {key!r} of: give it to "
            "layers.Lambda(lambda x: x[...]), or a layer of your own"
        )

    def __matmul__(self, other: Any) -> Any:
        raise TypeError(
            f"{self!r} has no values to multiply: give both to layers.Dot, or to "
            "layers.Lambda(lambda pair: pair[0] @ pair[1])"
        )

    def __bool__(self) -> bool:
        raise TypeError(f"{self!r} has no values, so it is neither true nor false")

    def __iter__(self) -> Any:
        raise TypeError(f"{self!r} has no values to go through")


def _combined(merge: str | None, tensor: SymbolicTensor, other: Any, rescaling: Any) -> Any:
    """The merge of two tensors, or a tensor rescaled by (scale, offset) made of a number."""
    from lamina import layers

    if isinstance(other, SymbolicTensor) and merge is not None:
        return getattr(layers, merge)()([tensor, other])
    if isinstance(other, bool) or not isinstance(other, (int, float)):
        return NotImplemented
    return layers.Rescaling(*rescaling(float(other)))(tensor)


def is_symbolic(value: Any) -> bool:
    """Whether it is a symbolic tensor, or a list or dictionary that begins with one."""
    if isinstance(value, SymbolicTensor):
        return True
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, (list, tuple)) and bool(value) and isinstance(value[0], SymbolicTensor)


def connect(layer: Any, inputs: list[SymbolicTensor]) -> list[SymbolicTensor]:
    """What the layer gives for those inputs."""
    for tensor in inputs:
        if not isinstance(tensor, SymbolicTensor):
            raise TypeError(
                f"{layer.name} got {type(tensor).__name__} among symbolic tensors: give only "
                "symbolic tensors, or only data"
            )
    kept = (layer, *[tensor._kept for tensor in inputs])
    cores = _lamina.connect(layer._core, [tensor._core for tensor in inputs])
    return [SymbolicTensor(core, kept) for core in cores]


def wrapped(cores: list[Any]) -> list[SymbolicTensor]:
    """The Python faces of tensors of the core."""
    from lamina.models.faces import face

    return [SymbolicTensor(c, tuple(face(layer) for layer in c.layers_behind())) for c in cores]


def bare(values: list[Any]) -> Any:
    """One as it is, several as a list."""
    return values[0] if len(values) == 1 else values
