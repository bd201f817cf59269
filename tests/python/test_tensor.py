import numpy as np
import pytest

import lamina
from lamina import Tensor, Variable, ops

DTYPES = ["float32", "float64", "int32", "int64", "uint8", "bool"]


def test_python_numbers_and_lists_are_float32():
    assert Tensor(3).dtype == Tensor([1, 2]).dtype == Tensor([[0.5]]).dtype == "float32"


@pytest.mark.parametrize("dtype", DTYPES)
def test_arrays_keep_their_dtype_and_are_copied(dtype):
    array = np.array([[0, 1], [1, 0]], dtype)
    tensor = Tensor(array)
    array[0, 0] = 1
    assert tensor.dtype == dtype
    assert tensor.numpy().tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("small", "held"),
    [("float16", "float32"), ("int8", "int32"), ("int16", "int32"), ("uint16", "int32"),
     ("uint32", "int64"), (">f4", "float32")],
)  # fmt: skip
def test_other_real_dtypes_become_the_next_one_that_holds_them(small, held):
    tensor = Tensor(np.array([1, 2], small))
    assert tensor.dtype == held
    assert tensor.numpy().tolist() == [1, 2]


@pytest.mark.parametrize("dtype", ["complex64", "U1", "O", "datetime64[s]", "uint64"])
def test_dtypes_that_hold_no_real_numbers_are_refused(dtype):
    with pytest.raises(TypeError, match="expected real numbers"):
        Tensor(np.zeros(2, dtype))


def test_arrays_in_any_memory_layout():
    array = np.arange(24.0).reshape(2, 3, 4)
    for view in (array.T, array[:, ::-1], array[..., 1:3], np.asfortranarray(array)):
        assert np.array_equal(Tensor(view).numpy(), view)
    packed = np.zeros(3, dtype=[("pad", "u1"), ("value", "f4")])  # values lie off alignment
    packed["value"] = [1, 2, 3]
    assert Tensor(packed["value"]).numpy().tolist() == [1, 2, 3]


def test_numpy_is_a_read_only_view_that_keeps_the_memory():
    view = Tensor([1.0, 2.0]).numpy()
    assert not view.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 5
    tensor = Tensor([1.0])
    assert np.shares_memory(tensor.numpy(), tensor.numpy())
    assert np.asarray(tensor, "float64").dtype == np.float64
    assert np.array(tensor).flags.writeable


def test_shape_size_and_length():
    tensor = Tensor(np.zeros((2, 3)))
    assert (tensor.shape, tensor.ndim, tensor.size, len(tensor)) == ((2, 3), 2, 6, 2)
    assert tensor.reshape(3, -1).shape == tensor.reshape((3, 2)).shape == (3, 2)
    assert tensor.device == "cpu"


@pytest.mark.parametrize(
    ("dtype", "value", "kind"),
    [("float32", 1.5, float), ("int64", 2**62 + 1, int), ("bool", True, bool), ("uint8", 255, int)],
)
def test_item_is_exact_and_of_the_right_kind(dtype, value, kind):
    item = Tensor(np.array(value, dtype)).item()
    assert item == value
    assert type(item) is kind


def test_conversion_to_python():
    assert float(Tensor(2.5)) == 2.5
    assert int(Tensor([3])) == 3
    assert bool(Tensor(1))
    assert not bool(Tensor(0))
    assert [10, 20][Tensor(np.int64(1))] == 20
    assert [row.tolist() for row in map(np.asarray, Tensor([[1, 2], [3, 4]]))] == [[1, 2], [3, 4]]


def test_index_and_slice_of_the_first_axis_are_views():
    tensor = Tensor(np.arange(6.0).reshape(3, 2))
    assert tensor[1].numpy().tolist() == tensor[-2].numpy().tolist() == [2, 3]
    assert tensor[1:].numpy().tolist() == [[2, 3], [4, 5]]
    assert tensor[:-1].shape == (2, 2)
    assert tensor[5:].shape == (0, 2)
    assert np.shares_memory(tensor[1:].numpy(), tensor.numpy())


@pytest.mark.parametrize(
    "key", [3, -4, 1.0, (0, 0, 0), (..., ...), [3], ([0], [2]), [True, False], "a"]
)
def test_other_indices_are_refused(key):
    with pytest.raises(IndexError, match=r"takes|expected one in|range|too many|Ellipsis|fit"):
        Tensor(np.zeros((3, 2)))[key]


def test_a_tensor_is_immutable():
    with pytest.raises(TypeError, match="immutable"):
        Tensor([1.0])[0] = 2


def test_operators_take_tensors_arrays_numbers_and_lists_on_either_side():
    x = Tensor([1.0, 2.0])
    assert (x + 1).numpy().tolist() == (1 + x).numpy().tolist() == [2, 3]
    assert (3 - x).numpy().tolist() == [2, 1]
    assert (2 / x).numpy().tolist() == [2, 1]
    assert (x * [3, 4]).numpy().tolist() == ([3, 4] * x).numpy().tolist() == [3, 8]
    left = np.ones(2, "float32") - x
    assert isinstance(left, Tensor)
    assert left.numpy().tolist() == [0, -1]
    assert (-x).numpy().tolist() == [-1, -2]
    assert abs(Tensor([-2.0])).numpy().tolist() == [2]
    assert (Tensor([[1, 2]]) @ [[3], [4]]).numpy().tolist() == [[11]]


@pytest.mark.parametrize(
    ("dtype", "number", "result"),
    [("float64", 0.5, "float64"), ("float32", 1, "float32"), ("int32", 2, "int32"),
     ("int32", 0.5, "float32"), ("bool", 2, "int32"), ("int64", True, "int64"),
     ("float64", [1, 2], "float64"), ("float32", np.float64(2), "float32")],
)  # fmt: skip
def test_python_numbers_take_the_dtype_of_the_tensor(dtype, number, result):
    tensor = Tensor(np.ones(2, dtype))
    expected = np.ones(2) * number
    for product in (tensor * number, number * tensor):
        assert product.dtype == result
        assert np.array_equal(product.numpy(), expected)


def test_two_dtypes():
    assert (Tensor(np.int32([3])) / Tensor(np.int32([2]))).numpy().tolist() == [1.5]
    assert (Tensor(np.int64([3])) + Tensor([0.5])).dtype == "float32"
    assert (Tensor(np.uint8([3])) + Tensor(np.int64([3]))).dtype == "int64"
    with pytest.raises(TypeError, match=r"float32.*float64|float64.*float32"):
        Tensor([1.0]) + Tensor(np.ones(1))


def test_numbers_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"300.*uint8"):
        Tensor([300], "uint8")


@pytest.mark.parametrize("other", ["a", None, {}, object()])
def test_operators_leave_other_types_to_python(other):
    with pytest.raises(TypeError, match="unsupported operand"):
        Tensor([1.0]) + other


@pytest.mark.parametrize("dtype", DTYPES)
def test_dlpack_shares_memory_both_ways(dtype):
    tensor = Tensor(np.array([1, 0, 1], dtype))
    array = np.from_dlpack(tensor)
    assert array.dtype == dtype
    assert np.shares_memory(array, tensor.numpy())
    back = lamina.from_dlpack(array)
    assert np.shares_memory(back.numpy(), tensor.numpy())
    assert tensor.__dlpack_device__() == (1, 0)
    assert "dltensor" in repr(tensor.__dlpack__())  # a consumer from before DLPack 1.0


def test_dlpack_of_a_variable_is_a_copy():
    v = Variable([1.0, 2.0])
    array = np.from_dlpack(v)
    v.assign([5.0, 6.0])
    assert array.tolist() == [1, 2]


class Legacy:
    """Hands on what a consumer from before DLPack 1.0 gets, which cannot be read-only."""

    def __init__(self, tensor):
        self.tensor = tensor

    def __dlpack__(self, **_):
        return self.tensor.__dlpack__()

    def __dlpack_device__(self):
        return self.tensor.__dlpack_device__()


def test_dlpack_hands_out_no_writable_memory():
    tensor = Tensor(np.array([1.0, 2.0], "float32"))
    array = np.from_dlpack(tensor)
    assert not (array.flags.writeable and np.shares_memory(array, tensor.numpy()))
    copied = np.from_dlpack(Legacy(tensor))
    assert not np.shares_memory(copied, tensor.numpy())
    assert copied.tolist() == [1.0, 2.0]
    with pytest.raises(BufferError, match="read-only"):
        tensor.__dlpack__(copy=False)


def test_cast_detach_and_repr():
    x = Tensor([1.5, -1.5], requires_grad=True)
    assert x.cast("int32").numpy().tolist() == x.astype(np.int32).numpy().tolist() == [1, -1]
    assert not x.detach().requires_grad
    assert repr(Tensor([[1, 2]])) == "Tensor([[1., 2.]], shape=(1, 2), dtype=float32)"


def test_a_variable_changes_in_place_and_its_copies_do_not():
    v = Variable([1.0, 2.0], name="v")
    before = v.numpy()
    v.assign([3, 4])
    v.assign_add(1)
    v.assign_sub([1, 2])
    assert before.tolist() == [1, 2]
    assert v.numpy().tolist() == [3, 3]
    assert (v.name, v.shape, v.dtype, v.trainable) == ("v", (2,), "float32", True)
    assert (v * v).numpy().tolist() == [9, 9]
    assert v in {v}
    with pytest.raises(ValueError, match=r"\(3,\).*'v'.*\(2,\)"):
        v.assign([1, 2, 3])


def test_backward_accumulates_until_zeroed():
    x = Tensor([1.0, -2.0], requires_grad=True)
    assert x.grad is None
    for _ in range(2):
        ops.sum(x * x).backward()
    assert x.grad.numpy().tolist() == [4, -8]
    x.zero_grad()
    assert x.grad is None
    (x * 3).backward([1, 2])
    assert x.grad.numpy().tolist() == [3, 6]


def test_backward_refusals():
    x = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(ValueError, match=r"scalar.*\(2,\)"):
        (x * x).backward()
    with pytest.raises(RuntimeError, match="requires a gradient"):
        Tensor([1.0]).backward()
    y = ops.sum(x * x)
    y.backward()
    with pytest.raises(RuntimeError, match="already"):
        y.backward()
    v = Variable([1.0])
    y = v * v
    v.assign([2.0])
    with pytest.raises(RuntimeError, match="assign"):
        y.backward()


def test_no_grad_as_context_and_decorator():
    x = Tensor([1.0], requires_grad=True)

    @lamina.no_grad()
    def square():
        return x * x

    assert not square().requires_grad
    with lamina.no_grad(), lamina.no_grad():
        assert not (x * x).requires_grad
    with pytest.raises(KeyError), lamina.no_grad():
        raise KeyError
    assert lamina.grad_enabled()
    assert (x * x).requires_grad


def test_gradients_that_others_see_are_not_written_to():
    x = Tensor(np.float32([-1, 2, 3]), requires_grad=True)
    given = Tensor(np.float32([4, 5, 6]))
    lamina.ops.relu(x).backward(given)
    np.testing.assert_array_equal(given.numpy(), [4, 5, 6])
    first, view = x.grad, x.grad.numpy()
    lamina.ops.relu(x).backward(given)
    np.testing.assert_array_equal(x.grad.numpy(), [0, 10, 12])
    np.testing.assert_array_equal(first.numpy(), [0, 5, 6])
    np.testing.assert_array_equal(view, [0, 5, 6])


def test_a_gradient_that_goes_two_ways_serves_both():
    x = Tensor(np.float32([-1, 2, 3]), requires_grad=True)
    both = lamina.ops.tanh(x) + lamina.ops.relu(x)  # one tensor is the gradient of either
    both.backward(Tensor(np.float32([1, 1, 1])))
    expected = 1 - np.tanh(np.array([-1, 2, 3])) ** 2 + [0, 1, 1]
    np.testing.assert_allclose(x.grad.numpy(), expected, rtol=1e-6)


def test_borrowed_memory_is_not_written_to():
    source = np.ones(3, "float32")
    source.flags.writeable = False
    x = Tensor(np.zeros(3, "float32"), requires_grad=True)
    x.backward(lamina.from_dlpack(source))
    x.backward(Tensor(np.ones(3, "float32")))
    np.testing.assert_array_equal(source, [1, 1, 1])
    np.testing.assert_array_equal(x.grad.numpy(), [2, 2, 2])
