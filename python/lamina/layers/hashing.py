"""Strings and whole numbers to bins, by a hash of them."""

from typing import Any

import numpy as np

from lamina import _lamina
from lamina._lamina import Tensor
from lamina.layers._vocabulary import refuse_sparse, salt_of
from lamina.layers.category_encoding import CategoryEncoding
from lamina.layers.layer import Layer


class _HashingLayer(Layer):
    """Gives bins, or rows over them. Strings are hashed outside of models: tensors hold none."""

    def __init__(
        self,
        num_bins: int,
        output_mode: str,
        modes: tuple[str, ...],
        sparse: bool,
        name: str | None,
        dtype: Any,
        trainable: bool = True,
    ) -> None:
        kind = type(self).__name__
        refuse_sparse(sparse)
        if isinstance(num_bins, bool) or not isinstance(num_bins, int) or num_bins < 1:
            raise ValueError(f"{kind} takes num_bins above 0, got {num_bins!r}")
        if output_mode not in modes:
            raise ValueError(f"{kind} takes output_mode {', '.join(modes)}, got {output_mode!r}")
        kept = None if dtype is None else np.dtype(dtype).name
        if output_mode == "int" and kept not in (None, "int32", "int64"):
            raise ValueError(f"{kind} gives int64 or int32 in the mode 'int', got dtype={dtype!r}")
        self._bin_dtype = kept or "int64"
        super().__init__(
            name=name, dtype=None if output_mode == "int" else dtype, trainable=trainable
        )
        self.num_bins = num_bins
        self.output_mode = output_mode

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The bins of strings or whole numbers."""
        if args and _holds_strings(args[0]):
            return self.call(args[0])
        return super().__call__(*args, **kwargs)

    def _encoding(self) -> CategoryEncoding:
        return CategoryEncoding(self.num_bins, self.output_mode, dtype=self.dtype)

    def _encoded(self, bins: np.ndarray) -> Any:
        if self.output_mode == "int":
            return Tensor(bins.astype(self._bin_dtype))
        return self._encoding()(Tensor(bins))

    def _encoded_shape(self, shape: Any) -> Any:
        if self.output_mode == "int":
            return tuple(shape)
        return self._encoding().compute_output_shape(tuple(shape))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal, unbuilt layer."""
        config = {
            **super().get_config(),
            "num_bins": self.num_bins,
            "output_mode": self.output_mode,
        }
        return {**config, "dtype": self._bin_dtype} if self.output_mode == "int" else config


def _holds_strings(value: Any) -> bool:
    if isinstance(value, (str, bytes)):
        return True
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "OSU"
    return isinstance(value, (list, tuple)) and any(_holds_strings(each) for each in value)


def _hashes(values: Any, salt: list[int]) -> np.ndarray:
    """64 bits of each."""
    if not _holds_strings(values):
        # Numbers are hashed as text, floating-point ones without their fractions.
        values = np.asarray(values).astype("int64").astype(str).astype(object)
    hashes: np.ndarray = np.asarray(_lamina.hash_strings(values, salt)).view("uint64")
    return hashes


class Hashing(_HashingLayer):
    """Strings and whole numbers to bins, by a hash of them, the same as Keras's.

    Call it on strings outside of a model: tensors hold none. On whole numbers it may stand in one.

    Args:
        num_bins: how many bins, that of ``mask_value`` included.
        mask_value: what gets bin 0, alone.
        salt: one or two numbers, which choose another hash, SipHash instead of FarmHash.
        output_mode: ``"int"`` for the bin's number; for rows over all bins ``"one_hot"``,
            ``"multi_hot"`` or ``"count"``, as ``CategoryEncoding`` has them.
        sparse: must be False: tensors are dense.
        name, trainable, dtype: as for every ``Layer``; ``dtype`` is that of rows, or ``"int64"`` or
            ``"int32"`` of bins.

    Input shape: any. Output shape: the same; of rows ``(..., num_bins)``.

    Raises:
        ValueError: an option is none of these.

    >>> Hashing(num_bins=3)([["A"], ["B"], ["C"], ["D"], ["E"]]).numpy().ravel()
    array([1, 0, 1, 1, 2])
    """

    def __init__(
        self,
        num_bins: int,
        mask_value: Any = None,
        salt: Any = None,
        output_mode: str = "int",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        modes = ("int", "one_hot", "multi_hot", "count")
        options = {"name": None, "dtype": None, **kwargs}
        super().__init__(num_bins, output_mode, modes, sparse, **options)
        self.mask_value = mask_value
        self.salt = salt_of(salt) * (2 if isinstance(salt, int) else 1) or None
        if self.salt is not None and len(self.salt) != 2:
            raise ValueError(f"Hashing takes one or two numbers as salt, got {salt!r}")

    def call(self, inputs: Any) -> Any:
        """The bins, or rows over them."""
        values = inputs.numpy() if isinstance(inputs, Tensor) else inputs
        masks = self.mask_value is not None and self.num_bins > 1
        hashed = _hashes(values, self.salt or []) % np.uint64(self.num_bins - masks)
        bins = hashed.astype("int64") + int(masks)
        if masks:
            given = np.asarray(values, object if _holds_strings(values) else None)
            bins = np.where(given == self.mask_value, 0, bins)
        return self._encoded(bins)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape; of rows ``(..., num_bins)``."""
        return self._encoded_shape(input_shape)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal, unbuilt layer."""
        return {**super().get_config(), "mask_value": self.mask_value, "salt": self.salt}


class HashedCrossing(_HashingLayer):
    """Features that occur together to bins, by a hash of all of them, the same as Keras's.

    Args:
        num_bins: how many bins.
        output_mode: ``"int"`` for the bin's number, or ``"one_hot"`` for a row over all bins.
        sparse: must be False: tensors are dense.
        name, dtype, trainable: as for every ``Layer``; ``dtype`` is that of rows, or ``"int64"`` or
            ``"int32"`` of bins.

    Called on a list of two or more features, strings or whole numbers, of one shape: ``()``,
    ``(batch,)`` or ``(batch, 1)``. Output shape: the same; of rows ``(batch, num_bins)``.

    Raises:
        ValueError: an option, or the features, are none of these.

    >>> crossing = HashedCrossing(num_bins=5)
    >>> crossing((["A", "B", "A", "B", "A"], [101, 101, 101, 102, 102])).numpy()
    array([1, 4, 1, 1, 3])
    """

    def __init__(
        self,
        num_bins: int,
        output_mode: str = "int",
        sparse: bool = False,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_bins, output_mode, ("int", "one_hot"), sparse, name, dtype, **kwargs)

    def call(self, inputs: Any) -> Any:
        """The bins, or rows over them."""
        if not isinstance(inputs, (list, tuple)) or len(inputs) < 2:
            raise ValueError(f"{self.name} takes a list of two features or more, got {inputs!r}")
        features = [each.numpy() if isinstance(each, Tensor) else each for each in inputs]
        features = [
            np.asarray(each, object) if _holds_strings(each) else np.asarray(each)
            for each in features
        ]
        shape = features[0].shape
        alike = all(each.shape == shape for each in features)
        if not alike or len(shape) > 2 or shape[1:] not in ((), (1,)):
            raise ValueError(
                f"{self.name} takes features of one shape, (), (batch,) or (batch, 1), got "
                f"{', '.join(str(each.shape) for each in features)}"
            )
        if any(each.dtype.kind not in "Oiub" for each in features):
            raise ValueError(f"{self.name} takes strings and whole numbers as features")
        with np.errstate(over="ignore"):
            crossed = np.full(shape, 0xDECAFCAFFE, "uint64")  # TensorFlow's first key
            for each in features:
                is_text = each.dtype.kind == "O"
                words = _hashes(each, []) if is_text else each.astype("int64").view("uint64")
                crossed = _combined(crossed, words)
        return self._encoded((crossed % np.uint64(self.num_bins)).astype("int64"))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The features' shape; of rows ``(batch, num_bins)``."""
        return self._encoded_shape(input_shape[0])


def _combined(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """TensorFlow's FingerprintCat64, modulo 2^64."""
    factor, shift = np.uint64(0xC6A4A7935BD1E995), np.uint64(47)

    def mixed(x: Any) -> Any:
        return x ^ (x >> shift)

    result = first ^ factor ^ (mixed(second * factor) * factor)
    combined: np.ndarray = mixed(mixed(result * factor) * factor)
    return combined
