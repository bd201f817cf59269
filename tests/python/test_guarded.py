"""Everything computes on the guarded device, whose memory the host cannot touch, what the CPU does.

A host access to that memory ends the process; a wrong or missing wait gives other bits.
"""

import pytest
import test_layer_harness as harness
import test_merge_layers as merges
import test_operations as operations
from devices import on_both, same_bits

import lamina
from lamina import Tensor, layers, ops

# ---- Layers ----


def called(layer, x, direction, device, **call):
    """Outputs, gradients, weights and losses."""
    given = [Tensor(each, requires_grad=each.dtype.kind == "f") for each in x]
    there = [each.to(device) for each in given]
    output = layer(there if len(there) > 1 else there[0], **call)
    assert output.device == device
    if output.requires_grad:
        ops.sum(output * direction.astype(output.dtype)).backward()
    losses = [loss.numpy() for loss in layer.losses]
    by_weights = [w.grad.numpy() for w in layer.trainable_weights if w.grad is not None]
    by_inputs = [each.grad.numpy() for each in given if each.grad is not None]
    return [output.numpy(), by_inputs, by_weights, layer.get_weights(), losses]


def called_on_both(guarded, make, x, direction, **call):
    """The same calls on the CPU, within the device's scope, and outside it."""
    results = []
    for device, scope in (("cpu", "cpu"), (guarded, guarded), (guarded, "cpu")):
        lamina.utils.set_random_seed(3)
        with lamina.device(device):
            layer = make()
        with lamina.device(scope):
            results.append(called(layer, x, direction, device, **call))
    here, within, outside = results
    assert same_bits(here, within)
    assert same_bits(here, outside)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("training", [False, True])
@harness.every_layer
def test_layers(guarded, name, training, dtype):
    called_on_both(
        guarded,
        lambda: harness.built(name, dtype=dtype),
        [harness.inputs(name, dtype)],
        harness.ARRAYS[f"{name}/direction"],
        training=training,
    )


@merges.every_merge
def test_merges(guarded, name):
    _, given = merges.made(name)
    direction = merges.ARRAYS[f"{name}/direction"]
    called_on_both(guarded, lambda: merges.made(name, dtype="float64")[0], given, direction)


MASKED = {
    "batch_normalization": layers.BatchNormalization,
    "softmax": lambda: layers.Softmax(axis=1),
    "average": layers.GlobalAveragePooling1D,
    "dense": lambda: layers.Dense(3),
    "dropout": lambda: layers.Dropout(0.3),
}


@pytest.mark.parametrize("name", MASKED)
def test_masks(guarded, name, rng):
    x = rng.normal(size=(4, 5, 3)).astype("float32")
    counts = rng.integers(0, 2, (4, 5, 3) if name == "softmax" else (4, 5)).astype(bool)
    counts[:, 0] = True
    results = []
    for device in ("cpu", guarded):
        lamina.utils.set_random_seed(3)
        with lamina.device(device):
            layer = MASKED[name]()
            layer.build(x.shape)
        for scope in (device, "cpu"):
            with lamina.device(scope):
                mask = Tensor(counts).to(device)
                given = [Tensor(x, requires_grad=True)]
                y = layer(given[0].to(device).with_mask(mask), training=True)
                ops.sum(y * y).backward()
                kept = None if y.mask is None else y.mask.numpy()
                results.append([y.numpy(), given[0].grad.numpy(), layer.get_weights(), kept])
    assert same_bits(results[:2], results[2:])


# ---- Operations ----


@pytest.mark.parametrize(("module", "name", "number"), operations.EVERY_CALL)
def test_operations(guarded, module, name, number):
    args, kwargs = operations.CALLS[name][number]

    def run():
        args_there = operations.mapped(args, Tensor)
        result = getattr(module, name)(*args_there, **operations.mapped(kwargs, Tensor))
        several = result if isinstance(result, (list, tuple)) else [result]
        return [each.numpy() for each in several]

    assert same_bits(*on_both(guarded, run))


recorder = operations.recorder


@pytest.mark.parametrize(("module", "name", "number"), operations.EVERY_CALL)
def test_operations_of_graphs(guarded, module, name, number, recorder):
    """With constants and numbers that the graph holds."""
    args, kwargs = operations.CALLS[name][number]

    def run():
        symbolic = getattr(module, name)(
            *operations.mapped(args, recorder.symbol), **operations.mapped(kwargs, recorder.symbol)
        )
        several = symbolic if isinstance(symbolic, (list, tuple)) else [symbolic]
        return [recorder.values[each].numpy() for each in several]

    assert same_bits(*on_both(guarded, run))
