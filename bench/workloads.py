"""What bench/compare.py measures: the rows, and how each framework does a row at its best.

A row's ``build(framework)`` gives a ``Contender``. To add a row, add it to ``WORKLOADS``; to add a
kind of row, write a subclass of ``Workload``.
"""

import math
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

FRAMEWORKS = ("lamina", "torch", "jax", "keras")
LEARNING_RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7


@dataclass
class Contender:
    """One framework at one row."""

    run: Callable[[], float]
    """Measures once, in the row's unit."""
    outputs: Callable[[], list] = list
    """What all contenders must agree on before anything is measured."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One row; ``goals`` are the ratios to reach to each peer, ``limit`` lamina's worst value."""

    name: str
    goals: dict[str, float] = field(default_factory=dict)
    limit: float | None = None
    unit = "us"
    higher_is_better = False
    frameworks = FRAMEWORKS

    def build(self, framework: str) -> Contender:
        return getattr(self, framework)()


def microseconds(call: Callable[[], object], repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats * 1e6


# ---- Networks ----


@dataclass(frozen=True)
class Net:
    """Dense layers as (units, activation); the loss is ``mse``, or ``sparse`` from logits."""

    inputs: int
    layers: tuple[tuple[int, str | None], ...]
    loss: str = "mse"

    def weights(self) -> list[np.ndarray]:
        random, size, result = np.random.default_rng(1), self.inputs, []
        for units, _ in self.layers:
            limit = np.sqrt(6 / (size + units))
            result.append(random.uniform(-limit, limit, (size, units)).astype("float32"))
            result.append(np.zeros(units, "float32"))
            size = units
        return result

    def data(self, samples: int) -> tuple[np.ndarray, np.ndarray]:
        random, outputs = np.random.default_rng(2), self.layers[-1][0]
        x = random.normal(size=(samples, self.inputs)).astype("float32")
        if self.loss == "sparse":
            return x, random.integers(0, outputs, samples)
        return x, random.uniform(size=(samples, outputs)).astype("float32")

    def keras_like(self, api):
        """The model in lamina or in Keras: the same words."""
        layers = [api.layers.Dense(units, activation) for units, activation in self.layers]
        model = api.Sequential([api.Input((self.inputs,)), *layers])
        model.set_weights(self.weights())
        losses = api.losses
        loss = losses.MeanSquaredError()
        if self.loss == "sparse":
            loss = losses.SparseCategoricalCrossentropy(from_logits=True)
        adam = api.optimizers.Adam(LEARNING_RATE, BETA_1, BETA_2, EPSILON)
        model.compile(adam, loss)
        return model

    def torch_model(self):
        import torch

        weights, modules = iter(self.weights()), []
        size = self.inputs
        for units, activation in self.layers:
            linear = torch.nn.Linear(size, units)
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(next(weights).T))
                linear.bias.copy_(torch.from_numpy(next(weights)))
            modules.append(linear)
            if activation:
                modules.append({"relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid}[activation]())
            size = units
        loss = {"mse": torch.nn.MSELoss, "sparse": torch.nn.CrossEntropyLoss}[self.loss]()
        return torch.nn.Sequential(*modules), loss

    def jax_functions(self):
        import jax

        def forward(weights, x):
            for i, (_, activation) in enumerate(self.layers):
                x = x @ weights[2 * i] + weights[2 * i + 1]
                x = getattr(jax.nn, activation)(x) if activation else x
            return x

        def loss(weights, x, y):
            predicted = forward(weights, x)
            if self.loss == "sparse":
                picked = jax.numpy.take_along_axis(jax.nn.log_softmax(predicted), y[:, None], -1)
                return -picked.mean()
            return ((predicted - y) ** 2).mean()

        return forward, loss


@dataclass(frozen=True, kw_only=True)
class Training(Workload):
    """One training step with Adam. lamina and Keras ``fit`` with shuffling; the loops of PyTorch
    and JAX take batches that already lie on the device.
    """

    net: Net
    batch: int
    batches: int
    epochs: int
    unit = "us/step"

    def data(self):
        return self.net.data(self.batch * self.batches)

    def fit(self, api) -> Contender:
        model, (x, y) = self.net.keras_like(api), self.data()

        def outputs():
            first = x[: self.batch], y[: self.batch]
            predicted = model.predict_on_batch(first[0])
            return [predicted, *(model.train_on_batch(*first) for _ in range(2))]

        def run():
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

    def looped(self, step, predict, first, batches, finish) -> Contender:
        def run():
            start = time.perf_counter()
            for _ in range(self.epochs):
                for x, y in batches:
                    step(x, y)
            finish()
            return (time.perf_counter() - start) / (self.epochs * self.batches) * 1e6

        def outputs():
            return [predict(first[0]), *(step(*first).item() for _ in range(2))]

        return Contender(run, outputs)

    def torch(self) -> Contender:
        import torch

        model, loss_function = self.net.torch_model()
        # PyTorch adds epsilon after correcting the bias, the others before: the first steps agree.
        epsilon = EPSILON / (1 - BETA_2) ** 0.5
        adam = torch.optim.Adam(model.parameters(), LEARNING_RATE, (BETA_1, BETA_2), epsilon)
        x, y = (torch.from_numpy(part).split(self.batch) for part in self.data())

        def step(x, y):
            adam.zero_grad(set_to_none=True)
            loss = loss_function(model(x), y)
            loss.backward()
            adam.step()
            return loss

        batches = list(zip(x, y, strict=True))
        return self.looped(step, lambda x: model(x).detach().numpy(), batches[0], batches, list)

    def jax(self) -> Contender:
        import jax

        forward, loss_function = self.net.jax_functions()

        def update(weights, m, v, t, x, y):
            loss, gradients = jax.value_and_grad(loss_function)(weights, x, y)
            t = t + 1
            alpha = LEARNING_RATE * jax.numpy.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
            m = [a + (g - a) * (1 - BETA_1) for a, g in zip(m, gradients, strict=True)]
            v = [a + (g * g - a) * (1 - BETA_2) for a, g in zip(v, gradients, strict=True)]
            weights = [
                w - alpha * a / (jax.numpy.sqrt(b) + EPSILON)
                for w, a, b in zip(weights, m, v, strict=True)
            ]
            return loss, weights, m, v, t

        jitted = jax.jit(update, donate_argnums=(0, 1, 2, 3))
        weights = [jax.device_put(w) for w in self.net.weights()]
        zeros = [[jax.numpy.zeros_like(w) for w in weights] for _ in range(2)]
        state = [weights, *zeros, jax.numpy.zeros(())]

        def step(x, y):
            loss, *state[:] = jitted(*state, x, y)
            return loss

        x, y = ([jax.device_put(part) for part in np.split(a, self.batches)] for a in self.data())
        batches = list(zip(x, y, strict=True))
        return self.looped(
            step,
            lambda x: forward(state[0], x),
            batches[0],
            batches,
            lambda: jax.block_until_ready(state),
        )


@dataclass(frozen=True, kw_only=True)
class WholeTraining(Training):
    """``fit`` with a callback, class weights and two metrics on."""

    frameworks = ("lamina", "keras")

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


@dataclass(frozen=True, kw_only=True)
class Inference(Workload):
    """A prediction from a NumPy array to a NumPy array, one call after the other."""

    net: Net
    batch: int
    calls: int = 200

    def measure(self, call) -> float:
        return microseconds(call, self.calls)

    def contender(self, predict) -> Contender:
        x, _ = self.net.data(self.batch)
        return Contender(lambda: self.measure(lambda: predict(x)), lambda: [predict(x)])

    def lamina(self) -> Contender:
        import lamina

        return self.contender(self.net.keras_like(lamina).predict_on_batch)

    def keras(self) -> Contender:
        import keras

        return self.contender(self.net.keras_like(keras).predict_on_batch)

    def torch(self) -> Contender:
        import torch

        model, _ = self.net.torch_model()

        @torch.inference_mode()
        def predict(x):
            return model(torch.from_numpy(x)).numpy()

        return self.contender(predict)

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


# ---- Kernels ----


@dataclass(frozen=True, kw_only=True)
class Gemm(Workload):
    """Product of two square matrices; PyTorch writes into a given one."""

    n: int
    unit = "GFLOP/s"
    higher_is_better = True
    frameworks = ("lamina", "torch", "jax")

    def contender(self, convert, multiply) -> Contender:
        random = np.random.default_rng(3)
        a, b = (convert(random.normal(size=(self.n, self.n)).astype("float32")) for _ in range(2))
        flops = 2 * self.n**3
        repeats = max(1, int(2e10 / flops))

        def run():
            return flops / microseconds(lambda: multiply(a, b), repeats) * 1e-3

        return Contender(run, lambda: [np.asarray(multiply(a, b))])

    def lamina(self) -> Contender:
        import lamina

        return self.contender(lamina.Tensor, lamina.ops.matmul)

    def torch(self) -> Contender:
        import torch

        out = torch.empty(self.n, self.n)
        return self.contender(torch.from_numpy, lambda a, b: torch.mm(a, b, out=out))

    def jax(self) -> Contender:
        import jax

        jitted = jax.jit(jax.numpy.matmul)
        return self.contender(jax.device_put, lambda a, b: jitted(a, b).block_until_ready())


@dataclass(frozen=True, kw_only=True)
class Elementwise(Workload):
    """A function of 16 M floats, or of such rows, into a new array."""

    function: str
    shape: tuple[int, ...] = (1 << 24,)
    unit = "GB/s"
    higher_is_better = True
    frameworks = ("lamina", "torch", "jax")

    def contender(self, convert, function) -> Contender:
        x = convert(np.random.default_rng(4).normal(size=self.shape).astype("float32"))
        size = 2 * 4 * math.prod(self.shape)

        def run():
            return size / microseconds(lambda: function(x), 5) * 1e-3

        return Contender(run, lambda: [np.asarray(function(x)).reshape(-1)[::1001]])

    def lamina(self) -> Contender:
        import lamina

        functions = {
            **vars(lamina.ops),
            "gelu": lambda x: lamina.ops.gelu(x, approximate=False),
            "layer_norm": lambda x: lamina.ops.layer_normalization(x, epsilon=1e-5),
        }
        return self.contender(lamina.Tensor, functions[self.function])

    def torch(self) -> Contender:
        import torch
        from torch.nn import functional

        functions = {
            **vars(functional),
            **vars(torch),
            "softmax": lambda x: torch.softmax(x, -1),
            "layer_norm": lambda x: functional.layer_norm(x, x.shape[-1:]),
        }
        return self.contender(torch.from_numpy, functions[self.function])

    def jax(self) -> Contender:
        import jax

        functions = {
            **vars(jax.nn),
            **vars(jax.numpy),
            "gelu": lambda x: jax.nn.gelu(x, approximate=False),
            "layer_norm": lambda x: jax.nn.standardize(x, epsilon=1e-5),
        }
        jitted = jax.jit(functions[self.function])
        return self.contender(jax.device_put, lambda x: jitted(x).block_until_ready())


# ---- Processes ----


@dataclass(frozen=True, kw_only=True)
class ImportTime(Workload):
    """Time to import where NumPy is imported already, in a fresh process."""

    unit = "ms"

    def build(self, framework: str) -> Contender:
        code = (
            "import time, numpy; start = time.perf_counter(); "
            f"import {framework}; print((time.perf_counter() - start) * 1e3)"
        )
        command = [sys.executable, "-c", code]
        return Contender(lambda: float(subprocess.check_output(command)))


SMALL = Net(16, ((64, "relu"), (64, "relu"), (1, None)))
DIGITS = Net(784, ((512, "relu"), (512, "relu"), (10, None)), "sparse")
AUTOENCODER = Net(784, ((128, "relu"), (32, "relu"), (128, "relu"), (784, "sigmoid")))
ONE_BY_ONE = Net(1, ((1, None),))

WORKLOADS: list[Workload] = [
    Training(
        name="mlp_small",
        net=SMALL,
        batch=32,
        batches=200,
        epochs=5,
        goals={"keras": 4, "jax": 2},
    ),
    WholeTraining(
        name="mlp_small_full",
        net=SMALL,
        batch=32,
        batches=200,
        epochs=5,
        goals={"keras": 4},
    ),
    Training(name="mlp_784", net=DIGITS, batch=64, batches=50, epochs=3, goals={"best": 1.25}),
    Training(
        name="autoencoder", net=AUTOENCODER, batch=128, batches=50, epochs=4, goals={"best": 1.2}
    ),
    Training(name="overhead", net=ONE_BY_ONE, batch=1, batches=1000, epochs=2, limit=10),
    Inference(name="infer_small_1", net=SMALL, batch=1),
    Inference(name="infer_784_1", net=DIGITS, batch=1),
    Inference(name="infer_784_64", net=DIGITS, batch=64),
    IdlePrediction(name="idle_small_1", net=SMALL, batch=1),
    IdlePrediction(name="idle_784_64", net=DIGITS, batch=64, limit=5),
    *(Gemm(name=f"gemm_{n}", n=n, goals={"torch": 0.95}) for n in (256, 512, 1024, 2048)),
    Elementwise(name="relu_16M", function="relu", goals={"torch": 3}),
    *(
        Elementwise(name=f"{function}_16M", function=function, goals={"torch": 4})
        for function in [
            "tanh",
            "sigmoid",
            "exp",
            "gelu",
            "silu",
            "softplus",
            "mish",
            "elu",
            "selu",
        ]
    ),
    *(
        Elementwise(name=function, function=function, shape=(16384, 1000), goals={"torch": 3})
        for function in ("softmax", "layer_norm")
    ),
    ImportTime(name="import", limit=60),
]
