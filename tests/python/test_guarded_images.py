"""Images on the guarded device, whose memory the host cannot touch, become what they do here."""

import numpy as np
import pytest
import test_augmentation as augmentation
import test_image_ops as image_ops
from devices import same_bits

import lamina
from lamina import Tensor, layers

LAYERS = {
    **augmentation.OPTIONS,
    "AutoContrast": {},
    "ContrastLimitedAdaptiveHistogramEqualization": {"tile_grid_size": (2, 2)},
    "CenterCrop": {"height": 4, "width": 4},
    "Discretization": {"bin_boundaries": [10.0, 100.0]},
    "Equalization": {},
    "Resizing": {"height": 5, "width": 9},
}


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("name", list(LAYERS))
def test_layers(guarded, name, training, rng):
    x = rng.uniform(0, 255, (4, 8, 7, 3)).astype("float32")
    results = []
    for device in ("cpu", guarded):
        lamina.utils.set_random_seed(3)
        layer = getattr(layers, name)(**LAYERS[name])
        output = layer(Tensor(x).to(device), training=training)
        assert output.device == device
        results.append(output.numpy())
    assert same_bits(*results)


@image_ops.every_call
def test_operations(guarded, name, rng):
    x = rng.uniform(0.05, 0.95, (2, 6, 5, 3)).astype("float32")
    results = []
    for device in ("cpu", guarded):
        with lamina.device(device):
            results.append(np.asarray(image_ops.CALLS[name](Tensor(x))))
    assert same_bits(*results)
    there = image_ops.CALLS[name](Tensor(x).to(guarded))
    assert there.device == guarded
    assert same_bits(results[0], there.numpy())
