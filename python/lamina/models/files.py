"""What a model writes and reads: files, JSON, copies, and its state as dictionaries."""

import json
import os
import warnings
from collections.abc import Sequence
from typing import Any

from lamina import _lamina, _pieces, saving
from lamina.layers.layer import Layer


class Files(Layer):
    """The part of ``Model`` that keeps it: in files, as text, as a copy."""

    _core: _lamina.Model
    _optimizer: Any
    _loss: Any
    _metrics: list[Any]
    _compile_arguments: dict[str, Any] | None
    _own_steps: tuple[str, ...]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Sets the weights' values, in the order of ``get_weights``.

        Not while another thread predicts or trains with the model: a batch that is under way would
        meet old weights beside new ones. Give that thread a model of its own, or a lock.
        """
        self._core.set_weights(list(weights))

    def save(
        self,
        filepath: str | os.PathLike[str],
        overwrite: bool = True,
        zipped: bool | None = None,
    ) -> None:
        """Writes architecture, weights and state of training to a file: all of it, or nothing.

        A symbolic link stays, and the file it leads to is replaced; so do a file's permissions. A
        read-only file is refused, and so is a suffix of other programs (``.h5``, ``.keras``).

        Args:
            filepath: the file.
            overwrite: whether a file that is there may be replaced.
            zipped: Keras's argument; False, a folder of files, is refused.

        Raises:
            FileExistsError: the file is there, and must not be replaced.
        """
        if zipped is False:
            raise ValueError("a model is saved as one file: leave zipped at None")
        self._warn_of_lost_steps()
        self._core.save(_writable(filepath, overwrite))

    def save_to_bytes(self) -> bytes:
        """What ``save`` would write."""
        self._warn_of_lost_steps()
        return self._core.save_to_bytes()

    def save_weights(
        self,
        filepath: str | os.PathLike[str],
        overwrite: bool = True,
        max_shard_size: float | None = None,
    ) -> None:
        """Writes the weights to a file.

        Args:
            filepath: the file.
            overwrite: whether a file that is there may be replaced.
            max_shard_size: refused: weights are one file.
        """
        if max_shard_size is not None:
            raise ValueError("weights are saved as one file: leave max_shard_size at None")
        self._core.save_weights(_writable(filepath, overwrite))

    def load_weights(
        self, filepath: str | os.PathLike[str], skip_mismatch: bool = False, **kwargs: Any
    ) -> None:
        """Reads the weights from a file; all must fit, otherwise none changes.

        Between float32 and float64 values are rounded.

        Args:
            filepath: what ``save_weights`` or ``save`` wrote.
            skip_mismatch: whether layers whose weights are missing in the file, or have other
                shapes there, keep theirs; a warning names them. The file may hold more then.
            kwargs: ``by_name`` and ``objects_to_skip`` of Keras at their defaults only.
        """
        for name, value in kwargs.items():
            if name not in ("by_name", "objects_to_skip") or value:
                raise ValueError(
                    f"load_weights got {name}={value!r}: weights are found by name; layers that "
                    "do not fit are left alone with skip_mismatch=True"
                )
        skipped = self._core.load_weights(os.fspath(filepath), skip_mismatch)
        if skipped:
            warnings.warn(
                f"{self.name} keeps its own {', '.join(skipped)}, which {os.fspath(filepath)} does "
                "not hold in these shapes",
                stacklevel=2,
            )

    def to_json(self, **kwargs: Any) -> str:
        """The architecture as JSON, from which ``lamina.models.model_from_json`` makes an equal
        model with new weights.

        Args:
            kwargs: of ``json.dumps``.

        >>> json = Sequential([Input((3,)), Dense(2)]).to_json()
        >>> lamina.models.model_from_json(json).count_params()
        8
        """
        return json.dumps(saving.serialize_keras_object(self), **kwargs)

    def get_compile_config(self) -> dict[str, Any]:
        """What ``compile`` was given, as a dictionary for ``compile_from_config``."""
        if not self._core.compiled:
            return {}
        given = self._compile_arguments or {
            "optimizer": self._optimizer,
            "loss": self._loss,
            "metrics": self._metrics or None,
        }
        form: dict[str, Any] = saving.serialize_keras_object(given)
        return form

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles as ``get_compile_config`` told.

        >>> model = Sequential([Input((3,)), Dense(2)])
        >>> model.compile("sgd", "mse", metrics=["mae"])
        >>> twin = Sequential([Input((3,)), Dense(2)])
        >>> twin.compile_from_config(model.get_compile_config())
        >>> twin.loss.name
        'mean_squared_error'
        """
        if config:
            self.compile(**saving.deserialize_keras_object(config))

    @property
    def compiled(self) -> bool:
        """Whether it was compiled."""
        return self._core.compiled

    def _warn_of_lost_steps(self) -> None:
        """The file of a graph holds its layers, and not the class that they were given to."""
        if self._own_steps and not isinstance(self._core, _lamina.PythonModel):
            warnings.warn(
                f"{type(self).__name__} is saved as its layers alone: the file loads as a model "
                f"without its {', '.join(self._own_steps)}; keep weights by save_weights, or write "
                "the class with layers in attributes and call()",
                stacklevel=3,
            )

    def __reduce__(self) -> Any:
        return _restored, (self.save_to_bytes(), self._custom_objects())

    def _custom_objects(self) -> dict[str, Any]:
        """The user's classes and functions that its file names, but for those that losses, metrics
        and optimizers hold.
        """
        found: dict[str, Any] = {}
        waiting: list[Layer] = [self]
        while waiting:
            layer = waiting.pop()
            waiting.extend(layer._parts())
            if hasattr(layer._core, "owner"):
                found[layer._core.type] = type(layer)
            if not isinstance(layer, Files):
                found.update(_pieces.objects_in(layer._core.config()))
        return found

    def get_state_tree(self, value_format: str = "backend_tensor") -> dict[str, dict[str, Any]]:
        """Everything that training changes: weights, the optimizer's and the metrics' variables.

        Args:
            value_format: ``"backend_tensor"``, or ``"numpy_array"``.

        Returns:
            Values by the variables' paths, in ``"trainable_variables"``,
            ``"non_trainable_variables"``, ``"optimizer_variables"`` and ``"metrics_variables"``.

        >>> model = Sequential([Input((3,)), Dense(2, name="d")])
        >>> list(model.get_state_tree()["trainable_variables"])
        ['d/kernel', 'd/bias']
        """
        if value_format not in ("backend_tensor", "numpy_array"):
            raise ValueError(
                f"value_format is {value_format!r}, expected 'backend_tensor' or 'numpy_array'"
            )

        def value(variable: Any) -> Any:
            return variable.value if value_format == "backend_tensor" else variable.numpy().copy()

        return {
            kind: {path: value(variable) for path, variable in variables.items()}
            for kind, variables in self._state_variables().items()
        }

    def set_state_tree(self, state_tree: dict[str, dict[str, Any]]) -> None:
        """Sets what ``get_state_tree`` gave; kinds that are missing stay.

        Raises:
            ValueError: it names a variable that the model does not have.
        """
        known = self._state_variables()
        for kind, values in state_tree.items():
            for path in values:
                if path not in known.get(kind, {}):
                    raise ValueError(f"{self.name} has no {path!r} among its {kind}")
        for kind, values in state_tree.items():
            for path, value in values.items():
                known[kind][path].assign(value)

    def _state_variables(self) -> dict[str, dict[str, Any]]:
        kept = {
            "trainable_variables": self.trainable_variables,
            "non_trainable_variables": self.non_trainable_variables,
            "optimizer_variables": [] if self.optimizer is None else self.optimizer.variables,
            "metrics_variables": self.metrics_variables,
        }
        return {kind: {v.path: v for v in variables} for kind, variables in kept.items()}

    def export(
        self,
        filepath: Any,
        format: str = "tf_saved_model",
        verbose: bool | None = None,
        input_signature: Any = None,
        **kwargs: Any,
    ) -> None:
        """Refused: lamina writes no other program's files.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(
            "lamina writes no files of other programs; C++ programs read what save() wrote"
        )


def _restored(file: bytes, custom_objects: dict[str, Any]) -> Any:
    """The model that was copied or pickled."""
    return saving.load_model(file, custom_objects)


def _writable(filepath: str | os.PathLike[str], overwrite: bool) -> str:
    path = os.fspath(filepath)
    if not overwrite and os.path.exists(path):
        raise FileExistsError(f"{path} is there already, and overwrite=False was given")
    return path
