"""Ten steps of every variant against the formulas of Keras 3 in NumPy's float64."""

import numpy as np
import pytest

import lamina
from lamina import Variable, ops, optimizers

STEPS = 10


def sgd(w, gradient, learning_rate, momentum=0.0, nesterov=False):
    m = np.zeros_like(w)
    for _ in range(STEPS):
        g = gradient(w)
        m = momentum * m - learning_rate * g
        w = w + (momentum * m - learning_rate * g if nesterov else m)
    return w


def adam(w, gradient, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
    m, v, largest = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
    for t in range(1, STEPS + 1):
        g = gradient(w)
        m = m + (g - m) * (1 - beta_1)
        v = v + (g * g - v) * (1 - beta_2)
        largest = np.maximum(largest, v)
        rate = learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        w = w - rate * m / (np.sqrt(largest if amsgrad else v) + epsilon)
    return w


def nadam(w, gradient, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    m, v, product = np.zeros_like(w), np.zeros_like(w), 1.0
    for t in range(1, STEPS + 1):
        g = gradient(w)
        m = m + (g - m) * (1 - beta_1)
        v = v + (g * g - v) * (1 - beta_2)
        now, after = (beta_1 * (1 - 0.5 * 0.96**step) for step in (t, t + 1))
        product *= now
        m_hat = after * m / (1 - product * after) + (1 - now) * g / (1 - product)
        w = w - learning_rate * m_hat / (np.sqrt(v / (1 - beta_2**t)) + epsilon)
    return w


def clipped_norm(gradient, limit):
    def clip(w):
        g = gradient(w)
        return g * min(1, limit / np.sqrt(np.sum(g * g)))

    return clip


def steps(optimizer, w):
    variable = Variable(w)
    for _ in range(STEPS):
        ops.sum(ops.square(variable) * variable).backward()  # gradient 3 w^2
        optimizer.step([variable])
        variable.zero_grad()
    assert optimizer.iterations == STEPS
    return variable.numpy()


def cubic(w):
    return 3 * w * w


SGD, ADAM = optimizers.SGD, optimizers.Adam
CASES = {
    "sgd": (SGD(0.01), lambda w: sgd(w, cubic, 0.01)),
    "momentum": (SGD(0.01, 0.9), lambda w: sgd(w, cubic, 0.01, 0.9)),
    "nesterov": (SGD(0.01, 0.9, True), lambda w: sgd(w, cubic, 0.01, 0.9, True)),
    "adam": (ADAM(0.02), lambda w: adam(w, cubic, 0.02)),
    "betas": (ADAM(0.02, 0.5, 0.8, 1e-3), lambda w: adam(w, cubic, 0.02, 0.5, 0.8, 1e-3)),
    "amsgrad": (
        ADAM(0.02, 0.5, 0.8, amsgrad=True),
        lambda w: adam(w, cubic, 0.02, 0.5, 0.8, 1e-7, True),
    ),
    "nadam": (optimizers.Nadam(0.02), lambda w: nadam(w, cubic, 0.02)),
    "nadam with all": (
        optimizers.Nadam(0.02, 0.5, 0.8, 1e-2),
        lambda w: nadam(w, cubic, 0.02, 0.5, 0.8, 1e-2),
    ),
    "clipvalue": (
        SGD(0.01, clipvalue=1.5),
        lambda w: sgd(w, lambda v: np.clip(cubic(v), -1.5, 1.5), 0.01),
    ),
    "clipnorm": (SGD(0.01, clipnorm=2.0), lambda w: sgd(w, clipped_norm(cubic, 2.0), 0.01)),
    "global_clipnorm": (
        ADAM(0.01, global_clipnorm=2.0),
        lambda w: adam(w, clipped_norm(cubic, 2.0), 0.01),
    ),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CASES)
def test_against_the_formulas(name, dtype):
    optimizer, oracle = CASES[name]
    fresh = type(optimizer).from_config(optimizer.get_config())
    w = np.linspace(-1, 1, 37)
    got = steps(fresh, w.astype(dtype))
    np.testing.assert_allclose(
        got, oracle(w), rtol=1e-9, atol=1e-12 if dtype == "float64" else 2e-6
    )


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_weight_decay_shrinks_before_the_step(momentum):
    w, m = np.linspace(-1, 1, 5), np.zeros(5)
    got = steps(SGD(0.1, momentum, weight_decay=0.2), w)
    for _ in range(STEPS):
        g = cubic(w)
        w = w - w * 0.2 * 0.1
        m = momentum * m - 0.1 * g
        w = w + m
    np.testing.assert_allclose(got, w, rtol=1e-12)


def test_global_norm_spans_all_weights():
    a, b = Variable([3.0]), Variable([4.0])
    ops.sum(a * 3.0 + b * 4.0).backward()  # gradients 3 and 4: norm 5
    SGD(1.0, global_clipnorm=1.0).step([a, b])
    np.testing.assert_allclose([a.numpy()[0], b.numpy()[0]], [3 - 0.6, 4 - 0.8], rtol=1e-6)


def test_learning_rate_can_be_set():
    optimizer = SGD(0.5)
    optimizer.learning_rate = 0.25
    w = Variable([1.0])
    ops.sum(w * 2.0).backward()
    optimizer.step([w])
    assert w.numpy()[0] == 0.5
    for wrong in (-1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="learning_rate"):
            optimizer.learning_rate = wrong
    assert optimizer.learning_rate == 0.25


def test_defaults_are_those_of_keras():
    assert SGD().get_config().items() >= {
        "learning_rate": 0.01, "momentum": 0.0, "nesterov": False, "weight_decay": None,
    }.items()  # fmt: skip
    assert ADAM().get_config().items() >= {
        "learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False,
    }.items()  # fmt: skip


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(-0.1), "SGD.*learning_rate"),
        (lambda: SGD(0.1, 1.5), "SGD.*momentum"),
        (lambda: ADAM(beta_1=1.0), "Adam.*beta_1"),
        (lambda: ADAM(float("nan")), "Adam.*learning_rate.*finite"),
        (lambda: SGD(clipnorm=1.0, clipvalue=1.0), "SGD.*one of clipnorm"),
        (lambda: SGD(clipnorm=-1.0), "SGD.*clipnorm"),
        (lambda: SGD(None), "learning_rate is None"),
        (lambda: SGD("0.1"), "learning_rate is '0.1'"),
        (lambda: optimizers.get("adamw9"), "unknown optimizer 'adamw9'"),
    ],
)
def test_wrong_options(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_weights_without_a_gradient_are_left_alone():
    a, b = Variable([1.0]), Variable([2.0])
    ops.sum(a * 1.0).backward()
    ADAM(0.1).step([a, b])
    assert b.numpy()[0] == 2
    assert a.numpy()[0] != 1


def test_slots_are_named_after_their_weights():
    model = lamina.Sequential([lamina.Input((2,)), lamina.Dense(1)])
    model.compile("adam", "mse")
    model.fit(np.ones((4, 2)), np.ones(4), verbose=0)
    assert [v.path for v in model.optimizer.variables] == [
        "iteration", "learning_rate",
        "momentum/dense/kernel", "velocity/dense/kernel",
        "momentum/dense/bias", "velocity/dense/bias",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "make",
    [
        lambda: optimizers.RMSprop(0.01),
        lambda: optimizers.RMSprop(0.01, momentum=0.9),
        lambda: optimizers.Adam(0.01),
        lambda: optimizers.Adam(0.01, amsgrad=True),
        lambda: optimizers.AdamW(0.01),
        lambda: optimizers.Nadam(0.01),
    ],
)
def test_one_gradient_whose_square_overflows_leaves_weights_finite(make):
    optimizer, weight = make(), lamina.Variable(np.ones(20, "float32"))
    for gradient in (1e20, 1.0, 1.0):
        optimizer.apply([np.full(20, gradient, "float32")], [weight])
    assert np.isfinite(weight.numpy()).all()


def test_nadam_resumes_with_the_same_bits(rng):
    x, y = rng.normal(size=(64, 3)).astype("f4"), rng.normal(size=(64, 1)).astype("f4")
    model = lamina.Sequential([lamina.Input((3,)), lamina.layers.Dense(1)])
    model.compile(optimizers.Nadam(0.05), "mse")
    model.fit(x, y, batch_size=16, verbose=0)
    again = lamina.models.load_model(model.save_to_bytes())
    for trained in (model, again):
        trained.fit(x, y, batch_size=16, epochs=3, initial_epoch=1, verbose=0)
    for expected, weight in zip(model.get_weights(), again.get_weights(), strict=True):
        assert np.array_equal(expected, weight)


def test_what_programs_for_other_libraries_do_is_answered():
    w = Variable([1.0])
    optimizer = lamina.optimizers.SGD(0.1)
    answers = {"lr": "learning_rate", "minimize": "step", "nonsense": "no attribute"}
    for name, answer in answers.items():
        with pytest.raises(AttributeError, match=answer):
            getattr(optimizer, name)
    with pytest.raises(ValueError, match=r"list of variables.*weights are given to step"):
        lamina.optimizers.SGD([w])
    with pytest.raises(TypeError, match=r"step takes Variables, got Tensor.*lamina\.Variable"):
        optimizer.step([lamina.Tensor([1.0], requires_grad=True)])
