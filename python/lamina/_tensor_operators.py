"""Operators of tensors that the core does not bind; see ``_tensor_methods``."""

from typing import Any

import lamina
from lamina import _numpy_protocol
from lamina._numpy_protocol import OPERATORS
from lamina._tensor_words import is_foreign


class OperatorMethods:
    """The operators; see the module."""

    __slots__ = ()

    def __mod__(self: Any, other: Any) -> Any:
        return NotImplemented if is_foreign(other) else lamina.ops.mod(self, other)

    def __rmod__(self: Any, other: Any) -> Any:
        return NotImplemented if is_foreign(other) else lamina.ops.mod(other, self)

    def __floordiv__(self: Any, other: Any) -> Any:
        return NotImplemented if is_foreign(other) else lamina.ops.floor_divide(self, other)

    def __rfloordiv__(self: Any, other: Any) -> Any:
        return NotImplemented if is_foreign(other) else lamina.ops.floor_divide(other, self)

    def __divmod__(self: Any, other: Any) -> Any:
        if is_foreign(other):
            return NotImplemented
        return lamina.ops.floor_divide(self, other), lamina.ops.mod(self, other)

    def __rdivmod__(self: Any, other: Any) -> Any:
        if is_foreign(other):
            return NotImplemented
        return lamina.ops.floor_divide(other, self), lamina.ops.mod(other, self)

    def __xor__(self: Any, other: Any) -> Any:
        return NotImplemented if is_foreign(other) else lamina.ops.logical_xor(self, other)

    def __rxor__(self: Any, other: Any) -> Any:
        return NotImplemented if is_foreign(other) else lamina.ops.logical_xor(other, self)

    def __and__(self: Any, other: Any) -> Any:
        return NotImplemented if is_foreign(other) else lamina.ops.logical_and(self, other)

    def __rand__(self: Any, other: Any) -> Any:
        return NotImplemented if is_foreign(other) else lamina.ops.logical_and(other, self)

    def __or__(self: Any, other: Any) -> Any:
        return NotImplemented if is_foreign(other) else lamina.ops.logical_or(self, other)

    def __ror__(self: Any, other: Any) -> Any:
        return NotImplemented if is_foreign(other) else lamina.ops.logical_or(other, self)

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
