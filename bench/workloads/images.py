"""Operations on batches of images: their results alone, or with every gradient."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .base import Contender, Workload, microseconds

# Images (n, height, width, channels) and kernels (height, width, in, out) as PyTorch has them:
# (n, channels, height, width) and (out, in, height, width).
IMAGE_AXES, KERNEL_AXES = (0, 3, 1, 2), (3, 2, 0, 1)


@dataclass(frozen=True, kw_only=True)
class ImageOperation(Workload):
    """A function of a batch of images and of parameters; arrays already lie where it wants them.

    With ``backward`` the gradients by the images and by each parameter are computed too, for a
    given gradient of the result.
    """

    batch: int
    size: int
    channels: int
    backward: bool = True
    layouts: tuple[str, ...] = ("contiguous_format", "channels_last")
    peers: tuple[str, ...] = ("torch", "jax")
    higher_is_better = True

    amount_a_run = 1e9
    """How much of ``amount`` one measurement is to do."""

    def amount(self) -> float:
        """What one call does: operations, or bytes."""
        raise NotImplementedError

    def parameters(self) -> list[np.ndarray]:
        return []

    def result_shape(self) -> tuple[int, ...]:
        raise NotImplementedError

    def lamina_function(self) -> tuple[Callable, list]:
        """A function of the images, and the parameters it reads."""
        raise NotImplementedError

    def torch_function(self) -> Callable:
        """A function of images and parameters."""
        raise NotImplementedError

    def jax_function(self) -> Callable:
        """A function of images and parameters."""
        raise NotImplementedError

    def images(self) -> np.ndarray:
        shape = (self.batch, self.size, self.size, self.channels)
        return np.random.default_rng(4).normal(size=shape).astype("float32")

    def gradient(self) -> np.ndarray:
        return np.random.default_rng(5).normal(size=self.result_shape()).astype("float32")

    def contender(self, call: Callable, arranged: Callable = np.asarray) -> Contender:
        """``call`` gives the result, the images' gradient and the parameters'; ``arranged`` turns
        them into arrays with the channels last.
        """
        repeats = max(2, int(self.amount_a_run / self.amount()))

        def run():
            return self.amount() / microseconds(call, repeats) * 1e-3

        return Contender(run, lambda: [arranged(a).reshape(-1)[::101] for a in call()])

    def lamina(self) -> Contender:
        import lamina

        function, parameters = self.lamina_function()
        images = lamina.Tensor(self.images(), requires_grad=self.backward)
        gradient, leaves = lamina.Tensor(self.gradient()), (images, *parameters)

        @lamina.no_grad()
        def forward():
            return [function(images)]

        def backward():
            result = function(images)
            result.backward(gradient)
            gradients = [leaf.grad for leaf in leaves]
            for leaf in leaves:
                leaf.zero_grad()
            return [result, *gradients]

        return self.contender(backward if self.backward else forward, lambda a: a.numpy())

    def torch(self, layout: str) -> Contender:
        import torch

        def converted(array, axes):
            if array.ndim != 4:
                return torch.from_numpy(array)
            tensor = torch.from_numpy(np.ascontiguousarray(array.transpose(axes)))
            return tensor.to(memory_format=getattr(torch, layout))

        def arranged(tensor):
            if tensor.ndim != 4:
                return tensor.numpy()
            kernel = any(tensor.shape == parameter.shape for parameter in parameters)
            return (
                tensor.detach().numpy().transpose(np.argsort(KERNEL_AXES if kernel else IMAGE_AXES))
            )

        function = self.torch_function()
        images = converted(self.images(), IMAGE_AXES)
        parameters = [converted(parameter, KERNEL_AXES) for parameter in self.parameters()]
        gradient, leaves = converted(self.gradient(), IMAGE_AXES), (images, *parameters)

        @torch.no_grad()
        def forward():
            return [function(*leaves)]

        def backward():
            result = function(*leaves)
            return [result.detach(), *torch.autograd.grad(result, leaves, gradient)]

        for leaf in leaves:
            leaf.requires_grad_(self.backward)
        return self.contender(backward if self.backward else forward, arranged)

    def jax(self) -> Contender:
        import jax

        function = self.jax_function()
        leaves = [jax.device_put(array) for array in (self.images(), *self.parameters())]
        gradient = jax.device_put(self.gradient())

        @jax.jit
        def forward(gradient, *leaves):
            return [function(*leaves)]

        @jax.jit
        def backward(gradient, *leaves):
            result, pull = jax.vjp(function, *leaves)
            return [result, *pull(gradient)]

        jitted = backward if self.backward else forward
        return self.contender(lambda: jax.block_until_ready(jitted(gradient, *leaves)))


@dataclass(frozen=True, kw_only=True)
class Convolution(ImageOperation):
    """A convolution with "same" padding, both gradients included. Its operations are counted as if
    the kernel never left the image.
    """

    filters: int
    kernel_size: int
    strides: int = 1
    unit = "GFLOP/s"
    amount_a_run = 5e9

    def amount(self) -> float:
        forward = 2 * math.prod(self.result_shape()) * self.kernel_size**2 * self.channels
        return 3 * forward if self.backward else forward

    def parameters(self) -> list[np.ndarray]:
        shape = (self.kernel_size, self.kernel_size, self.channels, self.filters)
        return [np.random.default_rng(6).normal(size=shape).astype("float32")]

    def result_shape(self) -> tuple[int, ...]:
        size = math.ceil(self.size / self.strides)
        return (self.batch, size, size, self.filters)

    def lamina_function(self):
        import lamina

        kernel = lamina.Tensor(self.parameters()[0], requires_grad=self.backward)
        conv, strides = lamina.ops.conv, self.strides
        return lambda images: conv(images, kernel, strides=strides, padding="same"), [kernel]

    def torch_function(self):
        import torch

        # The same on both sides of the image: a stride above 1 would need it of larger kernels.
        assert self.strides == 1 or self.kernel_size == 1
        conv, padding = torch.nn.functional.conv2d, self.kernel_size // 2
        return lambda images, kernel: conv(images, kernel, stride=self.strides, padding=padding)

    def jax_function(self):
        import jax

        numbers = ("NHWC", "HWIO", "NHWC")
        return lambda images, kernel: jax.lax.conv_general_dilated(
            images, kernel, (self.strides,) * 2, "SAME", dimension_numbers=numbers
        )


@dataclass(frozen=True, kw_only=True)
class MemoryBound(ImageOperation):
    """Counts the bytes of images and result, and of both gradients, once each."""

    unit = "GB/s"

    def amount(self) -> float:
        images = self.batch * self.size * self.size * self.channels
        return 4 * (images + math.prod(self.result_shape())) * (2 if self.backward else 1)


@dataclass(frozen=True, kw_only=True)
class MaxPool(MemoryBound):
    """The largest of each 2x2 pixels."""

    def result_shape(self) -> tuple[int, ...]:
        return (self.batch, self.size // 2, self.size // 2, self.channels)

    def lamina_function(self):
        import lamina

        return lambda images: lamina.ops.max_pool(images, 2), []

    def torch_function(self):
        import torch

        return lambda images: torch.nn.functional.max_pool2d(images, 2)

    def jax_function(self):
        import jax

        window = (1, 2, 2, 1)
        return lambda images: jax.lax.reduce_window(
            images, -math.inf, jax.lax.max, window, window, "VALID"
        )


@dataclass(frozen=True, kw_only=True)
class BatchNorm(MemoryBound):
    """Normalization by the batch's own statistics, which lamina and PyTorch also average."""

    def parameters(self) -> list[np.ndarray]:
        random = np.random.default_rng(6)
        scale, offset = random.uniform(0.5, 1, self.channels), random.normal(size=self.channels)
        return [scale.astype("float32"), offset.astype("float32")]

    def result_shape(self) -> tuple[int, ...]:
        return (self.batch, self.size, self.size, self.channels)

    def lamina_function(self):
        import lamina

        layer = lamina.layers.BatchNormalization()
        layer.build(self.result_shape())
        mean, variance = np.zeros(self.channels), np.ones(self.channels)
        layer.set_weights([*self.parameters(), mean, variance])
        return lambda images: layer(images, training=True), layer.trainable_weights

    def torch_function(self):
        import torch

        batch_norm = torch.nn.functional.batch_norm
        mean, variance = torch.zeros(self.channels), torch.ones(self.channels)
        return lambda images, scale, offset: batch_norm(
            images, mean, variance, scale, offset, training=True, momentum=0.01, eps=1e-3
        )

    def jax_function(self):
        import jax

        def batch_norm(images, scale, offset):
            mean, variance = images.mean((0, 1, 2)), images.var((0, 1, 2))
            return (images - mean) * (scale * jax.lax.rsqrt(variance + 1e-3)) + offset

        return batch_norm
