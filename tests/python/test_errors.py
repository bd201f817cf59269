"""Every refusal names the layer or method, what it got and what it expected."""
# ruff: noqa: E501 (a row a refusal)

import re

import numpy as np
import pytest

import lamina
from lamina import Dense, Input, Layer, Sequential, initializers, layers, losses

X, Y = np.ones((8, 3), "float32"), np.ones((8, 1), "float32")


def model(loss="mse", units=1, **kwargs):
    made = Sequential([Input((3,)), Dense(units, name="head")], name="net")
    made.compile("sgd", loss, **kwargs)
    return made


def fit(x=X, y=Y, loss="mse", units=1, **kwargs):
    return model(loss, units).fit(x, y, verbose=0, **kwargs)


CASES = {
    "wrong features": (lambda: fit(np.ones((8, 4))), ValueError, r"Input 'input'.*\(None, 3\).*\(8, 4\)"),
    "wrong rank": (lambda: fit(np.ones(8)), ValueError, r"\(None, 3\).*\(8,\)"),
    "lengths": (lambda: fit(y=np.ones((7, 1))), ValueError, r"net.*\(7, 1\).*\(8, 3\)"),
    "weight length": (lambda: fit(sample_weight=np.ones(7)), ValueError, r"net.*sample_weight.*\(7,\)"),
    "labels' shape": (lambda: fit(y=np.ones((8, 2))), ValueError, r"\(8, 2\).*\(8, 1\)"),
    "empty": (lambda: fit(X[:0], Y[:0]), ValueError, r"net.*\(0, 3\).*no samples"),
    "scalar": (lambda: fit(np.float32(1)), ValueError, r"net.*scalar"),
    "None": (lambda: fit(None), TypeError, r"x is None"),
    "no y": (lambda: fit(y=None), TypeError, r"y is None"),
    "objects": (lambda: fit(np.array([None] * 8)), TypeError, r"x has the NumPy dtype object"),
    "strings": (lambda: fit(y=["a"] * 8), TypeError, r"y has the NumPy dtype"),
    "ragged": (lambda: fit([[1, 2, 3], [1]]), ValueError, r"x is not a rectangular"),
    "generator": (lambda: fit(iter([1])), ValueError, r"list_iterator.*each batch be \(x, y\)"),
    "label": (lambda: fit(y=np.full(8, 5), loss="sparse_categorical_crossentropy", units=4), ValueError, r"label 5.*\[0, 4\)"),
    "batch_size": (lambda: fit(batch_size=0), ValueError, r"batch_size of at least 1, got 0"),
    "batch_size 2.5": (lambda: fit(batch_size=2.5), TypeError, r"batch_size is 2.5"),
    "epochs": (lambda: fit(epochs=-1), ValueError, r"epochs=-1"),
    "split": (lambda: fit(validation_split=1.0), ValueError, r"validation_split in \[0, 1\), got 1"),
    "split nan": (lambda: fit(validation_split=float("nan")), ValueError, r"validation_split"),
    "split of few": (lambda: fit(X[:1], Y[:1], validation_split=0.5), ValueError, r"1 samples"),
    "validation data": (lambda: fit(validation_data=X), ValueError, r"\(x, y\)"),
    "validation shape": (lambda: fit(validation_data=(X[:, :2], Y)), ValueError, r"\(8, 2\)"),
    "verbose": (lambda: model().fit(X, Y, verbose=3), ValueError, r"verbose is 3"),
    "predict shape": (lambda: model().predict(np.ones((2, 5)), verbose=0), ValueError, r"\(None, 3\).*\(2, 5\)"),
    "predict nothing": (lambda: model().predict(X[:0], verbose=0), ValueError, r"no samples"),
    "uncompiled": (lambda: Sequential([Dense(1)], name="net").fit(X, Y, verbose=0), RuntimeError, r"net.*compile"),
    "no loss": (lambda: fit(loss=None), RuntimeError, r"net.*without a loss"),
    "optimizer": (lambda: Sequential().compile("magic"), ValueError, r"unknown optimizer 'magic'.*adam"),
    "loss": (lambda: Sequential().compile("sgd", "magic"), ValueError, r"unknown loss 'magic'.*mean_squared_error"),
    "metric": (lambda: model(metrics=["magic"]), ValueError, r"unknown metric 'magic'.*accuracy"),
    "metrics": (lambda: model(metrics="accuracy"), TypeError, r"expected a list"),
    "optimizer type": (lambda: Sequential().compile(3), ValueError, r"optimizer is 3"),
    "loss type": (lambda: Sequential().compile("sgd", 3), TypeError, r"loss is 3"),
    "add": (lambda: Sequential().add(3), ValueError, r"got 3 to add"),
    "duplicate": (lambda: Sequential([Dense(1, name="a"), Dense(1, name="a")]), ValueError, r"'a'.*unique"),
    "late input": (lambda: Sequential([Dense(1), Input((2,))]), ValueError, r"Input only as its first"),
    "units": (lambda: Dense(0), ValueError, r"Dense.*above 0.*units=0"),
    "units '4'": (lambda: Dense("4"), TypeError, r"Dense.*units.*integer.*\"4\""),
    "units 4.5": (lambda: Dense(4.5), TypeError, r"Dense.*units.*integer.*4.5"),
    "units nan": (lambda: Dense(float("nan")), ValueError, r"Dense.*units.*finite"),
    "activation": (lambda: Dense(1, "swoosh"), ValueError, r"Dense.*'swoosh'.*relu"),
    "activation 3": (lambda: Dense(1, 3), ValueError, r"activation is 3.*lamina.activations"),
    "initializer": (lambda: Dense(1, kernel_initializer="xavier"), ValueError, r"Dense.*'xavier'.*glorot_uniform"),
    "initializer option": (lambda: initializers.RandomNormal(stddev=-1), ValueError, r"RandomNormal.*stddev"),
    "dtype": (lambda: Dense(1, dtype="int32"), ValueError, r"Dense.*float32 or float64, got int32"),
    "name": (lambda: Dense(1, name="a/b"), ValueError, r"Dense.*'a/b'"),
    "rate": (lambda: layers.Dropout(-0.1), ValueError, r"Dropout.*\[0, 1\].*-0.1"),
    "rate nan": (lambda: layers.Dropout(float("nan")), ValueError, r"Dropout.*rate.*finite"),
    "epsilon": (lambda: layers.BatchNormalization(epsilon=0.0), ValueError, r"BatchNormalization.*epsilon"),
    "axis": (lambda: layers.BatchNormalization(axis=0)(np.ones((2, 3, 4))), ValueError, r"BatchNormalization.*axis=0.*\(None, 3, 4\)"),
    "shape": (lambda: Input((-5,)), TypeError, r"Input.*shape.*-5"),
    "unknown extent": (lambda: Sequential([Input((None,)), Dense(1)]), ValueError, r"dense.*kernel.*\(None, 1\)"),
    "memory": (lambda: Dense(10**15)(X), MemoryError, r"no memory.*\(3, 1000000000000000\)"),
    "scalar input": (lambda: Dense(1)(1.0), ValueError, r"Dense 'dense'.*batch axis"),
    "None input": (lambda: Dense(1)(None), ValueError, r"Dense 'dense' got no inputs"),
    "built": (lambda: model().layers[0](np.ones((2, 5))), ValueError, r"Dense 'head' was built for inputs \(None, 3\) but got \(2, 5\)"),
    "set_weights count": (lambda: model().set_weights([np.ones((3, 1))]), ValueError, r"net.*2 weights, got 1"),
    "set_weights shape": (lambda: model().set_weights([np.ones((1, 3)), [0.0]]), ValueError, r"head/kernel.*\(3, 1\).*\(1, 3\)"),
    "layer set_weights": (lambda: model().layers[0].set_weights([np.ones(3)]), ValueError, r"Dense 'head'.*\(3, 1\).*\(3,\)"),
    "no super": (lambda: type("Bare", (Layer,), {"__init__": lambda self: None})().weights, RuntimeError, r"Bare.*super\(\).__init__"),
    "threads": (lambda: lamina.set_num_threads(0), ValueError, r"between 1 and 256, got 0"),
    "floatx": (lambda: lamina.config.set_floatx("int32"), ValueError, r"int32"),
    "unknown option": (lambda: Dense.from_config({"units": 1, "magic": 2}), TypeError, r"magic"),
    "from_config option": (lambda: Sequential.from_config({"layers": [], "magic": 2}), ValueError, r"Sequential.*magic"),
    "from_config type": (lambda: Sequential.from_config({"layers": [{"class_name": "Magic", "config": {}}]}), ValueError, r"'Magic'.*Dense"),
    "matmul": (lambda: lamina.ops.matmul(np.ones((2, 3)), np.ones((4, 5))), ValueError, r"\(2, 3\).*\(4, 5\)"),
    "broadcast": (lambda: lamina.Tensor(np.ones((2, 3))) + np.ones((4, 5)), ValueError, r"\(2, 3\).*\(4, 5\)"),
    "reshape": (lambda: lamina.Tensor(np.ones((2, 3))).reshape(4, 2), ValueError, r"\(2, 3\).*6.*\(4, 2\)"),
    "axis of sum": (lambda: lamina.ops.sum(np.ones((2, 3)), axis=2), IndexError, r"axis 2.*\(2, 3\)"),
    "nine axes": (lambda: lamina.Tensor(np.ones((1,) * 9)), ValueError, r"at most 8"),
    "argument's type": (lambda: lamina.ops.sparsemax([1.0], axis=None), TypeError, r"sparsemax\(\) cannot take \(list, axis=None\), expected \(x, axis: int = -1\)"),
    "argument's name": (lambda: lamina.ops.sort([1.0], asis=0), TypeError, r"sort\(\) cannot take \(list, asis=0\), expected \(x, axis"),
    "method's argument": (lambda: lamina.Tensor([1.0]).sum(1, 2, 3), TypeError, r"sum\(\) cannot take \(1, 2, 3\), expected \(axis"),
    "a million numbers": (lambda: lamina.ops.one_hot([1], np.ones(10**6)), TypeError, r"one_hot\(\) cannot take \(list, ndarray\)"),
    "shift": (lambda: lamina.ops.roll([1, 2], 1.5), TypeError, r"a whole number or a list of them, got 1.5"),
    "top of a scalar": (lambda: lamina.ops.top_k(3, 1), ValueError, r"needs an axis.*\(\)"),
    "DLPack": (lambda: lamina.from_dlpack([1.0]), TypeError, r"got list; lamina.Tensor copies"),
    "cache": (lambda: lamina.set_memory_cache_limit(-1), ValueError, r"bytes, 0 or more, got -1"),
    "dot": (lambda: lamina.ops.dot([1.0, 2.0], [3.0]), ValueError, r"^dot sums.*\(2,\) and \(1,\)"),
    "dot of matrices": (lambda: lamina.ops.dot(np.ones((2, 3)), np.ones((2, 3))), ValueError, r"^dot sums.*with 3 and 2"),
    "inner": (lambda: lamina.ops.inner([1.0, 2.0], [3.0]), ValueError, r"^inner sums"),
    "vdot": (lambda: lamina.ops.vdot([1.0, 2.0], [3.0]), ValueError, r"^vdot needs.*\(2,\) and \(1,\)"),
    "trace": (lambda: lamina.ops.trace([1.0]), ValueError, r"^trace needs two axes"),
    "masked array": (lambda: lamina.Tensor(np.ma.masked_greater([1.0, 2.0], 1.5)), TypeError, r"masked array.*filled"),
    "masked operand": (lambda: lamina.ops.sum(np.ma.masked_greater([1.0, 2.0], 1.5)), TypeError, r"masked array.*filled"),
    "abstract layer": (lambda: Layer()(np.ones((1, 1))), NotImplementedError, r"call"),
    "abstract loss": (lambda: losses.Loss()([1.0], [1.0]), NotImplementedError, r"call"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_refusals(name):
    action, kind, message = CASES[name]
    with pytest.raises(kind, match=message):
        action()


@pytest.mark.parametrize("name", lamina.ops.__all__)
def test_messages_tell_nothing_of_the_binding(name):
    for arguments in ((), (object(),), (object(), object()), ([1.0], object(), "x", {})):
        message = ""
        try:
            getattr(lamina.ops, name)(*arguments)
        except Exception as error:
            message = str(error)
        assert not re.search(r"Invoked with|incompatible|typing\.", message)


def test_a_refused_fit_leaves_the_model_as_it_was():
    net = model()
    before = net.get_weights()
    for x, y in ((X, Y[:7]), (np.ones((8, 4)), Y), (X, np.ones((8, 2)))):
        with pytest.raises(ValueError, match="got"):
            net.fit(x, y, verbose=0)
    assert np.array_equal(before[0], net.get_weights()[0])
    net.fit(X, Y, verbose=0)


def test_nothing_is_half_set():
    net = model()
    before = net.get_weights()
    with pytest.raises(ValueError, match="head/bias"):
        net.set_weights([np.zeros((3, 1)), np.zeros(2)])
    assert np.array_equal(before[0], net.get_weights()[0])
