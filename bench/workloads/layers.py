"""Layers in a few words, and how each framework says them.

``shape`` is that of a layer's inputs without the batch, channels last as lamina, Keras and JAX have
them here. ``weights`` are NumPy arrays in Keras's order and layout.
"""

import math
from dataclasses import dataclass

import numpy as np

Shape = tuple[int, ...]


class Layer:
    def weight_shapes(self, shape: Shape) -> list[Shape]:
        return []

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def keras_like(self, api, rank: int):
        """The layer in lamina or in Keras; ``rank`` is that of an image, 1 or 2."""
        raise NotImplementedError

    def torch_modules(self, shape: Shape, weights: list[np.ndarray]) -> list:
        raise NotImplementedError

    def jax(self, x, weights: list):
        raise NotImplementedError


def torch_activation(name: str | None) -> list:
    import torch

    modules = {"relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh}
    return [modules[name]()] if name else []


def filled(module, **values):
    """The PyTorch module with these weights."""
    import torch

    with torch.no_grad():
        for name, value in values.items():
            getattr(module, name).copy_(torch.from_numpy(np.ascontiguousarray(value)))
    return module


def torch_kernel(kernel: np.ndarray) -> np.ndarray:
    """A convolution's kernel as PyTorch has it: filters, channels, then the image's axes."""
    return np.moveaxis(kernel, (-1, -2), (0, 1))


@dataclass(frozen=True)
class Dense(Layer):
    units: int
    activation: str | None = None

    def weight_shapes(self, shape):
        return [(shape[-1], self.units), (self.units,)]

    def output_shape(self, shape):
        return (*shape[:-1], self.units)

    def keras_like(self, api, rank):
        return api.layers.Dense(self.units, self.activation)

    def torch_modules(self, shape, weights):
        import torch

        linear = torch.nn.Linear(shape[-1], self.units)
        kernel, bias = weights
        return [filled(linear, weight=kernel.T, bias=bias), *torch_activation(self.activation)]

    def jax(self, x, weights):
        import jax

        x = x @ weights[0] + weights[1]
        return getattr(jax.nn, self.activation)(x) if self.activation else x


@dataclass(frozen=True)
class Conv(Layer):
    filters: int
    kernel_size: int
    activation: str | None = None
    padding: str = "valid"

    def weight_shapes(self, shape):
        return [(self.kernel_size,) * (len(shape) - 1) + (shape[-1], self.filters), (self.filters,)]

    def output_shape(self, shape):
        lost = self.kernel_size - 1 if self.padding == "valid" else 0
        return (*(size - lost for size in shape[:-1]), self.filters)

    def keras_like(self, api, rank):
        make = getattr(api.layers, f"Conv{rank}D")
        return make(
            self.filters, self.kernel_size, padding=self.padding, activation=self.activation
        )

    def torch_modules(self, shape, weights):
        import torch

        make = getattr(torch.nn, f"Conv{len(shape) - 1}d")
        padding = self.kernel_size // 2 if self.padding == "same" else 0
        conv = make(shape[-1], self.filters, self.kernel_size, padding=padding)
        kernel, bias = weights
        conv = filled(conv, weight=torch_kernel(kernel), bias=bias)
        return [conv, *torch_activation(self.activation)]

    def jax(self, x, weights):
        import jax

        image = "HW"[: x.ndim - 2]
        x = jax.lax.conv_general_dilated(
            x,
            weights[0],
            (1,) * len(image),
            self.padding.upper(),
            dimension_numbers=(f"N{image}C", f"{image}IO", f"N{image}C"),
        )
        x = x + weights[1]
        return getattr(jax.nn, self.activation)(x) if self.activation else x


@dataclass(frozen=True)
class Pool(Layer):
    kind: str
    """"Max" or "Average"."""
    size: int

    def output_shape(self, shape):
        return (*(extent // self.size for extent in shape[:-1]), shape[-1])

    def keras_like(self, api, rank):
        return getattr(api.layers, f"{self.kind}Pooling{rank}D")(self.size)

    def torch_modules(self, shape, weights):
        import torch

        kind = {"Max": "Max", "Average": "Avg"}[self.kind]
        return [getattr(torch.nn, f"{kind}Pool{len(shape) - 1}d")(self.size)]

    def jax(self, x, weights):
        import jax

        window = (1, *(self.size,) * (x.ndim - 2), 1)
        if self.kind == "Max":
            return jax.lax.reduce_window(x, -math.inf, jax.lax.max, window, window, "VALID")
        total = jax.lax.reduce_window(x, 0.0, jax.lax.add, window, window, "VALID")
        return total / math.prod(window)


@dataclass(frozen=True)
class Flatten(Layer):
    def output_shape(self, shape):
        return (math.prod(shape),)

    def keras_like(self, api, rank):
        return api.layers.Flatten()

    def torch_modules(self, shape, weights):
        import torch

        return [torch.nn.Flatten()]

    def torch_order(self, shape: Shape) -> np.ndarray:
        """Where PyTorch's outputs, channels first, stand among the others'."""
        return np.moveaxis(np.arange(math.prod(shape)).reshape(shape), -1, 0).ravel()

    def jax(self, x, weights):
        return x.reshape(len(x), -1)


@dataclass(frozen=True)
class Dropout(Layer):
    rate: float

    def keras_like(self, api, rank):
        return api.layers.Dropout(self.rate)

    def torch_modules(self, shape, weights):
        import torch

        return [torch.nn.Dropout(self.rate)]
