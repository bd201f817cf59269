"""The built-in callbacks. What they should do was seen in Keras 3.15.1."""

import copy
import gc
import http.server
import json
import os
import pickle
import sys
import threading
import types
import weakref

import numpy as np
import pytest

import lamina
from lamina import Callback, Dense, Input, Sequential
from lamina.callbacks import (
    CallbackList,
    CSVLogger,
    EarlyStopping,
    History,
    LambdaCallback,
    LearningRateScheduler,
    ModelCheckpoint,
    OptunaPruning,
    ProgbarLogger,
    ReduceLROnPlateau,
    RemoteMonitor,
    SwapEMAWeights,
    TerminateOnNaN,
)

X = np.ones((6, 1), "float32")
NAN = float("nan")


def one_weight(rate=1.0, **options):
    model = Sequential([Input((1,)), Dense(1, use_bias=False, kernel_initializer="zeros")])
    model.compile(lamina.optimizers.SGD(rate), "mse", **options)
    return model


def epochs_of(callback, values, model=None):
    """Calls an epoch's hooks with each value; gives the logs."""
    callback.set_model(model or one_weight())
    callback.on_train_begin()
    seen = []
    for epoch, value in enumerate(values):
        callback.on_epoch_begin(epoch)
        seen.append({callback.monitor: value})
        callback.on_epoch_end(epoch, seen[-1])
    callback.on_train_end()
    return seen


# Logs, the history, and how callbacks are handed over.


class Write(Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs["mine"] = 2.0 * epoch
        logs["note"] = f"epoch {epoch}"
        logs["loss"] = 7.0


class Read(Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.seen = dict(logs)


def test_what_a_callback_writes_reaches_later_ones_and_the_history():
    before, after = Read(), Read()
    stop = EarlyStopping("mine", mode="max", patience=9)
    history = one_weight().fit(X, X, epochs=2, verbose=0, callbacks=[before, Write(), stop, after])
    notes = ["epoch 0", "epoch 1"]
    assert history.history == {"loss": [7.0, 7.0], "mine": [0.0, 2.0], "note": notes}
    assert after.seen == {"loss": 7.0, "mine": 2.0, "note": "epoch 1"}
    assert set(before.seen) == {"loss"}
    assert (stop.best, stop.best_epoch) == (2.0, 1)


def test_what_the_core_writes_reaches_python():
    after = Read()
    model = one_weight(0.5)
    history = model.fit(X, X, epochs=2, verbose=0, callbacks=[ReduceLROnPlateau("loss"), after])
    assert history.history["learning_rate"] == [0.5, 0.5]
    assert after.seen["learning_rate"] == 0.5


def test_what_is_taken_out_of_the_logs_is_gone():
    class Hide(Callback):
        def on_epoch_end(self, epoch, logs=None):
            del logs["loss"]

    after = Read()
    assert one_weight().fit(X, X, verbose=0, callbacks=[Hide(), after]).history == {}
    assert after.seen == {}


def test_callbacks_of_one_batch_share_its_logs():
    class Mark(Callback):
        def on_train_batch_end(self, batch, logs=None):
            logs["mark"] = batch

    class Look(Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(logs.get("mark"))

    seen = []
    one_weight().fit(X, X, batch_size=2, verbose=0, callbacks=[Look(), Mark(), Look()])
    assert seen == [None, 0, None, 1, None, 2]


def test_a_history_that_is_given_is_filled_and_returned():
    model, given = one_weight(), History()
    assert model.fit(X, X, epochs=2, verbose=0, callbacks=[given]) is given
    assert model.history is given
    assert given.epoch == [0, 1]
    model.fit(X, X, epochs=1, verbose=0, callbacks=[given])
    assert given.epoch == [0]
    assert len(given.history["loss"]) == 3  # as in Keras its courses go on


def test_a_history_of_ones_own_class():
    class Mine(History):
        def on_epoch_end(self, epoch, logs=None):
            super().on_epoch_end(epoch, {"doubled": 2 * logs["loss"]})

    assert one_weight(0.0).fit(X, X, verbose=0, callbacks=[Mine()]).history == {"doubled": [2.0]}


def test_the_history_is_there_within_callbacks_and_after_an_interrupt():
    class Interrupt(Callback):
        def on_epoch_end(self, epoch, logs=None):
            lengths.append(len(self.model.history.epoch))
            if epoch == 2:
                raise KeyboardInterrupt

    lengths, model = [], one_weight()
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, X, epochs=9, verbose=0, callbacks=[Interrupt()])
    assert lengths == [0, 1, 2]  # the history comes last
    assert model.history.epoch == [0, 1]


def test_hooks_assigned_to_an_object_are_called():
    callback, seen = Callback(), []
    callback.on_epoch_end = lambda epoch, logs: seen.append((epoch, list(logs)))
    callback.on_batch_begin = lambda batch, logs: seen.append(batch)
    one_weight().fit(X, X, batch_size=3, verbose=0, callbacks=[callback])
    assert seen == [0, 1, (0, ["loss"])]


def test_a_callback_without_init_works():
    class Bare(Callback):
        def __init__(self):
            pass

        def on_train_begin(self, logs=None):
            assert self.model is model
            assert self.params["epochs"] == 1

    bare, model = Bare(), one_weight()
    assert bare.model is None
    assert bare.params is None
    model.fit(X, X, verbose=0, callbacks=[bare])
    assert isinstance(Callback.model, property)


def test_callback_list():
    first, second = Read(), Read()
    model = one_weight()
    every = CallbackList([Write(), [first]], add_history=True, model=model, epochs=3, steps=1)
    every.append(second)
    assert first.model is model
    assert first.params == {"epochs": 3, "steps": 1}
    every.on_train_begin()
    every.on_epoch_end(1, {"loss": 1.0})
    every.on_train_end()
    assert first.seen == {"loss": 7.0, "mine": 2.0, "note": "epoch 1"}
    assert model.history.history["mine"] == [2.0]
    assert sum(isinstance(each, History) for each in every.callbacks) == 1
    assert any(isinstance(each, ProgbarLogger) for each in CallbackList(add_progbar=True).callbacks)


def test_fit_takes_a_callback_list():
    model, read, history = one_weight(), Read(), History()
    given = CallbackList([read, history])
    assert model.fit(X, X, verbose=0, callbacks=given) is history
    assert "loss" in read.seen


def test_callbacks_do_not_keep_a_model():
    model, stop = one_weight(), EarlyStopping("loss")
    model.fit(X, X, verbose=0, callbacks=[stop, ReduceLROnPlateau("loss"), History()])
    gone = weakref.ref(model)
    del model, stop
    gc.collect()
    assert gone() is None


# LambdaCallback.


def test_lambda_callback():
    seen = []
    callback = LambdaCallback(
        on_epoch_begin=lambda epoch, logs: seen.append(("begin", epoch)),
        on_train_end=lambda logs: seen.append(sorted(logs)),
        on_test_end=lambda logs: seen.append("tested"),
        on_batch_end=lambda batch, logs: seen.append(batch),
    )
    one_weight().fit(X, X, batch_size=3, validation_data=(X, X), verbose=0, callbacks=[callback])
    assert seen == [("begin", 0), 0, 1, "tested", ["loss", "val_loss"]]
    with pytest.raises(TypeError, match="on_epoch_finish, expected hooks"):
        LambdaCallback(on_epoch_finish=print)


# ReduceLROnPlateau and LearningRateScheduler.


@pytest.mark.parametrize(
    ("values", "options", "rates", "state"),
    [
        ([3, 2, 2, 2, 1, 1, 1], {"patience": 2}, [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25], (0, 0, 1)),
        (
            [3, 2, 2, 2, 2, 2, 2, 2],
            {"patience": 1, "cooldown": 2},
            [1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125],
            (0, 1, 2),
        ),
        (
            [3, 2.9, 2.8, 2.7],
            {"patience": 1, "min_delta": -0.5},
            [1, 1, 0.5, 0.25, 0.125],
            (0, 0, 3),
        ),
        ([1] * 5, {"patience": 1, "min_lr": 0.3}, [1, 1, 0.5, 0.3, 0.3, 0.3], (2, 0, 1)),
        (
            [1, 2, 2, 3, 3, 3],
            {"factor": 0.25, "patience": 1, "mode": "max"},
            [1, 1, 1, 0.25, 0.25, 0.0625, 0.015625],
            (0, 0, 3),
        ),
        ([3, NAN, NAN, 1], {"patience": 1}, [1, 1, 0.5, 0.25, 0.25], (0, 0, 1)),
        ([1, 1, 1], {"patience": 0}, [1, 1, 0.5, 0.25], (0, 0, 1)),
    ],
)
def test_reduce_lr_on_plateau(values, options, rates, state):
    model = one_weight()
    callback = ReduceLROnPlateau(**{"factor": 0.5, **options})
    seen = [logs["learning_rate"] for logs in epochs_of(callback, values, model)]
    assert [*seen, float(model.optimizer.learning_rate)] == pytest.approx(rates)
    assert (callback.wait, callback.cooldown_counter, callback.best) == state
    assert callback.in_cooldown() == (state[1] > 0)


def test_reduce_lr_on_plateau_says_what_it_does(capsys):
    epochs_of(ReduceLROnPlateau(patience=1, verbose=1), [1, 1])
    assert capsys.readouterr().out == (
        "Epoch 2: ReduceLROnPlateau reducing learning rate to 0.1.\n"
    )


def test_reduce_lr_on_plateau_warns_once_of_a_missing_value():
    with pytest.warns(UserWarning, match=r"'val_loss'.*so the learning rate stays") as caught:
        one_weight().fit(X, X, epochs=3, verbose=0, callbacks=[ReduceLROnPlateau()])
    assert len(caught) == 1


@pytest.mark.parametrize(
    "options", [{"factor": 1.0}, {"factor": 0}, {"patience": -1}, {"mode": "best"}, {"min_lr": -1}]
)
def test_reduce_lr_on_plateau_refuses_bad_options(options):
    with pytest.raises(ValueError, match=f"ReduceLROnPlateau.*{next(iter(options))}"):
        ReduceLROnPlateau(**options)
    with pytest.raises(TypeError, match="epsilon"):
        ReduceLROnPlateau(epsilon=1)


def test_learning_rate_scheduler(capsys):
    model = one_weight(0.5)
    callback = LearningRateScheduler(lambda epoch, rate: rate * 0.5 if epoch else rate, verbose=1)
    history = model.fit(X, X, epochs=3, verbose=0, callbacks=[callback])
    assert history.history["learning_rate"] == [0.5, 0.25, 0.125]
    assert capsys.readouterr().out.splitlines()[1] == (
        "Epoch 2: LearningRateScheduler setting learning rate to 0.25."
    )
    of_epoch = LearningRateScheduler(lambda epoch: 1 / (1 + epoch))
    history = model.fit(X, X, epochs=2, verbose=0, callbacks=[of_epoch])
    assert history.history["learning_rate"] == [1.0, 0.5]
    with pytest.raises(ValueError, match="gave 'fast' for epoch 0, expected a float"):
        model.fit(X, X, verbose=0, callbacks=[LearningRateScheduler(lambda e, r: "fast")])


# ModelCheckpoint.


@pytest.mark.parametrize(
    ("values", "options", "saved", "best"),
    [
        ([3, 2, 2, 1, 4], {"save_best_only": True}, "124", 1),
        ([3, 2, 2, 1, 4], {"save_best_only": True, "initial_value_threshold": 2.5}, "24", 1),
        ([1, 2, 2, 1, 4], {"save_best_only": True, "mode": "max"}, "125", 4),
        ([3, 1], {}, "12", None),
    ],
)
def test_when_a_model_is_saved(tmp_path, values, options, saved, best):
    callback = ModelCheckpoint(tmp_path / "{epoch}.lamina", **options)
    epochs_of(callback, values)
    assert sorted(os.listdir(tmp_path)) == [f"{epoch}.lamina" for epoch in saved]
    assert callback.best == best


def test_names_of_files_hold_values(tmp_path):
    path = tmp_path / "deep" / "{epoch:03d}-{loss:.2f}-{val_loss:6.1e}-{{x}}.weights.lamina"
    model = one_weight(0.0)
    callback = ModelCheckpoint(path, save_weights_only=True)
    model.fit(X, 3 * X, epochs=2, validation_data=(X, X), verbose=0, callbacks=[callback])
    assert sorted(os.listdir(tmp_path / "deep")) == [
        "001-9.00-1.0e+00-{x}.weights.lamina",
        "002-9.00-1.0e+00-{x}.weights.lamina",
    ]
    model.load_weights(tmp_path / "deep" / "001-9.00-1.0e+00-{x}.weights.lamina")


@pytest.mark.parametrize("value", [0.5, 1e5, 12345.678, 1e-7, -2.5, 1e22, NAN, float("inf")])
@pytest.mark.parametrize(
    "spec", ["", ":.2f", ":08.3f", ":10.1e", ":g", ":.3g", ":.1%", ":012", ":.0f"]
)
def test_formats_are_those_of_python(tmp_path, spec, value):
    pattern = "[{loss" + spec + "}]"
    epochs_of(ModelCheckpoint(tmp_path / pattern, "loss"), [value])
    assert os.listdir(tmp_path) == [pattern.format(loss=value)]


@pytest.mark.parametrize("pattern", ["{loss:d}", "{loss:x}", "{loss:.2", "a}", "{gain}", "{}"])
def test_wrong_names_are_refused(tmp_path, pattern):
    callback = ModelCheckpoint(tmp_path / pattern)
    with pytest.raises(ValueError, match=r"ModelCheckpoint got (a|the) filepath"):
        one_weight().fit(X, X, verbose=0, callbacks=[callback])


def test_saving_after_so_many_batches(tmp_path):
    callback = ModelCheckpoint(tmp_path / "{epoch}-{batch}.lamina", save_freq=4)
    one_weight().fit(X, X, batch_size=2, epochs=4, verbose=0, callbacks=[callback])
    assert sorted(os.listdir(tmp_path)) == ["2-1.lamina", "3-2.lamina", "4-3.lamina"]
    assert callback.save_freq == 4


def test_batch_logs_are_read_where_a_model_is_saved(tmp_path):
    callback = ModelCheckpoint(tmp_path / "{batch}-{loss:.1f}.lamina", save_freq=2)
    one_weight(0.0).fit(X, 2 * X, batch_size=1, verbose=0, callbacks=[callback])
    assert sorted(os.listdir(tmp_path)) == ["2-4.0.lamina", "4-4.0.lamina", "6-4.0.lamina"]


def test_a_saved_model_goes_on(tmp_path):
    model = one_weight(0.1)
    callback = ModelCheckpoint(tmp_path / "best.lamina", "loss", save_best_only=True)
    model.fit(X, 2 * X, epochs=3, verbose=0, callbacks=[callback])
    loaded = lamina.saving.load_model(tmp_path / "best.lamina")
    assert loaded.optimizer.iterations == 3
    assert loaded.get_weights() == model.get_weights()


def test_model_checkpoint_says_what_it_does(tmp_path, capsys):
    path = tmp_path / "m.lamina"
    epochs_of(ModelCheckpoint(path, verbose=1, save_best_only=True), [1.5, 2])
    assert capsys.readouterr().out.splitlines() == [
        f"Epoch 1: val_loss improved from None to 1.50000, saving model to {path}",
        f"Epoch 1: finished saving model to {path}",
        "Epoch 2: val_loss did not improve from 1.50000",
    ]


@pytest.mark.parametrize("suffix", [".keras", ".weights.h5", ".h5", ".pt"])
def test_other_programs_suffixes_are_refused_at_once(suffix):
    with pytest.raises(ValueError, match=r"has the suffix of .* so call the file"):
        ModelCheckpoint("best" + suffix)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"save_freq": 0}, "save_freq=0, expected 'epoch' or a number of batches"),
        ({"save_freq": "batch"}, "save_freq='batch'"),
        ({"mode": "best"}, "mode"),
        ({"initial_value_threshold": NAN}, "initial_value_threshold"),
    ],
)
def test_model_checkpoint_refuses_bad_options(options, match):
    with pytest.raises(ValueError, match=match):
        ModelCheckpoint("m.lamina", **options)


def test_the_direction_must_be_known_before_an_epoch_is_spent(tmp_path):
    callback = ModelCheckpoint(tmp_path / "m", "val_gain", save_best_only=True)
    with pytest.raises(ValueError, match=r"ModelCheckpoint cannot tell.*'val_gain'"):
        one_weight().fit(X, X, verbose=0, callbacks=[callback])


# CSVLogger, TerminateOnNaN, RemoteMonitor, OptunaPruning, SwapEMAWeights.


def test_csv_logger(tmp_path):
    path, model = tmp_path / "log.csv", one_weight(0.0, metrics=["mae"])
    model.fit(X, 2 * X, epochs=2, verbose=0, callbacks=[CSVLogger(path, separator=";")])
    lines = ["epoch;loss;mae;val_loss;val_mae", "0;4.0;2.0;NA;NA", "1;4.0;2.0;NA;NA"]
    assert path.read_text().splitlines() == lines
    again = CSVLogger(path, ";", append=True)
    model.fit(X, X, epochs=1, validation_data=(X, X), verbose=0, callbacks=[again])
    assert path.read_text().splitlines() == [*lines, "0;1.0;1.0;1.0;1.0"]
    model.fit(X, X, verbose=0, callbacks=[Write(), CSVLogger(path)])
    assert path.read_text().splitlines()[1] == "0,7.0,1.0,0.0,epoch 0,NA,NA,NA,NA"
    with pytest.raises(RuntimeError, match="call on_train_begin first"):
        CSVLogger(path).on_epoch_end(0, {"loss": 1.0})


@pytest.mark.parametrize("bad", [NAN, np.inf])
def test_terminate_on_nan(bad, capsys):
    x = np.array([[1.0], [1.0], [bad], [1.0]])
    history = one_weight().fit(
        x, x, batch_size=1, epochs=5, shuffle=False, verbose=0, callbacks=[TerminateOnNaN()]
    )
    assert history.epoch == [0]
    assert capsys.readouterr().out == "Batch 2: Invalid loss, terminating training\n"
    with pytest.raises(RuntimeError, match="after batch 2 of the epoch"):
        one_weight().fit(
            x, x, batch_size=1, shuffle=False, verbose=0, callbacks=[TerminateOnNaN(True)]
        )
    assert not TerminateOnNaN().raise_error


@pytest.fixture
def server():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            got.append((self.path, self.headers["Content-Type"], self.headers.get("X-Key"), body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    got = []
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{made.server_port}", got
        made.shutdown()
        thread.join()


def test_remote_monitor(server):
    root, got = server
    model = one_weight(0.0)
    model.fit(X, X, verbose=0, callbacks=[RemoteMonitor(root, send_as_json=True, path="/a")])
    model.fit(X, X, verbose=0, callbacks=[RemoteMonitor(root, headers={"X-Key": "k"})])
    assert got[0] == ("/a", "application/json", None, '{"epoch": 0, "loss": 1.0}')
    path, kind, key, body = got[1]
    assert (path, kind, key) == ("/publish/epoch/end/", "application/x-www-form-urlencoded", "k")
    assert body == "data=%7B%22epoch%22%3A+0%2C+%22loss%22%3A+1.0%7D"
    assert json.loads(got[0][3])["loss"] == 1.0


def test_remote_monitor_warns_of_a_server_that_is_not_there():
    callback = RemoteMonitor("http://127.0.0.1:9")
    with pytest.warns(UserWarning, match=r"could not reach http://127.0.0.1:9"):
        callback.on_epoch_end(0, {"loss": np.float32(1)})
    with pytest.raises(ValueError, match="expected http:// or https://"):
        RemoteMonitor("file:///etc")


def test_optuna_pruning(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(ImportError, match="pip install optuna"):
        OptunaPruning(object())

    class TrialPruned(Exception):
        pass

    class Trial:
        def report(self, value, step):
            reported.append((step, value))

        def should_prune(self):
            return len(reported) == 2

    reported = []
    monkeypatch.setitem(sys.modules, "optuna", types.SimpleNamespace(TrialPruned=TrialPruned))
    with pytest.raises(TrialPruned):
        one_weight(0.0).fit(X, X, epochs=9, verbose=0, callbacks=[OptunaPruning(Trial(), "loss")])
    assert reported == [(0, 1.0), (1, 1.0)]
    with pytest.raises(KeyError, match="val_loss"):
        one_weight().fit(X, X, verbose=0, callbacks=[OptunaPruning(Trial())])


def test_swap_ema_weights_needs_means():
    with pytest.raises(ValueError, match="use_ema=True"):
        one_weight().evaluate(X, X, verbose=0, callbacks=[SwapEMAWeights()])


@pytest.mark.parametrize("swap_on_epoch", [False, True])
def test_swap_ema_weights(swap_on_epoch):
    model = Sequential([Input((1,)), Dense(1, use_bias=False, kernel_initializer="zeros")])
    model.compile(lamina.optimizers.SGD(0.25, use_ema=True, ema_momentum=0.5), "mse")
    shown = []

    class Look(Callback):
        def on_epoch_end(self, epoch, logs=None):
            shown.append(self.model.get_weights()[0].item())

        def on_train_batch_begin(self, batch, logs=None):
            trained.append(self.model.get_weights()[0].item())

    trained = []
    history = model.fit(
        X, X, epochs=3, verbose=0, validation_data=(X, X),
        callbacks=[SwapEMAWeights(swap_on_epoch), Look()],
    )  # fmt: skip
    # w: 0 -> 1/2 -> 3/4 -> 7/8, by half the way to 1. The mean begins with the first.
    weights, means = [0.5, 0.75, 0.875], []
    for weight in weights:
        means.append(0.5 * (means[-1] if means else weight) + 0.5 * weight)
    assert trained == [0, *weights[:2]]
    assert shown == (means if swap_on_epoch else weights)
    assert history.history["val_loss"] == pytest.approx([(1 - mean) ** 2 for mean in means])
    assert model.get_weights()[0].item() == means[-1]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c))])
def test_copies_begin_a_run_of_their_own(copied, tmp_path):
    model = Sequential([Input((2,)), Dense(1)])
    model.compile("sgd", "mse")
    for callback in (
        EarlyStopping("loss", patience=1, min_delta=1e9),
        lamina.callbacks.ReduceLROnPlateau("loss", patience=3),
        ModelCheckpoint(tmp_path / "model.lamina", monitor="loss"),
        lamina.callbacks.TerminateOnNaN(),
        lamina.callbacks.SwapEMAWeights(),
        lamina.callbacks.BackupAndRestore(tmp_path / "backup"),
    ):
        callback.note = [1]
        if isinstance(callback, EarlyStopping):
            model.fit(np.ones((4, 2)), np.ones(4), epochs=3, verbose=0, callbacks=[callback])
            assert callback.stopped_epoch == 1
        twin = copied(callback)
        assert type(twin) is type(callback)
        assert twin.note == [1]
        assert twin.model is None
    early = copied(EarlyStopping("loss", patience=7))
    assert (early.patience, early.monitor, early.wait) == (7, "loss", 0)


@pytest.mark.parametrize("method", ["save", "save_weights"])
def test_a_checkpoint_refuses_a_model_that_saves_itself(method, tmp_path):
    own = type("Own", (lamina.Model,), {method: lambda self, path: None})
    i = lamina.Input((2,))
    model = own(i, lamina.Dense(1)(i))
    model.compile("sgd", "mse")
    weights_only = method == "save_weights"
    for save_weights_only in (False, True):
        checkpoint = lamina.callbacks.ModelCheckpoint(
            tmp_path / "m.lamina", save_weights_only=save_weights_only
        )
        if save_weights_only == weights_only:
            with pytest.raises(TypeError, match=f"Own overrides {method}, which ModelCheckpoint"):
                model.fit(np.ones((2, 2)), np.ones(2), verbose=0, callbacks=[checkpoint])
        else:
            model.fit(np.ones((2, 2)), np.ones(2), verbose=0, callbacks=[checkpoint])
    assert (tmp_path / "m.lamina").exists()
