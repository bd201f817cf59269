"""CSVLogger."""

import csv
import os
from collections.abc import Iterable
from typing import Any, TextIO

import numpy as np

from lamina.callbacks.callback import Callback


class CSVLogger(Callback):
    """Writes the logs of each epoch as a line of a file, as soon as it ends.

    The columns are those of the first epoch. Where that validates nothing, columns for later
    validations are kept free. What is missing is written as ``NA``.

    Args:
        filename: the file.
        separator: what stands between columns.
        append: whether to go on with a file that is there, instead of replacing it.

    >>> import numpy as np, tempfile
    >>> model = Sequential([Input((1,)), Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> x = np.zeros((4, 1))
    >>> folder = tempfile.TemporaryDirectory()
    >>> log = CSVLogger(folder.name + "/log.csv")
    >>> history = model.fit(x, x, epochs=2, validation_data=(x, x), callbacks=[log], verbose=0)
    >>> with open(log.filename) as file:
    ...     print(file.read().rstrip())
    epoch,loss,val_loss
    0,0.0,0.0
    1,0.0,0.0
    >>> folder.cleanup()
    """

    def __init__(
        self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False
    ) -> None:
        super().__init__()
        self.filename = os.fspath(filename)
        self.sep = separator
        self.append = append
        self.keys: list[str] | None = None
        self.csv_file: TextIO | None = None
        self._writer: Any = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Opens the file."""
        self._close()  # of a run that did not end in order
        self.csv_file = open(  # noqa: SIM115
            self.filename, "a" if self.append else "w", newline="", encoding="utf-8"
        )
        self.keys = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Writes a line."""
        if self.csv_file is None:
            raise RuntimeError("CSVLogger has no open file; call on_train_begin first")
        logs = logs or {}
        if self.keys is None:
            self.keys = sorted(logs)
            if self.keys and not any(key.startswith("val_") for key in self.keys):
                self.keys += [f"val_{key}" for key in self.keys]
            self._writer = csv.DictWriter(
                self.csv_file, ["epoch", *self.keys], delimiter=self.sep, lineterminator="\n"
            )
            if self.csv_file.tell() == 0:
                self._writer.writeheader()
        row = {key: _cell(logs.get(key, "NA")) for key in self.keys}
        self._writer.writerow({"epoch": epoch, **row})
        self.csv_file.flush()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Closes the file."""
        self._close()

    def _close(self) -> None:
        if self.csv_file is not None:
            self.csv_file.close()
        self.csv_file = None


def _cell(value: Any) -> Any:
    if isinstance(value, Iterable) and not isinstance(value, str) and np.ndim(value) > 0:  # type: ignore[arg-type]
        return f'"[{", ".join(map(str, value))}]"'
    return value
