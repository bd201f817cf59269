"""Training steps."""

import functools
import time
from dataclasses import dataclass

import numpy as np

from .base import Contender, Workload
from .networks import Network


@dataclass(frozen=True)
class Adam:
    learning_rate: float = 1e-3
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7
    checked_losses = 2

    def keras_like(self, api):
        return api.optimizers.Adam(self.learning_rate, self.beta_1, self.beta_2, self.epsilon)

    def torch(self, parameters):
        import torch

        # PyTorch adds epsilon after correcting the bias, the others before: the first step agrees.
        epsilon = self.epsilon / (1 - self.beta_2) ** 0.5
        betas = self.beta_1, self.beta_2
        return torch.optim.Adam(parameters, self.learning_rate, betas, epsilon)

    def jax(self, weights, gradients, m, v, t):
        import jax

        t = t + 1
        correction = jax.numpy.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        alpha = self.learning_rate * correction
        m = [a + (g - a) * (1 - self.beta_1) for a, g in zip(m, gradients, strict=True)]
        v = [a + (g * g - a) * (1 - self.beta_2) for a, g in zip(v, gradients, strict=True)]
        weights = [
            w - alpha * a / (jax.numpy.sqrt(b) + self.epsilon)
            for w, a, b in zip(weights, m, v, strict=True)
        ]
        return weights, m, v, t


@dataclass(frozen=True)
class Momentum:
    learning_rate: float = 0.01
    momentum: float = 0.9
    checked_losses = 3  # momentum acts from the second step on

    def keras_like(self, api):
        return api.optimizers.SGD(self.learning_rate, self.momentum)

    def torch(self, parameters):
        import torch

        return torch.optim.SGD(parameters, self.learning_rate, self.momentum)


@dataclass(frozen=True, kw_only=True)
class Training(Workload):
    """One training step. lamina and Keras ``fit`` with shuffling; the loops of PyTorch and JAX take
    batches that already lie on the device.
    """

    net: Network
    batch: int
    batches: int
    epochs: int
    optimizer: Adam | Momentum = Adam()
    unit = "us/step"
    memory_goal = True

    def data(self):
        return self.net.data(self.batch * self.batches)

    def compiled(self, api, net):
        model = net.keras_like(api)
        model.compile(self.optimizer.keras_like(api), net.keras_loss(api))
        return model

    def fit(self, api) -> Contender:
        x, y = self.data()
        # Remembers one: the model without dropout is dropped once the outputs are known.
        model_of = functools.lru_cache(maxsize=1)(lambda net: self.compiled(api, net))

        def outputs():
            model, first = model_of(self.net.without_dropout()), (x[: self.batch], y[: self.batch])
            predicted = model.predict_on_batch(first[0])
            return [
                predicted,
                *(model.train_on_batch(*first) for _ in range(self.optimizer.checked_losses)),
            ]

        def run():
            model = model_of(self.net)
            start = time.perf_counter()
            model.fit(x, y, batch_size=self.batch, epochs=self.epochs, verbose=0)
            return (time.perf_counter() - start) / (self.epochs * self.batches) * 1e6

        return Contender(run, outputs)

    def lamina(self) -> Contender:
        import lamina

        return self.fit(lamina)

    def keras(self) -> Contender:
        import keras

        return self.fit(keras)

    def looped(self, stepper, batches) -> Contender:
        """``stepper(net)`` gives functions: a step, a prediction, and one that waits for all."""
        stepper = functools.lru_cache(maxsize=1)(stepper)

        def run():
            step, _, finish = stepper(self.net)
            start = time.perf_counter()
            for _ in range(self.epochs):
                for x, y in batches:
                    step(x, y)
            finish()
            return (time.perf_counter() - start) / (self.epochs * self.batches) * 1e6

        def outputs():
            step, predict, _ = stepper(self.net.without_dropout())
            return [
                predict(batches[0][0]),
                *(step(*batches[0]).item() for _ in range(self.optimizer.checked_losses)),
            ]

        return Contender(run, outputs)

    def torch(self, layout: str = "contiguous_format") -> Contender:
        import torch

        def stepper(net):
            model = net.torch_model().to(memory_format=getattr(torch, layout))
            loss_function, optimizer = net.torch_loss(), self.optimizer.torch(model.parameters())

            def step(x, y):
                optimizer.zero_grad(set_to_none=True)
                loss = loss_function(model(x), y)
                loss.backward()
                optimizer.step()
                return loss

            def predict(x):
                model.eval()
                predicted = model(x).detach().numpy()
                model.train()
                return predicted

            return step, predict, list

        x, y = self.data()
        x, y = (torch.from_numpy(a).split(self.batch) for a in (self.net.channels_first(x), y))
        x = [part.to(memory_format=getattr(torch, layout)) for part in x]
        return self.looped(stepper, list(zip(x, y, strict=True)))

    def jax(self) -> Contender:
        import jax

        def stepper(net):
            forward, loss_function = net.jax_functions()

            def update(weights, m, v, t, x, y):
                loss, gradients = jax.value_and_grad(loss_function)(weights, x, y)
                return loss, *self.optimizer.jax(weights, gradients, m, v, t)

            jitted = jax.jit(update, donate_argnums=(0, 1, 2, 3))
            weights = [jax.device_put(w) for w in net.weights()]
            zeros = [[jax.numpy.zeros_like(w) for w in weights] for _ in range(2)]
            state = [weights, *zeros, jax.numpy.zeros(())]

            def step(x, y):
                loss, *state[:] = jitted(*state, x, y)
                return loss

            return step, lambda x: forward(state[0], x), lambda: jax.block_until_ready(state)

        x, y = ([jax.device_put(part) for part in np.split(a, self.batches)] for a in self.data())
        return self.looped(stepper, list(zip(x, y, strict=True)))


@dataclass(frozen=True, kw_only=True)
class WholeTraining(Training):
    """``fit`` with a callback, class weights and two metrics on."""

    peers: tuple[str, ...] = ("keras",)

    def fit(self, api) -> Contender:
        model, (x, y) = self.net.keras_like(api), self.data()
        model.compile("adam", "mse", metrics=["accuracy", "binary_accuracy"])
        labels = (y > 0).astype("float32")

        class Count(api.callbacks.Callback):
            batches = 0

            def on_train_batch_end(self, batch, logs=None):
                self.batches += 1

        options = {
            "batch_size": self.batch,
            "epochs": self.epochs,
            "class_weight": {0: 0.5, 1: 2.0},
            "callbacks": [Count()],
            "verbose": 0,
        }

        def run():
            start = time.perf_counter()
            model.fit(x, labels, **options)
            return (time.perf_counter() - start) / (self.epochs * self.batches) * 1e6

        return Contender(run, lambda: [model.predict_on_batch(x[: self.batch])])
