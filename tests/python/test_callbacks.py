import numpy as np
import pytest

import lamina
from lamina import Callback, Dense, Input, Layer, Sequential, metrics

X, Y = np.ones((6, 2)), np.ones(6)


def model_of_one_layer():
    model = Sequential([Input((2,)), Dense(1)])
    model.compile("sgd", "mse", metrics=["accuracy"])
    return model


class Recorder(Callback):
    def __init__(self):
        super().__init__()
        self.calls = []


def recording(hook):
    def method(self, *args, logs=None):
        *index, logs = (*args, logs) if logs is not None else args
        self.calls.append((hook, *index, tuple(logs)))

    return method


for name in dir(Callback):
    if name.startswith("on_") and "_batch_" not in name.removeprefix("on_batch"):
        setattr(Recorder, name, recording(name))
for name in ("train", "test", "predict"):
    for when in ("begin", "end"):
        setattr(Recorder, f"on_{name}_batch_{when}", recording(f"on_{name}_batch_{when}"))

VALUES = ("loss", "accuracy")
BOTH = (*VALUES, "val_loss", "val_accuracy")


def test_fit_calls_hooks_in_the_order_of_keras():
    recorder = Recorder()
    model_of_one_layer().fit(
        X, Y, batch_size=2, validation_split=1 / 3, callbacks=[recorder], verbose=0
    )
    assert recorder.calls == [
        ("on_train_begin", ()),
        ("on_epoch_begin", 0, ()),
        ("on_train_batch_begin", 0, ()),
        ("on_train_batch_end", 0, VALUES),
        ("on_train_batch_begin", 1, ()),
        ("on_train_batch_end", 1, VALUES),
        ("on_test_begin", ()),
        ("on_test_batch_begin", 0, ()),
        ("on_test_batch_end", 0, VALUES),
        ("on_test_end", VALUES),
        ("on_epoch_end", 0, BOTH),
        ("on_train_end", BOTH),
    ]


def test_evaluate_and_predict_call_hooks():
    recorder, model = Recorder(), model_of_one_layer()
    model.evaluate(X, Y, callbacks=[recorder], verbose=0)
    model.predict(X, batch_size=4, callbacks=recorder, verbose=0)
    assert recorder.calls == [
        ("on_test_begin", ()),
        ("on_test_batch_begin", 0, ()),
        ("on_test_batch_end", 0, VALUES),
        ("on_test_end", VALUES),
        ("on_predict_begin", ()),
        ("on_predict_batch_begin", 0, ()),
        ("on_predict_batch_end", 0, ("outputs",)),
        ("on_predict_batch_begin", 1, ()),
        ("on_predict_batch_end", 1, ("outputs",)),
        ("on_predict_end", ()),
    ]


def test_model_and_params_are_set_and_batch_hooks_have_two_names():
    class Check(Callback):
        def on_train_begin(self, logs=None):
            assert self.model is model
            assert self.params == {"verbose": 0, "epochs": 3, "steps": 3}

        def on_batch_end(self, batch, logs=None):
            seen.append(batch)

    seen, model = [], model_of_one_layer()
    model.fit(X, Y, batch_size=2, epochs=3, callbacks=[Check()], verbose=0)
    assert seen == [0, 1, 2] * 3


@pytest.mark.parametrize(("hook", "epochs"), [("on_epoch_end", 2), ("on_train_batch_end", 1)])
def test_stop_training(hook, epochs):
    def stop(self, index, logs=None):
        if index == 1:
            self.model.stop_training = True

    callback = type("Stop", (Callback,), {hook: stop})()
    model = model_of_one_layer()
    history = model.fit(X, Y, batch_size=2, epochs=9, callbacks=[callback], verbose=0)
    assert len(history.epoch) == epochs
    assert model.optimizer.iterations == (6 if hook == "on_epoch_end" else 2)
    assert len(model.fit(X, Y, epochs=2, verbose=0).epoch) == 2


def test_logs_hold_the_running_means():
    class Last(Callback):
        def on_epoch_end(self, epoch, logs=None):
            assert logs == pytest.approx(batches[-1])

        def on_train_batch_end(self, batch, logs=None):
            batches.append(logs)

    batches = []
    history = model_of_one_layer().fit(X, Y, batch_size=4, callbacks=[Last()], verbose=0)
    assert history.history == {name: [value] for name, value in batches[-1].items()}


def test_an_exception_passes_unchanged_and_leaves_the_model_usable():
    class Fail(Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise error

    error, model = KeyError("mine"), model_of_one_layer()
    with pytest.raises(KeyError) as caught:
        model.fit(X, Y, callbacks=[Fail()], verbose=0)
    assert caught.value is error
    assert model.optimizer.iterations == 1
    model.fit(X, Y, verbose=0)


@pytest.mark.parametrize("wrong", [[object()], "callback", [Callback]])
def test_other_objects_are_refused(wrong):
    with pytest.raises(TypeError, match=r"lamina.Callback"):
        model_of_one_layer().fit(X, Y, callbacks=wrong, verbose=0)


def test_a_model_cannot_be_compiled_while_it_trains():
    class Recompile(Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.compile("adam", "mse")

    model = model_of_one_layer()
    with pytest.raises(RuntimeError, match="cannot be compiled while it trains"):
        model.fit(X, Y, callbacks=[Recompile()], verbose=0)
    assert model.metrics
    model.compile("adam", "mse")
    model.fit(X, Y, verbose=0)


ONE_HOT = np.eye(3)[[0, 1, 2, 0, 1, 0]]


@pytest.mark.parametrize("hook", ["on_train_batch_begin", "on_train_batch_end", "on_epoch_end"])
@pytest.mark.parametrize(
    "nested",
    [
        lambda model: model.evaluate(X[:2], ONE_HOT[:2], verbose=0),
        lambda model: model.evaluate([(X[:2], ONE_HOT[:2])], verbose=0),
        lambda model: model.test_on_batch(X[:2], ONE_HOT[:2]),
    ],
    ids=["arrays", "batches", "test_on_batch"],
)
def test_an_evaluation_within_fit_leaves_its_metrics_alone(hook, nested):
    def history(does):
        class Nested(Callback):
            pass

        setattr(Nested, hook, lambda self, index, logs=None: does(self.model))
        model = Sequential([Input((2,)), Dense(3, "softmax", kernel_initializer="identity")])
        shown = ["accuracy", metrics.F1Score(average="macro"), metrics.AUC()]
        model.compile("sgd", "categorical_crossentropy", metrics=shown)
        options = {"batch_size": 2, "epochs": 2, "shuffle": False, "verbose": 0}
        x = np.arange(12.0).reshape(6, 2)
        return model.fit(x, ONE_HOT, callbacks=[Nested()], **options).history

    assert history(nested) == history(lambda model: None)


def test_an_evaluation_within_fit_leaves_metrics_of_layers_alone():
    class Watched(Layer):
        def __init__(self):
            super().__init__()
            self.seen = metrics.Mean(name="seen")

        def call(self, inputs):
            self.seen.update_state(inputs)
            return inputs

    def history(does):
        class Nested(Callback):
            def on_train_batch_end(self, batch, logs=None):
                does(self.model)

        model = Sequential([Input((2,)), Watched(), Dense(1, kernel_initializer="ones")])
        model.compile("sgd", "mse")
        x = np.arange(12.0).reshape(6, 2)
        options = {"batch_size": 2, "shuffle": False, "verbose": 0, "callbacks": [Nested()]}
        return model.fit(x, Y, **options).history

    plain = history(lambda model: None)
    assert plain["seen"] == [5.5]
    assert history(lambda model: model.evaluate(X, Y, verbose=0)) == plain


def test_an_evaluation_within_fit_leaves_logs_of_own_steps_alone():
    class Own(lamina.Model):
        def __init__(self):
            super().__init__()
            self.dense = lamina.Dense(1, kernel_initializer="ones")

        def call(self, inputs):
            return self.dense(inputs)

        def train_step(self, data):
            return {**super().train_step(data), "mine": 1.0}

        def test_step(self, data):
            return {"other": 2.0}

    class Looking(lamina.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if self.looks:
                seen.append(self.model.evaluate(X[:2], X[:2, :1], verbose=0, return_dict=True))

    def history(looks):
        model = Own()
        model.compile("sgd", "mse")
        callback = Looking()
        callback.looks = looks
        return model.fit(
            X[:6], X[:6, :1], batch_size=2, shuffle=False, verbose=0, callbacks=[callback]
        ).history

    seen = []
    assert history(True) == history(False)
    assert seen == [{"other": 2.0}] * 3
