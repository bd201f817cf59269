"""The networks of the training and inference rows, equal in every framework."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .layers import Conv, Dense, Dropout, Flatten, Layer, Pool, Shape, filled, torch_kernel


class Network:
    """What rows ask of a network. ``loss`` is ``mse``, or ``sparse`` from logits."""

    inputs: Shape
    loss: str

    @property
    def outputs(self) -> int:
        raise NotImplementedError

    def data(self, samples: int) -> tuple[np.ndarray, np.ndarray]:
        random = np.random.default_rng(2)
        x = random.normal(size=(samples, *self.inputs)).astype("float32")
        if self.loss == "sparse":
            return x, random.integers(0, self.outputs, samples)
        return x, random.uniform(size=(samples, self.outputs)).astype("float32")

    def without_dropout(self) -> "Network":
        """What every framework computes alike in training too."""
        return self

    def keras_like(self, api):
        """The model in lamina or in Keras: the same words."""
        raise NotImplementedError

    def torch_model(self):
        raise NotImplementedError

    def channels_first(self, x: np.ndarray) -> np.ndarray:
        """A batch as PyTorch takes it."""
        return np.ascontiguousarray(np.moveaxis(x, -1, 1))

    def keras_loss(self, api):
        if self.loss == "sparse":
            return api.losses.SparseCategoricalCrossentropy(from_logits=True)
        return api.losses.MeanSquaredError()

    def torch_loss(self):
        import torch

        return {"mse": torch.nn.MSELoss, "sparse": torch.nn.CrossEntropyLoss}[self.loss]()


@dataclass(frozen=True)
class Chain(Network):
    """Layers one after the other."""

    inputs: Shape
    layers: tuple[Layer, ...]
    loss: str = "mse"

    def steps(self) -> Iterator[tuple[Layer, Shape, list[np.ndarray]]]:
        """Each layer with the shape of its inputs and its initial weights."""
        random, shape = np.random.default_rng(1), self.inputs
        for layer in self.layers:
            weights = [np.zeros(extents) for extents in layer.weight_shapes(shape)]
            if weights:
                *window, channels, outputs = weights[0].shape
                limit = np.sqrt(6 / (np.prod(window) * (channels + outputs)))  # Glorot's
                weights[0] = random.uniform(-limit, limit, weights[0].shape)
            yield layer, shape, [weight.astype("float32") for weight in weights]
            shape = layer.output_shape(shape)

    def weights(self) -> list[np.ndarray]:
        return [weight for _, _, weights in self.steps() for weight in weights]

    @property
    def outputs(self) -> int:
        return next(layer.units for layer in reversed(self.layers) if isinstance(layer, Dense))

    def without_dropout(self) -> "Chain":
        layers = tuple(layer for layer in self.layers if not isinstance(layer, Dropout))
        return self if layers == self.layers else dataclasses.replace(self, layers=layers)

    def keras_like(self, api):
        layers = [layer.keras_like(api, len(self.inputs) - 1) for layer in self.layers]
        model = api.Sequential([api.Input(self.inputs), *layers])
        model.set_weights(self.weights())
        return model

    def torch_model(self):
        import torch

        modules, order = [], None
        for layer, shape, weights in self.steps():
            if isinstance(layer, Flatten):
                order = layer.torch_order(shape)
            elif weights and order is not None:
                weights[0], order = weights[0][order], None
            modules += layer.torch_modules(shape, weights)
        return torch.nn.Sequential(*modules)

    def jax_functions(self):
        import jax

        counts = [len(weights) for _, _, weights in self.steps()]

        def forward(weights, x):
            rest = iter(weights)
            for layer, count in zip(self.layers, counts, strict=True):
                x = layer.jax(x, [next(rest) for _ in range(count)])
            return x

        def loss(weights, x, y):
            predicted = forward(weights, x)
            if self.loss == "sparse":
                picked = jax.numpy.take_along_axis(jax.nn.log_softmax(predicted), y[:, None], -1)
                return -picked.mean()
            return ((predicted - y) ** 2).mean()

        return forward, loss


@dataclass(frozen=True)
class Text(Chain):
    """A chain that reads text: each row of a sample is one character out of an alphabet."""

    def data(self, samples: int) -> tuple[np.ndarray, np.ndarray]:
        random, (length, characters) = np.random.default_rng(2), self.inputs
        text = random.integers(0, characters, (samples, length))
        x = np.zeros((samples, length, characters), "float32")
        np.put_along_axis(x, text[..., None], 1, -1)
        return x, random.integers(0, self.outputs, samples)


@dataclass(frozen=True)
class ResNet20(Network):
    """He et al., 2016, "Deep residual learning for image recognition", section 4.2, with shortcuts
    by projection (option B) where the shape changes.
    """

    inputs: Shape = (32, 32, 3)
    loss: str = "sparse"
    filters: tuple[int, ...] = (16, 32, 64)
    blocks: int = 3
    outputs = 10

    def plan(self) -> Iterator[tuple[str, int, int, int]]:
        """Name, channels, filters and stride of each residual block."""
        channels = self.filters[0]
        for stage, filters in enumerate(self.filters, 1):
            for block in range(1, self.blocks + 1):
                yield f"{stage}_{block}", channels, filters, 1 + (channels != filters)
                channels = filters

    def weights(self) -> dict[str, list[np.ndarray]]:
        """The initial weights of each layer by its name."""
        random, result = np.random.default_rng(1), {}

        def convolution(name, size, channels, filters):
            spread = np.sqrt(2 / (size * size * channels))
            kernel = random.normal(0, spread, (size, size, channels, filters))
            scale, offset = random.uniform(0.5, 1, filters), random.normal(0, 0.1, filters)
            result[name] = [kernel]
            result[f"{name}_norm"] = [scale, offset, np.zeros(filters), np.ones(filters)]

        convolution("stem", 3, self.inputs[-1], self.filters[0])
        for name, channels, filters, stride in self.plan():
            convolution(f"{name}_a", 3, channels, filters)
            convolution(f"{name}_b", 3, filters, filters)
            if stride > 1:
                convolution(f"{name}_shortcut", 1, channels, filters)
        limit = np.sqrt(6 / (self.filters[-1] + self.outputs))
        kernel = random.uniform(-limit, limit, (self.filters[-1], self.outputs))
        result["classes"] = [kernel, np.zeros(self.outputs)]
        return {name: [w.astype("float32") for w in ws] for name, ws in result.items()}

    def keras_like(self, api):
        layers = api.layers

        def convolution(x, name, filters, size=3, strides=1):
            x = layers.Conv2D(filters, size, strides, padding="same", use_bias=False, name=name)(x)
            return layers.BatchNormalization(name=f"{name}_norm")(x)

        inputs = api.Input(self.inputs)
        x = layers.Activation("relu")(convolution(inputs, "stem", self.filters[0]))
        for name, _, filters, strides in self.plan():
            y = convolution(x, f"{name}_a", filters, strides=strides)
            y = convolution(layers.Activation("relu")(y), f"{name}_b", filters)
            if strides > 1:
                x = convolution(x, f"{name}_shortcut", filters, 1, strides)
            x = layers.Activation("relu")(layers.Add()([x, y]))
        x = layers.GlobalAveragePooling2D()(x)
        model = api.Model(inputs, layers.Dense(self.outputs, name="classes")(x))
        for name, values in self.weights().items():
            model.get_layer(name).set_weights(values)
        return model

    def torch_model(self):
        import torch
        from torch import nn

        weights = self.weights()

        def convolution(name, stride=1):
            kernel, norm = weights[name][0], weights[f"{name}_norm"]
            size, _, channels, filters = kernel.shape
            # "same" adds what a stride of 2 needs at the end alone, which PyTorch has no word for.
            same = stride == 1 or size == 1
            conv = nn.Conv2d(channels, filters, size, stride, size // 2 if same else 0, bias=False)
            names = ("weight", "bias", "running_mean", "running_var")
            return nn.Sequential(
                *([] if same else [nn.ZeroPad2d((0, 1, 0, 1))]),
                filled(conv, weight=torch_kernel(kernel)),
                filled(
                    nn.BatchNorm2d(filters, 1e-3, 0.01),
                    **dict(zip(names, norm, strict=True)),
                ),
            )

        class Block(nn.Module):
            def __init__(self, name, stride):
                super().__init__()
                self.body = nn.Sequential(
                    convolution(f"{name}_a", stride), nn.ReLU(), convolution(f"{name}_b")
                )
                self.shortcut = nn.Identity()
                if stride > 1:
                    self.shortcut = convolution(f"{name}_shortcut", stride)

            def forward(self, x):
                return torch.relu(self.shortcut(x) + self.body(x))

        kernel, bias = weights["classes"]
        return nn.Sequential(
            convolution("stem"),
            nn.ReLU(),
            *(Block(name, stride) for name, _, _, stride in self.plan()),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            filled(nn.Linear(*kernel.shape), weight=kernel.T, bias=bias),
        )


def dense(inputs: int, *layers: tuple[int, str | None], loss: str = "mse") -> Chain:
    """Dense layers as (units, activation)."""
    return Chain((inputs,), tuple(Dense(*layer) for layer in layers), loss)


SMALL = dense(16, (64, "relu"), (64, "relu"), (1, None))
DIGITS = dense(784, (512, "relu"), (512, "relu"), (10, None), loss="sparse")
AUTOENCODER = dense(784, (128, "relu"), (32, "relu"), (128, "relu"), (784, "sigmoid"))
ONE_BY_ONE = dense(1, (1, None))

# LeCun et al., 1998, "Gradient-based learning applied to document recognition".
LENET5 = Chain(
    (28, 28, 1),
    (
        Conv(6, 5, "tanh", "same"),
        Pool("Average", 2),
        Conv(16, 5, "tanh"),
        Pool("Average", 2),
        Flatten(),
        Dense(120, "tanh"),
        Dense(84, "tanh"),
        Dense(10),
    ),
    "sparse",
)
CNN_1D = Chain(
    (128, 1),
    (
        *(part for filters in (8, 16, 32) for part in (Conv(filters, 3, "relu"), Pool("Max", 2))),
        Flatten(),
        Dense(1),
    ),
)
# The small one of Zhang et al., 2015, "Character-level convolutional networks for text
# classification".
CHAR_CNN = Text(
    (1014, 70),
    (
        *(part for size in (7, 7) for part in (Conv(256, size, "relu"), Pool("Max", 3))),
        *(Conv(256, 3, "relu") for _ in range(4)),
        Pool("Max", 3),
        Flatten(),
        *(part for _ in range(2) for part in (Dense(1024, "relu"), Dropout(0.5))),
        Dense(4),
    ),
    "sparse",
)
RESNET20 = ResNet20()
