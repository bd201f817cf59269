"""BackupAndRestore."""

import os

from lamina import _lamina, _naming
from lamina._options import option
from lamina.callbacks.callback import CoreCallback
from lamina.callbacks.model_checkpoint import batches_between


class BackupAndRestore(CoreCallback):
    """Lets training that was cut off, in whatever way, go on where its last backup was made.

    Run the same program again: ``fit`` finds the backup and ends in the same bits as if it had not
    been cut off. A backup holds weights, the optimizer's state, random streams, the place in the
    data, the metrics of the epoch so far, and what ``EarlyStopping``, ``ReduceLROnPlateau`` and
    ``ModelCheckpoint`` know. It is written as a whole or not at all. The history begins where the
    run goes on.

    Batches of an iterable of your own must come in the same order again, and callbacks of your own
    must keep themselves what they know.

    Args:
        backup_dir: a folder for the backups of this run alone.
        save_freq: ``"epoch"``, or after how many batches to make a backup.
        double_checkpoint: whether to keep the backup before the last one, too, in case that the
            last cannot be read.
        delete_checkpoint: whether to remove the backups when training has ended in order.

    Raises:
        ValueError: an option is wrong, or the backup is of another model, optimizer or set of
            callbacks.
        OSError: a backup cannot be written.

    >>> import numpy as np, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> def train(cut_off_after):
    ...     lamina.utils.set_random_seed(1)
    ...     model = Sequential([Input((1,)), Dense(1)])
    ...     model.compile("adam", "mse")
    ...     def cut(epoch, logs):
    ...         if epoch == cut_off_after:
    ...             raise KeyboardInterrupt
    ...     backup = BackupAndRestore(folder.name + "/backup")
    ...     callbacks = [backup, lamina.callbacks.LambdaCallback(on_epoch_begin=cut)]
    ...     x = np.arange(8.0)[:, None]
    ...     return model.fit(x, x, epochs=4, callbacks=callbacks, verbose=0).epoch
    >>> try:
    ...     train(cut_off_after=2)
    ... except KeyboardInterrupt:
    ...     train(cut_off_after=None)
    [2, 3]
    >>> folder.cleanup()
    """

    def __init__(
        self,
        backup_dir: str | os.PathLike[str],
        save_freq: int | str = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        super().__init__()
        self.save_freq = save_freq
        options = {
            "backup_dir": os.fspath(backup_dir),
            "save_freq": batches_between("BackupAndRestore", save_freq),
            "double_checkpoint": bool(double_checkpoint),
            "delete_checkpoint": bool(delete_checkpoint),
        }
        self._core: _lamina.BackupAndRestore = _naming.make(
            lambda _, options: _lamina.BackupAndRestore(options), "BackupAndRestore", options
        )

    backup_dir = option("backup_dir")
    double_checkpoint = option("double_checkpoint")
    delete_checkpoint = option("delete_checkpoint")
