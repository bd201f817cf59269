"""Losses as objects and functions: options, names, serialization, one's own, what is refused."""

import copy
import functools
import inspect
import pickle
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from gradients import check_gradient

import lamina
from lamina import Tensor, layers, losses, ops

CLASSES = [cls for cls in losses._FUNCTIONS]
CHANGED = {
    "axis": 1,
    "delta": 2.0,
    "beta": 0.25,
    "from_logits": True,
    "label_smoothing": 0.25,
    "apply_class_balancing": True,
    "alpha": 0.75,
    "gamma": 3.0,
    "ignore_class": 1,
    "q": 0.25,
    "margin": 0.125,
    "remove_diagonal": False,
}
# Labels and predictions that every option changes the loss of.
BITS = np.array([[[1, 0], [0, 1], [1, 1]], [[0, 0], [1, 0], [1, 0]]], "f8")
SHARES = np.array([[[0.1, 0.3], [0.8, 0.6], [0.3, 0.2]], [[0.7, 0.4], [0.3, 0.9], [0.6, 0.2]]])


def sample(cls):
    if cls in (losses.SparseCategoricalCrossentropy, losses.CategoricalGeneralizedCrossEntropy):
        return BITS[..., 0].astype("int64"), SHARES
    if cls is losses.Circle:
        return np.array([0, 0, 1]), np.array([[1.0, 0.0], [0.6, 0.8], [0.8, 0.6]])
    if cls is losses.CTC:
        return np.array([[1, 0]]), SHARES[:1]
    if cls is losses.MeanAbsolutePercentageError:
        return BITS + 1, SHARES
    if cls in (losses.Huber, losses.SmoothL1):
        return BITS, SHARES * 4
    return BITS, SHARES


def options_of(cls):
    names = list(inspect.signature(cls).parameters)
    return [name for name in names if name not in ("reduction", "name", "dtype")]


@pytest.mark.parametrize("cls", CLASSES)
def test_options_are_attributes_that_take_effect(cls):
    y_true, y_pred = sample(cls)
    for option in options_of(cls):
        base = {"apply_class_balancing": True} if option == "alpha" == options_of(cls)[1] else {}
        loss, default = cls(**base), cls(**base, **{option: CHANGED[option]})
        before = loss(y_true, y_pred).item() if option != "axis" else None
        setattr(loss, option, CHANGED[option])
        assert getattr(loss, option) == CHANGED[option]
        if cls in (losses.SparseCategoricalCrossentropy,) and option == "axis":
            continue  # other labels
        after = loss(y_true, y_pred).item()
        assert after == default(y_true, y_pred).item()
        assert after != before
    loss = cls()
    loss.reduction, loss.name, loss.dtype = "sum", "renamed", "float64"
    assert (loss.reduction, loss.name, loss.dtype) == ("sum", "renamed", "float64")
    with pytest.raises(ValueError, match="'median'"):
        loss.reduction = "median"
    assert loss.reduction == "sum"


def test_an_option_takes_effect_in_a_compiled_model():
    model = lamina.Sequential([lamina.Input((1,)), layers.Dense(1, kernel_initializer="zeros")])
    huber = losses.Huber()
    model.compile("sgd", huber)
    x, y = np.ones((2, 1)), np.full(2, 10.0)
    assert model.evaluate(x, y, verbose=0) == 9.5
    huber.delta = 2
    assert model.evaluate(x, y, verbose=0) == 18
    assert model.loss.delta == 2


@pytest.mark.parametrize("cls", CLASSES)
def test_copies_are_equal(cls):
    options = {option: CHANGED[option] for option in options_of(cls)}
    loss = cls(**options, reduction="sum", name="own name", dtype="float64")
    for made in (
        cls.from_config(loss.get_config()),
        pickle.loads(pickle.dumps(loss)),
        copy.deepcopy(loss),
        losses.deserialize(losses.serialize(loss)),
        losses.get(losses.serialize(loss)),
    ):
        assert type(made) is cls
        assert made.get_config() == loss.get_config()
        assert made is not loss
    assert all(getattr(loss, option) == value for option, value in options.items())


class Scaled(losses.Loss):
    def __init__(self, scale=1.0, name="scaled", **more):
        super().__init__(name=name, **more)
        self.scale = scale

    def call(self, y_true, y_pred):
        return self.scale * ops.mean(ops.abs(y_true - y_pred), axis=-1)

    def get_config(self):
        return {**super().get_config(), "scale": self.scale}


def test_copies_of_a_loss_of_ones_own():
    loss = Scaled(3.0, reduction="sum")
    expected = loss([[1.0], [2.0]], [[2.0], [4.0]]).item()
    assert expected == 9
    for made in (
        pickle.loads(pickle.dumps(loss)),
        copy.deepcopy(loss),
        losses.deserialize(losses.serialize(loss), {"Scaled": Scaled}),
    ):
        assert made([[1.0], [2.0]], [[2.0], [4.0]]).item() == expected
        assert made.get_config() == loss.get_config()


# ---- Names ----

ALIASES = {
    "mse": "mean_squared_error",
    "MSE": "mean_squared_error",
    "mae": "mean_absolute_error",
    "MAE": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "MAPE": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "MSLE": "mean_squared_logarithmic_error",
    "bce": "binary_crossentropy",
    "BCE": "binary_crossentropy",
    "kld": "kl_divergence",
    "KLD": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
    "cce": "categorical_crossentropy",
    "scce": "sparse_categorical_crossentropy",
    "huber_loss": "huber",
    "smooth_l1_loss": "smooth_l1",
}
FUNCTIONS = {function.__name__: cls for cls, function in losses._FUNCTIONS.items()}


@pytest.mark.parametrize("name", [*FUNCTIONS, *ALIASES, *(cls.__name__ for cls in CLASSES)])
def test_by_name_it_trains(name):
    function = getattr(losses, ALIASES.get(name, name))
    cls = FUNCTIONS.get(function.__name__, function)
    found = losses.get(name)
    assert found is function if name != cls.__name__ else isinstance(found, cls)

    rng = np.random.default_rng(3)
    head = [layers.Dense(3, "softmax")]
    y = np.eye(3)[rng.integers(0, 3, 32)]
    if cls in (losses.SparseCategoricalCrossentropy, losses.CategoricalGeneralizedCrossEntropy):
        y = y.argmax(-1)
    elif cls is losses.Circle:
        y, head = y.argmax(-1), [layers.Dense(3), layers.UnitNormalization()]
    elif cls is losses.CTC:
        y, head = rng.integers(1, 3, (32, 2)), [layers.Dense(12), layers.Reshape((4, 3))]
    model = lamina.Sequential([lamina.Input((4,)), *head])
    model.compile(lamina.optimizers.Adam(0.01), name)
    x = rng.normal(size=(32, 4))
    history = model.fit(x, y, epochs=5, batch_size=32, verbose=0).history["loss"]
    assert history[-1] < history[0]
    assert np.isfinite(history).all()


@pytest.mark.parametrize("cls", CLASSES)
def test_a_saved_model_has_its_loss(cls, tmp_path):
    options = {option: CHANGED[option] for option in options_of(cls)}
    model = lamina.Sequential([lamina.Input((1,)), layers.Dense(1)])
    model.compile("sgd", cls(**options, reduction="sum"))
    model.save(tmp_path / "m.lamina")
    loaded = lamina.saving.load_model(tmp_path / "m.lamina")
    assert type(loaded.loss) is cls
    assert loaded.loss.get_config() == model.loss.get_config()


def test_get():
    assert losses.get(None) is None
    huber = losses.Huber(2.0)
    assert losses.get(huber) is huber
    assert isinstance(losses.get(losses.Huber), losses.Huber)
    assert losses.get(np.mean) is np.mean
    # What Keras's serialize writes.
    keras = {
        "module": "keras.losses",
        "class_name": "Huber",
        "config": {"name": "huber_loss", "reduction": "sum"},
        "registered_name": None,
    }
    assert losses.get(keras).reduction == "sum"
    keras = {"module": "builtins", "class_name": "function", "config": "mean_squared_error"}
    assert losses.get(keras) is losses.mean_squared_error
    for wrong in (5, {"config": {}}, "hinge_of_doom", {"class_name": "Hinges", "config": {}}):
        with pytest.raises(ValueError, match=r"loss"):
            losses.get(wrong)


def test_functions_by_their_registered_names():
    @lamina.saving.register_serializable("tests")
    def doubled(y_true, y_pred):
        return 2 * losses.mean_squared_error(y_true, y_pred)

    written = losses.serialize(doubled)
    assert written == {"class_name": "function", "config": "tests>doubled"}
    assert losses.deserialize(written) is doubled
    assert losses.get("tests>doubled") is doubled
    assert losses.deserialize("mine", {"mine": doubled}) is doubled
    assert losses.serialize(losses.as_loss(doubled)) == written


# ---- Functions ----


@pytest.mark.parametrize("cls", CLASSES)
def test_the_function_gives_the_samples_losses(cls):
    y_true, y_pred = sample(cls)
    function = losses._FUNCTIONS[cls]
    more = {"q": 0.5} if function is losses.categorical_generalized_cross_entropy else {}
    expected = cls(reduction="none")(y_true, y_pred).numpy()
    np.testing.assert_array_equal(function(y_true, y_pred, **more).numpy(), expected)
    np.testing.assert_array_equal(cls().call(y_true, y_pred).numpy(), expected)
    as_lists = function(y_true.tolist(), Tensor(y_pred), **more)
    np.testing.assert_array_equal(as_lists.numpy(), expected)


@pytest.mark.parametrize("cls", CLASSES)
def test_gradients(cls):
    y_true, y_pred = sample(cls)
    check_gradient(lambda p: cls(reduction="none")(y_true, p), y_pred)


@pytest.mark.parametrize(
    "loss",
    [
        losses.MeanSquaredError(reduction="none"),
        losses.MeanAbsoluteError(reduction="none"),
        losses.Huber(0.3, reduction="none"),
        losses.SmoothL1(0.3, reduction="none"),
        losses.LogCosh(),
        losses.BinaryCrossentropy(label_smoothing=0.1),
        losses.BinaryCrossentropy(from_logits=True, axis=1, reduction="none"),
        losses.CategoricalCrossentropy(label_smoothing=0.1, reduction="sum"),
        losses.CategoricalCrossentropy(from_logits=True),
        losses.KLDivergence(),
        losses.CosineSimilarity(reduction="none"),
    ],
)
@pytest.mark.parametrize("weight", [None, np.array([0.5, 2.0])])
def test_labels_that_were_computed_have_gradients_too(loss, weight):
    t = SHARES[::-1, ::-1].copy()
    check_gradient(lambda t, p: loss(t, p, weight), t, SHARES)
    # The same value as without.
    learned = loss(Tensor(t, requires_grad=True), SHARES, weight).numpy()
    np.testing.assert_allclose(learned, loss(t, SHARES, weight).numpy(), rtol=1e-12)


def test_a_vector_is_one_sample_to_a_function_and_a_batch_to_a_loss():
    assert losses.mean_squared_error([1.0, 2.0], [2.0, 4.0]).numpy() == 2.5
    each = losses.MeanSquaredError(reduction=None)([1.0, 2.0], [2.0, 4.0])
    assert each.numpy().tolist() == [1, 4]
    column = losses.mean_squared_error([[1.0], [2.0]], [2.0, 4.0])
    assert column.numpy().tolist() == [1, 4]


def test_circle_with_references():
    points, labels = sample(losses.Circle)[::-1]
    own = losses.circle(labels, points, remove_diagonal=False)
    given = losses.circle(labels, points, labels, points, remove_diagonal=False)
    np.testing.assert_array_equal(own.numpy(), given.numpy())
    assert losses.circle(labels, points, [0, 1], [[1.0, 0.0], [0.0, 1.0]]).shape == (3,)


def test_focal_weights_of_classes():
    y_true, p = np.eye(3)[[0, 2]], np.array([[0.5, 0.25, 0.25], [0.2, 0.4, 0.4]])
    alpha = [0.2, 0.3, 0.5]
    got = losses.categorical_focal_crossentropy(y_true, p, alpha=alpha, gamma=1.0).numpy()
    np.testing.assert_allclose(got, [-0.2 * 0.5 * np.log(0.5), -0.5 * 0.6 * np.log(0.4)])
    with pytest.raises(ValueError, match="each of the 3 classes, got 2"):
        losses.categorical_focal_crossentropy(y_true, p, alpha=[0.5, 0.5])


# ---- Labels, extremes ----

BINARY_LABELS = [
    losses.mean_squared_error,
    losses.mean_absolute_percentage_error,
    losses.hinge,
    losses.squared_hinge,
    losses.categorical_hinge,
    losses.kl_divergence,
    losses.poisson,
    losses.binary_crossentropy,
    losses.binary_focal_crossentropy,
    losses.categorical_focal_crossentropy,
    losses.dice,
    losses.tversky,
    losses.cosine_similarity,
]


@pytest.mark.parametrize("function", BINARY_LABELS)
@pytest.mark.parametrize("dtype", ["bool", "uint8", "int8", "int32", "int64", "f4", "f8"])
def test_labels_of_any_dtype(function, dtype):
    got = function(BITS.astype(dtype), SHARES.astype("f4"))
    assert got.dtype == "float32"
    np.testing.assert_array_equal(got.numpy(), function(BITS, SHARES.astype("f4")).numpy())


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int32", "int64", "f4", "f8"])
def test_class_numbers_of_any_dtype(dtype):
    labels = np.array([0, 2, 1]).astype(dtype)
    p = np.full((3, 3), 1 / 3, "f4")
    for loss in (
        losses.SparseCategoricalCrossentropy(),
        losses.SparseCategoricalCrossentropy(ignore_class=1),
        losses.CategoricalGeneralizedCrossEntropy(),
        losses.Circle(),
    ):
        assert loss(labels, p).item() == loss(labels.astype("int64"), p).item()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("extreme", [0.0, 1.0])
def test_certain_predictions_stay_finite(cls, extreme, dtype):
    y_true, y_pred = sample(cls)
    for given in (np.full_like(y_pred, extreme), np.eye(2)[sample(cls)[0].astype(int) % 2]):
        # Keras normalizes by the sum of probabilities, which is no number if it is 0.
        normalizes = "CategoricalC" in cls.__name__ or "CategoricalF" in cls.__name__
        if given.shape != y_pred.shape or (normalizes and not given.any(-1).all()):
            continue
        p = Tensor(given.astype(dtype), requires_grad=True)
        loss = cls()(y_true, p)
        loss.backward()
        assert np.isfinite(loss.numpy()).all()
        assert np.isfinite(p.grad.numpy()).all()


@pytest.mark.parametrize(
    "loss",
    [
        losses.BinaryFocalCrossentropy(from_logits=True),
        losses.BinaryFocalCrossentropy(from_logits=True, gamma=0.5),
        losses.CategoricalFocalCrossentropy(from_logits=True),
        losses.Hinge(),
        losses.CosineSimilarity(),
        losses.CTC(),
    ],
)
def test_huge_predictions_stay_finite(loss):
    labels = np.array([[1, 2]]) if isinstance(loss, losses.CTC) else np.eye(3, dtype="f4")[:1]
    p = np.array([[1e4, -1e4, 0.0]], "f4")
    p = Tensor(p[None].repeat(2, 1) if isinstance(loss, losses.CTC) else p, requires_grad=True)
    value = loss(labels, p)
    value.backward()
    assert np.isfinite(value.item())
    assert np.isfinite(p.grad.numpy()).all()


def test_ignored_entries_may_be_anything():
    loss = losses.SparseCategoricalCrossentropy(ignore_class=-1)
    p = Tensor(np.array([[0.25, 0.75], [np.nan, np.inf]], "f4"), requires_grad=True)
    value = loss([1, -1], p)
    value.backward()
    np.testing.assert_allclose(value.item(), -np.log(0.75), rtol=1e-6)
    assert np.isfinite(p.grad.numpy()).all()
    assert (p.grad.numpy()[1] == 0).all()
    assert loss([-1, -1], p).item() == 0
    with pytest.raises(ValueError, match=r"label -2 .*\[0, 2\)"):
        loss([1, -2], p)


def paths(steps, label):
    """All alignments of a label with so many steps of 3 classes, by trying them out."""
    for path in np.ndindex(*(3,) * steps):
        merged = [c for i, c in enumerate(path) if i == 0 or path[i - 1] != c]
        if [c for c in merged if c != 0] == label:
            yield path


@pytest.mark.parametrize("label", [[], [1], [1, 2], [2, 2], [1, 2, 1]])
def test_ctc_is_the_sum_over_all_alignments(rng, label):
    logits = rng.normal(size=(1, 5, 3))
    shares = np.exp(logits[0]) / np.exp(logits[0]).sum(-1, keepdims=True)
    total = sum(np.prod(shares[np.arange(5), path]) for path in paths(5, label))
    padded = np.array([label + [0] * (3 - len(label))])
    np.testing.assert_allclose(losses.ctc(padded, logits).numpy(), [-np.log(total)], rtol=1e-12)


def test_ctc_of_labels_with_a_zero_among_them():
    # The value that Keras's own tests expect.
    logits = (np.arange(24).reshape((2, 4, 3)).astype("f4") - 12) / 100
    got = losses.CTC()(np.array([[1, 2, 1, 0], [1, 2, 0, 2]]), logits)
    np.testing.assert_allclose(got.item(), 2.448645, rtol=1e-6)


# ---- Refused ----


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: losses.Huber(delta=0), "delta finite and above 0, got delta=0"),
        (lambda: losses.BinaryCrossentropy(label_smoothing=1.5), r"label_smoothing in \[0, 1\]"),
        (lambda: losses.BinaryFocalCrossentropy(gamma=-1), "gamma finite and not below 0"),
        (lambda: losses.BinaryFocalCrossentropy(alpha=2), r"alpha in \[0, 1\]"),
        (lambda: losses.CategoricalFocalCrossentropy(alpha=[0.5, -1]), "alpha finite and not"),
        (lambda: losses.CategoricalGeneralizedCrossEntropy(1), r"q in \(0, 1\), got q=1"),
        (lambda: losses.Tversky(beta=-0.5), "beta finite and not below 0"),
        (lambda: losses.Circle(margin=2), r"margin in \[0, 1\]"),
        (lambda: losses.CosineSimilarity(axis=9), "axis one of the predictions'"),
        (lambda: losses.CategoricalCrossentropy(axis=True), "axis is True, expected a whole"),
        (lambda: losses.MeanSquaredError(dtype="int32"), "float32 or float64, got dtype=int32"),
        (lambda: Scaled(dtype="int32"), "float32 or float64, got dtype=int32"),
        (lambda: losses.Hinge(reduction="median"), "needs reduction .* got 'median'"),
        (lambda: losses.Hinge()(np.ones((5, 1)), np.ones((5, 3))), r"\(5, 1\), expected \(5, 3\)"),
        (lambda: losses.Hinge()([[1.0]], [[1.0]], [1.0, 2.0]), r"sample weights of shape \(2,\)"),
        (lambda: losses.Circle()([0, 1], np.ones((3, 2))), r"\(2,\), expected \(3,\)"),
        (lambda: losses.Circle()([0, 1], np.ones(2)), r"embeddings \(batch, features\), got"),
        (lambda: losses.CTC()([1, 2], np.ones((1, 2, 3))), r"labels \(batch, length\) and logits"),
        (lambda: losses.CTC()([[3]], np.ones((1, 2, 3))), r"label 3 .* class in \[0, 3\)"),
        (lambda: losses.CTC()([[-1]], np.ones((1, 2, 3))), r"class in \[0, 3\)"),
        (
            lambda: losses.CategoricalGeneralizedCrossEntropy()([2], [[0.5, 0.5]]),
            r"label 2 .* class in \[0, 2\)",
        ),
    ],
)
def test_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("loss", [losses.MeanSquaredError(reduction=None), Scaled(reduction=None)])
@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_training_needs_one_number(loss, method):
    model = lamina.Sequential([lamina.Input((1,)), layers.Dense(1)])
    model.compile("sgd", loss)
    with pytest.raises(ValueError, match=r"losses of shape \(4,\), expected one number"):
        getattr(model, method)(np.ones((4, 1)), np.ones(4), verbose=0)


# ---- One's own ----


class Squares:
    def __call__(self, y_true, y_pred):
        return ops.mean(ops.square(y_true - y_pred), axis=-1)


@pytest.mark.parametrize("labels", [np.arange(4), np.arange(4.0), np.arange(4) > 1])
@pytest.mark.parametrize(
    "loss",
    [
        losses.mean_squared_error,
        functools.partial(losses.huber, delta=1e3),
        Squares(),
        Squares().__call__,
        lambda t, p: ops.mean(ops.square(t - p), axis=-1),
        losses.MeanSquaredError,
    ],
)
def test_any_callable_is_a_loss(loss, labels):
    model = lamina.Sequential([lamina.Input((1,)), layers.Dense(1, kernel_initializer="ones")])
    model.compile("sgd", loss)
    half = 0.5 if isinstance(loss, functools.partial) else 1
    expected = half * np.mean((1.0 - labels) ** 2)
    assert model.evaluate(np.ones((4, 1)), labels, verbose=0) == pytest.approx(expected)
    model.fit(np.ones((4, 1)), labels, verbose=0)


@pytest.mark.parametrize(
    ("reduction", "expected"),
    [
        ("sum_over_batch_size", (2 * 1 + 3 * 4) / 2),
        ("mean", (2 * 1 + 3 * 4) / 2),
        ("mean_with_sample_weight", (2 * 1 + 3 * 4) / 5),
        ("sum", 2 * 1 + 3 * 4),
        ("none", [2 * 1, 3 * 4]),
        (None, [2 * 1, 3 * 4]),
    ],
)
@pytest.mark.parametrize("make", [losses.MeanAbsoluteError, Scaled])
def test_reductions(make, reduction, expected):
    loss = make(reduction=reduction)
    got = loss([[1.0], [2.0]], [[2.0], [6.0]], sample_weight=[2, 3])
    assert got.numpy().tolist() == pytest.approx(expected)
    zero = loss([[1.0], [2.0]], [[2.0], [6.0]], sample_weight=[0, 0])
    assert not zero.numpy().any()


def test_one_number_weighs_all():
    for loss in (losses.MeanSquaredError(), losses.Hinge(), Scaled(), losses.Dice()):
        plain = loss([[1.0], [0.0]], [[0.5], [0.25]]).item()
        assert loss([[1.0], [0.0]], [[0.5], [0.25]], 2.5).item() == pytest.approx(2.5 * plain)


def test_dtype_is_what_it_computes_in():
    seen = []

    class Seen(losses.Loss):
        def call(self, y_true, y_pred):
            seen.append((y_true.dtype, y_pred.dtype))
            return ops.mean(ops.abs(y_true - y_pred), axis=-1)

    assert Seen(dtype="float64")(np.array([[1]]), Tensor([[3.0]])).dtype == "float64"
    # Labels of another float dtype are those of the predictions.
    assert Seen()(np.array([[1.0]]), Tensor([[3.0]])).dtype == "float32"
    assert Seen()(np.array([[1]]), Tensor([[3.0]])).dtype == "float32"
    assert seen == [("float64", "float64"), ("float32", "float32"), ("int64", "float32")]
    assert losses.Hinge(dtype=np.float64)([[1.0]], Tensor([[3.0]])).dtype == "float64"
    assert losses.Hinge().dtype == "float32"


def test_ten_million_rows_in_constant_memory():
    code = """
        import resource
        import numpy as np
        import lamina
        model = lamina.Sequential([lamina.Input((1,)), lamina.layers.Dense(1, use_bias=False)])
        model.compile("sgd", [LOSS])
        def batches(count):
            x = np.ones((100_000, 1), "f4")
            for _ in range(count):
                yield x, x, x[:, 0]
        model.evaluate(batches(2), verbose=0)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        model.evaluate(batches(100), verbose=0)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert after - before < 20_000, (before, after)  # kilobytes; the rows are 80,000
    """
    for loss in ("mse", "poisson"):
        text = textwrap.dedent(code).replace("[LOSS]", repr(loss))
        subprocess.run([sys.executable, "-c", text], check=True)


class Weighing(losses.Loss):
    """Weighs and reduces by itself."""

    def __call__(self, y_true, y_pred, sample_weight=None):
        self.seen = y_true.shape, y_pred.shape, sample_weight
        return 3 * super().__call__(y_true, y_pred, sample_weight)

    def call(self, y_true, y_pred):
        return ops.mean(ops.abs(y_true - y_pred), axis=-1)


def test_an_override_of_call_as_a_whole_is_called():
    loss = Weighing()
    assert loss(Tensor([[1.0]]), Tensor([[3.0]])).item() == 6
    model = lamina.Sequential([lamina.Input((1,)), layers.Dense(1, kernel_initializer="zeros")])
    model.compile("sgd", loss)
    assert model.evaluate(np.ones((4, 1)), np.full(4, 2.0), verbose=0) == 6
    assert loss.seen == ((4,), (4, 1), None)
    copy.deepcopy(loss)


class Twice(losses.Huber):
    def call(self, y_true, y_pred):
        return 2 * super().call(y_true, y_pred)


class Counted(losses.Huber):
    calls = 0

    def __call__(self, y_true, y_pred, sample_weight=None):
        self.calls += 1
        return super().__call__(y_true, y_pred, sample_weight)


def test_overrides_of_a_built_in_loss_are_called(tmp_path):
    loss = Twice(delta=2.0)
    assert loss([[0.0]], [[5.0]]).item() == 2 * 8
    assert loss([[0.0]], [[5.0]], 0.5).item() == 8
    loss.delta = 1.0
    assert loss([[0.0], [0.0]], [[5.0], [5.0]]).item() == 2 * 4.5
    loss.reduction = "sum"
    assert loss([[0.0], [0.0]], [[5.0], [5.0]]).item() == 4 * 4.5
    for made in (pickle.loads(pickle.dumps(loss)), copy.deepcopy(loss)):
        assert made([[0.0], [0.0]], [[5.0], [5.0]]).item() == 4 * 4.5
        assert made.get_config() == loss.get_config()
    with pytest.raises(AttributeError, match="name of Twice is set when it is made"):
        loss.name = "other"

    model = lamina.Sequential([lamina.Input((1,)), layers.Dense(1, kernel_initializer="zeros")])
    model.compile("sgd", Twice(delta=2.0))
    x, y = np.ones((4, 1)), np.full(4, 5.0)
    assert model.evaluate(x, y, verbose=0) == 2 * 8
    model.save(tmp_path / "m.lamina")
    loaded = lamina.saving.load_model(tmp_path / "m.lamina", {"Twice": Twice})
    assert type(loaded.loss) is Twice
    assert loaded.evaluate(x, y, verbose=0) == 2 * 8

    counted = Counted()
    model.compile("sgd", counted)
    model.fit(x, y, batch_size=2, verbose=0)
    assert counted.calls == 2


def test_one_class_for_a_categorical_loss_is_warned_of():
    with pytest.warns(UserWarning, match="1 class, .* use binary_crossentropy"):
        losses.CategoricalCrossentropy()([[1.0]], [[0.3]])
