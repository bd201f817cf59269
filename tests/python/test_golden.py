"""lamina against PyTorch and Keras, by the files that tests/golden/make_golden.py wrote."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import lamina

FOLDER = Path(__file__).parents[1] / "golden"
CHAIN_TOLERANCE, FLOAT32_TOLERANCE = 1e-9, 1e-5


def load(name):
    with np.load(FOLDER / f"{name}.npz") as file:
        arrays = dict(file)
    return json.loads(str(arrays.pop("spec"))), arrays


def golden(prefix):
    """Parametrizes a test over the files of that prefix, of which there must be some."""
    names = sorted(path.stem for path in FOLDER.glob(f"{prefix}_*.npz"))
    assert names, f"no {prefix} files in {FOLDER}"
    return pytest.mark.parametrize("name", names)


def rows(name):
    """Parametrizes a test over the entries of one file."""
    spec, arrays = load(name)
    entries = {"layers": "layers", "initializers": "initializers"}.get(name)
    return pytest.mark.parametrize("name", list(spec[entries] if entries else spec)), spec, arrays


def make(area, identity):
    cls, config = identity
    return getattr(area, cls)(**config)


def compiled(spec, **more):
    layers = [make(lamina.layers, layer) for layer in spec["layers"]]
    model = lamina.Sequential([lamina.Input(spec["input"]), *layers])
    model.compile(
        make(lamina.optimizers, spec["optimizer"]), make(lamina.losses, spec["loss"]), **more
    )
    return model


def flat(values):
    return np.concatenate([np.ravel(value) for value in values])


def set_flat_weights(model, vector):
    shapes = [weight.shape for weight in model.weights]
    parts = np.split(vector, np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1])
    model.set_weights([part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)])


@pytest.fixture
def float64():
    lamina.config.set_floatx("float64")
    yield
    lamina.config.set_floatx("float32")


# ---- Ten steps in float64 ----


@golden("chain")
def test_ten_steps_of_train_on_batch(name, float64):
    spec, arrays = load(name)
    model = compiled(spec)
    set_flat_weights(model, arrays["weights"][0])
    steps = len(arrays["losses"])
    assert steps == 10
    weights = arrays.get("sample_weight", [None] * steps)
    for i in range(steps):
        loss = model.train_on_batch(arrays["x"][i], arrays["y"][i], weights[i])
        assert loss == pytest.approx(arrays["losses"][i], rel=CHAIN_TOLERANCE)
        assert_allclose(
            flat(model.get_weights()),
            arrays["weights"][i + 1],
            rtol=CHAIN_TOLERANCE,
            atol=CHAIN_TOLERANCE,
            err_msg=f"step {i}",
        )


@golden("chain")
def test_ten_steps_by_hand_with_gradients(name, float64):
    spec, arrays = load(name)
    model = compiled(spec)
    set_flat_weights(model, arrays["weights"][0])
    weights = arrays.get("sample_weight", [None] * len(arrays["losses"]))
    for i, expected in enumerate(arrays["gradients"]):
        predicted = model(arrays["x"][i], training=True)
        loss = model.loss(arrays["y"][i], predicted, weights[i])
        for weight in model.trainable_weights:
            weight.zero_grad()
        loss.backward()
        gradients = flat(weight.grad.numpy() for weight in model.trainable_weights)
        scale = np.abs(expected).max()
        assert_allclose(gradients, expected, rtol=0, atol=CHAIN_TOLERANCE * max(1, scale))
        model.optimizer.step(model.trainable_weights)
    assert_allclose(
        flat(model.get_weights()), arrays["weights"][-1], rtol=CHAIN_TOLERANCE, atol=CHAIN_TOLERANCE
    )


# ---- Five steps with regularizers, constraints and frozen weights ----


@golden("regularized")
def test_steps_with_regularizers_and_constraints(name, float64):
    spec, arrays = load(name)
    model = compiled(spec)
    set_flat_weights(model, arrays["weights"][0])
    assert len(arrays["losses"]) == 5
    for i, expected in enumerate(arrays["losses"]):
        loss = model.train_on_batch(arrays["x"][i], arrays["y"][i])
        assert loss == pytest.approx(expected, rel=CHAIN_TOLERANCE)
        assert_allclose(
            flat(model.get_weights()),
            arrays["weights"][i + 1],
            rtol=CHAIN_TOLERANCE,
            atol=CHAIN_TOLERANCE,
            err_msg=f"step {i}",
        )
    evaluated = model.evaluate(arrays["x"][0], arrays["y"][0], verbose=0)
    assert evaluated == pytest.approx(arrays["evaluated"].item(), rel=CHAIN_TOLERANCE)


# ---- Keras in float32 ----


@golden("float32")
def test_single_steps_from_golden_weights(name):
    spec, arrays = load(name)
    size = spec["batch_size"]
    weight = arrays.get("sample_weight")
    for i, start in enumerate(arrays["start_weights"]):
        batch = slice(i * size, (i + 1) * size)
        model = compiled(spec, metrics=["accuracy"])
        set_flat_weights(model, start)
        logs = model.train_on_batch(
            arrays["x"][batch], arrays["y"][batch], None if weight is None else weight[batch]
        )
        assert_allclose(logs, arrays["step_logs"][i], atol=FLOAT32_TOLERANCE)
        assert_allclose(
            flat(model.get_weights()), arrays["step_weights"][i], atol=FLOAT32_TOLERANCE
        )


@golden("float32")
def test_fit_evaluate_and_predict(name):
    spec, arrays = load(name)
    size = spec["batch_size"]
    assert len(arrays["x"]) % size, "the last batch must be ragged"
    weight = arrays.get("sample_weight")
    model = compiled(spec, metrics=["accuracy"])
    set_flat_weights(model, arrays["start_weights"][0])
    history = model.fit(
        arrays["x"],
        arrays["y"],
        batch_size=size,
        epochs=spec["epochs"],
        verbose=0,
        shuffle=False,
        sample_weight=weight,
        validation_data=(arrays["validation_x"], arrays["validation_y"]),
    ).history
    for key in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert_allclose(history[key], arrays[f"history_{key}"], atol=FLOAT32_TOLERANCE, err_msg=key)
    assert_allclose(flat(model.get_weights()), arrays["fit_weights"], atol=FLOAT32_TOLERANCE)
    evaluated = model.evaluate(
        arrays["x"], arrays["y"], batch_size=size, verbose=0, sample_weight=weight
    )
    assert_allclose(evaluated, arrays["evaluate"], atol=FLOAT32_TOLERANCE)
    predicted = model.predict(arrays["x"], batch_size=size, verbose=0)
    assert_allclose(predicted, arrays["predict"], atol=FLOAT32_TOLERANCE)


# ---- Layers, losses and initializers ----

LAYERS, LAYERS_SPEC, LAYERS_ARRAYS = rows("layers")
LOSSES, LOSSES_SPEC, LOSSES_ARRAYS = rows("losses")
INITIALIZERS, INITIALIZERS_SPEC, INITIALIZERS_ARRAYS = rows("initializers")


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-5)])
@LAYERS
def test_layer_outputs_and_states(name, dtype, tolerance):
    row, arrays = LAYERS_SPEC["layers"][name], LAYERS_ARRAYS
    x = arrays[f"{name}/x"].astype(dtype)
    cls, config = row["layer"]
    layer = getattr(lamina.layers, cls)(**config, dtype=dtype)
    layer.build((None, *x.shape[1:]))
    layer.set_weights([arrays[f"{name}/weight_{i}"].astype(dtype) for i in range(row["weights"])])
    for key, training in (("inferred", False), ("trained", True)):
        output = layer(x, training=training).numpy()
        assert output.dtype == dtype
        assert_allclose(output, arrays[f"{name}/{key}"], rtol=tolerance, atol=tolerance)
    for i, weight in enumerate(layer.get_weights()):
        after = arrays[f"{name}/weight_{i}_after"]
        assert_allclose(weight, after, rtol=tolerance, atol=tolerance, err_msg=f"weight {i}")


def test_weight_names_shapes_and_order():
    named = LAYERS_SPEC["named"]
    layers = [make(lamina.layers, layer) for layer in named["layers"]]
    model = lamina.Sequential([lamina.Input(named["input"]), *layers])
    assert [[w.path, list(w.shape), w.trainable] for w in model.weights] == named["weights"]


@pytest.mark.parametrize("weighted", ["", "_weighted"])
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-5)])
@LOSSES
def test_loss_values_and_gradients(name, dtype, tolerance, weighted):
    row, arrays = LOSSES_SPEC[name], LOSSES_ARRAYS
    y_pred = lamina.Tensor(row["y_pred"], dtype, requires_grad=True)
    y_true = np.array(row["y_true"])
    weight = arrays["sample_weight"].astype(dtype) if weighted else None
    loss = make(lamina.losses, row["loss"])(y_true, y_pred, weight)
    loss.backward()
    expected = arrays[f"{name}/{dtype}/value{weighted}"].item()
    assert loss.item() == pytest.approx(expected, rel=tolerance)
    gradient = arrays[f"{name}/{dtype}/gradient{weighted}"]
    assert_allclose(y_pred.grad.numpy(), gradient, rtol=tolerance, atol=tolerance)


@INITIALIZERS
def test_initializer_distributions(name):
    spec, arrays = INITIALIZERS_SPEC, INITIALIZERS_ARRAYS
    lamina.utils.set_random_seed(7)
    values = make(lamina.initializers, spec["initializers"][name])(spec["shape"]).numpy()
    expected, std = arrays[f"{name}/quantiles"], float(arrays[f"{name}/std"])
    quantiles = np.quantile(values, np.linspace(0, 1, len(expected)))
    # Two samples of 131,072: their standard deviations differ by 0.3 %, their inner quantiles by
    # less than 0.01 standard deviations. The extremes of normal values vary too much to compare.
    assert values.std() == pytest.approx(std, rel=0.015)
    assert_allclose(quantiles[1:-1], expected[1:-1], rtol=1e-6, atol=0.025 * std)
    bounded = "normal" not in spec["initializers"][name][0].lower() and name != "scaled_normal"
    if bounded or name in ("glorot_normal", "he_normal"):
        assert_allclose(quantiles[[0, -1]], expected[[0, -1]], rtol=1e-6, atol=0.02 * std)
