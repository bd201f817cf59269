"""Every function of lamina.ops and lamina.activations by name, as graphs and files hold it."""

import inspect
import json

import numpy as np
import pytest

import lamina
from lamina import Input, Tensor, Variable, _lamina, _symbolic, activations, ops

INF = float("inf")
RNG = np.random.default_rng(11)
X = RNG.normal(size=(3, 4)).astype("float32")
Y = RNG.normal(size=(3, 4)).astype("float32")
POSITIVE = np.abs(X) + np.float32(0.1)
WHOLE = RNG.integers(-5, 6, (3, 4)).astype("int32")
BITS = X > 0
ROW = RNG.normal(size=4).astype("float32")
SQUARE = np.abs(ROW) + np.float32(0.5)
MATRIX = RNG.normal(size=(4, 5)).astype("float32")
BATCH = RNG.normal(size=(2, 3, 4)).astype("float32")
HEADS = BATCH.reshape(2, 3, 2, 2)
IMAGES = RNG.normal(size=(2, 6, 6, 3)).astype("float32")
PLANES = np.ascontiguousarray(IMAGES.transpose(0, 3, 1, 2))
KERNEL = RNG.normal(size=(3, 3, 3, 2)).astype("float32")
TRANSPOSED = RNG.normal(size=(3, 3, 2, 3)).astype("float32")
POINTWISE = RNG.normal(size=(1, 1, 6, 4)).astype("float32")
PLACES = np.array([2, 0, -1], "int64")


def call(*args, **kwargs):
    return args, kwargs


UNARY = [call(X), call(WHOLE)]
BINARY = [
    call(X, Y),
    call(X, ROW),
    call(X, 2),
    call(0.5, X),
    call(WHOLE, 2),
    call(x1=X, x2=[1, 2, 3, 4]),
]
REDUCTION = [
    call(X),
    call(BATCH, axis=1),
    call(BATCH, (0, -1), True),
    call(X, [1], keepdims=True),
    call(X, axis=()),
]
PLACE = [call(X), call(X, keepdims=True), call(X, axis=-1), call(X, np.int64(0), keepdims=True)]
POOL = [
    call(IMAGES, 2),
    call(IMAGES, (3, 2), strides=(1, 2), padding="same"),
    call(PLANES, 2, 1, data_format="channels_first"),
]
ADAPTIVE = [call(IMAGES, 2), call(PLANES, (3, 2), data_format="channels_first")]
CONV = [
    call(IMAGES, KERNEL),
    call(IMAGES, KERNEL, strides=(2, 1), padding="same"),
    call(PLANES, KERNEL, 1, "valid", "channels_first", 2),
]
UNARY_NAMES = [
    "sin", "cos", "arctan",
    "negative", "absolute", "abs", "sign", "square", "floor", "ceil", "round", "reciprocal", "exp",
    "expm1", "sinh", "erf", "isnan", "isinf", "isfinite", "logical_not", "relu6", "selu", "tanh",
    "sigmoid", "softplus", "softsign", "silu", "swish", "mish", "hard_sigmoid", "hard_silu",
    "hard_swish", "hard_tanh", "log_sigmoid", "tanh_shrink", "sparse_plus", "sparse_sigmoid",
    "step", "stop_gradient",
]  # fmt: skip
POSITIVE_NAMES = ["sqrt", "rsqrt", "log", "log1p", "log2", "log10"]
BINARY_NAMES = [
    "add", "subtract", "multiply", "divide", "maximum", "minimum", "equal", "not_equal", "less",
    "less_equal", "greater", "greater_equal", "logical_and", "logical_or",
]  # fmt: skip
REDUCTION_NAMES = ["sum", "mean", "prod", "max", "min", "var", "std", "logsumexp", "all", "any"]

CALLS = (
    {name: UNARY for name in UNARY_NAMES}
    | {name: [call(POSITIVE)] for name in POSITIVE_NAMES}
    | {name: BINARY for name in BINARY_NAMES}
    | {name: REDUCTION for name in REDUCTION_NAMES}
    | {name: POOL for name in ["max_pool", "min_pool", "average_pool"]}
    | {name: ADAPTIVE for name in ["adaptive_max_pool", "adaptive_average_pool"]}
    | {
        "argmax": PLACE,
        "argmin": PLACE,
        "argsort": [call(X), call(X, axis=0)],
        "batch_normalization": [
            call(X, ROW, SQUARE, -1),
            call(BATCH, ROW[:3], SQUARE[:3], axis=1),
            call(X, ROW, SQUARE, 1, offset=ROW, scale=SQUARE, epsilon=1e-5),
        ],
        "broadcast_to": [call(ROW, (3, 4))],
        "cast": [call(X, "int32"), call(WHOLE, np.float64), call(BITS, dtype="float32")],
        "clip": [call(X, -1, 0.5), call(X, None, 0.5), call(X, 0, INF), call(WHOLE, -2, 2)],
        "concatenate": [
            call([X, Y]),
            call([X, MATRIX.T[:, :3].T], axis=-1),
            call((X, [[1, 2, 3, 4]])),
        ],
        "conv": CONV,
        "conv_transpose": [
            call(IMAGES, TRANSPOSED),
            call(IMAGES, TRANSPOSED, 2, "same", output_padding=1),
            call(PLANES, TRANSPOSED, (2, 1), "valid", None, "channels_first"),
        ],
        "convert_to_tensor": [call(X), call(X, dtype="float64")],
        "cumsum": [call(X), call(X, axis=1), call(X, 0, dtype="float64")],
        "dense": [call(X, MATRIX), call(X, MATRIX, MATRIX[0], activation="relu")],
        "depthwise_conv": CONV,
        "einsum": [call("ij,jk->ik", X, MATRIX), call("ij->ji", X)],
        "embedding": [call(MATRIX, PLACES), call(MATRIX, [[0, 1], [3, -1]])],
        "expand_dims": [call(X, 1), call(X, (0, -1))],
        "flip": [call(X), call(X, axis=(0, 1))],
        "glu": [call(X), call(np.tile(X, (2, 1)), axis=0)],
        "dot_product_attention": [
            call(HEADS, HEADS, HEADS),
            call(HEADS, HEADS[:, :2], HEADS[:, :2], BITS[:, :2], scale=0.3, is_causal=True),
            call(HEADS, HEADS, HEADS, mask=BITS[:, :3], flash_attention=True),
        ],
        "layer_normalization": [
            call(X),
            call(X, ROW, beta=ROW, epsilon=1e-5),
            call(BATCH, axis=(0, 2)),
        ],
        "log_softmax": [call(X), call(BATCH, axis=(1, 2))],
        "matmul": [call(X, MATRIX), call(ROW, MATRIX), call(x1=X, x2=ROW), call(X, [1, 0, 0, 2])],
        "norm": [
            call(X),
            call(X, "fro"),
            call(X, 1, axis=0),
            call(X, ord=INF, axis=1, keepdims=True),
            call(X, -INF, axis=1),
        ],
        "one_hot": [call(PLACES, 3), call(PLACES, 3, axis=0, dtype="int32")],
        "ones_like": [call(X), call(X, dtype="bool")],
        "pad": [
            call(X, 1),
            call(X, (1, 2), constant_values=-INF),
            call(X, ((1, 0), (0, 2)), mode="reflect"),
            call(X, [[2, 1]], "symmetric"),
        ],
        "power": [call(POSITIVE, X), call(POSITIVE, 0.5), call(2, X), call(WHOLE, 3)],
        "repeat": [call(X, 2), call(X, 3, axis=-1), call(X, [0, 2, 1], axis=0)],
        "reshape": [call(X, (4, 3)), call(X, (-1, 2, 3)), call(X, 12)],
        "rms_normalization": [call(X), call(X, ROW, epsilon=1e-3), call(BATCH, axis=1)],
        "scatter": [call(PLACES[:2, None], ROW[:2], (5,)), call([[1], [1]], X[:2], shape=(3, 4))],
        "separable_conv": [
            call(IMAGES, KERNEL, POINTWISE),
            call(PLANES, KERNEL, POINTWISE, 1, "same", "channels_first"),
        ],
        "softmax": [call(X), call(BATCH, axis=(1, 2)), call(X, 0), call(X, None)],
        "sort": [call(X), call(X, axis=0)],
        "sparsemax": [call(X), call(X, axis=0)],
        "split": [call(BATCH, 2), call(X, 2, axis=1), call(X, [1, 3], 1), call(X, 1)],
        "squeeze": [call(X[:, None]), call(X[None, :, None], axis=0)],
        "stack": [call([X, Y]), call((X, Y), axis=-1)],
        "swapaxes": [call(BATCH, 0, 2)],
        "take": [call(X, PLACES), call(X, PLACES, axis=0), call(X, [[0, -1]], 1)],
        "take_along_axis": [
            call(X, PLACES),
            call(X, np.argsort(X, 0), axis=0),
            call(X, PLACES[None, :], 1),
        ],
        "threshold": [call(X, 0.2, -1.0), call(X, threshold=0, default_value=-INF)],
        "tile": [call(X, 2), call(X, (2, 1, 3))],
        "top_k": [call(X, 2), call(X, k=1, sorted=False)],
        "transpose": [call(X), call(BATCH, (1, 2, 0))],
        "where": [
            call(BITS, X, Y),
            call(BITS, X, -INF),
            call(BITS, 1, 0),
            call(X, [1, 2, 3, 4], WHOLE),
        ],
        "zeros_like": [call(X), call(WHOLE, dtype="float64")],
    }
)
CALLS["round"] = [*UNARY, call(X, 2), call(WHOLE, decimals=-1)]
CALLS |= {name: UNARY for name in ["deg2rad", "exp2", "isneginf", "isposinf", "rad2deg", "trunc"]}
CALLS |= {name: BINARY for name in ["divide_no_nan", "logaddexp", "logical_xor", "true_divide"]}
CALLS |= {name: REDUCTION for name in ["amax", "amin", "nanmean", "nansum"]}
CALLS |= {name: [call(X), call(BATCH)] for name in ["fliplr", "flipud", "ravel"]}
CALLS |= {name: [call([X, Y]), call([ROW, ROW])] for name in ["dstack", "hstack", "vstack"]}
CALLS |= {
    "average": [call(X), call(X, 1, ROW), call(X, weights=POSITIVE)],
    "count_nonzero": [call(X), call(WHOLE, axis=0)],
    "diagonal": [call(X), call(BATCH, 1, axis1=1, axis2=-1)],
    "diff": [call(X), call(X, n=2, axis=0)],
    "dot": [call(X, MATRIX), call(X, ROW), call(2, X)],
    "full_like": [call(X, 3), call(X, fill_value=INF, dtype="float64")],
    "inner": [call(X, Y), call(ROW, ROW)],
    "moments": [call(X, 0), call(X, axes=[0, 1], keepdims=True)],
    "moveaxis": [call(BATCH, 0, 2), call(BATCH, (0, 1), destination=[-1, 0])],
    "nan_to_num": [call(X), call(np.where(BITS, X, np.float32(INF)), 1, posinf=2, neginf=None)],
    "normalize": [call(X), call(X, axis=0, order=INF), call(X, (0, 1), 2, epsilon=1e-3)],
    "outer": [call(ROW, ROW), call(X, [1, 2])],
    "roll": [call(X, 1), call(X, (1, -2), axis=(0, 1))],
    "trace": [call(X), call(BATCH, offset=-1, axis1=1, axis2=2)],
    "tril": [call(X), call(X, k=-1)],
    "triu": [call(X), call(X, k=-1)],
    "unstack": [call(X), call(X, 4, axis=-1), call(X[:1])],
    "vdot": [call(X, Y)],
}
# With arguments that are not the defaults.
CALLS["relu"] = [*UNARY, call(X, 0.1), call(X, negative_slope=0.1, max_value=1, threshold=0.5)]
CALLS["gelu"] = [*UNARY, call(X, False), call(X, approximate=True)]
for _name, _parameter in [("leaky_relu", "negative_slope"), ("elu", "alpha"), ("celu", "alpha"),
                          ("soft_shrink", "threshold"), ("hard_shrink", "threshold"),
                          ("squareplus", "b")]:  # fmt: skip
    CALLS[_name] = [*UNARY, call(X, **{_parameter: 0.75}), call(X, 1)]
CALLS["max"] = CALLS["min"] = [*REDUCTION, call(X, 1, initial=0.5)]
CALLS["prod"] = [*REDUCTION, call(X, 1, False, "float64")]
CALLS["linear"], CALLS["exponential"] = UNARY, UNARY

LISTS = {"moments", "split", "unstack"}
# They take no tensor, or give none.
CREATION = {"zeros", "ones", "full", "shape", "ndim", "size", "convert_to_numpy"}
ACTIVATIONS = {
    name
    for name, function in vars(activations).items()
    if inspect.isfunction(function) and not name.startswith("_")
} - {"deserialize", "get", "serialize"}


# The operations of the core; test_ops_composed.py has those that are made of them.
CORE = {
    name for name in ops.__all__ if hasattr(_lamina, name) or name in ("abs", "swish", "hard_swish")
} - CREATION
EVERY_CALL = [
    (module, name, number)
    for module, names in ((ops, CORE), (activations, ACTIVATIONS))
    for name in sorted(names)
    for number, _ in enumerate(CALLS.get(name, [None]))
]


def mapped(value, change):
    """The value with `change` made to every array within."""
    if isinstance(value, (np.ndarray, Tensor, Variable, _symbolic.SymbolicTensor)):
        return change(value)
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(mapped(item, change) for item in value)
    return value


class Recorder:
    """What stands in for a graph: symbolic tensors with values, operations applied by name."""

    def __init__(self):
        self.values, self.calls = {}, []

    def symbol(self, value):
        symbolic = Input((3,))
        self.values[symbolic] = value if isinstance(value, Tensor) else Tensor(value)
        return symbolic

    def operation(self, name, arguments):
        tensors = []

        def place(value):
            value = self.values.get(value, value) if not isinstance(value, np.ndarray) else value
            tensors.append(value if isinstance(value, Tensor) else Tensor(value))
            return {"tensor": len(tensors) - 1}

        text = json.dumps(mapped(arguments, place), allow_nan=False)
        self.calls.append((name, json.loads(text)))
        results = _lamina.apply_operation(name, tensors, text)
        symbols = [self.symbol(result) for result in results]
        return symbols[0] if len(symbols) == 1 and name not in LISTS else symbols


@pytest.fixture
def recorder(monkeypatch):
    made = Recorder()
    monkeypatch.setattr(_symbolic, "operation", made.operation)
    return made


def same(got, expected):
    assert isinstance(got, Tensor)
    assert (got.shape, got.dtype) == (expected.shape, expected.dtype)
    assert got.numpy().tobytes() == expected.numpy().tobytes()


@pytest.mark.parametrize(("module", "name", "number"), EVERY_CALL)
def test_by_name_as_called(module, name, number, recorder):
    assert name in CALLS, f"give lamina.ops.{name} a row in CALLS"
    args, kwargs = CALLS[name][number]
    function = getattr(module, name)
    eager = function(*mapped(args, Tensor), **mapped(kwargs, Tensor))
    symbolic = function(*mapped(args, recorder.symbol), **mapped(kwargs, recorder.symbol))
    assert len(recorder.calls) == 1
    if isinstance(eager, Tensor):
        same(recorder.values[symbolic], eager)
    else:
        assert len(symbolic) == len(eager)
        for one, other in zip(symbolic, eager, strict=True):
            same(recorder.values[one], other)


@pytest.mark.parametrize("name", sorted(CORE | ACTIVATIONS))
def test_other_names_and_defaults(name):
    """By the name that Python has, and with the arguments alone that have no default."""
    args, _ = CALLS[name][0]
    parameters = [part.split("=")[0] for part in _lamina.operation_signature(name).split(", ")]
    tensors = []

    def place(value):
        tensors.append(Tensor(value))
        return {"tensor": len(tensors) - 1}

    if name == "einsum":
        args = args[0], list(args[1:])
    arguments = dict(zip(parameters, mapped(args, place), strict=False))
    got = _lamina.apply_operation(name, tensors, json.dumps(arguments))
    module = ops if name in ops.__all__ else activations
    eager = getattr(module, name)(*mapped(CALLS[name][0][0], Tensor))
    for one, other in zip(got, [eager] if isinstance(eager, Tensor) else eager, strict=True):
        same(one, other)


def test_signatures_are_those_of_activations():
    for name in ACTIVATIONS - {"linear"}:
        function = getattr(activations, name)
        expected = ", ".join(
            part.name
            if part.default is inspect.Parameter.empty
            else f"{part.name}={part.default!r}"
            for part in inspect.signature(function).parameters.values()
        )
        got = _lamina.operation_signature(name)
        if name == "gelu":  # keras.ops and keras.activations differ
            assert (expected, got) == ("x, approximate=False", "x, approximate=True")
        else:
            assert got == expected


OPERATORS = {
    "add": lambda a, b: a + b, "subtract": lambda a, b: a - b, "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b, "matmul": lambda a, b: a @ b, "power": lambda a, b: a**b,
    "logical_and": lambda a, b: a & b, "logical_or": lambda a, b: a | b,
    "equal": lambda a, b: a == b, "not_equal": lambda a, b: a != b, "less": lambda a, b: a < b,
    "less_equal": lambda a, b: a <= b, "greater": lambda a, b: a > b,
    "greater_equal": lambda a, b: a >= b,
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("kind", [Tensor, Variable])
def test_operators_with_a_symbolic_tensor_on_the_right(name, kind, recorder):
    left, right = (BITS, BITS) if name.startswith("logical") else (POSITIVE[:, :3], Y[:3, :3])
    got = OPERATORS[name](kind(left), recorder.symbol(right))
    same(recorder.values[got], OPERATORS[name](Tensor(left), Tensor(right)))
    assert recorder.calls == [(name, {"x1": {"tensor": 0}, "x2": {"tensor": 1}})]


WEAK = [2, -3, 2.5, True, INF, [1, 2, 3], [0.5, 1, 2], [[1], [2]], [True, False, True], []]


@pytest.mark.parametrize("weak", WEAK)
@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64", "uint8", "bool"])
def test_numbers_beside_a_tensor_are_weak(dtype, weak, recorder):
    x = np.array([[1, 0, 2], [3, 1, 0]]).astype(dtype)
    if weak == []:
        x = x[:, :1]
    for arguments in [(x, weak), (weak, x)]:
        for function in (ops.multiply, ops.greater):
            got = function(*mapped(arguments, recorder.symbol))
            same(recorder.values[got], function(*mapped(arguments, Tensor)))


@pytest.mark.parametrize(
    "key",
    [0, -1, slice(1, 3), slice(None, None, -1), slice(5, 0, -2), slice(-100, 100), (0, 1),
     (slice(None), 0), (..., 1), None, (None, slice(0, 2), None, 1), ..., (slice(2, 2),),
     [0, 2, 0], (slice(None), [1, 1, 3]), (0, [[0, 1], [3, 3]]), (..., [1, 0, 1]),
     (slice(None), np.array([0, 1])), np.int64(1), (slice(np.int32(1), None),)],
)  # fmt: skip
def test_subscripts_by_name(key):
    x = RNG.normal(size=(3, 4, 2)).astype("float32")
    tensors = [Tensor(x)]

    def place(value):
        tensors.append(value)
        return {"tensor": len(tensors) - 1}

    arguments = {"x": {"tensor": 0}, "key": mapped(_lamina.subscript_key(key), place)}
    (got,) = _lamina.apply_operation("getitem", tensors, json.dumps(arguments))
    assert got.shape == x[key].shape
    assert np.array_equal(got.numpy(), x[key])


@pytest.mark.parametrize("kind", [Tensor, Variable])
def test_subscripts_by_symbolic_places(kind, recorder):
    got = kind(X)[:, recorder.symbol(PLACES)]
    assert np.array_equal(recorder.values[got].numpy(), X[:, PLACES])


def test_constants():
    """A tensor that is always the same has a dtype of its own."""
    constant = {"constant": [[1, 2], [3, "inf"]], "dtype": "float32"}
    x = Tensor([[1, 1], [1, 1]], "int32")
    (got,) = _lamina.apply_operation("add", [x], json.dumps({"x1": {"tensor": 0}, "x2": constant}))
    assert got.dtype == "float32"
    assert got.numpy().tolist() == [[2, 3], [4, INF]]
    constant = {"constant": [1, 0], "dtype": "int64"}
    (got,) = _lamina.apply_operation(
        "take", [x], json.dumps({"x": {"tensor": 0}, "indices": constant, "axis": 1})
    )
    assert got.dtype == "int32"


def test_gradients_reach_the_inputs():
    x = Tensor(X, requires_grad=True)
    (got,) = _lamina.apply_operation("mean", [x], '{"x": {"tensor": 0}, "axis": null}')
    got.backward()
    np.testing.assert_allclose(x.grad.numpy(), np.full_like(X, 1 / X.size), rtol=1e-6)


T0 = {"tensor": 0}
REFUSALS = {
    "unknown": ("sun", {"x": T0}, ValueError, "unknown operation 'sun'"),
    "creation": ("zeros", {"shape": [2]}, ValueError, "unknown operation 'zeros'"),
    "missing": ("sum", {"axis": 0}, ValueError, r"sum\(x, axis=None,.*'x' is missing"),
    "no such argument": ("sum", {"x": T0, "axes": 0}, ValueError, r"sum\(.*no argument 'axes'"),
    "kind": ("sum", {"x": T0, "keepdims": 3}, TypeError, r"sum.*'keepdims' must be true or false"),
    "axis": ("sum", {"x": T0, "axis": "a"}, TypeError, "sum.*'axis' must be"),
    "axis range": ("sum", {"x": T0, "axis": 5}, IndexError, "5"),
    "huge axis": ("sum", {"x": T0, "axis": 2**40}, IndexError, "out of range"),
    "empty axes": ("layer_normalization", {"x": T0, "axis": []}, ValueError, "no axis"),
    "no tensor": ("sum", {"x": None}, TypeError, "'x' is None"),
    "absent input": ("sum", {"x": {"tensor": 1}}, ValueError, "tensor 1, but got 1 tensor"),
    "negative input": ("sum", {"x": {"tensor": -1}}, ValueError, "tensor -1"),
    "ragged": ("add", {"x1": T0, "x2": [[1], [2, 3]]}, ValueError, "rectangular"),
    "mixed depth": ("add", {"x1": T0, "x2": [1, [2]]}, ValueError, "rectangular"),
    "mixed depth, list first": ("add", {"x1": T0, "x2": [[2], 1]}, ValueError, "rectangular"),
    "text": ("add", {"x1": T0, "x2": "one"}, TypeError, "number"),
    "dtype": ("cast", {"x": T0, "dtype": "float16"}, TypeError, "float16"),
    "list": ("concatenate", {"xs": T0}, TypeError, "'xs' must be a list"),
    "key": ("getitem", {"x": T0, "key": [3]}, TypeError, "getitem"),
    "key without kind": ("getitem", {"x": T0, "key": [{}]}, ValueError, "slice"),
    "slice": ("getitem", {"x": T0, "key": [{"slice": [1, 2]}]}, ValueError, "start, stop, step"),
    "step": ("getitem", {"x": T0, "key": [{"slice": [None, None, 0]}]}, ValueError, "step"),
    "index": ("getitem", {"x": T0, "key": [{"index": 9}]}, IndexError, "index 9"),
    "window": ("max_pool", {"inputs": T0, "pool_size": 2}, ValueError, r"max_pool.*\(3, 4\)"),
    "padding": ("pad", {"x": T0, "pad_width": [[1, 1, 1]]}, ValueError, r"\(1, 1, 1\)"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case):
    name, arguments, error, message = REFUSALS[case]
    with pytest.raises(error, match=message):
        _lamina.apply_operation(name, [Tensor(X)], json.dumps(arguments))


def test_elsewhere_a_symbolic_tensor_is_refused():
    with pytest.raises(TypeError, match="symbolic tensor has no values"):
        Tensor(Input((3,)))
    with pytest.raises(TypeError, match="symbolic tensor has no values"):
        lamina.Variable(Input((3,)))


def test_what_stands_beside_a_tensor_takes_its_dtype():
    x = lamina.Tensor([1.0, 2.0, 3.0])
    assert ops.average(x, weights=np.array([1.0, 0.0, 1.0])).dtype == "float32"
    kernel = np.ones((2, 1, 1))
    assert ops.conv(lamina.ops.reshape(x, (1, 3, 1)), kernel).dtype == "float32"
    assert ops.average(np.ones(3), weights=np.ones(3)).dtype == "float64"


def test_dtypes_of_pythons_numbers():
    assert ops.convert_to_tensor([1, 2]).dtype == "int32"
    assert ops.convert_to_tensor([True]).dtype == "bool"
    assert ops.convert_to_tensor([1.0]).dtype == ops.convert_to_tensor(2.5).dtype == "float32"
    assert ops.convert_to_tensor([1, 2], "float64").dtype == "float64"
    assert ops.expand_dims(2, -1).dtype == "int32"
    assert ops.add(1, 2.5).item() == 3.5
