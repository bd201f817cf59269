"""What programs for older Keras take from ``keras.backend``."""

import collections
import functools
import gc
from typing import Any

from lamina import _lamina
from lamina._symbolic import SymbolicTensor
from lamina.config import (
    backend,
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)

__all__ = [
    "backend",
    "clear_session",
    "epsilon",
    "floatx",
    "get_uid",
    "image_data_format",
    "is_float_dtype",
    "is_int_dtype",
    "is_keras_tensor",
    "result_type",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "standardize_dtype",
]

_numbers: collections.Counter[str] = collections.Counter()

_FLOATS = ("bfloat16", "float16", "float32", "float64")
_INTEGERS = ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64")
_OTHERS = ("bool", "string", "float8_e4m3fn", "float8_e5m2", "complex64", "complex128")


def get_uid(prefix: str = "") -> int:
    """How often it was asked for that prefix.

    >>> get_uid("docs"), get_uid("docs")
    (1, 2)
    """
    _numbers[prefix] += 1
    return _numbers[prefix]


def clear_session(free_memory: bool = True) -> None:
    """Begins the numbers of ``get_uid`` again, and gives memory back that nothing uses.

    Names of layers are unique in their model, so nothing else is kept of models that are gone.

    Args:
        free_memory: whether to collect garbage, and to return cached memory to the system.

    >>> clear_session()
    >>> get_uid("dense")
    1
    """
    _numbers.clear()
    if free_memory:
        gc.collect()
        _lamina.release_cached_memory()


def standardize_dtype(dtype: Any) -> str:
    """The name of a dtype: of lamina, NumPy, PyTorch or Python; None is ``floatx()``.

    Raises:
        ValueError: there is no such dtype.

    >>> standardize_dtype(float), standardize_dtype("int8")
    ('float32', 'int8')
    """
    if dtype is None:
        return floatx()
    if isinstance(dtype, type) and dtype in _OF_PYTHON:
        return _OF_PYTHON[dtype]
    if isinstance(dtype, str):
        name = "int32" if dtype == "int" else str(dtype)
    else:
        name = getattr(dtype, "name", None) or getattr(dtype, "__name__", None) or str(dtype)
        name = name.rpartition(".")[2]  # torch.float32
    if name not in (*_FLOATS, *_INTEGERS, *_OTHERS):
        raise ValueError(f"Invalid dtype: {dtype!r}")
    return name


_OF_PYTHON: dict[type, str] = {
    bool: "bool",
    int: "int32",
    float: "float32",
    str: "string",
    complex: "complex64",
}


def is_float_dtype(dtype: Any) -> bool:
    """Whether it is a dtype of floating-point numbers.

    >>> is_float_dtype("float64"), is_float_dtype("int32")
    (True, False)
    """
    return standardize_dtype(dtype).startswith(("float", "bfloat"))


def is_int_dtype(dtype: Any) -> bool:
    """Whether it is a dtype of whole numbers.

    >>> is_int_dtype("uint8"), is_int_dtype("bool")
    (True, False)
    """
    return standardize_dtype(dtype) in _INTEGERS


def is_keras_tensor(x: Any) -> bool:
    """Whether it is a symbolic tensor.

    >>> is_keras_tensor(Input((3,))), is_keras_tensor(lamina.Tensor([1.0]))
    (True, False)
    """
    return isinstance(x, SymbolicTensor)


# Each dtype's next wider ones; "int" and "float" are numbers of Python, which take others' dtypes.
_WIDER = {
    "bool": ("int",),
    "uint8": ("int16", "uint16"),
    "uint16": ("int32", "uint32"),
    "uint32": ("int64", "uint64"),
    "uint64": ("float",),
    "int": ("uint8", "int8", "complex64"),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "int64": ("float",),
    "float": ("bfloat16", "float16"),
    "bfloat16": ("float32",),
    "float16": ("float32",),
    "float32": ("float64", "complex64"),
    "float64": ("complex128",),
    "complex64": ("complex128",),
    "complex128": (),
}


@functools.cache
def _at_least_as_wide(name: str) -> frozenset[str]:
    if name not in _WIDER:
        raise ValueError(f"{name} goes together with no other dtype: cast it")
    return frozenset({name}).union(*(_at_least_as_wide(wider) for wider in _WIDER[name]))


def result_type(*dtypes: Any) -> str:
    """The dtype of what operations on such dtypes give, by Keras's rules: the narrowest that holds
    all, where 64 bits count as 32.

    Operations of lamina give float64 for float64 alone, and int64 where int64 is among integers.

    Args:
        dtypes: dtypes, or ``int`` and ``float`` for numbers of Python; None is ``floatx()``.

    >>> result_type("int32", "float32"), result_type("uint8", "int8"), result_type("float16", int)
    ('float32', 'int16', 'float16')
    """
    if not dtypes:
        return floatx()
    weak = {int: "int", float: "float"}
    names = {
        weak.get(one) if isinstance(one, type) and one in weak else standardize_dtype(one)
        for one in dtypes
    }
    if names <= {"int", "float"}:
        kind = "float" if "float" in names else "int"
        # One number of Python alone has Python's dtype, several take floatx's precision.
        widest = standardize_dtype(float if kind == "float" else int)
        return _in_32_bits(kind + floatx()[-2:]) if len(dtypes) > 1 else widest
    if len(names) == 1:
        return _in_32_bits(str(names.pop()))
    common = frozenset.intersection(*(_at_least_as_wide(str(name)) for name in names))
    narrowest = [name for name in common if common <= _at_least_as_wide(name)]
    if not narrowest:
        raise ValueError(f"{', '.join(map(str, dtypes))} go together in no dtype: cast them")
    name = narrowest[0]
    return _in_32_bits(name + floatx()[-2:] if name in ("int", "float") else name)


def _in_32_bits(name: str) -> str:
    narrow = {"int64": "int32", "uint64": "uint32", "float64": "float32", "complex128": "complex64"}
    return narrow.get(name, name)
