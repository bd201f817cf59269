"""The oracle of every gradient: central differences in float64."""

import numpy as np

from lamina import Tensor, ops


def check_gradient(function, *inputs, step=1e-6, tolerance=1e-6):
    """Compares the gradient of a weighted sum of the outputs with central differences."""
    tensors = [Tensor(x, requires_grad=True) for x in inputs]
    output = function(*tensors)
    weights = np.random.default_rng(3).normal(size=output.shape)
    ops.sum(output * weights).backward()

    def outputs(changed):
        return function(*map(Tensor, changed)).numpy()

    for position, x in enumerate(inputs):
        expected = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            above, below = [[y.copy() for y in inputs] for _ in range(2)]
            above[position][index] += step
            below[position][index] -= step
            expected[index] = np.sum((outputs(above) - outputs(below)) * weights) / (2 * step)
        got = tensors[position].grad.numpy()
        assert got.shape == x.shape
        np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance)
