"""The recurrent networks of the training and inference rows."""

from dataclasses import dataclass

import numpy as np

from .layers import Shape, filled
from .networks import Network

# Gates of each kind, and where PyTorch has Keras's.
TORCH_GATES = {"SimpleRNN": (0,), "GRU": (1, 0, 2), "LSTM": (0, 1, 2, 3)}


@dataclass(frozen=True)
class Recurrent(Network):
    """Recurrent layers on top of each other, the last output through a dense layer."""

    inputs: Shape
    kind: str
    units: int
    layers: int = 1
    bidirectional: bool = False
    loss: str = "mse"
    outputs = 1

    def weights(self) -> list[np.ndarray]:
        """In Keras's order: kernel, recurrent kernel and bias of each layer, and of each way."""
        random, (_, features) = np.random.default_rng(1), self.inputs
        gates, ways, result = len(TORCH_GATES[self.kind]), 1 + self.bidirectional, []
        for _ in range(self.layers):
            for _ in range(ways):
                width = gates * self.units
                spread = 1 / np.sqrt(self.units)
                result.append(random.uniform(-spread, spread, (features, width)))
                result.append(random.uniform(-spread, spread, (self.units, width)))
                bias = (2, width) if self.kind == "GRU" else (width,)
                result.append(random.uniform(-spread, spread, bias))
            features = ways * self.units
        result += [random.uniform(-0.1, 0.1, (features, 1)), np.zeros(1)]
        return [weight.astype("float32") for weight in result]

    def keras_like(self, api):
        layers = [api.Input(self.inputs)]
        for i in range(self.layers):
            layer = getattr(api.layers, self.kind)(self.units, return_sequences=i + 1 < self.layers)
            layers.append(api.layers.Bidirectional(layer) if self.bidirectional else layer)
        model = api.Sequential([*layers, api.layers.Dense(1)])
        model.set_weights(self.weights())
        return model

    def torch_model(self):
        import torch
        from torch import nn

        cls = {"SimpleRNN": "RNN"}.get(self.kind, self.kind)
        weights, order = self.weights(), TORCH_GATES[self.kind]
        recurrent = getattr(nn, cls)(
            self.inputs[1],
            self.units,
            self.layers,
            batch_first=True,
            bidirectional=self.bidirectional,
        )

        def turned(value):
            parts = np.split(value, len(order), axis=-1)
            return np.concatenate([parts[i] for i in order], axis=-1).T

        given, i = {}, 0
        for layer in range(self.layers):
            for way in ("", "_reverse")[: 1 + self.bidirectional]:
                kernel, recurrent_kernel, bias = weights[i : i + 3]
                both = bias if self.kind == "GRU" else np.stack([bias, np.zeros_like(bias)])
                given[f"weight_ih_l{layer}{way}"] = turned(kernel)
                given[f"weight_hh_l{layer}{way}"] = turned(recurrent_kernel)
                given[f"bias_ih_l{layer}{way}"] = turned(both[:1]).ravel()
                given[f"bias_hh_l{layer}{way}"] = turned(both[1:]).ravel()
                i += 3
        if self.kind != "GRU":  # one bias is trained, as elsewhere
            for name, parameter in recurrent.named_parameters():
                parameter.requires_grad_(not name.startswith("bias_hh"))
        units, bidirectional = self.units, self.bidirectional

        class Model(nn.Module):
            def __init__(self):
                super().__init__()
                self.recurrent = filled(recurrent, **given)
                self.dense = filled(
                    nn.Linear(weights[-2].shape[0], 1), weight=weights[-2].T, bias=weights[-1]
                )

            def forward(self, x):
                y, _ = self.recurrent(x)
                if not bidirectional:
                    return self.dense(y[:, -1])
                # The backward walk ends at the first step.
                return self.dense(torch.cat([y[:, -1, :units], y[:, 0, units:]], -1))

        return Model()

    def channels_first(self, x: np.ndarray) -> np.ndarray:
        return x

    def jax_functions(self):
        import jax
        from jax import numpy as jnp

        def walked(x, weights, reverse):
            kernel, recurrent, bias = weights
            projected = x @ kernel + (bias[0] if self.kind == "GRU" else bias)

            def step(state, z):
                h, c = state
                if self.kind == "SimpleRNN":
                    h = jnp.tanh(z + h @ recurrent)
                elif self.kind == "LSTM":
                    i, f, g, o = jnp.split(z + h @ recurrent, 4, -1)
                    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
                    h = jax.nn.sigmoid(o) * jnp.tanh(c)
                else:
                    inner = jnp.split(h @ recurrent + bias[1], 3, -1)
                    outer = jnp.split(z, 3, -1)
                    u = jax.nn.sigmoid(outer[0] + inner[0])
                    r = jax.nn.sigmoid(outer[1] + inner[1])
                    h = u * h + (1 - u) * jnp.tanh(outer[2] + r * inner[2])
                return (h, c), h

            zeros = jnp.zeros((x.shape[0], self.units))
            (h, _), sequence = jax.lax.scan(
                step, (zeros, zeros), jnp.moveaxis(projected, 1, 0), reverse=reverse
            )
            return h, jnp.moveaxis(sequence, 0, 1)

        def forward(weights, x):
            i = 0
            for _ in range(self.layers):
                results = []
                for way in range(1 + self.bidirectional):
                    results.append(walked(x, weights[i : i + 3], bool(way)))
                    i += 3
                last = jnp.concatenate([h for h, _ in results], -1)
                x = jnp.concatenate([sequence for _, sequence in results], -1)
            return last @ weights[-2] + weights[-1]

        def loss(weights, x, y):
            return ((forward(weights, x) - y) ** 2).mean()

        return forward, loss


GRU_64 = Recurrent((100, 1), "GRU", 64)
SIMPLE_64 = Recurrent((100, 1), "SimpleRNN", 64)
LSTM_128 = Recurrent((100, 32), "LSTM", 128)
LSTM_256 = Recurrent((40, 64), "LSTM", 256)
BIDIRECTIONAL_LSTM = Recurrent((50, 64), "LSTM", 128, layers=2, bidirectional=True)
