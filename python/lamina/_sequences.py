"""Sequences of unequal length as one array, and windows over one long sequence."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np

from lamina._lamina import Tensor


def pad_sequences(
    sequences: Sequence[Any],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Sequences of unequal length as one array, shorter ones padded, longer ones cut.

    Args:
        sequences: a list of sequences: of numbers, of strings, or of arrays of one shape.
        maxlen: the length of all; by default that of the longest.
        dtype: of the result; ``object`` for strings of any length.
        padding: ``"pre"`` or ``"post"``: where a shorter one is padded.
        truncating: ``"pre"`` or ``"post"``: at which end a longer one is cut.
        value: what pads.

    Returns:
        An array of shape ``(len(sequences), maxlen, ...)``.

    Raises:
        ValueError: a sequence is none, or holds values of another shape than the others.

    >>> pad_sequences([[1], [2, 3], [4, 5, 6]])
    array([[0, 0, 1],
           [0, 2, 3],
           [4, 5, 6]], dtype=int32)
    >>> pad_sequences([[1], [2, 3], [4, 5, 6]], maxlen=2, padding="post", value=-1)
    array([[ 1, -1],
           [ 2,  3],
           [ 5,  6]], dtype=int32)
    """
    for name, side in (("padding", padding), ("truncating", truncating)):
        if side not in ("pre", "post"):
            raise ValueError(f"{name} must be 'pre' or 'post', got {side!r}")
    if not hasattr(sequences, "__len__"):
        raise ValueError(f"sequences must be a list of sequences, got {type(sequences).__name__}")
    is_text = np.issubdtype(dtype, np.str_) or np.issubdtype(dtype, np.bytes_)
    if isinstance(value, str) and dtype is not object and not is_text:
        raise ValueError(
            f"value {value!r} is text, which dtype {dtype} does not hold; give dtype=object"
        )
    count = len(sequences)
    try:
        lengths = np.fromiter(map(len, sequences), np.int64, count)
    except TypeError as error:
        raise ValueError(f"sequences must be a list of sequences: {error}") from None
    if maxlen is None:
        maxlen = int(lengths.max(initial=0))
    flat, sample_shape = _joined(sequences, lengths, dtype)
    result = np.full((count, maxlen, *sample_shape), value, dtype=dtype)
    # One index for each value that is kept: where it comes from, and where it goes.
    kept = np.minimum(lengths, maxlen)
    steps = np.arange(kept.sum()) - np.repeat(np.cumsum(kept) - kept, kept)
    starts = np.cumsum(lengths) - lengths
    first_from = starts + (lengths - kept if truncating == "pre" else 0)
    first_to = maxlen - kept if padding == "pre" else np.zeros_like(kept)
    rows = np.repeat(np.arange(count), kept)
    result[rows, np.repeat(first_to, kept) + steps] = flat[np.repeat(first_from, kept) + steps]
    return result


def _joined(
    sequences: Sequence[Any], lengths: np.ndarray, dtype: Any
) -> tuple[np.ndarray, tuple[int, ...]]:
    """All values one after the other, and the shape of one."""
    longest = np.flatnonzero(lengths)
    if longest.size == 0:
        return np.empty(0, dtype), ()
    sample_shape = np.asarray(sequences[longest[0]]).shape[1:]
    all_arrays = set(map(type, sequences)) == {np.ndarray}
    try:
        if all_arrays:
            filled = [sequence for sequence in sequences if len(sequence)]
            flat = np.concatenate(filled).astype(dtype)
        else:
            flat = np.array(list(chain.from_iterable(sequences)), dtype=dtype)
    except ValueError as error:
        raise ValueError(
            f"sequences must hold values of one shape and of dtype {dtype}: {error}"
        ) from None
    if flat.shape[1:] != sample_shape:
        raise ValueError(
            f"sequences must hold values of one shape: the first has {sample_shape}, all together "
            f"{flat.shape[1:]}"
        )
    return flat, sample_shape


class TimeseriesDataset:
    """Batches of windows over a series, as ``timeseries_dataset_from_array`` describes them.

    It can be iterated again and again; ``len`` counts its batches. Windows are views of the data,
    copied as their batch is made.
    """

    def __init__(
        self,
        windows: np.ndarray,
        targets: np.ndarray | None,
        starts: np.ndarray,
        batch_size: int | None,
        order: "np.random.Generator | None",  # its module loads when it is used
    ) -> None:
        self._windows = windows
        self._targets = targets
        self._starts = starts
        self._batch_size = batch_size
        self._order = order

    def __len__(self) -> int:
        size = self._batch_size or 1
        return -(-len(self._starts) // size)

    def __iter__(self) -> Iterator[Any]:
        starts = self._starts
        if self._order is not None:
            starts = self._order.permutation(starts)
        size = self._batch_size or 1
        for begin in range(0, len(starts), size):
            at = starts[begin] if self._batch_size is None else starts[begin : begin + size]
            windows = self._windows[at]
            yield windows if self._targets is None else (windows, self._targets[at])


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",
) -> TimeseriesDataset:
    """Batches of sliding windows over a series, for ``fit``, ``evaluate`` and ``predict``.

    Args:
        data: an array or tensor whose first axis is time.
        targets: ``targets[i]`` belongs to the window that begins at ``i``; None for windows alone.
        sequence_length: steps in a window.
        sequence_stride: steps from the beginning of a window to that of the next.
        sampling_rate: steps from one value of a window to the next.
        batch_size: windows in a batch, except perhaps the last; None for single windows.
        shuffle: whether windows come in a new random order each time; else in that of time.
        seed: of that order.
        start_index: where the part of ``data`` to use begins.
        end_index: before which step it ends.
        format: ``"tf"`` or ``"grain"``, accepted for Keras's sake: the result is the same.

    Returns:
        An iterable, with a length, of ``(windows, targets)``, or of ``windows`` without targets:
        NumPy arrays ``(batch, sequence_length, ...)``.

    Raises:
        ValueError: an argument is out of its range.

    >>> series = np.arange(7.0)
    >>> batches = timeseries_dataset_from_array(series[:-1], series[2:], 2, batch_size=3)
    >>> for windows, targets in batches:
    ...     print(windows.tolist(), targets)
    [[0.0, 1.0], [1.0, 2.0], [2.0, 3.0]] [2. 3. 4.]
    [[3.0, 4.0], [4.0, 5.0]] [5. 6.]
    """
    data = data.numpy() if isinstance(data, Tensor) else np.asarray(data)
    length = len(data)
    first = 0 if start_index is None else start_index
    _require(0 <= first < length, "start_index", first, f"in [0, {length}), the data's length")
    if end_index is not None:
        _require(first < end_index < length, "end_index", end_index, f"in ({first}, {length})")
    _require(sequence_length > 0, "sequence_length", sequence_length, "above 0")
    for name, step in (("sampling_rate", sampling_rate), ("sequence_stride", sequence_stride)):
        _require(0 < step < length, name, step, f"in [1, {length}), the data's length")
    _require(batch_size is None or batch_size > 0, "batch_size", batch_size, "above 0, or None")
    _require(format in ("tf", "grain"), "format", format, "'tf' or 'grain'")
    data = data[first:end_index]
    count = max(len(data) - (sequence_length - 1) * sampling_rate, 0)
    if targets is not None:
        targets = targets.numpy() if isinstance(targets, Tensor) else np.asarray(targets)
        targets = targets[first:end_index]
        count = min(count, len(targets))
    # Overlapping views: window i begins at data[i].
    windows = np.lib.stride_tricks.as_strided(
        data,
        (count, sequence_length, *data.shape[1:]),
        (data.strides[0], data.strides[0] * sampling_rate, *data.strides[1:]),
        writeable=False,
    )
    starts = np.arange(0, count, sequence_stride)
    order = np.random.default_rng(seed) if shuffle else None
    return TimeseriesDataset(windows, targets, starts, batch_size, order)


def _require(holds: bool, name: str, got: Any, expected: str) -> None:
    if not holds:
        raise ValueError(f"{name} must be {expected}, got {got!r}")
