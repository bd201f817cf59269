"""What NumPy's functions do with tensors, by NEP 13 (ufuncs) and NEP 18 (functions).

Operators between arrays and tensors, and the ufuncs behind them, give tensors. Other functions of
NumPy get arrays, and give them. Where a gradient is recorded through a tensor, NumPy would lose it:
then ``lamina.ops``'s function of that name runs, and where there is none, a TypeError says so.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import lamina
from lamina import _lamina
from lamina._lamina import Tensor, Variable


def _named(name: str) -> Callable[..., Any]:
    return lambda *operands: getattr(lamina.ops, name)(*operands)


# What ufuncs behind Python's operators run.
OPERATORS: dict[Any, Callable[..., Any]] = {
    np.add: _lamina.add,
    np.subtract: _lamina.subtract,
    np.multiply: _lamina.multiply,
    np.divide: _lamina.divide,
    np.power: _lamina.power,
    np.matmul: _lamina.matmul,
    np.floor_divide: _named("floor_divide"),
    np.remainder: _named("mod"),
    np.bitwise_and: _lamina.logical_and,
    np.bitwise_or: _lamina.logical_or,
    np.bitwise_xor: _lamina.logical_xor,
    np.equal: _lamina.equal,
    np.not_equal: _lamina.not_equal,
    np.less: _lamina.less,
    np.less_equal: _lamina.less_equal,
    np.greater: _lamina.greater,
    np.greater_equal: _lamina.greater_equal,
}
_RENAMED = {"rint": "round", "float_power": "power", "expit": "sigmoid"}

# Functions whose results have no gradient, so that none is lost.
_WITHOUT_GRADIENT = {
    "all",
    "allclose",
    "any",
    "argmax",
    "argmin",
    "argpartition",
    "argsort",
    "argwhere",
    "array2string",
    "array_equal",
    "array_equiv",
    "array_repr",
    "array_str",
    "bincount",
    "can_cast",
    "common_type",
    "count_nonzero",
    "digitize",
    "empty_like",
    "flatnonzero",
    "full_like",
    "histogram",
    "histogram2d",
    "histogram_bin_edges",
    "in1d",
    "iscomplexobj",
    "isclose",
    "isin",
    "isreal",
    "isrealobj",
    "lexsort",
    "may_share_memory",
    "min_scalar_type",
    "nanargmax",
    "nanargmin",
    "ndim",
    "nonzero",
    "ones_like",
    "result_type",
    "save",
    "savetxt",
    "savez",
    "savez_compressed",
    "searchsorted",
    "shape",
    "shares_memory",
    "size",
    "zeros_like",
}
# Arguments of NumPy's functions that say nothing at these values.
_DEFAULTS = {
    "dtype": None,
    "out": None,
    "order": None,
    "kind": None,
    "stable": None,
    "ddof": 0,
    "returned": False,
    "subok": False,
}
_KEYWORDS = {"a_min": "x_min", "a_max": "x_max", "min": "x_min", "max": "x_max", "reps": "repeats"}


def ufunc(function: Any, method: str, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """What ``function.method(*inputs, **keywords)`` gives, but for ``OPERATORS``."""
    name = function.__name__
    plain = method == "__call__" and not keywords
    recorded = [value for value in inputs if _records(value)]
    if recorded:
        operation = getattr(lamina.ops, _RENAMED.get(name, name), None) if plain else None
        if operation is not None:
            return operation(*inputs)
        called = name if method == "__call__" else f"{name}.{method}"
        called = f"{called}(..., {', '.join(keywords)}=...)" if keywords else called
        _refuse(called, recorded)
    arrays = [_as_array(value) for value in inputs]
    return getattr(function, method)(*arrays, **{k: _as_array(v) for k, v in keywords.items()})


def function(function: Callable[..., Any], args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """What ``function(*args, **keywords)`` gives, with tensors somewhere among the arguments."""
    name = function.__name__
    recorded = [leaf for leaf in _leaves([args, keywords]) if _records(leaf)]
    symbolic = any(map(_is_symbolic, recorded))
    if recorded and (symbolic or name not in _WITHOUT_GRADIENT):
        known = function.__module__ in ("numpy", "numpy.linalg")
        home: Any = Tensor if name in ("std", "var") else lamina.ops  # ops has no ddof
        operation = getattr(home, name, None) if known else None
        if operation is not None:
            return _run(function, operation, args, keywords)
        _refuse(name, recorded)
    return function(*_as_array(args), **_as_array(keywords))


def _records(value: Any) -> bool:
    if isinstance(value, (Tensor, Variable)):
        return value.requires_grad and _lamina.grad_enabled()
    return _is_symbolic(value)


def _is_symbolic(value: Any) -> bool:
    return isinstance(value, lamina.SymbolicTensor)


def _refuse(name: str, recorded: list[Any]) -> None:
    if any(map(_is_symbolic, recorded)):
        raise TypeError(
            f"NumPy's {name} needs values, which a symbolic tensor has not, and lamina.ops has no "
            "such function: call the model on data, or compute this in a layer of your own"
        )
    # A variable's value is a number in its own right, which people look at.
    if not all(isinstance(leaf, Variable) for leaf in recorded):
        raise TypeError(
            f"NumPy's {name} would lose the gradient that is recorded through a tensor, and "
            "lamina.ops has no such function: hand NumPy tensor.detach() or tensor.numpy(), or "
            "compute under lamina.no_grad()"
        )


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        yield from _leaves(list(value.values()))
    else:
        yield value


def _as_array(value: Any) -> Any:
    if isinstance(value, (Tensor, Variable)):
        return value.numpy()
    if isinstance(value, dict):
        return {key: _as_array(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_as_array(item) for item in value)
    return value


def _run(
    function: Callable[..., Any],
    operation: Callable[..., Any],
    args: tuple[Any, ...],
    keywords: dict[str, Any],
) -> Any:
    """Calls lamina's function with the arguments of NumPy's."""
    import inspect  # which takes long to import

    try:
        by_numpy = inspect.signature(function).parameters
        own = list(inspect.signature(operation).parameters)
    except ValueError:  # of a function whose operands have no names
        return operation(*args, **keywords)
    if any(parameter.kind.name.startswith("VAR") for parameter in by_numpy.values()):
        return operation(*args, **keywords)
    given = inspect.signature(function).bind(*args, **keywords).arguments
    passed = {}
    for place, name in enumerate(by_numpy):
        value = given.get(name, np._NoValue)
        if value is np._NoValue or (name in _DEFAULTS and value == _DEFAULTS[name]):
            continue
        target = _KEYWORDS.get(name, name)
        if target not in own:  # an operand, by its place
            target = own[place] if place < len(own) and own[place] not in by_numpy else ""
        if not target:
            raise TypeError(
                f"np.{function.__name__} of a tensor whose gradient is recorded runs "
                f"lamina.ops.{function.__name__}, which has no argument {name}; leave it out, or "
                "hand NumPy tensor.detach()"
            )
        passed[target] = value
    return operation(**passed)
