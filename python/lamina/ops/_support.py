"""What the functions of lamina.ops that are composed in Python share."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lamina import _lamina as k
from lamina._lamina import Tensor, Variable
from lamina._numbers import refuse_gradient
from lamina._symbolic import SymbolicTensor, is_symbolic


def tensor(x: Any) -> Any:
    """A Tensor of it; a symbolic tensor stays one."""
    return x if isinstance(x, (Tensor, SymbolicTensor)) else k.convert_to_tensor(x)


def as_given(x: Any) -> Any:
    """A tensor of it, int32 (or int64, if need be) where a list or a number is whole."""
    return k.Tensor(values_of("a tensor", x)[0]) if is_weak(x) else tensor(x)


def is_floating(x: Any) -> bool:
    """Whether a tensor's dtype has fractions."""
    return str(x.dtype).startswith("float")


def floating(x: Any) -> Any:
    """A tensor of it, float32 unless it is floating point already."""
    x = tensor(x)
    return x if is_floating(x) else k.cast(x, "float32")


def is_weak(x: Any) -> bool:
    """Whether it is a number or a list, which has no dtype of its own."""
    return isinstance(x, (bool, int, float)) or (
        isinstance(x, (list, tuple)) and not any(hasattr(item, "dtype") for item in _leaves(x))
    )


def _leaves(x: Any) -> Any:
    for item in x:
        if isinstance(item, (list, tuple)):
            yield from _leaves(item)
        else:
            yield item


def whole_dtype(whole: np.ndarray, wanted: str = "int32") -> str:
    """The first of ``wanted``, int32 and int64 that holds whole numbers; not bool.

    Raises:
        ValueError: int64 does not hold them.
    """
    if whole.size == 0:
        return "int32" if wanted == "bool" else wanted
    least, most = int(whole.min()), int(whole.max())
    for dtype in (wanted, "int32", "int64"):
        if dtype != "bool" and np.iinfo(dtype).min <= least and most <= np.iinfo(dtype).max:
            return dtype
    raise ValueError(
        f"the whole number {most if most > 0 else least} is beyond int64, the widest dtype of "
        "whole numbers; write it as a float"
    )


def _is_whole(array: np.ndarray) -> bool:
    huge = array.dtype.kind == "O" and all(isinstance(x, int) for x in array.flat)
    return huge or array.dtype.kind in "iu"


def _beside(value: Any, peer: Any) -> Any:
    array = np.asarray(value)
    dtype = str(peer.dtype)
    if array.dtype.kind == "f" and not is_floating(peer):
        dtype = "float32"
    if _is_whole(array) and not is_floating(peer):
        dtype = whole_dtype(array, dtype)
    return placed(array.astype(dtype), peer)


def _is_tensor(x: Any) -> bool:
    return isinstance(x, (Tensor, Variable, SymbolicTensor))


def _following(x: Any, peer: Any) -> Any:
    """A tensor of x beside one: NumPy makes float64 without being asked, so that an array of
    floats takes the dtype of the tensor's.
    """
    if is_weak(x):
        return _beside(x, peer)
    if _is_tensor(x) or is_symbolic(x):
        return tensor(x)
    (array,) = values_of("an operand", x)
    follows = array.dtype.kind == "f" and is_floating(peer)
    return placed(array.astype(str(peer.dtype)) if follows else array, peer)


def peers(x1: Any, x2: Any) -> tuple[Any, Any]:
    """Tensors of both. A number or a list takes the dtype of the other, an array of floats that of
    a tensor of floats.
    """
    if is_weak(x1) and is_weak(x2):
        both = [np.asarray(x1), np.asarray(x2)]
        if all(_is_whole(x) or x.dtype.kind == "b" for x in both):
            one, other = (x.astype(whole_dtype(x)) for x in both)
        else:
            one, other = (x.astype("float32") for x in both)
        return k.convert_to_tensor(one), k.convert_to_tensor(other)
    if not _is_tensor(x1) and (is_weak(x1) or _is_tensor(x2)):
        right = tensor(x2)
        return _following(x1, right), right
    left = tensor(x1)
    if _is_tensor(x1) or is_weak(x2):
        return left, _following(x2, left)
    return left, tensor(x2)


def floating_peers(x1: Any, x2: Any) -> tuple[Any, Any]:
    """The same, both floating point and of one dtype."""
    left, right = peers(x1, x2)
    if is_floating(left) != is_floating(right):
        dtype = str(left.dtype if is_floating(left) else right.dtype)
        return k.cast(left, dtype), k.cast(right, dtype)
    return floating(left), floating(right)


def common_dtype(x1: Any, x2: Any) -> str:
    """The dtype of both tensors together, as ``where`` gives it."""
    if str(x1.dtype) == str(x2.dtype):
        return str(x1.dtype)
    zeros = [k.zeros((), str(x.dtype)) for x in (x1, x2)]
    return k.where(True, *zeros).dtype


def number(value: float, like: Any) -> Any:
    """One value of a tensor's dtype, where it lies."""
    return placed(np.asarray(value, str(like.dtype)), like)


def placed(array: np.ndarray, peer: Any) -> Any:
    """A tensor of an array, where another tensor lies."""
    return k.Tensor(array, device=peer.device) if isinstance(peer, Tensor) else k.Tensor(array)


def known_shape(name: str, x: Any) -> tuple[int, ...]:
    """The shape of a tensor that has to be known.

    Raises:
        ValueError: it is symbolic, and the shape not known as a whole.
    """
    shape = tuple(x.shape)
    if None in shape:
        raise ValueError(
            f"{name} needs a shape that is known, got {shape}: give Input a batch_size, or "
            "compute this in a layer's call"
        )
    return shape


def known_extent(name: str, x: Any, axis: int) -> int:
    """The extent of one axis, which has to be known."""
    extent = x.shape[axis]
    if extent is None:
        raise ValueError(
            f"{name} needs an axis of known extent, got axis {axis} of shape {tuple(x.shape)}: "
            "give Input its extent"
        )
    return int(extent)


def values_of(name: str, *inputs: Any) -> list[np.ndarray]:
    """The values as arrays, of operations that NumPy computes.

    Raises:
        TypeError: an input is symbolic.
    """
    arrays = []
    for x in inputs:
        if is_symbolic(x):
            raise TypeError(
                f"{name} is computed from values, which a symbolic tensor has not: call it in a "
                "layer's call, or on data"
            )
        value = getattr(x, "value", x) if isinstance(x, Variable) else x
        if isinstance(value, Tensor):
            value = value.detach().cpu().numpy()
        if is_weak(value):
            array = np.asarray(value)
            value = array.astype("float32") if array.dtype.kind == "f" else array
            value = array.astype(whole_dtype(array)) if _is_whole(array) else value
        arrays.append(np.asarray(value))
    return arrays


def numbers_of(name: str, argument: str, x: Any) -> np.ndarray:
    """The values of an argument that says how, not what: floating point ones as float64.

    Raises:
        TypeError: it is symbolic, or a gradient would be lost.
    """
    refuse_gradient(name, argument, x)
    (values,) = values_of(name, x)
    if is_weak(x):
        values = np.asarray(x)
    return values.astype("float64") if values.dtype.kind == "f" else values


def recorded(
    name: str,
    inputs: list[Any],
    outputs: list[np.ndarray],
    gradient: Callable[..., list[np.ndarray | None]] | None,
) -> list[Tensor]:
    """Tensors of what NumPy computed, with the gradient that ``gradient`` gives.

    Args:
        name: of the operation, for the error where there is no gradient.
        inputs: what the outputs are from.
        outputs: the values.
        gradient: gives the inputs' gradients for those of the outputs; None where there is none.
    """
    tensors = [k.convert_to_tensor(x) for x in inputs]
    device = tensors[0].device
    results = [k.Tensor(np.array(x, order="C"), device=device) for x in outputs]
    if not any(x.requires_grad for x in tensors):
        return results

    def backward(grads: list[Any]) -> list[Any]:
        if gradient is None:
            raise TypeError(
                f"lamina.ops has no gradient for {name}: pass its input through stop_gradient"
            )
        arrays = [
            np.zeros_like(y) if g is None else g.numpy()
            for g, y in zip(grads, outputs, strict=True)
        ]
        found = gradient(*arrays)
        return [
            None if g is None else Tensor(np.array(g, x.dtype, order="C"), device=device)
            for g, x in zip(found, tensors, strict=True)
        ]

    return k.record(tensors, results, backward)


def axes_of(name: str, axis: Any, rank: int) -> list[int]:
    """The axes that an argument names, at least 0 and ascending; all for None."""
    if axis is None:
        return list(range(rank))
    axes = [axis] if isinstance(axis, (int, np.integer)) else list(axis)
    for each in axes:
        if not -rank <= each < rank:
            raise IndexError(f"{name} got axis {each} of {rank} axes")
    return sorted({int(each) % rank for each in axes})
