"""Self-attention of several heads: its result, and the gradients by inputs and weights."""

from dataclasses import dataclass

import numpy as np

from .base import Contender, Workload, microseconds


@dataclass(frozen=True, kw_only=True)
class MultiHeadAttention(Workload):
    """One call forward and backward, for a given gradient of the result; arrays already lie where
    a framework wants them, and JAX's function is jitted.
    """

    batch: int
    steps: int
    heads: int
    dim: int
    """Of a head; inputs and outputs have as many features as all heads together."""
    peers: tuple[str, ...] = ("torch", "jax")
    calls: int = 10

    def arrays(self) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
        """Inputs, the result's gradient, and weights in Keras's order and layout."""
        random, features = np.random.default_rng(6), self.heads * self.dim
        shape = (self.batch, self.steps, features)
        x, gradient = (random.normal(size=shape).astype("float32") for _ in range(2))
        weights = []
        for kernel, bias in [
            *[((features, self.heads, self.dim), (self.heads, self.dim))] * 3,
            ((self.heads, self.dim, features), (features,)),
        ]:
            weights.append(random.normal(size=kernel) / np.sqrt(features))
            weights.append(random.normal(size=bias) / 10)
        return x, gradient, [weight.astype("float32") for weight in weights]

    def contender(self, call, arranged) -> Contender:
        """``call`` gives the result, and the gradients that ``arranged`` makes arrays as above."""

        def outputs():
            results = arranged(call())
            # A bias of the keys moves all scores of a query alike: its gradient is 0 and roundings.
            del results[2 + 3]
            return [each.reshape(-1)[::101] for each in results]

        return Contender(lambda: microseconds(call, self.calls), outputs)

    def lamina(self) -> Contender:
        import lamina

        x, gradient, weights = self.arrays()
        layer = lamina.layers.MultiHeadAttention(self.heads, self.dim)
        layer.build(x.shape, x.shape)
        layer.set_weights(weights)
        inputs = lamina.Tensor(x, requires_grad=True)
        direction, leaves = lamina.Tensor(gradient), (inputs, *layer.weights)

        def call():
            result = layer(inputs, inputs)
            result.backward(direction)
            gradients = [leaf.grad for leaf in leaves]
            for leaf in leaves:
                leaf.zero_grad()
            return [result, *gradients]

        return self.contender(call, lambda results: [each.numpy() for each in results])

    def torch(self) -> Contender:
        import torch

        x, gradient, weights = self.arrays()
        features = x.shape[-1]
        layer = torch.nn.MultiheadAttention(features, self.heads, batch_first=True)
        kernels, biases = weights[0:6:2], weights[1:6:2]
        values = {
            "in_proj_weight": np.concatenate([k.reshape(features, -1).T for k in kernels]),
            "in_proj_bias": np.concatenate([b.reshape(-1) for b in biases]),
            "out_proj.weight": weights[6].reshape(-1, features).T,
            "out_proj.bias": weights[7],
        }
        layer.load_state_dict(
            {k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in values.items()}
        )
        inputs = torch.from_numpy(x).requires_grad_()
        direction, leaves = torch.from_numpy(gradient), (inputs, *layer.parameters())
        names = [name for name, _ in layer.named_parameters()]

        def call():
            result, _ = layer(inputs, inputs, inputs, need_weights=False)
            return [result, *torch.autograd.grad(result, leaves, direction)]

        def arranged(results):
            result, by_inputs, *others = [each.detach().numpy() for each in results]
            by_name = dict(zip(names, others, strict=True))
            by_kernels = [p.T for p in np.split(by_name["in_proj_weight"], 3)]
            by_biases = np.split(by_name["in_proj_bias"], 3)
            pairs = [each for pair in zip(by_kernels, by_biases, strict=True) for each in pair]
            output = [by_name["out_proj.weight"].T, by_name["out_proj.bias"]]
            return [result, by_inputs, *pairs, *output]

        return self.contender(call, arranged)

    def jax(self) -> Contender:
        import jax
        import jax.numpy as jnp

        x, gradient, weights = (jax.device_put(each) for each in self.arrays())

        def function(x, weights):
            query, key, value = (
                jnp.einsum("btf,fhd->bthd", x, weights[i]) + weights[i + 1] for i in (0, 2, 4)
            )
            heads = jax.nn.dot_product_attention(query, key, value)
            return jnp.einsum("bthd,hdf->btf", heads, weights[6]) + weights[7]

        @jax.jit
        def step(x, weights, gradient):
            result, backward = jax.vjp(function, x, weights)
            by_inputs, by_weights = backward(gradient)
            return [result, by_inputs, *by_weights]

        return self.contender(
            lambda: jax.block_until_ready(step(x, weights, gradient)),
            lambda results: [np.asarray(each) for each in results],
        )
