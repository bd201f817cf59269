"""What a symbolic tensor comes from."""

from lamina import _lamina, _symbolic
from lamina._symbolic import SymbolicTensor


def get_source_inputs(tensor: SymbolicTensor) -> list[SymbolicTensor]:
    """The tensors that ``Input`` gave and from which a symbolic tensor is computed.

    >>> a, b = Input((2,), name="a"), Input((2,), name="b")
    >>> sorted(source.name for source in get_source_inputs(Dense(1)(a + b)))
    ['a', 'b']
    """
    if not isinstance(tensor, SymbolicTensor):
        raise TypeError(f"expected a symbolic tensor, got {type(tensor).__name__}")
    inputs = [layer for layer in tensor._core.layers_behind() if layer.type == "Input"]
    return _symbolic.wrapped([output for i in inputs for output in _lamina.outputs_of(i)])
