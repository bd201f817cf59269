"""TensorBoard."""

import os
import time
from typing import Any

import numpy as np

from lamina.callbacks._event_files import EventFile
from lamina.callbacks.callback import Callback


class TensorBoard(Callback):
    """Writes a run down for TensorBoard: ``tensorboard --logdir logs`` shows it.

    Needs the package ``tensorboard``. Under ``log_dir/train`` and ``log_dir/validation`` there are
    curves ``epoch_loss``, ``epoch_accuracy`` and so on, ``epoch_learning_rate``, and, by the
    optimizer's steps, ``evaluation_loss_vs_iterations``.

    Args:
        log_dir: a folder for this callback alone.
        histogram_freq: epochs from one histogram of all weights to the next; 0 for none.
        write_graph: whether to write the graph of layers.
        write_images: whether to write weights as images beside their histograms.
        write_steps_per_second: whether to write how fast training is.
        update_freq: ``"epoch"``; or ``"batch"`` or a number of batches to write ``batch_loss`` and
            so on after each, or each so many, for which every batch's loss is read.
        profile_batch: must be 0: there is no profiler. Keras's argument.
        embeddings_freq: epochs from one copy of all embeddings for the projector to the next; 0
            for none.
        embeddings_metadata: a file of the names of the embeddings' rows, or a dictionary of them by
            the layers' names.

    Raises:
        ImportError: the package is not installed.
        ValueError: an argument is wrong.

    >>> import numpy as np
    >>> model = Sequential([Input((1,)), Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> curves = TensorBoard("logs", histogram_freq=1)  # doctest: +SKIP
    >>> model.fit(x, y, epochs=5, callbacks=[curves])  # doctest: +SKIP
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: int | str = "epoch",
        profile_batch: int | tuple[int, int] = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: str | dict[str, str] | None = None,
    ) -> None:
        super().__init__()
        if profile_batch not in (0, (0, 0), "0"):
            raise ValueError(
                f"profile_batch is {profile_batch!r}, expected 0: lamina has no profiler"
            )
        frequency = 1 if update_freq == "batch" else update_freq
        if frequency != "epoch" and (not isinstance(frequency, int) or frequency < 1):
            raise ValueError(
                f"update_freq is {update_freq!r}, expected 'epoch', 'batch' or a number of batches"
            )
        self.log_dir = os.fspath(log_dir)
        self.histogram_freq = histogram_freq
        self.write_graph = write_graph
        self.write_images = write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = frequency
        self.embeddings_freq = embeddings_freq
        self.embeddings_metadata = embeddings_metadata
        self._files: dict[str, EventFile] = {}
        self._batches = 0  # of all epochs
        self._batch_begun = self._epoch_begun = 0.0
        self._epoch_steps = 0

    def set_model(self, model: Any) -> None:
        """Takes the model, and writes its graph."""
        super().set_model(model)
        self._files = {
            name: EventFile(os.path.join(self.log_dir, name)) for name in ("train", "validation")
        }
        if self.embeddings_freq:
            self._describe_embeddings()
        if self.write_graph and type(model).__name__ in ("Functional", "Sequential"):
            self._files["train"].graph(model._core.dot(False))

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Counts batches from 0."""
        self._batches = 0

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Ends the files."""
        for file in self._files.values():
            file.close()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Notes the time."""
        self._epoch_begun = time.monotonic()
        self._epoch_steps = int(self.model.optimizer.iterations)

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Notes the time."""
        self._batches += 1
        self._batch_begun = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Writes what a batch gave."""
        if self.update_freq == "epoch" or self._batches % int(self.update_freq) != 0:
            return
        file = self._files["train"]
        if self.write_steps_per_second:
            seconds = max(time.monotonic() - self._batch_begun, 1e-9)
            file.scalar("batch_steps_per_second", 1 / seconds, self._batches)
        for name, value in (logs or {}).items():
            file.scalar(f"batch_{name}", value, self._batches)

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        """Writes what a validation gave."""
        steps = int(self.model.optimizer.iterations)
        for name, value in (logs or {}).items():
            self._files["validation"].scalar(f"evaluation_{name}_vs_iterations", value, steps)
        self._files["validation"].flush()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Writes what an epoch gave."""
        train, validation = self._files["train"], self._files["validation"]
        rate = float(self.model.optimizer.learning_rate)
        for name, value in {**(logs or {}), "learning_rate": rate}.items():
            if name.startswith("val_"):
                validation.scalar(f"epoch_{name.removeprefix('val_')}", value, epoch)
            else:
                train.scalar(f"epoch_{name}", value, epoch)
        if self.write_steps_per_second:
            steps = int(self.model.optimizer.iterations) - self._epoch_steps
            seconds = max(time.monotonic() - self._epoch_begun, 1e-9)
            train.scalar("epoch_steps_per_second", steps / seconds, epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            self._write_embeddings()
        train.flush()
        validation.flush()

    def _for_core(self) -> Any:
        hooks = super()._for_core()
        if self.update_freq == "epoch" and type(self) is TensorBoard:
            # Nothing is written after a batch, so that none need be waited for.
            return [
                None if hook is not None and "_train_batch_" in hook.__name__ else hook
                for hook in hooks
            ]
        return hooks

    def _write_weights(self, epoch: int) -> None:
        for weight in self.model.weights:
            values = weight.numpy()
            self._files["train"].histogram(f"{weight.path}/histogram", values, epoch)
            images = list(_as_images(values)) if self.write_images else []
            for i, image in enumerate(images):
                tag = f"{weight.path}/image" + (f"/{i}" if len(images) > 1 else "")
                self._files["train"].image(tag, image, epoch)

    def _embeddings(self) -> list[Any]:
        return [each for each in self.model.layers if type(each).__name__ == "Embedding"]

    def _describe_embeddings(self) -> None:
        """The file by which TensorBoard's projector finds embeddings."""
        metadata = self.embeddings_metadata
        names = [layer.name for layer in self._embeddings()]
        if isinstance(metadata, dict) and set(metadata) - set(names):
            raise ValueError(
                f"embeddings_metadata names {', '.join(sorted(set(metadata) - set(names)))}, the "
                f"model's Embedding layers are {', '.join(names) or 'none'}"
            )
        text = ""
        for name in names:
            path = metadata.get(name) if isinstance(metadata, dict) else metadata
            text += f'embeddings {{\n  tensor_name: "{name}"\n  tensor_path: "train/{name}.tsv"\n'
            text += f'  metadata_path: "{path}"\n}}\n' if path else "}\n"
        os.makedirs(os.path.join(self.log_dir, "train"), exist_ok=True)
        with open(os.path.join(self.log_dir, "projector_config.pbtxt"), "w") as file:
            file.write(text)

    def _write_embeddings(self) -> None:
        for layer in self._embeddings():
            path = os.path.join(self.log_dir, "train", f"{layer.name}.tsv")
            np.savetxt(path, layer.weights[0].numpy(), fmt="%.7g", delimiter="\t")


def _as_images(weight: np.ndarray) -> np.ndarray:
    """A weight as images (count, height, width, channels), as Keras arranges them; none where it
    has too many axes.
    """
    weight = np.squeeze(weight)
    if weight.ndim == 0:
        return weight.reshape(1, 1, 1, 1)
    if weight.ndim == 1:
        return weight.reshape(1, 1, -1, 1)
    if weight.ndim == 2:
        weight = weight.T if weight.shape[0] > weight.shape[1] else weight
        return weight[None, :, :, None]
    if weight.ndim == 3:
        return weight.transpose(2, 0, 1)[..., None]
    return weight if weight.ndim == 4 and weight.shape[-1] in (1, 3, 4) else weight[:0]
