"""Optimizers and schedules of a user's own, settings made later, and state that comes back."""

import copy
import pickle

import numpy as np
import pytest

import lamina
from lamina import Variable, ops, optimizers
from lamina.optimizers import schedules
from lamina.saving import load_model, register_serializable


@register_serializable(package="test_optimizer_own")
class Heavy(optimizers.Optimizer):
    """As Keras's documentation writes one."""

    def __init__(self, learning_rate=0.1, momentum=0.5, **kwargs):
        super().__init__(learning_rate, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.speeds = self.add_optimizer_variables(variables, "speed")
        self.count = self.add_variable((), dtype="int64", name="count")

    def update_step(self, gradient, variable, learning_rate):
        rate = ops.cast(learning_rate, variable.dtype)
        speed = self.speeds[self._get_variable_index(variable)]
        self.assign(speed, speed * self.momentum - gradient * rate)
        self.assign_add(variable, speed)
        self.assign_add(self.count, 1)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}


@register_serializable(package="test_optimizer_own")
class Falling(schedules.LearningRateSchedule):
    def __init__(self, first):
        self.first = first

    def __call__(self, step):
        return self.first / (ops.cast(step, "float32") + 1.0)

    def get_config(self):
        return {"first": self.first}


def new_model(optimizer):
    lamina.utils.set_random_seed(3)
    model = lamina.Sequential(
        [lamina.Input((4,)), lamina.Dense(5, activation="tanh"), lamina.Dense(2)]
    )
    model.compile(optimizer, "mse")
    return model


EVERY = {
    "use_ema": True,
    "ema_momentum": 0.8,
    "ema_overwrite_frequency": 2,
    "gradient_accumulation_steps": 2,
    "loss_scale_factor": 4.0,
    "weight_decay": 0.01,
    "global_clipnorm": 1.0,
}
BUILTIN = [
    optimizers.SGD, optimizers.Adam, optimizers.AdamW, optimizers.Nadam, optimizers.Adamax,
    optimizers.Adagrad, optimizers.Adadelta, optimizers.RMSprop, optimizers.Ftrl, optimizers.Lion,
    optimizers.Adafactor, optimizers.Lamb, optimizers.Muon, optimizers.ScheduleFreeAdamW, Heavy,
]  # fmt: skip
MAKERS = {cls.__name__: lambda cls=cls: cls(0.05) for cls in BUILTIN}
MAKERS |= {
    f"{cls.__name__} with all": lambda cls=cls: cls(schedules.CosineDecay(0.05, 9), **EVERY)
    for cls in BUILTIN
}
MAKERS |= {
    "own schedule": lambda: optimizers.Adam(Falling(0.1)),
    "loss scale": lambda: optimizers.LossScaleOptimizer(
        optimizers.Adam(0.05), dynamic_growth_steps=2
    ),
    "multi": lambda: optimizers.MultiOptimizer(
        optimizers.OptimizerMap(optimizers.Adam(0.05), {".*/bias": optimizers.SGD(0.1, 0.9)})
    ),
}


@pytest.mark.parametrize("name", MAKERS)
def test_resumed_halves_equal_the_whole(name, rng):
    x, y = rng.normal(size=(7, 8, 4)).astype("f4"), rng.normal(size=(7, 8, 2)).astype("f4")
    model = new_model(MAKERS[name]())
    for i in range(3):
        model.train_on_batch(x[i], y[i])
    again = load_model(model.save_to_bytes())
    for trained in (model, again):
        for i in range(3, 7):
            trained.train_on_batch(x[i], y[i])
    for expected, weight in zip(model.get_weights(), again.get_weights(), strict=True):
        assert np.array_equal(expected, weight)
    ours, theirs = model.optimizer.variables, again.optimizer.variables
    for a, b in zip(ours, theirs, strict=True):
        assert (a.path, a.numpy().tolist()) == (b.path, b.numpy().tolist())


def test_variables_are_all_of_the_state():
    # Set to what another optimizer holds, a new one goes on as that one does.
    a, b = Variable([1.0], name="a"), Variable([1.0], name="a")
    first, second = optimizers.Adam(0.1), optimizers.Adam(0.1)
    for gradient in (1.0, -3.0, 2.0):
        first.apply([[gradient]], [a])
    second.build([b])
    second.set_weights([variable.numpy() for variable in first.variables])
    b.assign(a)
    for optimizer, weight in ((first, a), (second, b)):
        optimizer.apply([[0.5]], [weight])
    assert a.numpy() == b.numpy()


def test_what_does_not_decay_comes_back(rng):
    x, y = rng.normal(size=(8, 4)).astype("f4"), rng.normal(size=(8, 2)).astype("f4")
    optimizer = optimizers.SGD(0.1, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    model = new_model(optimizer)
    model.train_on_batch(x, y)
    again = load_model(model.save_to_bytes())
    for trained in (model, again):
        trained.train_on_batch(x, y)
    for expected, weight in zip(model.get_weights(), again.get_weights(), strict=True):
        assert np.array_equal(expected, weight)
    with pytest.raises(ValueError, match="before build"):
        optimizer.exclude_from_weight_decay(var_names=["kernel"])


def test_fit_ends_with_the_means_of_weights():
    model = lamina.Sequential([lamina.Input((1,)), lamina.Dense(1, use_bias=False)])
    model.set_weights([[[1.0]]])
    model.compile(optimizers.SGD(0.25, use_ema=True, ema_momentum=0.5), "mse")
    # The gradient of (w - 0)^2 is 2 w: the weight halves, 0.5 and 0.25; its mean 0.5, 0.375.
    model.fit(np.ones((2, 1)), np.zeros((2, 1)), batch_size=1, verbose=0)
    assert model.get_weights()[0].item() == 0.375


def test_an_optimizer_as_keras_writes_it():
    w = Variable([1.0, 2.0], name="w")
    optimizer = Heavy(0.5)
    for _ in range(2):
        optimizer.apply([[1.0, 0.0]], [w])
    # speed: -0.5, then -0.25 - 0.5
    np.testing.assert_allclose(w.numpy(), [1 - 0.5 - 0.75, 2])
    assert int(optimizer.count) == int(optimizer.iterations) == 2
    assert [v.name for v in optimizer.variables] == ["iteration", "learning_rate", "speed", "count"]
    with pytest.raises(ValueError, match="Heavy was built for other variables"):
        optimizer.apply([[1.0]], [Variable([1.0])])


def test_an_apply_of_ones_own_is_called_by_fit():
    class Signs(optimizers.Optimizer):
        def apply(self, grads, trainable_variables=None):
            super().apply([ops.sign(g) for g in grads], trainable_variables)

        def update_step(self, gradient, variable, learning_rate):
            variable.assign_sub(gradient * learning_rate)

    model = lamina.Sequential([lamina.Input((1,)), lamina.Dense(1, kernel_initializer="ones")])
    model.compile(Signs(0.25), "mse")
    model.fit(np.ones((4, 1)), 9 * np.ones((4, 1)), batch_size=2, verbose=0)
    np.testing.assert_allclose([w.item() for w in model.get_weights()], [1.5, 0.5])


def test_stateless_apply_leaves_everything_as_it_was():
    w = Variable([1.0])
    optimizer = optimizers.SGD(0.5, momentum=0.5)
    optimizer.build([w])
    own = [variable.numpy() for variable in optimizer.variables]
    weights, state = optimizer.stateless_apply(own, [[2.0]], [[3.0]])
    assert weights[0].numpy() == [2.0]
    assert int(state[0]) == 1
    assert w.numpy() == [1.0]
    assert int(optimizer.iterations) == 0


def test_options_that_are_set_later_take_effect():
    w = Variable([3.0, 4.0])
    optimizer = optimizers.SGD(0.1)
    optimizer.clipnorm = 1.0
    optimizer.apply([[3.0, 4.0]], [w])
    np.testing.assert_allclose(w.numpy(), [2.94, 3.92], rtol=1e-6)
    assert optimizer.get_config()["clipnorm"] == optimizer.clipnorm == 1.0
    with pytest.raises(ValueError, match="one of clipnorm"):
        optimizer.clipvalue = 1.0
    with pytest.raises(RuntimeError, match="keeps other state"):
        optimizer.momentum = 0.9
    assert optimizer.momentum == 0


def test_the_learning_rate_is_a_variable():
    optimizer = optimizers.Adam(0.001)
    assert optimizer.get_config()["learning_rate"] == 0.001
    optimizer.learning_rate.assign(0.5)
    assert float(optimizer.learning_rate) == 0.5
    assert optimizer.get_config()["learning_rate"] == 0.5
    asked = iter([0.5, 0.25])
    w, optimizer = Variable([1.0]), optimizers.SGD(lambda: next(asked))
    for expected in (0.5, 0.25):
        optimizer.apply([[1.0]], [w])
        assert w.numpy() == [expected]
    with pytest.raises(TypeError, match="schedule"):
        optimizers.SGD(schedules.CosineDecay(0.1, 10)).learning_rate = 0.5


def test_a_weight_that_joins_takes_its_own_first_step():
    a, b = Variable([1.0], name="a"), Variable([1.0], name="b")
    optimizer = optimizers.Adam(0.01)
    for _ in range(50):
        optimizer.apply([[1.0]], [a])
    optimizer.apply([[1.0], [1.0]], [a, b])
    np.testing.assert_allclose(b.numpy(), [0.99], rtol=1e-6)


def test_finding_a_learning_rate_leaves_the_model_as_it_was(rng):
    x, y = rng.normal(size=(64, 4)).astype("f4"), rng.normal(size=(64, 2)).astype("f4")
    plain, probed = new_model(optimizers.Adam(0.001)), new_model(optimizers.Adam(0.001))
    for model in (plain, probed):
        model.train_on_batch(x, y)
    found = optimizers.find_learning_rate(probed, x, y, steps=40)
    assert len(found.learning_rates) == len(found.losses) == len(found.smoothed)
    assert found.learning_rates[0] == 1e-6
    assert 1e-6 < found.suggestion < 10
    for model in (plain, probed):
        model.train_on_batch(x, y)
    for expected, weight in zip(plain.get_weights(), probed.get_weights(), strict=True):
        assert np.array_equal(expected, weight)
    figure = pytest.importorskip("matplotlib.figure").Figure()
    assert len(found.plot(figure.subplots()).lines) == 2


@pytest.mark.parametrize("cls", BUILTIN)
def test_copies_and_configurations(cls):
    optimizer = cls(schedules.ExponentialDecay(0.1, 10, 0.5), clipnorm=1.0, name="mine")
    copies = [
        copy.deepcopy(optimizer),
        pickle.loads(pickle.dumps(optimizer)),
        optimizers.get(optimizers.serialize(optimizer)),
        cls.from_config(optimizer.get_config()),
    ]
    for each in copies:
        assert type(each) is cls
        assert each.get_config() == optimizer.get_config()


def test_get():
    assert isinstance(optimizers.get("AdamW"), optimizers.AdamW)
    assert isinstance(optimizers.get("rmsprop"), optimizers.RMSprop)
    assert optimizers.get(None) is None
    with pytest.raises(ValueError, match="unknown optimizer 'adm'"):
        optimizers.get("adm")
