"""Data that are read in parts: arrays too large for memory, and tables of Hugging Face."""

from collections.abc import Callable
from typing import Any

import numpy as np

# What the core reads in place; it would copy other arrays whole.
_IN_PLACE = {"bool", "float32", "float64", "int32", "int64", "uint8"}
_FILL = "; fill them, as with fillna, or leave out such rows, as with dropna"
_LABELS = ("label", "labels", "target", "targets", "y")


class Rows:
    """Batches of rows, in the order of the samples or in a new one each pass.

    Args:
        take: gives the batch of a slice or of an array of numbers of rows in increasing order.
        first: the first row.
        last: the row before which they end.
        batch_size: rows a batch, except perhaps the last.
        shuffle: whether each pass takes the rows in another order.
    """

    def __init__(
        self,
        take: Callable[[Any], Any],
        first: int,
        last: int,
        batch_size: int,
        shuffle: bool = False,
    ) -> None:
        self._take = take
        self._first = first
        self._last = last
        self._batch_size = batch_size
        self._shuffle = shuffle
        self._order: np.ndarray | None = None

    def __len__(self) -> int:
        return -(-(self._last - self._first) // self._batch_size)

    def on_epoch_begin(self) -> None:
        """Draws a new order."""
        if self._shuffle:
            order = np.random.permutation(self._last - self._first)  # noqa: NPY002 - as Keras seeds
            self._order = order + self._first

    def __getitem__(self, index: int) -> Any:
        begin = index * self._batch_size
        if self._order is None:
            begin += self._first
            return self._take(slice(begin, min(begin + self._batch_size, self._last)))
        # In increasing order: files are read forwards, and HDF5 demands it.
        return self._take(np.sort(self._order[begin : begin + self._batch_size]))


def is_stored(array: Any) -> bool:
    """Whether it is an array in a file of which the core could not read parts in place."""
    if isinstance(array, np.memmap):
        native = array.dtype.isnative and array.dtype.name in _IN_PLACE
        return not (native and array.flags.c_contiguous and array.flags.aligned)
    return type(array).__module__.split(".")[0] in ("h5py", "zarr") and hasattr(array, "shape")


def is_table(data: Any) -> bool:
    """Whether it is a data set of Hugging Face: rows, and columns with names."""
    return hasattr(data, "column_names") and hasattr(data, "with_format")


def label_of(names: Any) -> str | None:
    """Which of the names is that of labels."""
    return next((name for name in _LABELS if name in names), None)


def is_frame(data: Any) -> bool:
    """Whether it is a frame of pandas."""
    return type(data).__module__.split(".")[0] == "pandas" and hasattr(data, "dtypes")


def require_numbers(frame: Any) -> None:
    """Refuses a frame that has text, times, or pandas' missing values, by the names of columns."""
    if getattr(frame, "ndim", 0) != 2:
        if not isinstance(frame.dtypes, np.dtype) and frame.isna().any():
            raise TypeError(f"the series {frame.name} has missing values{_FILL}")
        return
    kinds = zip(frame.columns, frame.dtypes, strict=True)
    suspect = [(i, name) for i, (name, kind) in enumerate(kinds) if kind.kind not in "biuf"]
    wrong = [name for i, name in suspect if not all(map(_is_number, frame.iloc[:, i]))]
    if wrong:
        raise TypeError(
            f"the frame's columns {', '.join(map(str, wrong))} hold no numbers; encode them first, "
            "as with pandas.get_dummies or a StringLookup layer, or leave them out"
        )
    # Missing in a column of NumPy's floats is NaN, a number.
    lacking = [
        str(name)
        for i, (name, kind) in enumerate(zip(frame.columns, frame.dtypes, strict=True))
        if not isinstance(kind, np.dtype) and frame.iloc[:, i].isna().any()
    ]
    if lacking:
        raise TypeError(f"the frame's columns {', '.join(lacking)} have missing values{_FILL}")


def _is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, np.bool_, np.number))


def columns_of(table: Any) -> Callable[[Any], Any]:
    """What gives rows of a table as a batch.

    A column named label, labels, target, targets or y is ``y``; the others are ``x``: an array
    where there is one, else a dictionary.
    """
    names = list(table.column_names)
    label = label_of(names)
    inputs = [name for name in names if name != label]
    if getattr(table, "format", {}).get("type") is None:
        table = table.with_format("numpy")

    def take(rows: Any) -> Any:
        columns = table[rows]
        x = {name: _stacked(name, columns[name]) for name in inputs}
        parts = x if len(inputs) != 1 else x[inputs[0]]
        return (parts,) if label is None else (parts, _stacked(label, columns[label]))

    return take


def _stacked(name: str, column: Any) -> Any:
    if not isinstance(column, list) and not _holds_objects(column):
        return column
    try:
        return np.stack(column)
    except ValueError as error:
        raise ValueError(
            f"column {name!r} does not make one array, but its rows must be of one shape: {error}"
        ) from None


def _holds_objects(column: Any) -> bool:
    return isinstance(column, np.ndarray) and column.dtype.kind == "O"
