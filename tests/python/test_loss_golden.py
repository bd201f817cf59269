"""Losses against tests/golden/loss_family.npz: values and gradients of Keras on JAX in float64."""

import json
from pathlib import Path

import numpy as np
import pytest

import lamina
from lamina import losses

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "loss_family.npz")
ARRAYS = {name: GOLDEN[name] for name in GOLDEN.files}
ROWS = json.loads(str(ARRAYS["spec"]))["rows"]
VARIANTS = sorted({(row[0], json.dumps(row[1])) for row in ROWS})


def cases(cls, options):
    """Of one loss: reduction, labels, predictions, weights, mask, value, gradient."""
    value_at = grad_at = 0
    for name, given, reduction, target, prediction, weight, mask, shape in ROWS:
        value_end = value_at + int(np.prod(shape))
        grad_end = grad_at + ARRAYS[prediction].size
        if (name, json.dumps(given)) == (cls, options):
            yield (
                reduction,
                ARRAYS[target],
                ARRAYS[prediction],
                None if weight is None else ARRAYS[weight],
                None if mask is None else ARRAYS[mask] == 1,
                ARRAYS["values"][value_at:value_end].reshape(shape),
                ARRAYS["grads"][grad_at:grad_end].reshape(ARRAYS[prediction].shape),
            )
        value_at, grad_at = value_end, grad_end


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("cls", "options"), VARIANTS)
def test_value_and_gradient(cls, options, dtype):
    tolerance = 1e-9 if dtype == "float64" else 1e-5
    count = 0
    for reduction, y_true, y_pred, weight, mask, value, grad in cases(cls, options):
        loss = getattr(losses, cls)(**json.loads(options), reduction=reduction)
        leaf = lamina.Tensor(y_pred.astype(dtype), requires_grad=True)
        prediction = leaf if mask is None else leaf.with_mask(mask)
        y_true = y_true.astype(dtype) if y_true.dtype.kind == "f" else y_true
        got = loss(y_true, prediction, weight)
        assert got.shape == value.shape
        assert got.dtype == dtype
        scale = max(1, np.abs(value).max())
        np.testing.assert_allclose(got.numpy(), value, rtol=tolerance, atol=tolerance * scale)
        got.backward(np.arange(1, value.size + 1, dtype=dtype).reshape(value.shape))
        scale = max(1, np.abs(grad).max())
        np.testing.assert_allclose(leaf.grad.numpy(), grad, rtol=tolerance, atol=tolerance * scale)
        count += 1
    assert count >= 15


def test_every_loss_of_lamina_is_here():
    here = {cls for cls, _ in VARIANTS}
    own = {cls.__name__ for cls in losses._FUNCTIONS}
    assert here == own - {"SmoothL1"}  # which Keras has not
