"""Methods of tensors that give other shapes; see ``_tensor_methods``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import lamina
from lamina._tensor_words import along_axis, forward, one_axis, unnested


class ShapeMethods:
    """The methods; see the module."""

    __slots__ = ()

    ravel = forward("ravel")
    swapaxes = forward("swapaxes")
    moveaxis = movedim = forward("moveaxis")
    unsqueeze = along_axis("unsqueeze", "expand_dims")
    flip = along_axis("flip")
    diagonal = forward("diagonal")
    trace = forward("trace")
    tril = forward("tril")
    triu = forward("triu")
    broadcast_to = forward("broadcast_to")
    unbind = along_axis("unbind", "unstack")

    def squeeze(self: Any, axis: Any = None, *, dim: Any = None) -> Any:
        """Without those axes of extent 1, or without all of them."""
        return lamina.ops.squeeze(self, one_axis(axis, dim, None))

    def reshape(self: Any, *shape: Any) -> Any:
        """The same values in another shape; one extent may be -1."""
        return lamina.ops.reshape(self, unnested(shape))

    def view(self: Any, *shape: Any) -> Any:
        """``reshape``, which copies nothing."""
        if len(shape) == 1 and not isinstance(shape[0], (int, np.integer, list, tuple)):
            raise TypeError(
                f"view takes a shape, got {shape[0]!r}; for another dtype, astype converts values"
            )
        return lamina.ops.reshape(self, unnested(shape))

    def view_as(self: Any, other: Any) -> Any:
        """The same values in the shape of another tensor."""
        return lamina.ops.reshape(self, other.shape)

    reshape_as = view_as

    def flatten(self: Any, start_dim: Any = 0, end_dim: Any = -1) -> Any:
        """The axes from ``start_dim`` to ``end_dim`` as one.

        >>> lamina.ops.ones((2, 3, 4)).flatten(1).shape
        (2, 12)
        """
        shape = list(self.shape)
        if not shape:
            return lamina.ops.reshape(self, (1,))
        start, end = (d + len(shape) if d < 0 else d for d in (start_dim, end_dim))
        if not 0 <= start <= end < len(shape):
            raise IndexError(
                f"flatten({start_dim}, {end_dim}) does not name axes of shape {tuple(shape)}"
            )
        merged = shape[start : end + 1]
        extent = -1 if None in merged else math.prod(merged)
        new = [*shape[:start], extent, *shape[end + 1 :]]
        return lamina.ops.reshape(self, [-1 if extent is None else extent for extent in new])

    def permute(self: Any, *dims: Any) -> Any:
        """Axes in another order."""
        return lamina.ops.transpose(self, unnested(dims))

    def t(self: Any) -> Any:
        """A matrix transposed; a vector or a number as it is."""
        if len(self.shape) > 2:
            raise ValueError(
                f"t() is for at most two axes, got shape {self.shape}; "
                "mT exchanges the last two, T reverses all"
            )
        return lamina.ops.transpose(self)

    @property
    def mT(self: Any) -> Any:
        """The last two axes exchanged."""
        return lamina.ops.swapaxes(self, -2, -1)

    def expand(self: Any, *shape: Any) -> Any:
        """Broadcast to a shape; -1 stands for the tensor's own extent.

        >>> Tensor([[1.0], [2.0]]).expand(-1, 3).shape
        (2, 3)
        """
        wanted, own = list(unnested(shape)), list(self.shape)
        new = len(wanted) - len(own)
        own = [1] * new + own
        if None in own:  # a graph's, where not all extents are known: what is new is repeated
            added = lamina.ops.expand_dims(self, list(range(new))) if new > 0 else self
            pairs = zip(wanted, own, strict=True)
            return lamina.ops.tile(
                added, [1 if want in (-1, have) else want for want, have in pairs]
            )
        full = [have if want == -1 else want for want, have in zip(wanted, own, strict=True)]
        return lamina.ops.broadcast_to(self, full)

    def expand_as(self: Any, other: Any) -> Any:
        """Broadcast to the shape of another tensor."""
        return lamina.ops.broadcast_to(self, other.shape)

    def repeat(self: Any, repeats: Any, *further: Any, axis: Any = None) -> Any:
        """Each element repeated, as in NumPy; PyTorch's ``repeat`` is ``tile``.

        >>> Tensor([1.0, 2.0]).repeat(2).numpy()
        array([1., 1., 2., 2.], dtype=float32)
        """
        if further:
            given = ", ".join(map(str, (repeats, *further)))
            raise TypeError(
                f"repeat({given}) has two meanings: each element repeated along an axis is "
                f"repeat({repeats}, axis={further[0]}); the whole repeated, as PyTorch means it, "
                f"is tile({given})"
            )
        return lamina.ops.repeat(self, repeats, axis)

    def tile(self: Any, *repeats: Any) -> Any:
        """The whole repeated along each axis.

        >>> Tensor([1.0, 2.0]).tile(2).numpy()
        array([1., 2., 1., 2.], dtype=float32)
        """
        return lamina.ops.tile(self, list(unnested(repeats)))

    def roll(
        self: Any, shift: Any = None, axis: Any = None, *, shifts: Any = None, dims: Any = None
    ) -> Any:
        """Elements moved on along axes."""
        return lamina.ops.roll(
            self, shift if shifts is None else shifts, one_axis(axis, dims, None)
        )

    def split(self: Any, split_size: Any, axis: Any = None, *, dim: Any = None) -> Any:
        """Parts of ``split_size``, or of each of several sizes, as in PyTorch.

        ``lamina.ops.split`` is NumPy's, by the number of parts.

        >>> [part.shape for part in lamina.ops.ones((5, 2)).split(2)]
        [(2, 2), (2, 2), (1, 2)]
        """
        along = one_axis(axis, dim, 0)
        extent = self.shape[along]
        if isinstance(split_size, Sequence):
            ends = np.cumsum(split_size).tolist()
            if not ends or ends[-1] != extent:
                raise ValueError(
                    f"split got sizes {list(split_size)}, whose sum is not the extent {extent} of "
                    f"axis {along}"
                )
            return lamina.ops.split(self, ends[:-1], axis=along)
        if split_size < 1:
            raise ValueError(f"split needs a size of at least 1, got {split_size}")
        return lamina.ops.split(self, list(range(split_size, extent, split_size)), axis=along)

    def chunk(self: Any, chunks: Any, axis: Any = None, *, dim: Any = None) -> Any:
        """At most as many parts, all but the last of one size."""
        along = one_axis(axis, dim, 0)
        if chunks < 1:
            raise ValueError(f"chunk needs at least 1 part, got {chunks}")
        extent = self.shape[along]
        return ShapeMethods.split(self, max(-(-extent // chunks), 1), along)
