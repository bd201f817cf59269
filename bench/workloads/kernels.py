"""Single operations on one array."""

import math
from dataclasses import dataclass

import numpy as np

from .base import Contender, Workload, microseconds


@dataclass(frozen=True, kw_only=True)
class Gemm(Workload):
    """Product of two square matrices; PyTorch writes into a given one."""

    n: int
    peers: tuple[str, ...] = ("torch", "jax")
    unit = "GFLOP/s"
    higher_is_better = True

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
    peers: tuple[str, ...] = ("torch", "jax")
    unit = "GB/s"
    higher_is_better = True

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
