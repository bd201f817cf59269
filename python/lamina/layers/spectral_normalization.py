"""A layer whose kernel keeps a spectral norm of 1."""

from typing import Any

import numpy as np

from lamina import initializers, ops
from lamina._input_spec import InputSpec
from lamina._lamina import Variable
from lamina.autograd import no_grad
from lamina.layers.wrapper import Wrapper


class SpectralNormalization(Wrapper):
    """Divides a layer's kernel by its largest singular value before each call in training.

    The value is estimated by power iteration, which goes on from call to call.

    Args:
        layer: a layer with a ``kernel`` or ``embeddings``.
        power_iterations: steps of the iteration a call, at least 1.
        kwargs: as for every ``Layer``.

    Input shape: the layer's. Output shape: the layer's.

    Raises:
        ValueError: ``power_iterations`` is below 1, or the layer has no kernel.

    Reference: Miyato et al., 2018, "Spectral normalization for generative adversarial networks".

    >>> layer = SpectralNormalization(Dense(1, kernel_initializer="ones"), power_iterations=3)
    >>> layer([[1.0, 1.0]], training=True).numpy().round(4)  # the kernel is (1, 1) / sqrt(2)
    array([[1.4142]], dtype=float32)
    """

    def __init__(self, layer: Any, power_iterations: int = 1, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        if power_iterations <= 0:
            raise ValueError(f"power_iterations is {power_iterations}, expected at least 1")
        self.power_iterations = power_iterations

    def build(self, input_shape: Any = None) -> None:
        """Builds the layer and the estimate of its kernel's singular vector."""
        super().build(input_shape)
        self.input_spec = InputSpec(min_ndim=1, axes={-1: input_shape[-1]})
        self.vector_u = self.add_weight(
            shape=(1, self.kernel.shape[-1]),
            initializer=initializers.TruncatedNormal(stddev=0.02),
            trainable=False,
            name="vector_u",
        )

    @property
    def kernel(self) -> Variable:
        """The weight that is normalized."""
        for name in ("kernel", "embeddings"):
            weight = getattr(self.layer, name, None)
            if isinstance(weight, Variable):
                return weight
        raise ValueError(
            f"SpectralNormalization needs a layer with a kernel or embeddings, got {self.layer!r}"
        )

    def call(self, inputs: Any, training: bool = False) -> Any:
        """The layer's outputs, with its kernel normalized before in training."""
        if training:
            with no_grad():
                vector, kernel = self.normalized_weights()
                self.vector_u.assign(vector)
                self.kernel.assign(kernel)
        return self.layer(inputs)

    def normalized_weights(self) -> tuple[Any, Any]:
        """The singular vector after some steps, and the kernel over its singular value."""
        kernel = ops.convert_to_tensor(self.kernel)
        weights = ops.reshape(kernel, (-1, kernel.shape[-1]))
        vector = ops.convert_to_tensor(self.vector_u)
        for _ in range(self.power_iterations):
            left = _unit(ops.matmul(vector, ops.transpose(weights)))
            vector = _unit(ops.matmul(left, weights))
        sigma = ops.matmul(ops.matmul(left, weights), ops.transpose(vector))
        # A kernel of zeros has no singular value to divide by, and stays.
        sigma = ops.where(sigma == 0, ops.ones_like(sigma), sigma)
        return vector, ops.reshape(weights / sigma, kernel.shape)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The layer's."""
        return self.layer.compute_output_shape(input_shape)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer."""
        return {**super().get_config(), "power_iterations": self.power_iterations}


def _unit(row: Any) -> Any:
    """A row of length 1; one of zeros stays."""
    size = ops.sum(ops.square(row))
    return row / ops.sqrt(ops.maximum(size, np.finfo(np.float32).tiny))
