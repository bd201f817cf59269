"""Checks of inputs against what a layer of a user's own says of them."""

from typing import Any


def check_inputs(spec: Any, inputs: Any, owner: str) -> None:
    """A value error where an input is not as its spec says; one spec, or a list of them."""
    specs = list(spec) if isinstance(spec, (list, tuple)) else [spec]
    given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    if len(specs) != len(given):
        raise ValueError(f"{owner} expects {len(specs)} inputs, got {len(given)}")
    for one, tensor in zip(specs, given, strict=True):
        if one is not None:
            _check(one, tuple(tensor.shape), owner)


def _check(spec: Any, shape: tuple[int | None, ...], owner: str) -> None:
    def refuse(expected: str) -> ValueError:
        return ValueError(f"Input of {owner} is incompatible: expected {expected}, got {shape}")

    wanted, rank = getattr(spec, "shape", None), len(shape)
    exact = getattr(spec, "ndim", None)
    least, most = getattr(spec, "min_ndim", None), getattr(spec, "max_ndim", None)
    if exact is not None and rank != exact:
        raise refuse(f"ndim={exact}")
    if (least is not None and rank < least) or (most is not None and rank > most):
        raise refuse(f"min_ndim={least} and max_ndim={most}")
    for axis, extent in (getattr(spec, "axes", None) or {}).items():
        if extent is not None and shape[int(axis)] not in (extent, None):
            raise refuse(f"axis {axis} of {extent}")
    if wanted is None:
        return
    if len(wanted) != rank or any(
        extent is not None and given is not None and extent != given
        for extent, given in zip(wanted, shape, strict=True)
    ):
        raise refuse(f"shape {tuple(wanted)}")
