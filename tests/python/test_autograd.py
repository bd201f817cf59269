"""Gradients by hand, as PyTorch's users write them."""

import threading

import numpy as np
import pytest

import lamina
from lamina import Tensor, Variable, autograd, ops


def leaf(*values):
    return Tensor(np.array(values, "float64"), requires_grad=True)


# autograd.grad
def test_grad_of_some_by_others():
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    hidden = x * w
    dx, dh = autograd.grad((hidden**2).sum(), [x, hidden])
    assert dx.tolist() == [2 * 3 * 3, 2 * 8 * 4]
    assert dh.tolist() == [6, 16]
    assert x.grad is None
    assert w.grad is None


def test_grad_of_variables_and_several_outputs():
    v = Variable(np.array([1.0, 2.0]))
    (dv,) = autograd.grad([(v * 3).sum(), v * v], v, grad_outputs=[None, [1.0, 10.0]])
    assert dv.tolist() == [3 + 2, 3 + 40]


def test_grad_refusals():
    x, unused = leaf(1.0), leaf(1.0)
    with pytest.raises(RuntimeError, match=r"input 1.*allow_unused"):
        autograd.grad((x * 2).sum(), [x, unused])
    assert autograd.grad((x * 2).sum(), [unused], allow_unused=True) == (None,)
    with pytest.raises(ValueError, match="differentiates once"):
        autograd.grad((x * 2).sum(), x, create_graph=True)
    with pytest.raises(ValueError, match="scalar"):
        autograd.grad(ops.stack([x, x]) * 2, x)
    with pytest.raises(RuntimeError, match=r"requires? a gradient"):
        autograd.grad((x * 2).sum(), Tensor([1.0]))
    with pytest.raises(ValueError, match="2 grad_outputs for 1"):
        autograd.grad((x * 2).sum(), x, grad_outputs=[1.0, 2.0])
    y = (x * x).sum()
    autograd.grad(y, x, retain_graph=True)
    autograd.grad(y, x)
    with pytest.raises(RuntimeError, match="retain_graph"):
        autograd.grad(y, x)


def test_grad_of_an_embedding_leaves_the_table_alone():
    table = Variable(np.ones((4, 2), "float32"))
    (d,) = autograd.grad(ops.embedding(table, [1, 1, 3]).sum(), table)
    assert d.tolist() == [[0, 0], [2, 2], [0, 0], [1, 1]]
    assert table.grad is None


# backward, .grad, leaves
def test_a_graph_that_is_kept():
    x = leaf(2.0)
    y = (x**3).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.tolist() == [24]
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        y.backward()


@pytest.mark.parametrize("make", [leaf, lambda *values: Variable(np.array(values))])
def test_gradients_can_be_set(make):
    w = make(1.0, 2.0)
    (w * 3).sum().backward()
    w.grad = None
    assert w.grad is None
    w.grad = [5.0, 6.0]
    (w * 1).sum().backward()
    assert w.grad.tolist() == [6, 7]
    w.grad = w.grad * 0.5
    assert w.grad.tolist() == [3, 3.5]
    w.zero_grad()
    assert w.grad is None
    with pytest.raises(ValueError, match=r"\(2,\).*\(3,\)"):
        w.grad = np.zeros(3)


def test_requires_grad_is_set_on_leaves():
    x = Tensor([1.0])
    assert not x.requires_grad
    x.requires_grad = True
    y = x * 2
    assert (x.is_leaf, y.is_leaf, y.requires_grad) == (True, False, True)
    with pytest.raises(RuntimeError, match=r"leaves.*detach"):
        y.requires_grad = False
    with pytest.raises(TypeError, match="floating"):
        Tensor(np.int32([1])).requires_grad = True
    v = Variable([1.0])
    v.requires_grad = False
    assert (v.trainable, v.requires_grad, (v * 1).requires_grad) == (False, False, False)
    v.requires_grad = True
    assert v.trainable


def test_results_keep_their_gradient_where_asked():
    x = leaf(1.0, 2.0)
    y, z = x * 2, x * 3
    y.retain_grad()
    (y * y + z).sum().backward()
    assert y.grad.tolist() == [4, 8]
    with pytest.warns(UserWarning, match="retain_grad"):
        assert z.grad is None
    x.retain_grad()
    assert x.grad.tolist() == [11, 19]


# Updates by hand.
def test_a_variable_changes_in_place():
    v = Variable(np.array([1.0, 2.0]))
    same = v
    with lamina.no_grad():
        v -= [0.5, 0.5]
        v *= 2
        v += 1
        v /= 2
        v **= 2
    assert v is same
    assert v.tolist() == [1, 4]
    square = Variable(np.eye(2) * 3)
    with lamina.no_grad():
        square @= np.ones((2, 2))
    assert square.tolist() == [[3, 3], [3, 3]]
    with pytest.raises(RuntimeError, match=r"no_grad.*y = x \+"):
        v += 1
    frozen = Variable(np.array([1.0]), trainable=False)
    frozen += 1
    assert isinstance(frozen, Variable)
    assert frozen.tolist() == [2]


def test_a_leaf_changes_in_place_for_all_who_hold_it():
    w, b = leaf(1.0, 2.0), leaf(0.0)
    parameters = [w, b]
    (w.sum() * 3 + b).sum().backward()
    seen = w.numpy()
    with lamina.no_grad():
        for p in parameters:
            p -= 0.5 * p.grad
    assert (w.tolist(), b.tolist()) == ([-0.5, 0.5], [-0.5])
    assert w.requires_grad
    assert w.is_leaf
    assert w.grad.tolist() == [3, 3]  # as in PyTorch, until it is zeroed
    assert seen.tolist() == [1, 2]  # memory that was handed out does not change
    with pytest.raises(RuntimeError, match="no_grad"):
        w -= 1
    with lamina.no_grad(), pytest.raises(ValueError, match=r"\(2, 2\)"):
        w += np.ones((2, 2))


def test_a_graph_keeps_the_values_it_was_computed_from():
    w = leaf(3.0)
    y = (w * w).sum()
    with lamina.no_grad():
        w -= 1
    y.backward()
    assert w.grad.tolist() == [6]


def test_other_tensors_are_bound_anew():
    x = y = Tensor([1.0])
    y += 1
    assert (x.tolist(), y.tolist()) == ([1], [2])
    total = 0.0
    for _ in range(3):
        total += leaf(2.0).sum()
    assert total.requires_grad
    assert total.item() == 6


def test_the_value_of_a_variable_can_be_set():
    v = Variable(np.array([1.0, 2.0]))
    v.value = [3, 4]
    assert v.tolist() == [3, 4]
    with lamina.no_grad():
        v.value -= 1
    assert v.tolist() == [2, 3]
    y = v * v
    v.value = [0, 0]
    with pytest.raises(RuntimeError, match="assign"):
        y.sum().backward()


def test_training_by_hand_equals_sgd():
    x, target = np.arange(6.0).reshape(3, 2), np.array([[1.0], [2.0], [3.0]])
    start = np.array([[0.1], [-0.2]])
    by_leaf, by_variable, by_optimizer = leaf(*start), Variable(start), Variable(start)
    optimizer = lamina.optimizers.SGD(0.05)
    for _ in range(5):
        for w in (by_leaf, by_variable, by_optimizer):
            w.zero_grad()
            ((x @ w - target) ** 2).mean().backward()
        with lamina.no_grad():
            by_leaf -= 0.05 * by_leaf.grad
            by_variable -= 0.05 * by_variable.grad
        optimizer.apply([by_optimizer.grad], [by_optimizer])
    np.testing.assert_allclose(by_leaf.numpy(), by_optimizer.numpy(), rtol=1e-12)
    np.testing.assert_allclose(by_variable.numpy(), by_optimizer.numpy(), rtol=1e-12)


# Modes.
@pytest.mark.parametrize("mode", [lamina.no_grad, lamina.inference_mode, lamina.enable_grad])
def test_modes(mode):
    records = mode is lamina.enable_grad

    @mode()
    def called():
        return lamina.grad_enabled()

    @mode
    def bare(value):
        """Says so."""
        return value, lamina.grad_enabled()

    assert called() is records
    assert bare(3) == (3, records)
    assert bare.__doc__ == "Says so."
    with mode() as entered, lamina.no_grad():
        assert entered is not None
        assert not lamina.grad_enabled()
    assert lamina.grad_enabled()
    with lamina.no_grad(), mode():
        assert lamina.grad_enabled() is records


def test_a_decorated_function_runs_in_several_threads():
    inside, leave = threading.Barrier(2), threading.Event()
    seen = []

    @lamina.no_grad()
    def slow(wait):
        inside.wait()
        if wait:
            leave.wait()

    def run(wait):
        slow(wait)
        seen.append(lamina.grad_enabled())
        leave.set()

    threads = [threading.Thread(target=run, args=(wait,)) for wait in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True, True]
