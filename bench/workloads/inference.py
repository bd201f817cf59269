"""Predictions."""

import time
from dataclasses import dataclass

import numpy as np

from .base import Contender, Workload, microseconds
from .networks import Network


@dataclass(frozen=True, kw_only=True)
class Inference(Workload):
    """A prediction from a NumPy array to a NumPy array, one call after the other."""

    net: Network
    batch: int
    calls: int = 200

    def measure(self, call) -> float:
        return microseconds(call, self.calls)

    def contender(self, predict, arranged=lambda x: x) -> Contender:
        x = arranged(self.net.data(self.batch)[0])
        return Contender(lambda: self.measure(lambda: predict(x)), lambda: [predict(x)])

    def lamina(self) -> Contender:
        import lamina

        return self.contender(self.net.keras_like(lamina).predict_on_batch)

    def keras(self) -> Contender:
        import keras

        return self.contender(self.net.keras_like(keras).predict_on_batch)

    def torch(self) -> Contender:
        import torch

        model = self.net.torch_model().eval()

        @torch.inference_mode()
        def predict(x):
            return model(torch.from_numpy(x)).numpy()

        return self.contender(predict, self.net.channels_first)

    def jax(self) -> Contender:
        import jax

        forward, _ = self.net.jax_functions()
        jitted, weights = jax.jit(forward), [jax.device_put(w) for w in self.net.weights()]
        return self.contender(lambda x: np.asarray(jitted(weights, x)))


@dataclass(frozen=True, kw_only=True)
class IdlePrediction(Inference):
    """How many times slower a prediction is when called after 50 ms without work."""

    unit = "idle/busy"

    def measure(self, call) -> float:
        idle = []
        for _ in range(10):
            time.sleep(0.05)
            idle.append(microseconds(call, 1))
        return float(np.median(idle)) / microseconds(call, self.calls)
