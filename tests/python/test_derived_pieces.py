"""Losses, metrics and callbacks derived from lamina's own: what they override is called."""

import numpy as np
import pytest
from derived_classes import normal
from derived_golden import model_of

from lamina import (
    callbacks,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    optimizers,
    regularizers,
)
from lamina.optimizers import schedules
from lamina.saving import load_model


def test_losses_and_metrics_are_called_by_fit(tmp_path):
    calls = []

    class Noting(losses.MeanSquaredError):
        def call(self, y_true, y_pred):
            calls.append("call")
            return super().call(y_true, y_pred) * 2

    class Kept(metrics.MeanSquaredError):
        def update_state(self, y_true, y_pred, sample_weight=None):
            calls.append("update_state")
            super().update_state(y_true, y_pred, sample_weight)

        def result(self):
            return super().result() + 1.0

        def reset_state(self):
            calls.append("reset_state")
            super().reset_state()

    model = model_of(layers.Dense(2), loss=Noting(), metrics=[Kept(name="kept")])
    x, y = normal(1, 16, 4), normal(2, 16, 2)
    logs = model.evaluate(x, y, batch_size=8, return_dict=True, verbose=0)
    assert logs["loss"] == pytest.approx(2 * (logs["kept"] - 1.0))
    assert calls.count("call") == calls.count("update_state") == 2
    assert "reset_state" in calls
    model.save(tmp_path / "m.lamina")
    known = {"Noting": Noting, "Kept": Kept}
    loaded = load_model(tmp_path / "m.lamina", custom_objects=known)
    assert loaded.evaluate(x, y, batch_size=8, return_dict=True, verbose=0) == logs


def test_options_of_their_own_are_in_files(tmp_path):
    """Classes that override nothing but ``get_config``."""

    def with_option(base, **given):
        class Own(base):
            def __init__(self, extra=1.0, **kwargs):
                super().__init__(**{**given, **kwargs})
                self.extra = extra

            def get_config(self):
                return {**super().get_config(), "extra": self.extra}

        Own.__name__ = f"Own{base.__name__}"
        return Own

    made = {
        "layer": with_option(layers.Dense, units=2),
        "loss": with_option(losses.Huber),
        "metric": with_option(metrics.MeanAbsoluteError),
        "optimizer": with_option(optimizers.SGD),
        "schedule": with_option(
            schedules.ExponentialDecay, initial_learning_rate=0.1, decay_steps=2, decay_rate=0.5
        ),
        "initializer": with_option(initializers.HeNormal),
        "regularizer": with_option(regularizers.L2),
        "constraint": with_option(constraints.MaxNorm),
    }
    layer = made["layer"](
        2.0,
        kernel_initializer=made["initializer"](3.0),
        kernel_regularizer=made["regularizer"](4.0),
        kernel_constraint=made["constraint"](5.0),
    )
    optimizer = made["optimizer"](6.0, learning_rate=made["schedule"](7.0))
    model = model_of(
        layer, optimizer=optimizer, loss=made["loss"](8.0), metrics=[made["metric"](9.0)]
    )
    x, y = normal(1, 8, 4), normal(2, 8, 2)
    model.fit(x, y, verbose=0)
    model.save(tmp_path / "m.lamina")
    known = {cls.__name__: cls for cls in made.values()}
    loaded = load_model(tmp_path / "m.lamina", custom_objects=known)
    layer = loaded.layers[0]
    found = [
        layer,
        layer.kernel_initializer,
        layer.kernel_regularizer,
        layer.kernel_constraint,
        loaded.optimizer,
        loaded.loss,
        loaded.metrics[-1],
    ]
    assert [each.extra for each in found] == [2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 9.0]
    assert model.fit(x, y, verbose=0).history == loaded.fit(x, y, verbose=0).history


def test_callbacks_are_called():
    calls = []

    class Summed(callbacks.EarlyStopping):
        def get_monitor_value(self, logs):
            calls.append("value")
            return len(calls)

    class Batches(callbacks.TerminateOnNaN):
        def on_batch_end(self, batch, logs=None):
            calls.append("batch")
            super().on_batch_end(batch, logs)

    model = model_of(layers.Dense(2))
    x, y = normal(1, 8, 4), normal(2, 8, 2)
    stop = Summed("sum", mode="min", patience=1)
    model.fit(x, y, epochs=9, verbose=0, callbacks=[stop])
    assert calls == ["value"] * 2
    assert (stop.best, stop.stopped_epoch) == (1.0, 1)
    model.fit(x, y, batch_size=4, verbose=0, callbacks=[Batches()])
    assert calls[2:] == ["batch"] * 2
    y[0] = np.nan
    history = model.fit(x, y, epochs=3, batch_size=4, verbose=0, callbacks=[Batches()]).history
    assert len(history["loss"]) <= 1
    with pytest.raises(TypeError, match="_save_model"):

        class Saving(callbacks.ModelCheckpoint):
            def _save_model(self, epoch, batch, logs):
                return None
