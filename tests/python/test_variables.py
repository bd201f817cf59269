"""What was read from a variable does not change with it."""

import copy

import numpy as np
import pytest
from devices import on_both, same_bits

import lamina
from lamina import Tensor, Variable, layers, ops

START = np.array([[1.0, 2.0]], "float32")

READS = {
    "value": lambda v: v.value,
    "index": lambda v: v[0],
    "slice": lambda v: v[:1],
    "ellipsis": lambda v: v[...],
    "reshape": lambda v: ops.reshape(v, (2, 1)),
    "same shape": lambda v: ops.reshape(v, (1, 2)),
    "squeeze": lambda v: ops.squeeze(v, 0),
    "expand_dims": lambda v: ops.expand_dims(v, 0),
    "ravel": lambda v: ops.ravel(v),
    "cast": lambda v: ops.cast(v, "float32"),
    "astype": lambda v: v.astype("float32"),
    "to": lambda v: v.to("cpu"),
    "convert_to_tensor": lambda v: ops.convert_to_tensor(v),
    "stop_gradient": lambda v: ops.stop_gradient(v),
    "copy": lambda v: ops.copy(v),
    "detach": lambda v: v.detach(),
    "transpose": lambda v: ops.transpose(v),
    "swapaxes": lambda v: ops.swapaxes(v, 0, 1),
    "split": lambda v: ops.split(v, 1)[0],
    "unstack": lambda v: ops.unstack(v)[0],
    "broadcast_to": lambda v: ops.broadcast_to(v, (1, 2)),
    "tree": lambda v: lamina.tree.map_structure(ops.convert_to_tensor, {"v": v})["v"],
    "asarray": lambda v: np.asarray(v),
    "asarray of the value": lambda v: np.asarray(v.value),
    "no copy": lambda v: np.array(v.value, copy=False),
    "numpy": lambda v: v.numpy(),
    "view of a view": lambda v: v.value[0].numpy(),
    "from_dlpack": lambda v: np.from_dlpack(v.value),
}


def step(optimizer):
    def update(v):
        ops.sum(v * v).backward()
        optimizer.step([v])

    return update


def in_place(v):
    with lamina.no_grad():
        v -= 1.0


def value_in_place(v):
    with lamina.no_grad():
        v.value -= 1.0


UPDATES = {
    "assign": lambda v: v.assign(START + 4),
    "assign_add": lambda v: v.assign_add(START),
    "assign_sub": lambda v: v.assign_sub(START),
    "-=": in_place,
    "value -=": value_in_place,
    "value =": lambda v: setattr(v, "value", START * 3),
    "sgd": step(lamina.optimizers.SGD(0.1)),
    "momentum": step(lamina.optimizers.SGD(0.1, momentum=0.9)),
    "adam": step(lamina.optimizers.Adam(0.1)),
    "lamb": step(lamina.optimizers.Lamb(0.1)),
}


def values(x):
    return np.array(x, copy=True).ravel()


@pytest.mark.parametrize("update", UPDATES.values(), ids=UPDATES)
def test_what_was_read_stays(update):
    for name, read in READS.items():
        v = Variable(START)
        held = read(v)
        update(v)
        assert values(held).tolist() == [1, 2], name
        assert values(v).tolist() != [1, 2], name


def test_what_was_read_of_a_model_stays_through_training():
    lamina.utils.set_random_seed(1)
    model = lamina.Sequential([layers.Dense(2), layers.BatchNormalization()])
    model.compile("adam", "mse")
    rng = np.random.default_rng(3)
    x, y = (rng.normal(size=(8, n)).astype("float32") for n in (3, 2))
    model.fit(x, y, verbose=0)
    held = [w.value for w in model.weights]
    before = model.get_weights()
    model.fit(x, y, verbose=0)
    assert all(np.array_equal(a.numpy(), b) for a, b in zip(held, before, strict=True))
    assert not np.array_equal(held[0].numpy(), model.get_weights()[0])
    trained = [w.value for w in model.weights]
    last = model.get_weights()
    model.set_weights([w + 1 for w in last])
    assert all(np.array_equal(a.numpy(), b) for a, b in zip(trained, last, strict=True))


def test_a_variable_that_nobody_read_is_updated_in_place():
    v = Variable(START)
    address = v.value.numpy().ctypes.data
    for name, update in UPDATES.items():
        update(v)
        assert v.value.numpy().ctypes.data == address, name


def test_a_value_changed_in_place_changes_nothing_else():
    v = Variable(START)
    with lamina.no_grad():
        value = same = v.value
        value -= 1.0
    assert value is same
    assert value.tolist() == [[0, 1]]
    assert v.tolist() == [[1, 2]]


def test_a_leaf_changed_in_place_keeps_its_gradient():
    w = Tensor([1.0, 2.0], requires_grad=True)
    loss = ops.sum(w * w)
    other = ops.convert_to_tensor(w)
    with lamina.no_grad():
        w -= 1.0
    loss.backward()  # by 2 w, of the values that it was computed from
    assert w.grad.tolist() == [2, 4]
    assert other.tolist() == [1, 2]
    assert w.tolist() == [0, 1]


def test_backward_after_an_assignment_is_refused():
    v = Variable([3.0])
    for keep in (None, v.value):  # in place, and with new memory
        loss = ops.sum(v * v)
        v.assign([5.0])
        with pytest.raises(RuntimeError, match=r"backward\(\) before assign\(\)"):
            loss.backward()
        del keep


def test_gradients_by_a_value_read_before():
    v = Variable([3.0])
    read = v.value
    v.assign([5.0])
    (gradient,) = lamina.autograd.grad(ops.sum(read * v), v)
    assert gradient.tolist() == [8]


def test_values_of_a_state_stay():
    """A recurrent state, a metric's total and a seed are variables as well."""
    rnn = layers.GRU(2, stateful=True)
    x = np.ones((1, 3, 2), "float32")
    rnn(x)
    states = [ops.convert_to_tensor(s) for s in rnn.states]
    before = [np.array(s, copy=True) for s in states]
    rnn(x)
    rnn.reset_states()
    assert all(np.array_equal(a.numpy(), b) for a, b in zip(states, before, strict=True))
    metric = lamina.metrics.Mean()
    metric.update_state([2.0])
    total = metric.variables[0].value
    metric.update_state([3.0])
    metric.reset_state()
    assert total.item() == 2


def test_a_copied_model_shares_nothing():
    model = lamina.Sequential([layers.Input((2,)), layers.Dense(1)])
    other = copy.deepcopy(model)
    held = other.weights[0].value
    before = held.numpy().copy()
    model.set_weights([w + 1 for w in model.get_weights()])
    assert np.array_equal(held.numpy(), before)
    assert np.array_equal(other.get_weights()[0], before)


def test_on_a_device_that_the_host_cannot_touch(guarded):
    def run():
        v = Variable(START)
        held = [v.value, v[0], v.detach()]
        for update in UPDATES.values():
            update(v)
            held.append(v.value)
        return [x.numpy() for x in held]

    assert same_bits(*on_both(guarded, run))
