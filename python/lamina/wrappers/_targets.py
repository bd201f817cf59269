"""What an estimator learns: ``y`` as a model takes it, and outputs as scikit-learn takes them."""

from typing import Any

import numpy as np
from sklearn.utils.multiclass import type_of_target

from lamina import losses


class Classes:
    """Labels: one of several classes, or any of several at once (a matrix of 0 and 1)."""

    def __init__(self, y: Any, owner: str) -> None:
        kind = type_of_target(y, input_name="y", raise_unknown=True)
        if kind not in ("binary", "multiclass", "multilabel-indicator"):
            raise ValueError(
                f"Unknown label type: {kind}. {owner} needs one class a sample, or a matrix of 0 "
                "and 1; for numbers take LaminaRegressor"
            )
        self.is_multilabel = kind == "multilabel-indicator"
        if self.is_multilabel:
            self.classes: Any = np.arange(y.shape[1])
        else:
            self.classes = np.unique(y)
            if len(self.classes) < 2:
                raise ValueError(
                    f"{owner} needs at least two classes, got one class: {self.classes[0]!r}"
                )

    @property
    def default_loss(self) -> str:
        """The loss where none is named."""
        single = self.is_multilabel or len(self.classes) == 2
        return "binary_crossentropy" if single else "sparse_categorical_crossentropy"

    @property
    def outputs(self) -> int:
        """How many outputs a model needs at least."""
        return 1 if not self.is_multilabel and len(self.classes) == 2 else len(self.classes)

    @property
    def activation(self) -> str:
        """What the outputs of a model of ``default_loss`` go through."""
        return "sigmoid" if self.is_multilabel or len(self.classes) == 2 else "softmax"

    def numbers(self, y: Any, owner: str) -> Any:
        """The labels' places among the classes; a matrix of 0 and 1 as it is."""
        if self.is_multilabel:
            return np.asarray(y)
        places = np.searchsorted(self.classes, y)
        known = self.classes[np.minimum(places, len(self.classes) - 1)] == y
        if not np.all(known):
            raise ValueError(
                f"{owner} was fitted with the classes {list(self.classes)}, got "
                f"{list(np.unique(np.asarray(y)[~known]))} too"
            )
        return places

    def rows(self, numbers: Any) -> Any:
        """A column a class, of 0 and 1."""
        if self.is_multilabel:
            return numbers
        return np.eye(len(self.classes), dtype=np.float32)[numbers]

    def for_model(self, numbers: Any, width: int, loss: Any, owner: str) -> Any:
        """The labels as a model of so many outputs and that loss takes them."""
        count = len(self.classes)
        if isinstance(loss, losses.SparseCategoricalCrossentropy) and not self.is_multilabel:
            if width < count:
                raise ValueError(_too_few(owner, width, count))
            return numbers
        if width == 1 and count == 2 and not self.is_multilabel:
            return numbers
        if width != count:
            raise ValueError(_too_few(owner, width, count))
        return self.rows(numbers)

    def probabilities(self, outputs: Any, loss: Any) -> Any:
        """A column a class; the columns of a sample add up to 1, but for several at once.

        They are float64: scikit-learn's ensembles add them up, and look whether the sum is 1.
        """
        outputs = np.asarray(outputs, dtype=np.float64)
        if getattr(loss, "from_logits", False):
            outputs = self._from_logits(outputs, loss)
        if self.is_multilabel:
            return outputs
        if outputs.shape[1] == 1:
            return np.hstack([1 - outputs, outputs])
        outputs = outputs[:, : len(self.classes)]
        totals = outputs.sum(axis=1, keepdims=True)
        return outputs / np.where(totals > 0, totals, 1)

    def _from_logits(self, outputs: Any, loss: Any) -> Any:
        if isinstance(loss, (losses.BinaryCrossentropy, losses.BinaryFocalCrossentropy)):
            # 1 / (1 + e^-x) in the form that overflows nowhere.
            return 0.5 * (1 + np.tanh(0.5 * outputs))
        powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def scores(self, probabilities: Any) -> Any:
        """For two classes how much speaks for the second, above 0 where it is chosen; else a column
        of such a class.
        """
        if len(self.classes) == 2 and not self.is_multilabel:
            probabilities = probabilities[:, 1]
        p = np.asarray(probabilities, dtype=np.float64)
        # Between the numbers nearest to 0 and 1, where the logarithms are finite.
        tiny = np.finfo(np.float64).tiny
        p = np.clip(p, tiny, 1 - np.finfo(np.float64).epsneg)
        return np.log(p) - np.log1p(-p)

    def chosen(self, probabilities: Any) -> Any:
        """The classes, as they stood in ``y``."""
        scores = self.scores(probabilities)
        if self.is_multilabel:
            return (scores > 0).astype(np.int64)
        if scores.ndim == 1:
            return self.classes[(scores > 0).astype(np.int64)]
        return self.classes[np.argmax(probabilities, axis=1)]


def _too_few(owner: str, width: int, count: int) -> str:
    return (
        f"the model of {owner} gives {width} outputs, but there are {count} classes: let its last "
        f"layer have {count} units" + (", or one" if count == 2 else "")
    )


class Numbers:
    """Numbers, one or several a sample."""

    default_loss = "mean_squared_error"
    activation = "linear"
    classes = None

    def __init__(self, y: Any, owner: str) -> None:
        if y.dtype.kind in "US":
            raise ValueError(f"y of {owner} holds strings; for classes take LaminaClassifier")
        # Refuses what is no target at all.
        type_of_target(y, input_name="y", raise_unknown=True)
        self.shape = y.shape[1:]
        self.dtype = y.dtype if np.issubdtype(y.dtype, np.floating) else np.dtype(np.float64)

    @property
    def outputs(self) -> int:
        """How many outputs a model needs."""
        return int(np.prod(self.shape))

    def numbers(self, y: Any, owner: str) -> Any:
        """The targets, refused where there are not as many a sample as before."""
        if y.shape[1:] != self.shape:
            raise ValueError(
                f"{owner} was fitted with y of shape {(None, *self.shape)}, got {y.shape}"
            )
        return y

    def rows(self, numbers: Any) -> Any:
        """The targets with a column each."""
        return numbers.reshape(-1, 1) if numbers.ndim == 1 else numbers

    def for_model(self, numbers: Any, width: int, loss: Any, owner: str) -> Any:
        """The targets as a model takes them."""
        if numbers.ndim <= 2 and width != self.outputs:
            raise ValueError(
                f"the model of {owner} gives {width} outputs, but y has {self.outputs} a sample: "
                f"let its last layer have {self.outputs} units"
            )
        return self.rows(numbers)

    def predicted(self, outputs: Any) -> Any:
        """Outputs in the form and the dtype of ``y``."""
        return outputs.reshape(len(outputs), *self.shape).astype(self.dtype)
