"""Loops, choices and functions of functions. They run as they are called, on values: a graph of
symbolic tensors holds what they did, not the loop.
"""

import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lamina import _lamina as k
from lamina import _tree
from lamina._lamina import Tensor, Variable
from lamina._symbolic import SymbolicTensor, is_symbolic
from lamina.autograd import no_grad
from lamina.ops._support import tensor, values_of


def _leaf(value: Any) -> bool:
    return _tree.is_array(value) or isinstance(value, (bool, int, float))


def _mapped(function: Callable[..., Any], *trees: Any) -> Any:
    """The first tree's form, with the function of the leaves of all."""
    flat = [_tree.flatten(tree, _leaf) for tree in trees]
    leaves = [function(*each) for each in zip(*[leaves for leaves, _ in flat], strict=True)]
    return _tree.fill(flat[0][1], leaves)


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """What ``true_fn()`` gives if ``pred`` holds, else what ``false_fn()`` gives.

    Only one of them is called. Where ``pred`` is symbolic both are, and ``where`` chooses.

    >>> cond(Tensor(2.0) > 1.0, lambda: "above", lambda: "below")
    'above'
    """
    if isinstance(pred, SymbolicTensor):
        return _mapped(lambda a, b: k.where(pred, a, b), true_fn(), false_fn())
    return true_fn() if bool(values_of("cond", pred)[0]) else false_fn()


def switch(index: Any, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    """What the branch of that number gives; numbers beyond are brought to the nearest.

    >>> switch(1, [lambda x: x, lambda x: -x], 3)
    -3
    """
    if not branches:
        raise ValueError("switch takes at least one branch, got none")
    number = int(values_of("switch", index)[0])
    return branches[min(max(number, 0), len(branches) - 1)](*operands)


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: int | None = None,
) -> Any:
    """Calls ``body`` as long as ``cond`` holds, each time on what it gave before.

    Args:
        cond: takes the variables, tells whether to go on.
        body: takes the variables, gives as many.
        loop_vars: the variables to begin with: a tuple, a list, or one.
        maximum_iterations: the most calls.

    >>> while_loop(lambda i: i < 5, lambda i: i + 2, 0)
    6
    """
    is_several = isinstance(loop_vars, (tuple, list))
    variables = tuple(loop_vars) if is_several else (loop_vars,)
    rounds = itertools.count() if maximum_iterations is None else range(maximum_iterations)
    for _ in rounds:
        if not bool(values_of("while_loop", cond(*variables))[0]):
            break
        given = body(*variables)
        variables = tuple(given) if isinstance(given, (tuple, list)) else (given,)
        if is_several and len(variables) != len(loop_vars):
            raise ValueError(
                f"while_loop's body took {len(loop_vars)} variables and gave {len(variables)}"
            )
    return variables if is_several else variables[0]


def fori_loop(lower: Any, upper: Any, body_fun: Callable[[Any, Any], Any], init_val: Any) -> Any:
    """``body_fun(i, value)`` for each i from lower up to upper, on what it gave before.

    >>> fori_loop(0, 4, lambda i, total: total + i, 0)
    6
    """
    first, last = (int(each) for each in values_of("fori_loop", lower, upper))
    value = init_val
    for i in range(first, last):
        value = body_fun(i, value)
    return value


def _length(name: str, trees: Any, length: int | None = None, axis: int = 0) -> int:
    leaves, _ = _tree.flatten(trees, _tree.is_array)
    lengths = {leaf.shape[axis] for leaf in leaves} | ({length} - {None})
    if len(lengths) != 1 or None in lengths:
        raise ValueError(
            f"{name} takes tensors of one known length, got {sorted(str(each) for each in lengths)}"
        )
    (found,) = lengths
    return int(found)  # type: ignore[arg-type]


def _at(trees: Any, i: int) -> Any:
    leaves, form = _tree.flatten(trees, _tree.is_array)
    return _tree.fill(form, [leaf[i] for leaf in leaves])


def _stacked(items: list[Any]) -> Any:
    if items[0] is None:
        return None
    return _mapped(lambda *leaves: k.stack([tensor(leaf) for leaf in leaves], 0), *items)


def _tensors(value: Any) -> Any:
    """Lists of numbers as tensors."""
    if value is None or _tree.is_array(value) or isinstance(value, dict):
        return value
    if isinstance(value, (list, tuple)) and any(
        _tree.is_array(v) or isinstance(v, dict) for v in value
    ):
        return value
    return Tensor(values_of("map", value)[0])


def map(f: Callable[[Any], Any], xs: Any) -> Any:
    """``f`` of each slice along the first axis of the tensors in ``xs``, put together again.

    >>> map(lambda row: row * row[0], Tensor([[1.0, 2.0], [3.0, 4.0]])).numpy()
    array([[ 1.,  2.],
           [ 9., 12.]], dtype=float32)
    """
    xs = _tensors(xs)
    count = _length("map", xs)
    if count == 0:
        raise ValueError("map takes at least one slice, got tensors of length 0")
    return _stacked([f(_at(xs, i)) for i in range(count)])


def vectorized_map(function: Callable[[Any], Any], elements: Any) -> Any:
    """``map``: here one slice follows another.

    >>> vectorized_map(lambda row: row.sum(), Tensor([[1.0, 2.0], [3.0, 4.0]])).numpy()
    array([3., 7.], dtype=float32)
    """
    return map(function, elements)


def scan(
    f: Callable[[Any, Any], tuple[Any, Any]],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[Any, Any]:
    """Walks along the first axis with a state.

    Args:
        f: takes the state and a slice, gives the next state and an output.
        init: the state to begin with.
        xs: the tensors to walk along, or None.
        length: how many steps, where ``xs`` is None.
        reverse: whether from the end.
        unroll: how many steps a compiler would write out; changes nothing here.

    Returns:
        the last state, and the outputs put together along a new first axis.

    >>> total, sums = scan(lambda s, x: (s + x, s + x), 0.0, Tensor([1.0, 2.0, 3.0]))
    >>> total.item(), sums.numpy()
    (6.0, array([1., 3., 6.], dtype=float32))
    """
    if not callable(f):
        raise TypeError(f"scan takes a function, got {type(f).__name__}")
    xs = _tensors(xs)
    if xs is None and length is None:
        raise ValueError("scan takes xs, or length to say how many steps there are")
    count = int(length or 0) if xs is None else _length("scan", xs, length)
    steps = range(count)
    carry, outputs = init, []
    for i in reversed(steps) if reverse else steps:
        carry, output = f(carry, None if xs is None else _at(xs, i))
        outputs.append(output)
    if reverse:
        outputs.reverse()
    return carry, _stacked(outputs) if outputs else None


def associative_scan(
    f: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0
) -> Any:
    """Each slice of an axis joined by ``f`` with all before it.

    Args:
        f: takes and gives trees like ``elems``, with slices of extent 1; associative.
        elems: the tensors.
        reverse: whether with all after it instead.
        axis: the axis.

    >>> associative_scan(lambda a, b: a + b, Tensor([1.0, 2.0, 3.0])).numpy()
    array([1., 3., 6.], dtype=float32)
    """
    if not callable(f):
        raise TypeError(f"associative_scan takes a function, got {type(f).__name__}")
    elems = _tensors(elems)
    count = _length("associative_scan", elems, axis=axis)
    if count == 0:
        return elems

    def piece(i: int) -> Any:
        def cut(leaf: Any) -> Any:
            along = axis % len(leaf.shape)
            return leaf[(slice(None),) * along + (slice(i, i + 1),)]

        return _mapped(cut, elems)

    order = list(range(count))[::-1] if reverse else list(range(count))
    results = [piece(order[0])]
    for i in order[1:]:
        results.append(f(results[-1], piece(i)))
    if reverse:
        results.reverse()
    return _mapped(lambda *leaves: k.concatenate(leaves, axis), *results)


def vectorize(pyfunc: Callable[..., Any], *, excluded: Any = None, signature: Any = None) -> Any:
    """A function of tensors that calls ``pyfunc`` on each element of them, broadcast.

    Args:
        pyfunc: takes and gives scalars.
        excluded: names and places of arguments that are handed on as they are.
        signature: None; functions of slices are ``map``'s.

    >>> vectorize(lambda a, b: a if a > b else b)([1, 4], [3, 2]).numpy()
    array([3, 4], dtype=int32)
    """
    if signature is not None:
        raise ValueError("vectorize takes signature=None; map calls a function on slices")
    kept = set(excluded or ())

    @functools.wraps(pyfunc)
    def vectorized(*args: Any, **kwargs: Any) -> Any:
        places = [i for i in range(len(args)) if i not in kept]
        names = [name for name in kwargs if name not in kept]
        given = [args[i] for i in places] + [kwargs[name] for name in names]
        if is_symbolic(given):
            raise TypeError("vectorize calls a function on values, which a symbolic tensor has not")
        tensors = [
            _tensors(each) if not isinstance(each, (Variable, Tensor)) else tensor(each)
            for each in given
        ]
        shape = np.broadcast_shapes(*[tuple(each.shape) for each in tensors])
        flat = [k.reshape(k.broadcast_to(each, shape), (-1,)) for each in tensors]
        results = []
        for i in range(int(np.prod(shape))):
            values = [each[i] for each in flat]
            arguments = list(args)
            for place, value in zip(places, values, strict=False):
                arguments[place] = value
            named = dict(kwargs) | dict(zip(names, values[len(places) :], strict=True))
            results.append(pyfunc(*arguments, **named))
        if not results:
            raise ValueError("vectorize got no elements")
        return _mapped(lambda leaf: k.reshape(leaf, (*shape, *leaf.shape[1:])), _stacked(results))

    return vectorized


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function with a gradient of your own.

    Args:
        f: gives what it computes, and a function that takes the gradients of that and gives those
            of f's tensors, in the order of its arguments.

    >>> @custom_gradient
    ... def doubled(x):
    ...     return x, lambda upstream: upstream * 2.0
    >>> x = Tensor([3.0], requires_grad=True)
    >>> doubled(x).backward()
    >>> x.grad.numpy()
    array([2.], dtype=float32)
    """

    @functools.wraps(f)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if is_symbolic(args) or is_symbolic(kwargs):
            raise TypeError(
                "a function with a gradient of its own takes values, which a symbolic tensor has "
                "not: call it in a layer's call"
            )
        with no_grad():
            output, gradient = f(*args, **kwargs)
        leaves, form = _tree.flatten(output, _tree.is_array)
        inputs = [arg for arg in args if isinstance(arg, (Tensor, Variable))]

        def backward(upstream: list[Any]) -> list[Any]:
            given = [
                k.zeros_like(leaf) if each is None else each
                for each, leaf in zip(upstream, leaves, strict=True)
            ]
            found = gradient(*given)
            found = list(found) if isinstance(found, (tuple, list)) else [found]
            if len(found) == len(args) != len(inputs):
                found = [
                    each
                    for each, arg in zip(found, args, strict=True)
                    if isinstance(arg, (Tensor, Variable))
                ]
            return found

        tensors = [k.convert_to_tensor(each) for each in inputs]
        return _tree.fill(form, k.record(tensors, [tensor(leaf) for leaf in leaves], backward))

    return wrapped


def rearrange(tensor: Any, pattern: str, **axes_lengths: int) -> Any:
    """Axes in another order, split and joined, as a pattern says.

    Args:
        tensor: the input.
        pattern: the axes before and after, ``"b (h w) c -> b c h w"``; of those in parentheses
            one is made.
        **axes_lengths: the extents of axes that are split, but one of each.

    >>> rearrange(lamina.ops.ones((2, 6, 3)), "b (h w) c -> b c h w", h=2).shape
    (2, 3, 2, 3)
    """
    return _rearranged(tensor, pattern, axes_lengths)


def _groups(pattern: str, side: str) -> list[list[str]]:
    groups: list[list[str]] = []
    inside = False
    for word in side.replace("(", " ( ").replace(")", " ) ").split():
        if word in "()":
            if inside == (word == "("):
                raise ValueError(f"rearrange got parentheses that do not match: {pattern!r}")
            inside = word == "("
            if inside:
                groups.append([])
        elif not word.isidentifier():
            raise ValueError(f"rearrange takes names of axes, got {word!r} in {pattern!r}")
        elif inside:
            groups[-1].append(word)
        else:
            groups.append([word])
    if inside:
        raise ValueError(f"rearrange got parentheses that do not match: {pattern!r}")
    return groups


def _rearranged(x: Any, pattern: str, lengths: dict[str, int]) -> Any:
    x = tensor(x)
    sides = pattern.split("->")
    if len(sides) != 2:
        raise ValueError(f"rearrange takes a pattern 'axes -> axes', got {pattern!r}")
    before, after = (_groups(pattern, side) for side in sides)
    names = [name for group in before for name in group]
    wanted = [name for group in after for name in group]
    if sorted(names) != sorted(wanted) or len(set(names)) != len(names):
        raise ValueError(f"rearrange takes the same axes on both sides, got {pattern!r}")
    if len(before) != len(x.shape):
        raise ValueError(f"rearrange got {pattern!r} for shape {tuple(x.shape)}")
    extents: dict[str, int] = dict(lengths)
    for group, whole in zip(before, x.shape, strict=True):
        open_names = [name for name in group if name not in extents]
        if len(open_names) > 1:
            raise ValueError(f"rearrange needs the extents of {open_names} but one")
        known = int(np.prod([extents[name] for name in group if name in extents]))
        if open_names:
            extents[open_names[0]] = -1 if whole is None else whole // max(known, 1)
        if whole is not None and np.prod([extents[name] for name in group]) != whole:
            raise ValueError(f"rearrange got an axis of {whole} for {group} of {extents}")
    if names != wanted or before != after:
        x = k.reshape(x, [extents[name] for name in names])
        x = k.transpose(x, [names.index(name) for name in wanted]) if names else x
        shape = []
        for group in after:
            parts = [extents[name] for name in group]
            shape.append(-1 if -1 in parts else int(np.prod(parts)))
        x = k.reshape(x, shape)
    return x
