"""What the core calls of a layer that is a Python class."""

import functools
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from lamina import _tree, _variables
from lamina._input_spec import check_inputs
from lamina._lamina import Tensor, Variable
from lamina.layers._signature import of_class
from lamina.random import SeedGenerator

Shape = tuple[int | None, ...]


class _Calls(threading.local):
    """The forms of the calls from Python that this thread is in."""

    def __init__(self) -> None:
        self.forms: list[tuple[Any, Any]] = []


calls = _Calls()


class Hooks:
    """The part of ``Layer`` that the core calls. Only layers have it, so that it tells them."""

    _output_form: Any = None

    def _is_called(self: Any) -> bool:
        """Whether the innermost call from Python that this thread is in is one of this layer."""
        return bool(calls.forms) and calls.forms[-1][0] is self

    def _arguments(
        self: Any, leaves: Any, text: str | None
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Tensors, or shapes, as the arguments they were given as."""
        form = None
        if text is not None:
            form = form_of(text)
        elif self._is_called():
            form = calls.forms[-1][1]
        if form is None:
            return (leaves[0] if len(leaves) == 1 else list(leaves),), {}
        args, kwargs = _tree.fill(form, leaves)
        return args, kwargs

    def _build_hook(self: Any, shapes: list[Shape], text: str | None) -> None:
        """Builds."""
        args, kwargs = self._arguments(shapes, text)
        self._building = True
        try:
            of_class(type(self)).build(self, args, kwargs)
        finally:
            self._building = False

    def _track_hook(self: Any) -> tuple[list[tuple[str, Any]], list[Variable]]:
        """The layers that it holds, by which attributes, and the variables."""
        layers: dict[int, tuple[str, Any]] = {}
        for attribute, layer in parts_in(vars(self), Hooks):
            if not leads_to(layer, self, set()):
                layers.setdefault(id(layer), (attribute, layer._core))
        parts = [core for _, core in layers.values()]
        theirs = [weight for core in parts for weight in core.weights]
        variables: list[Variable] = []
        for _, variable in parts_in(vars(self), Variable):
            if not among(variable, theirs) and not among(variable, variables):
                variables.append(variable)
                _variables.remember(variable)
        return list(layers.values()), variables

    def _takes_mask_hook(self: Any) -> bool:
        """Whether ``call`` has a ``mask``."""
        return of_class(type(self)).takes_mask

    def _call_hook(self: Any, tensors: list[Tensor], training: bool, text: str | None) -> list[Any]:
        """The outputs of ``call``, one after the other."""
        args, kwargs = self._arguments(tensors, text)
        if self._input_spec is not None:
            check_inputs(self._input_spec, args[0], self.name)
        signature = of_class(type(self))
        if signature.takes_training:
            kwargs = {**kwargs, "training": training}
        if signature.takes_mask and "mask" not in kwargs and len(args) <= signature.place_of_mask:
            mask = mask_of(args[0])
            if mask is not None:
                kwargs = {**kwargs, "mask": mask}
        outputs = self.call(*args, **kwargs)
        if self._activity_regularizer is not None:
            for output in _tree.flatten(outputs, _tree.is_array)[0]:
                loss = self._activity_regularizer(output)
                self.add_loss(loss / max(output.shape[0], 1) if output.shape else loss)
        leaves: list[Any] = [outputs]
        form = None
        if isinstance(outputs, (list, tuple, dict)):
            found, form = _tree.flatten(outputs, _tree.is_array)
            if found and _tree.other_leaf(form) is _tree.NOTHING:
                leaves = found
            else:
                form = None
        self._output_form = form
        # Masks of masked inputs the core passes on.
        if signature.tells_masks and all(tensor.mask is None for tensor in tensors):
            leaves = self._begun(leaves, args[0], kwargs.get("mask"))
        return leaves

    def _begun(self: Any, outputs: list[Any], inputs: Any, given: Any) -> list[Any]:
        """The outputs with the masks that begin in this layer."""
        if not self.supports_masking:
            return outputs
        masks = self.compute_mask(inputs, given)
        if masks is None:
            return outputs
        masks, _ = _tree.flatten(masks, lambda mask: mask is None or _tree.is_array(mask))
        begun = list(outputs)
        for i, (output, mask) in enumerate(zip(outputs, masks, strict=False)):
            if mask is not None and _tree.is_array(output) and mask_of(output) is None:
                tensor = output if isinstance(output, Tensor) else Tensor(output)
                begun[i] = tensor.with_mask(Tensor(mask).astype("bool"))
        return begun

    def _carried_hook(self: Any) -> dict[str, Tensor]:
        """Where the generators of random numbers that it holds have come to."""
        return {
            name: Tensor(np.array(generator.state, np.uint64).view(np.int64))
            for name, generator in parts_in(vars(self), SeedGenerator)
        }

    def _can_carry_hook(self: Any, tensors: dict[str, Tensor]) -> bool:
        """Whether it holds such generators. Files from before they were kept have none."""
        names = {name for name, _ in parts_in(vars(self), SeedGenerator)}
        places = tensors.values()
        return not tensors or (
            tensors.keys() == names and all((t.shape, t.dtype) == ((2,), "int64") for t in places)
        )

    def _carry_hook(self: Any, tensors: dict[str, Tensor]) -> None:
        """Sends the generators there."""
        for name, generator in parts_in(vars(self), SeedGenerator):
            if name in tensors:
                generator.restore(tuple(map(int, tensors[name].numpy().view(np.uint64))))

    def _state_shapes_hook(self: Any) -> list[Shape]:
        """Of a cell of recurrence: the states' shapes."""
        size = getattr(self, "state_size", None)
        if size is None:
            raise TypeError(
                f"{type(self).__name__} '{self.name}' has no state_size, so it cannot be the cell "
                "of a recurrent layer: give it one, a number or a list of them"
            )
        sizes, _ = _tree.flatten(size, lambda value: isinstance(value, (int, np.integer)))
        return [(None, int(width)) for width in sizes]

    def _initial_state_hook(self: Any, batch: int) -> list[Any]:
        """Of a cell of recurrence: the states that it begins with; none for zeros."""
        make = getattr(self, "get_initial_state", None)
        if make is None:
            return []
        states, _ = _tree.flatten(make(batch_size=batch), _tree.is_array)
        return states

    def _shape_hook(self: Any, shapes: list[Shape], text: str | None) -> list[Shape]:
        """The outputs' shapes, one after the other, as ``compute_output_shape`` tells them."""
        args, _ = self._arguments(shapes, text)
        leaves, form = _tree.flatten(self.compute_output_shape(args[0]), is_shape)
        self._output_form = None if isinstance(form, _tree.Slot) else form
        return leaves

    def _mask_hook(self: Any, tensors: list[Tensor], text: str | None) -> list[Any]:
        """The outputs' masks, one after the other, as ``compute_mask`` tells them."""
        args, kwargs = self._arguments(tensors, text)
        previous = kwargs["mask"] if kwargs.get("mask") is not None else mask_of(args[0])
        masks = self.compute_mask(args[0], previous)
        return list(masks) if isinstance(masks, (list, tuple)) else [masks]


def mask_of(value: Any) -> Any:
    """The mask of a tensor, or a list of those of several; None where there is none."""
    if isinstance(value, Tensor):
        return value.mask
    if isinstance(value, (list, tuple)):
        masks = [mask_of(item) for item in value]
        return masks if any(mask is not None for mask in masks) else None
    return None


@functools.lru_cache(maxsize=1024)
def form_of(text: str) -> Any:
    return _tree.from_text(text)


def is_shape(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(
        item is None or isinstance(item, (int, np.integer)) for item in value
    )


def among(variable: Variable, others: Sequence[Variable]) -> bool:
    return any(variable is other or variable.same_as(other) for other in others)


def parts_in(attributes: dict[str, Any], kind: type) -> Iterator[tuple[str, Any]]:
    """Objects of a kind in attributes, and in lists, tuples and dictionaries among them."""
    for attribute, value in attributes.items():
        if isinstance(value, kind):
            yield attribute, value
        elif isinstance(value, (list, tuple)):
            inner = {f"{attribute}_{i}": item for i, item in enumerate(value)}
            yield from parts_in(inner, kind)
        elif isinstance(value, dict):
            inner = {f"{attribute}_{key}": item for key, item in value.items()}
            yield from parts_in(inner, kind)


def leads_to(layer: Any, wanted: Any, seen: set[int]) -> bool:
    """Whether attributes lead from ``layer`` to ``wanted``: it is then a link back, not a part."""
    if layer is wanted:
        return True
    if id(layer) in seen:
        return False
    seen.add(id(layer))
    return any(leads_to(inner, wanted, seen) for _, inner in parts_in(vars(layer), Hooks))
