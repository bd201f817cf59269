"""Arguments that are numbers: a tensor that requires a gradient gets it there, or is refused."""

import numpy as np
import pytest
from devices import on_both, same_bits

import lamina
from lamina import Tensor, Variable, activations, initializers, layers, losses, ops, random
from lamina import _lamina as core

RNG = np.random.default_rng(11)
X = np.array([[-2.1, -0.4, 0.3, 1.7], [0.9, -1.2, 2.6, -0.2]])
HOLES = np.array([1.0, np.nan, np.inf, -np.inf])
HEADS = [RNG.normal(size=(2, 3, 2, 4)) for _ in range(3)]
IMAGES = RNG.uniform(size=(1, 4, 5, 2))
SHIFT = np.array([[1, 0, 1.5, 0, 1, 0.5, 0, 0]])
ROWS = np.array([[0.2, 0.5, 0.3], [0.1, 0.6, 0.3]])
LABELS = np.array([[0.0, 1, 0], [0, 0, 1]])
CLASSES = np.array([1, 2])

# What gets a gradient: argument: (the call, a value). The oracle is the same call with numbers.
RECORDED = {
    ("leaky_relu", "negative_slope"): (lambda a: ops.leaky_relu(X, a), 0.3),
    ("elu", "alpha"): (lambda a: ops.elu(X, a), 0.7),
    ("celu", "alpha"): (lambda a: ops.celu(X, a), 0.7),
    ("soft_shrink", "threshold"): (lambda a: ops.soft_shrink(X, a), 0.5),
    ("hard_shrink", "threshold"): (lambda a: ops.hard_shrink(X, a), 0.5),
    ("squareplus", "b"): (lambda a: ops.squareplus(X, a), 3.0),
    ("relu", "negative_slope"): (lambda a: ops.relu(X, a), 0.2),
    ("relu", "max_value"): (lambda a: ops.relu(X, 0.1, a, 0.5), 1.5),
    ("relu", "threshold"): (lambda a: ops.relu(X, 0.1, 2.0, a), 0.5),
    ("threshold", "threshold"): (lambda a: ops.threshold(X, a, 0.2), 0.5),
    ("threshold", "default_value"): (lambda a: ops.threshold(X, 0.5, a), 0.2),
    ("clip", "x_min"): (lambda a: ops.clip(X, a, 3), -0.5),
    ("clip", "x_max"): (lambda a: ops.clip(X, None, a), 0.5),
    ("max", "initial"): (lambda a: ops.max(X, axis=1, initial=a), 1.8),
    ("min", "initial"): (lambda a: ops.min(X, axis=0, keepdims=True, initial=a), -0.5),
    ("pad", "constant_values"): (lambda a: ops.pad(X, ((1, 0), (0, 2)), constant_values=a), 4.0),
    ("full", "fill_value"): (lambda a: ops.full((2, 3), a, dtype="float64"), 4.0),
    ("full_like", "fill_value"): (lambda a: ops.full_like(X, a), 4.0),
    ("nan_to_num", "nan"): (lambda a: ops.nan_to_num(HOLES, a, 2.0, -2.0), 0.5),
    ("nan_to_num", "posinf"): (lambda a: ops.nan_to_num(HOLES, 0.0, a, -2.0), 0.5),
    ("nan_to_num", "neginf"): (lambda a: ops.nan_to_num(HOLES, 0.0, 1.0, a), 0.5),
    ("dot_product_attention", "scale"): (
        lambda a: ops.dot_product_attention(*HEADS, scale=a, is_causal=True),
        0.4,
    ),
    ("linspace", "start"): (lambda a: ops.linspace(a, 3.0, 5, dtype="float64"), 1.0),
    ("linspace", "stop"): (lambda a: ops.linspace(1.0, a, 5, False, dtype="float64"), 3.0),
    ("logspace", "start"): (lambda a: ops.logspace(a, 1.0, 4, base=3, dtype="float64"), 0.5),
    ("logspace", "stop"): (lambda a: ops.logspace(0.5, a, 4, dtype="float64"), 1.0),
    ("logspace", "base"): (lambda a: ops.logspace(0.5, 1.0, 4, base=a, dtype="float64"), 2.0),
    ("psnr", "max_val"): (lambda a: ops.psnr(X, X + 0.1, a), 2.0),
    ("trapezoid", "dx"): (lambda a: ops.trapezoid(X, dx=a), 0.5),
    ("affine_transform", "fill_value"): (
        lambda a: ops.image.affine_transform(IMAGES, SHIFT, fill_value=a),
        0.5,
    ),
    ("gaussian_blur", "sigma"): (lambda a: ops.image.gaussian_blur(IMAGES, (3, 3), (a, a)), 1.1),
    ("normal", "mean"): (lambda a: random.normal((3,), a, 2.0, "float64", 1), 0.5),
    ("normal", "stddev"): (lambda a: random.normal((3,), 1.0, a, "float64", 1), 0.5),
    ("truncated_normal", "mean"): (
        lambda a: random.truncated_normal((3,), a, 2.0, "float64", 1),
        0.5,
    ),
    ("truncated_normal", "stddev"): (
        lambda a: random.truncated_normal((3,), 1.0, a, "float64", 1),
        0.5,
    ),
    ("uniform", "minval"): (lambda a: random.uniform((3,), a, 2.0, "float64", 1), 0.5),
    ("uniform", "maxval"): (lambda a: random.uniform((3,), 0.0, a, "float64", 1), 0.5),
    ("activations.leaky_relu", "negative_slope"): (lambda a: activations.leaky_relu(X, a), 0.3),
    ("activations.elu", "alpha"): (lambda a: activations.elu(X, a), 0.7),
}

# What says no, with the name of the argument.
REFUSED = {
    ("norm", "ord"): (lambda a: ops.norm(X, ord=a, axis=1), 3.0),
    ("normalize", "order"): (lambda a: ops.normalize(X, order=a), 3.0),
    ("normalize", "epsilon"): (lambda a: ops.normalize(X, epsilon=a), 0.1),
    ("batch_normalization", "epsilon"): (
        lambda a: ops.batch_normalization(X, np.zeros(4), np.ones(4), -1, epsilon=a),
        0.1,
    ),
    ("layer_normalization", "epsilon"): (lambda a: ops.layer_normalization(X, epsilon=a), 0.1),
    ("rms_normalization", "epsilon"): (lambda a: ops.rms_normalization(X, epsilon=a), 0.1),
    ("resize", "fill_value"): (lambda a: ops.image.resize(IMAGES, (4, 4), fill_value=a), 0.1),
    ("pad in mode", "constant_values"): (
        lambda a: ops.pad(X, 1, mode="reflect", constant_values=a),
        None,
    ),
    ("arange", "start"): (lambda a: ops.arange(a, 3.0), 1.0),
    ("arange", "stop"): (lambda a: ops.arange(1.0, a), 3.0),
    ("arange", "step"): (lambda a: ops.arange(1.0, 3.0, a), 0.5),
    ("geomspace", "start"): (lambda a: ops.geomspace(a, 3.0), 1.0),
    ("geomspace", "stop"): (lambda a: ops.geomspace(1.0, a), 3.0),
    ("kaiser", "beta"): (lambda a: ops.kaiser(5, a), 3.0),
    ("quantile", "q"): (lambda a: ops.quantile(X, a), 0.3),
    ("percentile", "q"): (lambda a: ops.percentile(X, a), 30.0),
    ("nanquantile", "q"): (lambda a: ops.nanquantile(X, a), 0.3),
    ("nanpercentile", "q"): (lambda a: ops.nanpercentile(X, a), 30.0),
    ("scale_and_translate", "scale"): (
        lambda a: ops.image.scale_and_translate(X, (2, 4), [a], [0.0], (1,), "linear"),
        0.5,
    ),
    ("dropout", "rate"): (lambda a: random.dropout(X, a, seed=1), 0.5),
    ("MelSpectrogram", "min_freq"): (lambda a: layers.MelSpectrogram(min_freq=a), 20.0),
    ("MelSpectrogram", "mag_exp"): (lambda a: layers.MelSpectrogram(mag_exp=a), 2.0),
    ("AugMix", "alpha"): (lambda a: layers.AugMix(alpha=a), 0.5),
    ("stft", "window"): (lambda a: ops.stft(np.ones(8), 1, 1, 2, window=[a]), 0.5),
    ("option", "alpha"): (lambda a: layers.ELU(alpha=a), 0.5),
    ("option", "negative_slope"): (lambda a: layers.LeakyReLU(a), 0.5),
    ("option", "max_value"): (lambda a: layers.ReLU(max_value=a), 0.5),
    ("option", "rate"): (lambda a: layers.Dropout(a), 0.5),
    ("option", "epsilon"): (lambda a: layers.LayerNormalization(epsilon=a), 0.5),
    ("option", "l2"): (lambda a: lamina.regularizers.L2(a), 0.5),
    ("option", "stddev"): (lambda a: initializers.RandomNormal(stddev=a), 0.5),
    ("option", "delta"): (lambda a: losses.huber(LABELS, ROWS, a), 0.5),
    ("option", "label_smoothing"): (
        lambda a: losses.CategoricalCrossentropy(label_smoothing=a),
        0.1,
    ),
}

WHOLE = {"decimals", "offset", "k", "num"}  # no gradient is defined by a whole number


def ids(cases):
    return [" ".join(key) for key in cases]


def variable(value):
    return Variable(np.array(value))


def total(result):
    weights = np.cos(np.arange(result.numpy().size)).reshape(result.shape)
    return ops.sum(ops.cast(result, "float64") * weights)


@pytest.mark.parametrize(("call", "value"), RECORDED.values(), ids=ids(RECORDED))
def test_gradients_are_recorded(call, value):
    v = variable(value)
    result, plain = call(v), call(value)
    assert (result.shape, result.dtype) == (plain.shape, plain.dtype)
    np.testing.assert_allclose(result.numpy(), plain.numpy(), rtol=1e-12, atol=1e-12)
    loss = total(result)
    if loss.requires_grad:
        loss.backward()
    found = 0.0 if v.grad is None else v.grad.item()
    step = 1e-6
    expected = (total(call(value + step)).item() - total(call(value - step)).item()) / (2 * step)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("key", REFUSED, ids=ids(REFUSED))
def test_what_has_no_gradient_by_a_number_says_so(key):
    call, value = REFUSED[key]
    v = variable(0.5 if value is None else value)
    with pytest.raises(TypeError, match=rf"{key[0]}.*{key[1]}.*number.*gradient.*float\(x\)"):
        call(v)
    with pytest.raises(TypeError, match="ensor that requires a gradient"):
        call(Tensor(v.numpy(), requires_grad=True))
    if value is None:
        return
    for given in (float(v), v.detach(), Variable(np.array(value), trainable=False)):
        call(given)
    with lamina.no_grad():
        call(v)


BY_INPUT = {
    "leaky_relu": (ops.leaky_relu, 0.3),
    "elu": (ops.elu, 0.7),
    "celu": (ops.celu, 0.7),
    "soft_shrink": (ops.soft_shrink, 0.5),
    "hard_shrink": (ops.hard_shrink, 0.5),
    "squareplus": (ops.squareplus, 3.0),
    "relu": (ops.relu, 0.2),
    "relu max_value": (lambda x, a: ops.relu(x, 0.1, a, 0.2), 0.5),
    "threshold": (lambda x, a: ops.threshold(x, 0.5, a), 0.2),
    "nan_to_num": (ops.nan_to_num, 0.5),
}


@pytest.mark.parametrize(("call", "value"), BY_INPUT.values(), ids=BY_INPUT)
def test_the_input_has_the_gradient_that_it_has_beside_a_number(call, value):
    by_input = []
    for number in (value, variable(value)):
        x = Tensor([-2.1, -0.5, 0.0, 0.5, 1.7], dtype="float64", requires_grad=True)
        ops.sum(call(x, number)).backward()
        by_input.append(x.grad.numpy())
    np.testing.assert_allclose(*by_input, rtol=1e-12, atol=1e-12)


def test_shapes_that_are_broadcast():
    low = Variable(np.array([-1.0, 0.0, 0.5, 2.0]))
    result = ops.clip(X, low, 3)
    assert result.tolist() == np.clip(X, low.numpy(), 3).tolist()
    ops.sum(result).backward()
    assert low.grad.tolist() == [1, 2, 1, 2]
    v = Variable([1.0, 2.0])
    full = ops.full((3, 2), v)
    assert full.tolist() == [[1, 2]] * 3
    ops.sum(full).backward()
    assert v.grad.tolist() == [3, 3]


def test_whole_numbers_between_bounds_have_no_gradient():
    v = Variable(2.0)
    for made, plain in (
        (ops.linspace(v, 10, 5, dtype="int32"), ops.linspace(2.0, 10, 5, dtype="int32")),
        (ops.logspace(v, 3, 3, dtype="int32"), ops.logspace(2.0, 3, 3, dtype="int32")),
    ):
        assert made.tolist() == plain.tolist()
        assert not made.requires_grad


def test_the_step_of_a_space():
    v = Variable(np.array(2.0))
    rows, step = ops.linspace(v, [10.0, 20.0], 3, retstep=True, dtype="float64", axis=1)
    assert rows.tolist() == [[2, 6, 10], [2, 11, 20]]
    assert step.tolist() == [4, 9]
    ops.sum(step).backward()
    assert v.grad.item() == -1  # two steps of -1/2


def test_a_learned_slope_trains_and_stands_in_a_graph():
    class Slope(layers.Layer):
        def build(self, shape):
            self.slope = self.add_weight(shape=(), initializer="zeros", name="slope")

        def call(self, x):
            return ops.leaky_relu(x, self.slope)

    x = np.linspace(-1, 1, 32, dtype="float32")[:, None]
    inputs = layers.Input((1,))
    model = lamina.Model(inputs, Slope()(inputs))
    model.compile(lamina.optimizers.SGD(1.0), "mse")
    model.fit(x, np.where(x > 0, x, 0.25 * x), epochs=60, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], 0.25, atol=0.01)


def test_every_number_of_an_operation_is_listed():
    missing = []
    names = {name for module in (ops, ops.image) for name in dir(module)}
    listed = set(RECORDED) | set(REFUSED)
    for name in sorted(names):
        try:
            signature = core.operation_signature(name)
        except (ValueError, RuntimeError, TypeError):
            continue
        for parameter in signature.split(", "):
            argument, _, default = parameter.partition("=")
            try:
                is_number = isinstance(float(default), float) and "." in default
            except ValueError:
                continue
            if is_number and argument not in WHOLE and (name, argument) not in listed:
                missing.append((name, argument))
    assert missing == []


def test_on_a_device_that_the_host_cannot_touch(guarded):
    def run():
        results = []
        for call, value in RECORDED.values():
            v = variable(value)
            loss = total(call(v))
            if loss.requires_grad:
                loss.backward()
            results.append([loss.numpy(), None if v.grad is None else v.grad.numpy()])
        return results

    assert same_bits(*on_both(guarded, run))
