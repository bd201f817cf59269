"""Methods of tensors, variables and symbolic tensors against NumPy, in PyTorch's words too."""

import copy
import pickle

import numpy as np
import pytest

import lamina
from lamina import Input, Model, Tensor, Variable, ops

A = np.array([[0.5, -1.5, 2.5, 0.0], [3.0, 1.0, -2.0, 4.0], [1.0, 1.0, 7.0, -6.0]])
POSITIVE = np.abs(A) + 0.25


def softmax(a, axis):
    e = np.exp(a - a.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


# What is typed, and what NumPy says of it.
METHODS = {
    "sum()": (lambda x: x.sum(), lambda a: a.sum()),
    "sum(1)": (lambda x: x.sum(1), lambda a: a.sum(1)),
    "sum(dim)": (lambda x: x.sum(dim=-1, keepdim=True), lambda a: a.sum(-1, keepdims=True)),
    "mean(dim)": (lambda x: x.mean(dim=1), lambda a: a.mean(1)),
    "mean(axis)": (lambda x: x.mean(axis=1, keepdims=True), lambda a: a.mean(1, keepdims=True)),
    "prod": (lambda x: x.prod(1), lambda a: a.prod(1)),
    "max": (lambda x: x.max(1), lambda a: a.max(1)),
    "min": (lambda x: x.min(axis=1, keepdims=True), lambda a: a.min(1, keepdims=True)),
    "amax": (lambda x: x.amax(dim=1), lambda a: a.max(1)),
    "var": (lambda x: x.var(axis=1), lambda a: a.var(1)),
    "var(ddof)": (lambda x: x.var(1, ddof=1), lambda a: a.var(1, ddof=1)),
    "std": (lambda x: x.std(1), lambda a: a.std(1)),
    "std(ddof)": (lambda x: x.std(axis=1, ddof=1), lambda a: a.std(1, ddof=1)),
    "all": (lambda x: (x > -9).all(), lambda a: (a > -9).all()),
    "any": (lambda x: (x > 5).any(axis=1), lambda a: (a > 5).any(1)),
    "argmax": (lambda x: x.argmax(-1), lambda a: a.argmax(-1)),
    "argmax(dim)": (lambda x: x.argmax(dim=1), lambda a: a.argmax(1)),
    "argmin": (lambda x: x.argmin(axis=1), lambda a: a.argmin(1)),
    "argsort": (lambda x: x.argsort(1), lambda a: a.argsort(1, kind="stable")),
    "argsort(desc)": (
        lambda x: x[:2].argsort(dim=1, descending=True), lambda a: a[:2].argsort(1)[:, ::-1]
    ),
    "sort": (lambda x: x.sort(), lambda a: np.sort(a)),
    "topk": (lambda x: x.topk(2)[0], lambda a: np.sort(a)[:, ::-1][:, :2]),
    "topk(dim)": (lambda x: x.topk(2, dim=0)[0], lambda a: np.sort(a, 0)[::-1][:2]),
    "norm": (lambda x: x.norm(), lambda a: np.linalg.norm(a)),
    "norm(p)": (lambda x: x.norm(p=1, dim=1), lambda a: np.abs(a).sum(1)),
    "logsumexp": (lambda x: x.logsumexp(dim=1), lambda a: np.log(np.exp(a).sum(1))),
    "clip": (lambda x: x.clip(-1, 1), lambda a: a.clip(-1, 1)),
    "clamp(min)": (lambda x: x.clamp(min=0), lambda a: a.clip(0, None)),
    "clip(max)": (lambda x: x.clip(max=0.5), lambda a: a.clip(None, 0.5)),
    "clip(arrays)": (
        lambda x: x.clip(np.zeros(4), np.ones(4)), lambda a: a.clip(np.zeros(4), np.ones(4))
    ),
    "abs": (lambda x: x.abs(), np.abs),
    "sign": (lambda x: x.sign(), np.sign),
    "square": (lambda x: x.square(), np.square),
    "exp": (lambda x: x.exp(), np.exp),
    "log": (lambda x: (x * x + 1).log(), lambda a: np.log(a * a + 1)),
    "sqrt": (lambda x: (x * x).sqrt(), np.abs),
    "sin": (lambda x: x.sin(), np.sin),
    "cos": (lambda x: x.cos(), np.cos),
    "tanh": (lambda x: x.tanh(), np.tanh),
    "sigmoid": (lambda x: x.sigmoid(), lambda a: 1 / (1 + np.exp(-a))),
    "relu": (lambda x: x.relu(), lambda a: np.maximum(a, 0)),
    "softmax": (lambda x: x.softmax(dim=1), lambda a: softmax(a, 1)),
    "softmax(axis)": (lambda x: x.softmax(-1), lambda a: softmax(a, -1)),
    "log_softmax": (lambda x: x.log_softmax(dim=-1), lambda a: np.log(softmax(a, -1))),
    "floor": (lambda x: x.floor(), np.floor),
    "ceil": (lambda x: x.ceil(), np.ceil),
    "round": (lambda x: x.round(), np.round),
    "cumsum": (lambda x: x.cumsum(dim=1), lambda a: a.cumsum(1)),
    "isnan": (lambda x: x.isnan(), np.isnan),
    "pow": (lambda x: x.pow(2), lambda a: a**2),
    "add": (lambda x: x.add(1).mul(2).sub(3).div(4), lambda a: ((a + 1) * 2 - 3) / 4),
    "eq": (lambda x: x.eq(1.0), lambda a: a == 1),
    "lt": (lambda x: x.lt(1.0), lambda a: a < 1),
    "maximum": (lambda x: x.maximum(1.0), lambda a: np.maximum(a, 1)),
    "matmul": (lambda x: x.matmul(A.T), lambda a: a @ A.T),
    "dot": (lambda x: x.dot(A.T), lambda a: a.dot(A.T)),
    "mm": (lambda x: x.mm(A.T), lambda a: a @ A.T),
    "reshape": (lambda x: x.reshape(-1, 2, 2), lambda a: a.reshape(-1, 2, 2)),
    "reshape(())": (lambda x: x.reshape((-1, 2)), lambda a: a.reshape(-1, 2)),
    "view": (lambda x: x.view(-1, 2, 2), lambda a: a.reshape(-1, 2, 2)),
    "view(())": (lambda x: x.view((-1, 2)), lambda a: a.reshape(-1, 2)),
    "flatten": (lambda x: x.flatten(), lambda a: a.flatten()),
    "flatten(1)": (lambda x: x.reshape(-1, 2, 2).flatten(1), lambda a: a),
    "ravel": (lambda x: x.ravel(), lambda a: a.ravel()),
    "T": (lambda x: x.T, lambda a: a.T),
    "t": (lambda x: x.t(), lambda a: a.T),
    "mT": (lambda x: x.reshape(-1, 2, 2).mT, lambda a: a.reshape(-1, 2, 2).swapaxes(1, 2)),
    "transpose": (lambda x: x.transpose(), lambda a: a.T),
    "transpose(1, 0)": (lambda x: x.transpose(1, 0), lambda a: a.T),
    "transpose(())": (
        lambda x: x.reshape(-1, 2, 2).transpose((0, 2, 1)),
        lambda a: a.reshape(-1, 2, 2).transpose(0, 2, 1),
    ),
    "permute": (
        lambda x: x.view(-1, 2, 2).permute(0, 2, 1),
        lambda a: a.reshape(-1, 2, 2).transpose(0, 2, 1),
    ),
    "swapaxes": (lambda x: x.swapaxes(0, 1), lambda a: a.T),
    "unsqueeze": (lambda x: x.unsqueeze(1), lambda a: a[:, None]),
    "unsqueeze(dim)": (lambda x: x.unsqueeze(dim=-1), lambda a: a[..., None]),
    "squeeze": (lambda x: x[:, :1].squeeze(1), lambda a: a[:, 0]),
    "squeeze(dim)": (lambda x: x[:, :1].squeeze(dim=-1), lambda a: a[:, 0]),
    "expand": (lambda x: x.unsqueeze(1).expand(-1, 2, 4), lambda a: np.stack([a, a], 1)),
    "repeat": (lambda x: x.repeat(2, axis=1), lambda a: a.repeat(2, axis=1)),
    "repeat()": (lambda x: x.repeat(2), lambda a: a.repeat(2)),
    "tile": (lambda x: x.tile(1, 2), lambda a: np.tile(a, (1, 2))),
    "tile(())": (lambda x: x.tile((1, 2)), lambda a: np.tile(a, (1, 2))),
    "flip": (lambda x: x.flip(dims=[1]), lambda a: a[:, ::-1]),
    "roll": (lambda x: x.roll(1, axis=1), lambda a: np.roll(a, 1, 1)),
    "roll(shifts)": (lambda x: x.roll(shifts=1, dims=1), lambda a: np.roll(a, 1, 1)),
    "split": (lambda x: x.split(3, dim=1)[1], lambda a: a[:, 3:]),
    "split([])": (lambda x: x.split([1, 3], dim=1)[1], lambda a: a[:, 1:]),
    "chunk": (lambda x: x.chunk(2, dim=1)[1], lambda a: a[:, 2:]),
    "chunk(3)": (lambda x: x.chunk(3, dim=1)[1], lambda a: a[:, 2:]),
    "unbind": (lambda x: x.unbind(dim=1)[2], lambda a: a[:, 2]),
    "take": (lambda x: x.take([0, 3], axis=1), lambda a: a.take([0, 3], 1)),
    "index_select": (lambda x: x.index_select(1, [3, 0]), lambda a: a[:, [3, 0]]),
    "gather": (
        lambda x: x.gather(1, [[0], [3], [2]]), lambda a: np.take_along_axis(a, np.c_[[0, 3, 2]], 1)
    ),
    "masked_fill": (lambda x: x.masked_fill(x < 0, 9.0), lambda a: np.where(a < 0, 9, a)),
    "where": (lambda x: x.where(x > 0, -x), np.abs),
    "tril": (lambda x: x.tril(), np.tril),
    "diagonal": (lambda x: x.diagonal(), lambda a: a.diagonal()),
    "detach": (lambda x: x.detach(), lambda a: a),
    "clone": (lambda x: x.clone(), lambda a: a),
    "contiguous": (lambda x: x.contiguous(), lambda a: a),
    "long": (lambda x: x.long(), lambda a: a.astype("int64")),
    "int": (lambda x: x.int(), lambda a: a.astype("int32")),
    "bool": (lambda x: x.bool(), lambda a: a.astype("bool")),
    "float": (lambda x: x.float(), lambda a: a.astype("float32")),
    "double": (lambda x: x.double(), lambda a: a.astype("float64")),
    "astype": (lambda x: x.astype(np.int32), lambda a: a.astype("int32")),
    "x % 2": (lambda x: x % 2, lambda a: a % 2),
    "5 % x": (lambda x: 5 % (x * x + 1), lambda a: 5 % (a * a + 1)),
    "x // 2": (lambda x: x // 2, lambda a: a // 2),
    "7 // x": (lambda x: 7 // (x * x + 1), lambda a: 7 // (a * a + 1)),
    "divmod": (lambda x: divmod(x, 2)[1], lambda a: a % 2),
    "^": (lambda x: (x > 0) ^ (x > 1), lambda a: (a > 0) ^ (a > 1)),
    "&": (lambda x: (x > 0) & (x < 2), lambda a: (a > 0) & (a < 2)),
    "|": (lambda x: (x < 0) | (x > 2), lambda a: (a < 0) | (a > 2)),
    "~": (lambda x: ~(x > 0), lambda a: ~(a > 0)),
    "+x": (lambda x: +x, lambda a: a),
    "__round__": (lambda x: round(x), np.round),
    "x[i, j]": (lambda x: x[[0, 1], [3, 2]], lambda a: a[[0, 1], [3, 2]]),
}  # fmt: skip


def check(got, expected):
    expected = np.asarray(expected)
    assert got.shape == expected.shape
    kind = got.dtype if got.dtype in ("bool",) else got.dtype[:3]
    assert expected.dtype.name.startswith(kind)
    np.testing.assert_allclose(got.numpy(), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", METHODS)
def test_of_tensors(name):
    method, by_numpy = METHODS[name]
    with np.errstate(all="ignore"):
        check(method(Tensor(A)), by_numpy(A))


@pytest.mark.parametrize("name", METHODS)
def test_of_variables(name):
    method, by_numpy = METHODS[name]
    got = method(Variable(A))
    got = got.value if isinstance(got, Variable) else got
    check(got, by_numpy(A))


# A graph does not know the number of samples before it runs.
NOT_IN_GRAPHS = {"topk(dim)", "gather", "double", "__round__", "+x", "contiguous"}


@pytest.mark.parametrize("name", sorted(METHODS.keys() - NOT_IN_GRAPHS))
def test_of_symbolic_tensors(name):
    method, by_numpy = METHODS[name]
    x = Input((4,))
    got = Model(x, method(x))(Tensor(A, "float32"))
    expected = np.asarray(by_numpy(A))
    assert got.shape == expected.shape
    np.testing.assert_allclose(got.numpy(), expected, rtol=1e-5, atol=1e-6)


def test_gradients_go_through_methods():
    x = Tensor(A, requires_grad=True)
    weights = np.arange(8.0).reshape(2, 4)
    (x.clone().split(2)[0] * weights).sum().backward()
    expected = np.zeros_like(A)
    expected[:2] = weights
    np.testing.assert_array_equal(x.grad.numpy(), expected)


# Where NumPy and PyTorch mean different things by one call, it is refused with both ways out.
@pytest.mark.parametrize(
    ("call", "ways"),
    [
        (lambda x: x.max(dim=1), "argmax"),
        (lambda x: x.min(dim=1), "argmin"),
        (lambda x: x.std(dim=1), "ddof=1"),
        (lambda x: x.var(dim=1), "ddof=1"),
        (lambda x: x.sort(descending=True), "argsort"),
        (lambda x: x.repeat(2, 1), r"repeat\(2, axis=1\).*tile\(2, 1\)"),
        (lambda x: x.transpose(0, 1), "swapaxes"),
        (lambda x: x.reshape(3, 2, 2).transpose(1, 2), "swapaxes"),
        (lambda x: x.backward(create_graph=True), "differentiates once"),
    ],
)
def test_two_meanings(call, ways):
    with pytest.raises((TypeError, ValueError), match=ways):
        call(Tensor(A, requires_grad=True))


@pytest.mark.parametrize("make", [Tensor, Variable, lambda a: Input((4,))])
@pytest.mark.parametrize(
    ("name", "way"),
    [("cuda", "set_device"), ("add_", "x = x \\+ y"), ("data", "detach"), ("to_numpy", "numpy")],
)
def test_missing_names_say_what_to_write(make, name, way):
    x = make(A)
    with pytest.raises(AttributeError, match=way):
        getattr(x, name)
    assert not hasattr(x, name)
    assert name not in dir(x)


def test_symbolic_tensors_have_no_values():
    with pytest.raises(AttributeError, match="call the model on data"):
        Input((4,)).numpy()


def test_misspelt_names_are_plain_attribute_errors():
    with pytest.raises(AttributeError, match="shap"):
        _ = Tensor(A).shap


def test_what_it_is():
    x = Tensor(A)
    assert (x.dim(), x.ndim, x.numel(), x.size, x.itemsize, x.nbytes) == (2, 2, 12, 12, 8, 96)
    assert x.is_floating_point()
    assert not x.long().is_floating_point()
    assert x.is_contiguous()
    assert x.tolist() == A.tolist()
    assert Tensor(np.int64(3)).tolist() == 3
    assert [int(n) for n in x.nonzero()[0][:3]] == [0, 0, 0]


def test_to():
    x = Tensor(A)
    assert x.to("cpu").dtype == x.to(device="cpu").dtype == "float64"
    assert x.to("float32").dtype == x.to(np.float32).dtype == x.to(dtype="float32").dtype
    assert x.to("cpu", "int64").dtype == "int64"
    assert x.to(Tensor([1.0])).dtype == "float32"
    with pytest.raises((TypeError, ValueError), match="float16"):
        x.to("float16")
    with pytest.raises(TypeError, match="device, a dtype"):
        x.to()


def test_new_tensors_like_this_one():
    x = Tensor(np.int64([1, 2]))
    assert (x.new_zeros(2, 3).dtype, x.new_zeros((2, 3)).shape) == ("int64", (2, 3))
    assert x.new_ones(2, dtype="float32").tolist() == [1, 1]
    assert x.new_full((2,), 7).tolist() == [7, 7]


def test_copies_do_not_follow_a_variable():
    v = Variable([1.0, 2.0])
    kept = [v.clone(), v.copy(), +v.clone()]
    v.assign([5.0, 6.0])
    assert [c.tolist() for c in kept] == [[1, 2]] * 3
    assert v.clone().requires_grad
    assert Tensor(np.int32([1])).clone().dtype == "int32"


def test_formats_and_numbers():
    loss = Tensor([[0.123456]])
    assert f"{loss:.4f}" == f"{loss.mean():.4f}" == "0.1235"
    assert f"{Tensor(2)}" == "2.0"
    assert f"{Tensor([1.0])}" == repr(Tensor([1.0])) == "Tensor([1.], shape=(1,), dtype=float32)"
    with pytest.raises(TypeError, match=r"one element.*\(2,\)"):
        f"{Tensor([1.0, 2.0]):.2f}"
    for convert in (float, int, bool):
        assert convert(Variable(1.0)) == 1
        with pytest.raises(ValueError, match=r"\(2,\)"):
            convert(Tensor([1.0, 2.0]))
    assert [10, 20][Variable(np.int64(1))] == 20


def test_printing_is_numpys():
    x = Tensor(np.arange(2000.0).reshape(40, 50) / 3)
    lines = repr(x).split("\n")
    assert lines[0].startswith("Tensor([[")
    assert any("..." in line for line in lines)
    assert len(lines) < 30
    assert "requires_grad=True" in repr(Tensor([1.0], requires_grad=True))
    assert repr(Variable([1.0, 2.5], name="v")) == (
        "<Variable v, shape=(2,), dtype=float32, value=[1. , 2.5]>"
    )
    assert repr(Tensor(np.array([True, False]))) == (
        "Tensor([ True, False], shape=(2,), dtype=bool)"
    )


def test_comparisons_with_what_is_no_number():
    x = Tensor([1.0, 2.0])
    assert (x == None) is False  # noqa: E711
    assert (x != "abc") is True
    assert 2 in x
    assert 3 not in x
    assert "abc" not in x


# Subscripts.
B = np.arange(60.0).reshape(3, 4, 5)
KEYS = [
    (B[:, 0, 0] > 10,),
    (B > 30,),
    (slice(None), B[0, :, 0] > 5),
    (0, B[0] > 8),
    ([0, 2], [1, 3]),
    ([0, 2], slice(None), [1, 3]),
    (slice(None), [0, 2], [1, 3]),
    ([[0], [2]], [1, 3]),
    (1, slice(None), [0, 4, 4]),
    ([0, 1], slice(1, 3), 2),
    (slice(None), 1, [0, 4]),
    (..., [0, -1]),
    ([0, 1], ..., [0, -1]),
    ([0, 1], None, [0, 1]),
    (None, [0, 1], [2, 0], [4, 4]),
    ([-1], [[-1, 0]]),
    (np.zeros(3, bool),),
    (B[:, :, 0] > 20, [0]),
    (B[:, :, 0] > 20, 2),
    ([], [], 1),
    (slice(None), None, [1, 2], 0),
]


@pytest.mark.parametrize("key", KEYS)
def test_keys_of_arrays(key):
    as_numpy = tuple(np.array(k, int) if isinstance(k, list) else k for k in key)
    expected = B[as_numpy]
    x = Tensor(B, requires_grad=True)
    got = x[key]
    assert got.shape == expected.shape
    np.testing.assert_array_equal(got.numpy(), expected)
    weights = np.arange(1.0, expected.size + 1).reshape(expected.shape)
    got.backward(weights)
    by_numpy = np.zeros_like(B)
    np.add.at(by_numpy, as_numpy, weights)
    np.testing.assert_array_equal(x.grad.numpy(), by_numpy)


def test_masks_and_indices_as_tensors():
    x = Tensor(B)
    np.testing.assert_array_equal(x[x > 7].numpy(), B[B > 7])
    np.testing.assert_array_equal(x[Tensor(np.int64([1]))].numpy(), B[[1]])
    np.testing.assert_array_equal(x[Variable(np.int32([2, 0]))].numpy(), B[[2, 0]])
    np.testing.assert_array_equal(Variable(B)[B > 7].numpy(), B[B > 7])
    with pytest.raises(IndexError, match=r"mask of shape \(3,\).*\(3, 4, 5\) at axis 1"):
        x[:, [True, False, True]]
    with pytest.raises(IndexError, match=r"4.*\[-4, 4\)"):
        x[[0], [4]]


def test_keys_in_graphs():
    x = Input((4, 5))
    for key in [
        (slice(None), [0, 2], [1, 3]),
        (slice(None), B[0] > 8),
        (slice(None), B[0, :, 0] > 5, 2),
    ]:
        np.testing.assert_array_equal(Model(x, x[key])(Tensor(B, "float32")).numpy(), B[key])
    with pytest.raises(IndexError, match=r"ops\.where"):
        x[x > 0]


@pytest.mark.parametrize("make", [Tensor, Variable])
def test_elements_are_not_set(make):
    x = make(A)
    with pytest.raises(TypeError, match=r"ops\.where"):
        x[A > 0] = 1


# Floats of arrays.
def test_arrays_of_floats_take_the_tensors_dtype():
    x, wide = Tensor([1.0, 2.0]), np.array([0.5, 0.25])
    assert (x + wide).dtype == (wide * x).dtype == np.multiply(wide, x).dtype == "float32"
    assert (x.double() * np.float32([1, 2])).dtype == "float64"
    assert (x > wide).tolist() == [True, True]
    assert ops.where([True, False], x, wide).dtype == "float32"
    assert ops.stack([x, wide]).dtype == ops.concatenate([wide, x]).dtype == "float32"
    assert ops.einsum("i,i->", x, wide).dtype == "float32"
    assert (np.float64(0.5) * x).dtype == (x / np.float64(3)).dtype == "float32"
    assert (x + np.int64([1, 2])).dtype == "float32"
    assert (Tensor(np.int32([1])) * np.array([0.5])).dtype == "float64"
    with pytest.raises(TypeError, match=r"float32.*float64"):
        x + Tensor(wide)


# Copying.
def test_copy_and_pickle():
    x = Tensor(A, requires_grad=True)
    for made in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert made.requires_grad
        assert made.tolist() == A.tolist()
        assert made.dtype == "float64"
    with pytest.raises(RuntimeError, match="detach"):
        copy.deepcopy(x * 2)
    assert not copy.deepcopy(x.detach()).requires_grad
    assert lamina.grad_enabled()


@pytest.mark.parametrize("name", ["sum", "mean", "prod", "all", "any"])
@pytest.mark.parametrize("wrap", [lamina.Tensor, lamina.Variable])
def test_reductions_take_either_word_for_the_axes(name, wrap):
    x = wrap(np.arange(6.0).reshape(2, 3))
    expected = getattr(np.arange(6.0).reshape(2, 3), name)(axis=1, keepdims=True)
    for reduced in (
        getattr(x, name)(1, True),
        getattr(x, name)(axis=1, keepdims=True),
        getattr(x, name)(1, keepdim=True),
        getattr(x, name)(dim=1, keepdim=True),
    ):
        assert np.array_equal(reduced, expected)
