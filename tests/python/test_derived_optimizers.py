"""Optimizers derived from lamina's own: what they override is called, with Keras's numbers."""

import copy

import numpy as np
import pytest
from derived_classes import classes_of, normal, optimizer_cases, signed, trained
from derived_golden import golden, golden_names, model_of, numbered

import lamina
from lamina import layers, ops, optimizers
from lamina.saving import load_model


@pytest.mark.parametrize("name", golden_names("course"))
def test_golden(name):
    expected = golden(name)
    optimizer = optimizer_cases(lamina)[name]
    _, course, _, after = trained(lamina, optimizer, numbered(expected, "before"))
    np.testing.assert_allclose(course, expected["course"], rtol=2e-5)
    for ours, theirs in zip(after, numbered(expected, "after"), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=2e-6)


def steps_of(optimizer, calls=None):
    model = model_of(layers.Dense(3), layers.Dense(2), optimizer=optimizer)
    model.fit(normal(1, 24, 4), normal(2, 24, 2), batch_size=8, verbose=0)
    return model


def test_each_hook_is_called_once_a_step():
    calls = []

    class Noting(optimizers.Adam):
        def build(self, variables):
            calls.append("build")
            super().build(variables)

        def step(self, variables=None):
            calls.append("step")
            super().step(variables)

        def apply_gradients(self, grads_and_vars):
            calls.append("apply_gradients")
            return super().apply_gradients(grads_and_vars)

        def apply(self, grads, trainable_variables=None):
            calls.append("apply")
            super().apply(grads, trainable_variables)

        def update_step(self, gradient, variable, learning_rate):
            calls.append("update_step")
            super().update_step(gradient, variable, learning_rate)

    optimizer = Noting(0.01)
    model = steps_of(optimizer)
    one = ["step", "apply_gradients", "apply", *["update_step"] * 4]
    assert [each for each in calls if each != "build"] == one * 3
    assert calls.count("build") == 1
    assert int(optimizer.iterations) == 3
    plain = steps_of(optimizers.Adam(0.01))
    plain_again = [np.asarray(w) for w in plain.get_weights()]
    assert len(plain_again) == len(model.get_weights())


@pytest.mark.parametrize(
    "cls",
    [
        c
        for c in vars(optimizers).values()
        if isinstance(c, type)
        and issubclass(c, optimizers.Adam.__mro__[1])
        and c.__module__ != "lamina.optimizers.optimizer"
        and c.__name__ not in ("MultiOptimizer", "LossScaleOptimizer")
    ],
)
def test_an_override_that_hands_on_changes_nothing(cls):
    class Applying(cls):
        def apply(self, grads, trainable_variables=None):
            super().apply(grads, trainable_variables)

    class Updating(cls):
        def update_step(self, gradient, variable, learning_rate):
            super().update_step(gradient, variable, learning_rate)

    for options in (
        {},
        {"weight_decay": 0.1, "clipnorm": 0.1},
        {"global_clipnorm": 0.1, "use_ema": True, "ema_overwrite_frequency": 2},
        {"clipvalue": 0.01, "gradient_accumulation_steps": 2},
        {"loss_scale_factor": 8.0},
    ):
        results = []
        for each in (cls, Applying, Updating):
            lamina.utils.set_random_seed(3)
            results.append(steps_of(each(learning_rate=0.01, **options)))
        expected, applied, updated = (model.get_weights() for model in results)
        assert all(np.array_equal(a, b) for a, b in zip(applied, expected, strict=True))
        for one, other in zip(updated, expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-6)
        names = [[v.path for v in model.optimizer.variables] for model in results]
        assert names[0] == names[1] == names[2]


def test_optimizers_in_files_go_on(tmp_path):
    x, y = normal(1, 24, 4), normal(2, 24, 2)
    for name in ("centralized_all", "averaged", "signed_adam", "signed_nadam"):
        optimizer = optimizer_cases(lamina)[name]
        cls = type(optimizer)
        known = {**vars(classes_of(lamina)), cls.__name__: cls}
        model = model_of(layers.Dense(2), optimizer=optimizer)
        model.fit(x, y, verbose=0)
        model.save(tmp_path / "m.lamina")
        loaded = load_model(tmp_path / "m.lamina", custom_objects=known)
        assert type(loaded.optimizer) is cls
        assert loaded.optimizer.get_config() == optimizer.get_config()
        assert model.fit(x, y, verbose=0).history == loaded.fit(x, y, verbose=0).history
        assert type(copy.deepcopy(optimizer)) is cls


def test_options_of_a_derived_optimizer():
    optimizer = signed(lamina, optimizers.Adam)(0.01, beta_1=0.5, clipvalue=0.2)
    assert (optimizer.beta_1, optimizer.clipvalue, optimizer.name) == (0.5, 0.2, "adam")
    optimizer.learning_rate = 0.5
    assert optimizer.get_config()["learning_rate"] == 0.5
    optimizer.beta_1 = 0.25
    assert optimizer.get_config()["beta_1"] == 0.25
    assert not optimizer.built
    with pytest.raises(ValueError, match="beta_1"):
        optimizer.beta_1 = 3.0
    steps_of(optimizer)
    assert optimizer.built
    with pytest.raises(RuntimeError, match="other state"):
        optimizer.amsgrad = True
    assert optimizer.amsgrad is False


def test_by_hand():
    class Tenfold(optimizers.SGD):
        def update_step(self, gradient, variable, learning_rate):
            super().update_step(gradient * 10, variable, learning_rate)

    w = lamina.Variable([1.0], name="w")
    optimizer = Tenfold(0.5)
    optimizer.apply([[0.1]], [w])
    assert w.numpy() == pytest.approx(0.5)
    (w * 0.1).backward()
    optimizer.step([w])
    assert w.numpy() == pytest.approx(0.0, abs=1e-6)
    optimizer.zero_grad()
    with pytest.raises(TypeError, match="call apply"):
        optimizers.SGD(0.5).update_step(ops.ones((1,)), w, 0.5)


def test_one_of_ones_own_is_called_for_pairs_and_steps():
    calls = []

    class Own(optimizers.Optimizer):
        def step(self, variables=None):
            calls.append("step")
            super().step(variables)

        def apply_gradients(self, grads_and_vars):
            calls.append("pairs")
            super().apply_gradients([(2 * g, v) for g, v in grads_and_vars])

        def update_step(self, gradient, variable, learning_rate):
            self.assign_sub(variable, gradient * learning_rate)

    w = lamina.Variable([1.0], name="w")
    (w * 3.0).backward()
    optimizer = Own(0.5)
    optimizer.build([w])
    optimizer.step()
    assert w.numpy() == pytest.approx(-2.0)
    assert calls == ["step", "pairs"]
    steps_of(Own(0.01))
    assert calls[2:] == ["step", "pairs"] * 3


def test_a_train_step_applies_by_the_override():
    class Model(lamina.Sequential):
        def train_step(self, data):
            x, y = data
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
            loss.backward()
            gradients = [variable.grad for variable in self.trainable_variables]
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            return {"loss": loss}

    calls = []

    class Noting(optimizers.Adam):
        def apply(self, grads, trainable_variables=None):
            calls.append(len(grads))
            super().apply(grads, trainable_variables)

    model = Model([lamina.Input((4,)), layers.Dense(2)])
    model.compile(Noting(0.1), "mse")
    before = model.get_weights()
    model.fit(normal(1, 8, 4), normal(2, 8, 2), batch_size=4, verbose=0)
    assert calls == [2, 2]
    assert not np.array_equal(before[0], model.get_weights()[0])


def test_within_a_loss_scale_optimizer():
    calls = []

    class Noting(optimizers.SGD):
        def apply(self, grads, trainable_variables=None):
            calls.append(len(grads))
            super().apply(grads, trainable_variables)

    steps_of(optimizers.LossScaleOptimizer(Noting(0.01), initial_scale=4.0))
    assert calls == [4, 4, 4]
