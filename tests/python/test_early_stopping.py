"""EarlyStopping. The facts were worked by hand from Keras 3.15's ``early_stopping.py``."""

import gc
import inspect
import warnings

import numpy as np
import pytest

import lamina
from lamina import Dense, Input, Sequential
from lamina.callbacks import EarlyStopping

X = np.array([[1.0], [2.0]])


def one_weight(metrics=None):
    model = Sequential([Input((1,)), Dense(1, use_bias=False)])
    model.compile(lamina.optimizers.SGD(0.0), "mse", metrics=metrics)
    return model


def run(stop, values):
    """A run whose epochs give these values and leave weights of 0, 1, 2 ...; gives the last."""
    model = one_weight()
    stop.set_model(model)
    stop.on_train_begin()
    for epoch, value in enumerate(values):
        model.set_weights([np.full((1, 1), epoch)])
        stop.on_epoch_end(epoch, {stop.monitor: value})
        if model.stop_training:
            break
    stop.on_train_end()
    return model.get_weights()[0].item()


def test_arguments_are_those_of_keras():
    parameters = inspect.signature(EarlyStopping).parameters.values()
    assert {parameter.name: parameter.default for parameter in parameters} == {
        "monitor": "val_loss",
        "min_delta": 0,
        "patience": 0,
        "verbose": 0,
        "mode": "auto",
        "baseline": None,
        "restore_best_weights": False,
        "start_from_epoch": 0,
    }
    assert [parameter.name for parameter in parameters][:3] == ["monitor", "min_delta", "patience"]
    stop = EarlyStopping("loss", -1, np.int64(2), True, "max", 3, 1, 4)
    options = ("monitor", "min_delta", "patience", "verbose", "mode", "baseline")
    assert [getattr(stop, name) for name in options] == ["loss", 1, 2, 1, "max", 3]
    assert stop.restore_best_weights is True
    assert stop.start_from_epoch == 4
    with pytest.raises(AttributeError):
        stop.patience = 5


@pytest.mark.parametrize(
    ("options", "values", "stopped_epoch", "best_epoch"),
    [
        ({}, [3, 2, 2, 1], 2, 1),
        ({"patience": 1}, [3, 2, 2, 1], 2, 1),
        ({"patience": 2}, [3, 2, 2, 2, 1], 3, 1),
        ({"patience": 3}, [3, 2, 2, 2.5, 1], 0, 4),
        ({"min_delta": 0.5, "patience": 2}, [3, 2.625, 2.25, 1.75, 2, 2], 4, 2),
        ({"min_delta": -0.5, "patience": 2}, [3, 2.625, 2.25, 1.75, 2, 2], 4, 2),
        ({"mode": "max"}, [1, 2, 2, 3], 2, 1),
        ({"monitor": "val_accuracy"}, [1, 2, 2, 3], 2, 1),
        ({"baseline": 1.0, "patience": 2}, [3, 4, 5], 1, 0),
        ({"baseline": 1.0, "patience": 2}, [5, 4, 3, 2, 2, 0], 4, 3),
        ({"baseline": 1.0, "patience": 2}, [3, 0.5, 2, 2, 2], 3, 1),
        ({"start_from_epoch": 2}, [1, 2, 3, 4, 5], 3, 2),
        ({"patience": 2}, [3, np.nan, np.nan, 1], 2, 0),
    ],
)
def test_when_it_stops(options, values, stopped_epoch, best_epoch):
    stop = EarlyStopping(restore_best_weights=True, **options)
    assert stop.best is None
    assert run(stop, values) == best_epoch
    assert (stop.stopped_epoch, stop.best_epoch) == (stopped_epoch, best_epoch)
    assert stop.best == values[best_epoch]
    assert stop.best_weights[0].item() == best_epoch


def test_without_restoring_the_last_weights_stay():
    stop = EarlyStopping(patience=1)
    assert run(stop, [3, 1, 2, 2]) == 2
    assert stop.best_weights is None
    assert stop.wait == 1


def test_fit_stops_and_a_second_run_begins_anew():
    model, stop = one_weight(), EarlyStopping("loss", patience=3)
    for _ in range(2):
        history = model.fit(X, X, epochs=100, callbacks=[stop], verbose=0)
        assert history.epoch == [0, 1, 2, 3]
        assert stop.model is model
        assert stop.params["epochs"] == 100
    assert (stop.stopped_epoch, stop.best_epoch, stop.wait) == (3, 0, 3)


def test_fit_restores_the_best_weights():
    # The slope 1 is right for the data to validate with; training drives it on towards 2.
    model = Sequential([Input((1,)), Dense(1, use_bias=False, kernel_initializer="zeros")])
    model.compile(lamina.optimizers.SGD(0.05), "mse")
    stop = EarlyStopping(patience=2, restore_best_weights=True)
    history = model.fit(
        X, 2 * X, epochs=50, validation_data=(X, X), callbacks=[stop], verbose=0
    ).history["val_loss"]
    assert stop.best == min(history) < history[-1]
    assert stop.best_epoch == int(np.argmin(history)) == len(history) - 3
    assert model.evaluate(X, X, verbose=0) == pytest.approx(stop.best)


def test_a_missing_value_is_warned_of_once():
    model, stop = one_weight(["accuracy"]), EarlyStopping()
    with pytest.warns(UserWarning, match=r"'val_loss'.*are loss, accuracy; pass val") as caught:
        assert len(model.fit(X, X, epochs=3, callbacks=[stop], verbose=0).epoch) == 3
    assert [warning.filename for warning in caught] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="val_loss"):
            model.fit(X, X, callbacks=[stop], verbose=0)
    model.fit(X, X, verbose=0)


def test_it_says_what_it_did_when_asked(capsys):
    run(EarlyStopping(patience=1, verbose=1, restore_best_weights=True), [3, 1, 2])
    assert capsys.readouterr().out.splitlines() == [
        "Epoch 3: early stopping",
        "Restoring model weights from the end of the best epoch: 2.",
    ]


def test_the_direction_of_a_renamed_metric_is_its_class():
    model = one_weight([lamina.metrics.BinaryAccuracy("hits")])
    model.fit(X, X, callbacks=[EarlyStopping("hits")], verbose=0)
    with pytest.raises(ValueError, match=r"name 'gain'.*pass mode='max' or mode='min'"):
        model.fit(X, X, callbacks=[EarlyStopping("gain")], verbose=0)


def test_it_can_be_subclassed():
    class Counting(EarlyStopping):
        def __init__(self):
            super().__init__("loss", patience=2)
            self.seen = 0

        def on_epoch_end(self, epoch, logs=None):
            self.seen += 1
            super().on_epoch_end(epoch, logs)

    stop = Counting()
    assert len(one_weight().fit(X, X, epochs=9, callbacks=[stop], verbose=0).epoch) == 3
    assert stop.seen == 3


def test_hooks_without_a_model_are_refused():
    stop = EarlyStopping("loss", restore_best_weights=True)
    with pytest.raises(RuntimeError, match="has no model"):
        stop.on_epoch_end(0, {"loss": 1.0})
    one_weight().fit(X, X, callbacks=[stop], verbose=0)
    stop.set_model(None)
    gc.collect()
    with pytest.raises(RuntimeError, match="has no model"):
        stop.on_train_end()


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"mode": "best"}, ValueError, r"mode auto, min or max, got mode='best'"),
        ({"patience": -1}, ValueError, r"patience of at least 0, got patience=-1"),
        ({"patience": 2.5}, TypeError, r"EarlyStopping: option 'patience' must be an integer"),
        ({"start_from_epoch": -1}, ValueError, r"start_from_epoch"),
        ({"min_delta": np.inf}, ValueError, r"EarlyStopping: option 'min_delta' must be finite"),
        ({"baseline": "low"}, TypeError, r"'baseline' must be a number"),
        ({"monitor": None}, TypeError, r"'monitor' is None"),
    ],
)
def test_bad_options_are_refused_by_name(options, error, match):
    with pytest.raises(error, match=match):
        EarlyStopping(**options)
