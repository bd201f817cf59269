"""The perceptron as it first was: one neuron that learns from its errors."""

import warnings
from typing import Any

import numpy as np

from lamina import _lamina, _naming
from lamina._options import option


class Perceptron:
    """A linear threshold unit with Rosenblatt's rule; all numbers are float64.

    It predicts 1 where ``weights . x + bias >= 0``, else 0 (or -1). To learn, each sample in turn
    adds ``learning_rate * (target - prediction) * x`` to the weights, and the same without ``x`` to
    the bias, until an epoch passes without error. That comes when a line, plane and so on parts the
    two classes; otherwise ``max_epochs`` end it and ``converged`` is False.

    Args:
        activation: ``"step"`` for the classes 0 and 1, ``"sign"`` for -1 and 1.
        learning_rate: above 0. From weights of zero it scales weights and bias, no more.
        max_epochs: most passes over the samples.
        shuffle: whether each epoch takes the samples in another order.
        seed: of these orders; None continues what ``utils.set_random_seed`` began.

    Input shape:  ``(samples, features)``. Output shape: ``(samples,)``.

    Raises:
        ValueError: shapes do not fit, there are no samples, a number is not finite, a label is not
            one of the two classes, or an option is out of range.
        RuntimeError: it is asked to predict before it has weights.

    References: Rosenblatt, 1958, "The perceptron: a probabilistic model for information storage and
    organization in the brain"; Novikoff, 1962, "On convergence proofs for perceptrons".

    >>> x = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> gate = Perceptron().fit(x, [0, 0, 0, 1])
    >>> gate.predict(x)
    array([0, 0, 0, 1])
    >>> gate.weights, gate.bias, gate.errors
    (array([2., 1.]), -3.0, [2, 3, 3, 2, 1, 0])

    A gate may be written down, too:

    >>> gate.set_weights([0.5, 0.5], bias=-0.3)
    >>> gate.predict(x)
    array([0, 1, 1, 1])
    """

    def __init__(
        self,
        activation: str = "step",
        learning_rate: float = 1.0,
        max_epochs: int = 1000,
        shuffle: bool = False,
        seed: int | None = None,
    ) -> None:
        options = {
            "activation": activation,
            "learning_rate": learning_rate,
            "max_epochs": max_epochs,
            "shuffle": bool(shuffle),
            "seed": seed,
        }
        self._core: _lamina.Perceptron = _naming.make(
            lambda _, options: _lamina.Perceptron(options), "Perceptron", options
        )

    activation = option("activation")
    learning_rate = option("learning_rate")
    max_epochs = option("max_epochs")
    shuffle = option("shuffle")
    seed = option("seed")

    def fit(self, x: Any, y: Any, weights: Any = None, bias: float = 0.0) -> "Perceptron":
        """Learns from the beginning, and warns when an error remained in the last epoch.

        Args:
            x: samples, of shape ``(samples, features)``.
            y: their classes, of shape ``(samples,)``.
            weights: to begin with, of shape ``(features,)``; zeros by default.
            bias: to begin with.

        Returns:
            Itself.
        """
        self._core.fit(x, y, weights, bias)
        if not self.converged:
            warnings.warn(
                f"Perceptron did not converge: in the last of {self.n_epochs} epochs it still "
                f"classified {self.errors[-1]} of {len(y)} samples wrong; the classes may not be "
                "linearly separable, or it may need more max_epochs",
                RuntimeWarning,
                stacklevel=2,
            )
        return self

    def decision_function(self, x: Any) -> np.ndarray:
        """``weights . x + bias`` for each sample: the farther from 0, the surer."""
        return self._core.decision_function(x)

    def predict(self, x: Any) -> np.ndarray:
        """The class of each sample."""
        return self._core.predict(x)

    def score(self, x: Any, y: Any) -> float:
        """The share of samples that are classified right."""
        return self._core.score(x, y)

    def set_weights(self, weights: Any, bias: float = 0.0) -> None:
        """Sets the weights, of shape ``(features,)``, and the bias; forgets what ``fit`` did."""
        self._core.set_weights(weights, bias)

    def get_weights(self) -> tuple[np.ndarray, float]:
        """Weights and bias, as ``set_weights`` takes them."""
        return self.weights, self.bias

    @property
    def weights(self) -> np.ndarray:
        """A weight a feature."""
        return self._core.weights

    @property
    def bias(self) -> float:
        """What is added to the weighted sum."""
        return self._core.bias

    @property
    def n_epochs(self) -> int:
        """Epochs of the last ``fit``, with the one that passed without error."""
        return self._core.n_epochs

    @property
    def converged(self) -> bool:
        """Whether the last epoch of ``fit`` passed without error."""
        return self._core.converged

    @property
    def errors(self) -> list[int]:
        """How many samples each epoch of ``fit`` classified wrong, as they came."""
        return self._core.errors

    def __repr__(self) -> str:
        return (
            f"Perceptron(activation={self.activation!r}, learning_rate={self.learning_rate}, "
            f"max_epochs={self.max_epochs}, shuffle={self.shuffle}, seed={self.seed})"
        )
