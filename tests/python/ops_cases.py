"""Calls of the functions of lamina.ops that Python composes, or that NumPy computes.

tests/golden/make_ops.py has Keras make them all, test_ops_composed.py compares.
"""

import numpy as np

INF, NAN = float("inf"), float("nan")
RNG = np.random.default_rng(29)


def f32(*shape, low=-2.0, high=2.0):
    return RNG.uniform(low, high, shape).astype("float32")


def call(*args, **kwargs):
    return args, kwargs


X, Y = f32(3, 4), f32(3, 4)
BATCH = f32(2, 3, 4)
ROW = f32(4)
POSITIVE = f32(3, 4, low=0.2, high=3)
INNER = f32(3, 4, low=-0.95, high=0.95)
BEYOND = f32(3, 4, low=1.05, high=4)
HOLES = np.where(RNG.uniform(size=(3, 4)) < 0.3, np.float32(NAN), X).astype("float32")
HOLES[0] = NAN
SOME = HOLES[1:].copy()
WHOLE = RNG.integers(-7, 8, (3, 4)).astype("int32")
NATURAL = RNG.integers(1, 9, (3, 4)).astype("int32")
COUNTS = RNG.integers(0, 5, 9).astype("int32")
BITS = X > 0
EDGES = np.array([0.0, -0.0, INF, -INF, NAN, 1.0, -1.0, 5.5, -5.5], "float32")
ENDS = np.array([-1.0, -0.5, -0.0, 0.0, 0.5, 1.0], "float32")
A = f32(4, 4)
SYMMETRIC = (A + A.T).astype("float32")
DEFINITE = (A @ A.T + 4 * np.eye(4)).astype("float32")
STACKED = (f32(2, 3, 3) + 3 * np.eye(3)).astype("float32")
IMAGE = f32(2, 4, 6, 8)
SIGNAL = f32(2, 40)
PROBABILITY = f32(3, 4, low=0.05, high=0.95)
ONE_HOT = np.eye(4, dtype="float32")[[1, 3, 0]]
CLASSES = np.array([1, 3, 0], "int32")
IDS = np.array([2, 0, 2, 1, 0, 4], "int32")
FULL = np.array([2, 0, 2, 1, 0, 1], "int32")
ROWS = f32(6, 3)
ASCENDING = np.array([-1.5, -0.5, 0.25, 1.0], "float32")

SMOOTH = {  # one argument, elementwise
    "tan": [call(INNER), call(EDGES), call(WHOLE)],
    "cosh": [call(X), call(EDGES), call(WHOLE)],
    "arcsin": [call(INNER), call(ENDS), call(BITS)],
    "arccos": [call(INNER), call(ENDS), call(BITS)],
    "arcsinh": [call(X), call(EDGES), call(WHOLE), call(np.float32([1e20, -1e30, 1e-20]))],
    "arccosh": [call(BEYOND), call(np.float32([1, 1e30, INF])), call(NATURAL)],
    "arctanh": [call(INNER), call(ENDS)],
    "cbrt": [call(X), call(np.float32([0, -0.0, INF, -INF, 27, -8])), call(WHOLE)],
    "sinc": [call(X), call(np.float32([0, -0.0, 1e-20, 3])), call(WHOLE)],
    "fabs": [call(X), call(WHOLE)],
    "erfc": [call(X), call(np.float32([0, INF, -INF, NAN, 3, 5, -5, 9])), call(f32(3, 4) * 2)],
    "erfinv": [call(INNER), call(ENDS), call(np.float32([0.9999, -0.999, 1e-6, 0.25, 2]))],
}
PAIRS = {
    "arctan2": [
        call(X, Y),
        call(X, ROW),
        call(1.0, X),
        call(
            np.float32([0, -0.0, 0, -0.0, INF, INF, -INF, 2]),
            np.float32([1, 1, -1, -1, INF, -INF, 1, -INF]),
        ),
        call(WHOLE, NATURAL),
    ],
    "hypot": [
        call(X, Y),
        call(X, ROW),
        call(np.float32([3e30, 0, INF, 1]), np.float32([4e30, 0, 1, -INF])),
        call(WHOLE, NATURAL),
    ],
    "logaddexp2": [call(X, Y), call(X, ROW)],
    "mod": [
        call(X, Y),
        call(X, 0.75),
        call(WHOLE, NATURAL),
        call(WHOLE, -3),
        call(BITS, BITS | True),
        call(NATURAL.astype("uint8"), np.uint8([3])),
    ],
    "fmod": [call(X, Y), call(X, 0.75), call(WHOLE, NATURAL)],
    "floor_divide": [call(X, Y), call(X, 0.75), call(WHOLE, NATURAL), call(WHOLE, -3)],
    "fmax": [call(X, Y), call(HOLES, X), call(X, HOLES), call(WHOLE, NATURAL)],
    "fmin": [call(X, Y), call(HOLES, X), call(X, HOLES), call(WHOLE, 2)],
    "heaviside": [call(EDGES, 0.5), call(X, Y)],
    "isclose": [
        call(X, X + np.float32(1e-6)),
        call(EDGES, EDGES),
        call(X, Y, rtol=0.5, atol=0.5),
        call(EDGES, EDGES, equal_nan=True),
    ],
    "allclose": [call(X, X + np.float32(1e-6)), call(X, Y)],
    "ldexp": [call(X, WHOLE), call(X, 3)],
    "gcd": [call(WHOLE, NATURAL)],
    "lcm": [call(WHOLE, NATURAL)],
    "nextafter": [call(X, Y)],
    "bitwise_and": [call(WHOLE, NATURAL), call(BITS, ~BITS)],
    "bitwise_or": [call(WHOLE, NATURAL), call(BITS, ~BITS)],
    "bitwise_xor": [call(WHOLE, NATURAL), call(BITS, ~BITS)],
    "bitwise_left_shift": [call(WHOLE, NATURAL)],
    "bitwise_right_shift": [call(WHOLE, NATURAL)],
    "left_shift": [call(WHOLE, 2)],
    "right_shift": [call(WHOLE, 1)],
}
OTHERS = {
    "signbit": [call(X), call(EDGES[[0, 1, 2, 3, 5, 6]]), call(WHOLE)],
    "angle": [call(X)],
    "real": [call(X)],
    "imag": [call(X)],
    "isreal": [call(X)],
    "conj": [call(X)],
    "conjugate": [call(X)],
    "i0": [call(X)],
    "bitwise_invert": [call(WHOLE), call(BITS)],
    "bitwise_not": [call(WHOLE)],
    "saturate_cast": [
        call(np.float32([-5.5, 3.7, 300, 1e20, -1e20]), "uint8"),
        call(np.float32([-5.5, 1e20, -1e20]), "int32"),
    ],
    "where": [call(BITS, X, Y), call(BITS, X, 0.0), call(BITS)],
    "clip": [call(X, -1, 0.5), call(X, Y - 1, Y + 1), call(BITS, 0, 1), call(X, ROW - 1, 0.5)],
    # from nothing
    "arange": [
        call(5),
        call(1, 7, 2),
        call(0.0, 1.0, 0.25),
        call(5, dtype="float32"),
        call(3, 0, -1),
    ],
    "linspace": [
        call(0, 1, 5),
        call(0.0, 1.0, num=4, endpoint=False),
        call(ROW, 2, 3, axis=-1),
        call(0, 10, 3, dtype="int32"),
        call(0, 1, 5, retstep=True),
    ],
    "logspace": [call(0, 2, 5), call(0.0, 1.0, 3, base=2)],
    "geomspace": [call(1, 100, 5), call(1.0, 8.0, 3, endpoint=False)],
    "eye": [call(3), call(3, 4, k=1), call(2, dtype="int32")],
    "identity": [call(3), call(2, "int32")],
    "tri": [call(3), call(3, 4, -1), call(2, dtype="bool")],
    "array": [call([1, 2]), call([1.5]), call(X, "int32")],
    "copy": [call(X)],
    "bartlett": [call(5)],
    "blackman": [call(5)],
    "hamming": [call(5)],
    "hanning": [call(5)],
    "kaiser": [call(5, 3.5)],
    "meshgrid": [call(ROW, f32(3)), call(ROW, f32(3), f32(2), indexing="ij"), call(ROW)],
    "diag": [call(ROW), call(ROW, k=1), call(ROW, -2), call(X), call(X, k=1)],
    "diagflat": [call(X), call(ROW, k=-1)],
    "vander": [call(ROW), call(ROW, 3), call(WHOLE[0], 3, increasing=True)],
    "unravel_index": [call(np.int32([5, 11, 0]), (3, 4))],
    "view": [call(X, "int32")],
    # statistics
    "quantile": [
        call(X, 0.3),
        call(X, [0.25, 0.5], axis=1),
        call(BATCH, 0.4, axis=(0, -1)),
        call(BATCH, [[0.1, 0.9]], axis=1, keepdims=True),
    ]
    + [
        call(X, [0.1, 0.4, 0.77], axis=1, method=method)
        for method in ("lower", "higher", "midpoint", "nearest")
    ]
    + [call(SOME, 0.5, axis=0)],
    "percentile": [call(X, 30.0), call(X, [25, 50], axis=0, keepdims=True)],
    "median": [
        call(X),
        call(X, axis=1),
        call(BATCH, axis=(0, 2), keepdims=True),
        call(SOME, 1),
        call(WHOLE),
    ],
    "nanquantile": [call(SOME, 0.3, axis=1), call(SOME, [0.2, 0.8], axis=0), call(HOLES, 0.5, 1)],
    "nanpercentile": [call(SOME, 30.0), call(SOME, 30.0, axis=1, keepdims=True)],
    "nanmedian": [call(SOME), call(SOME, axis=1)],
    "ptp": [call(X), call(X, axis=1, keepdims=True), call(WHOLE, 0)],
    "nanmax": [call(SOME), call(HOLES, axis=1), call(WHOLE, 0, keepdims=True)],
    "nanmin": [call(SOME), call(HOLES, axis=1), call(WHOLE, 0, keepdims=True)],
    "nanprod": [call(SOME), call(HOLES, axis=1)],
    "nanvar": [call(SOME), call(SOME, axis=0), call(SOME, axis=1, keepdims=True)],
    "nanstd": [call(SOME), call(SOME, axis=1)],
    "nanargmax": [call(SOME, axis=1), call(SOME), call(WHOLE, axis=0, keepdims=True)],
    "nanargmin": [call(SOME, axis=1), call(SOME), call(WHOLE, axis=0)],
    "cumprod": [call(X), call(X, axis=1), call(BATCH, 0), call(NATURAL, 1), call(X, 1, "float32")],
    "nancumsum": [call(SOME), call(SOME, axis=1)],
    "nancumprod": [call(SOME), call(SOME, axis=1)],
    "corrcoef": [call(X)],
    "correlate": [
        call(f32(6), ROW),
        call(f32(6), ROW, "same"),
        call(f32(6), ROW, mode="full"),
        call(ROW, f32(6)),
        call(WHOLE[0], NATURAL[0, :2]),
    ],
    "trapezoid": [call(X), call(X, dx=0.5, axis=0), call(X, ROW), call(X, Y)],
    "bincount": [call(COUNTS), call(COUNTS, minlength=9), call(COUNTS, f32(9))],
    "histogram": [call(X[0]), call(X[1], bins=4), call(X[2], 3, range=(-1.0, 1.0))],
    "digitize": [call(X, ASCENDING), call(WHOLE, np.int32([-3, 0, 4]))],
    "searchsorted": [
        call(ASCENDING, ROW),
        call(ASCENDING, ASCENDING, side="right"),
        call(ASCENDING, X),
    ],
    "argpartition": [],
    "isin": [call(WHOLE, NATURAL[0]), call(WHOLE, [1, 2], invert=True)],
    "nonzero": [call(BITS), call(WHOLE)],
    "unique": [
        call(WHOLE),
        call(WHOLE, return_index=True, return_inverse=True, return_counts=True),
        call(np.int32([[1, 2], [1, 2], [0, 1]]), axis=0),
        call(WHOLE[0], size=6),
        call(WHOLE[0], size=2, fill_value=9),
    ],
    # moving
    "append": [call(X, Y), call(X, Y, axis=0), call(ROW, 2.0)],
    "array_split": [call(X, 3, axis=1), call(ROW, 3), call(X, [1, 3], 1)],
    "hsplit": [call(X, 2), call(ROW, [1])],
    "vsplit": [call(X, 3)],
    "dsplit": [call(BATCH, 2)],
    "rot90": [call(X), call(X, 2), call(BATCH, k=3, axes=(1, 2)), call(BATCH, -1, (2, 0))],
    "tensordot": [
        call(X, Y.T.copy(), 1),
        call(X, Y),
        call(BATCH, X, ([1, 2], [0, 1])),
        call(BATCH, X, axes=(1, 0)),
        call(ROW, ROW, 0),
    ],
    "kron": [call(X, f32(2, 2)), call(ROW, f32(2)), call(X, ROW)],
    "cross": [
        call(f32(2, 3), f32(2, 3)),
        call(f32(2, 3), f32(3)),
        call(f32(2), f32(2)),
        call(f32(3, 2), f32(3, 2), axis=0),
        call(f32(2, 2), f32(2, 3)),
    ],
    "select": [call([X > 1, X > 0], [X, Y], 0.5), call([X > 1], [X])],
    "get_item": [call(X, (slice(None), 1)), call(X, 0)],
    "slice": [call(X, (1, 0), (2, 3)), call(BATCH, np.int32([0, 1, 3]), (2, 2, 2))],
    "slice_update": [call(X, (1, 1), f32(2, 2)), call(X, np.int32([2, 3]), f32(2, 2))],
    "scatter_update": [call(X, [[0], [2]], f32(2, 4)), call(X, np.int32([[0, 1], [2, 3]]), f32(2))]
    + [call(X, np.int32([[1], [0], [1]]), f32(3, 4), r) for r in ("add", "max", "min", "mul")],
    "segment_sum": [call(ROWS, IDS, 5), call(ROWS[:, 0], IDS, num_segments=3)],
    "segment_max": [call(ROWS, FULL, 3), call(ROWS, IDS, 5), call(WHOLE[:, 0], IDS[:3], 4)],
    "segment_min": [call(ROWS, FULL, 3), call(ROWS, IDS, 5)],
    "segment_prod": [call(ROWS, IDS, 5)],
    "space_to_depth": [call(IMAGE, 2), call(IMAGE, 2, data_format="channels_first")],
    "depth_to_space": [call(IMAGE, 2), call(f32(2, 8, 3, 2), 2, "channels_first")],
    "unfold": [
        call(IMAGE, 2),
        call(IMAGE, (2, 3), padding=1, stride=(2, 1)),
        call(IMAGE, 2, dilation=2),
    ],
    "fold": [call(f32(2, 8, 15), (4, 6), 2), call(f32(2, 8, 12), (4, 6), 2, padding=1, stride=2)],
    "extract_sequences": [call(SIGNAL, 6, 4)],
    "multi_hot": [
        call(np.int32([[0, 2], [1, 1]]), 3),
        call(np.int32([0, 2]), 4),
        call(np.int32([[0, 2], [1, 1]]), 3, dtype="int32"),
    ],
    "rearrange": [call(BATCH, "a b c -> c (a b)"), call(X, "(a b) c -> b a c", a=3)],
    # losses
    "binary_crossentropy": [
        call(ONE_HOT, PROBABILITY),
        call(ONE_HOT, X, from_logits=True),
        call(ONE_HOT, ONE_HOT),
    ],
    "categorical_crossentropy": [
        call(ONE_HOT, PROBABILITY),
        call(ONE_HOT, X, from_logits=True),
        call(ONE_HOT, PROBABILITY, axis=0),
    ],
    "sparse_categorical_crossentropy": [
        call(CLASSES, PROBABILITY),
        call(CLASSES[:, None], X, from_logits=True),
    ],
    "ctc_loss": [
        call(np.int32([[1, 2, 1], [3, 3, 0]]), f32(2, 7, 4), np.int32([3, 2]), np.int32([7, 5])),
        call(
            np.int32([[0, 1], [2, 0]]),
            f32(2, 5, 4),
            np.int32([2, 1]),
            np.int32([5, 4]),
            mask_index=3,
        ),
    ],
    "ctc_decode": [
        call(f32(2, 6, 3), np.int32([6, 4])),
        call(f32(2, 6, 3), np.int32([6, 4]), merge_repeated=False, mask_index=2),
    ],
    "psnr": [call(X, Y, 1.0)],
    "cdist": [call(X, f32(5, 4)), call(BATCH, f32(2, 2, 4))],
    "in_top_k": [call(CLASSES, X, 2), call(CLASSES, HOLES, 1)],
    # Fourier
    "fft": [call((X, Y))],
    "fft2": [call((X, Y)), call((BATCH, BATCH + 1))],
    "ifft2": [call((X, Y))],
    "rfft": [call(SIGNAL), call(SIGNAL, 64), call(SIGNAL, fft_length=15)],
    "irfft": [
        call((SIGNAL[:, :9], SIGNAL[:, 9:18])),
        call((SIGNAL[:, :9], SIGNAL[:, 9:18]), 11),
        call((SIGNAL[:, :9], SIGNAL[:, 9:18]), 30),
    ],
    "stft": [
        call(SIGNAL, 12, 5, 16),
        call(SIGNAL, 12, 5, 16, window=None, center=False),
        call(SIGNAL, 8, 4, 8, "hamming"),
    ],
    "istft": [
        call((f32(2, 7, 9), f32(2, 7, 9)), 12, 5, 16),
        call((f32(7, 9), f32(7, 9)), 16, 4, 16, length=20, window="hamming"),
        call((f32(7, 9), f32(7, 9)), 16, 8, 16, center=False),
    ],
    # matrices
    "inv": [call(DEFINITE), call(STACKED)],
    "solve": [call(DEFINITE, f32(4, 2)), call(STACKED, f32(2, 3, 1)), call(DEFINITE, ROW)],
    "solve_triangular": [call(DEFINITE, f32(4, 2)), call(DEFINITE, f32(4, 2), lower=True)],
    "det": [call(DEFINITE), call(STACKED)],
    "slogdet": [call(DEFINITE), call(A)],
    "logdet": [call(DEFINITE)],
    "cholesky": [call(DEFINITE), call(DEFINITE, upper=True)],
    "cholesky_inverse": [call(np.tril(DEFINITE)), call(np.triu(DEFINITE), upper=True)],
    "eigh": [call(SYMMETRIC)],
    "pinv": [call(X), call(BATCH)],
    "matrix_rank": [call(DEFINITE), call(np.ones((3, 3), "float32"))],
    "lstsq": [call(f32(5, 3), f32(5, 2))],
    "lu_factor": [call(A), call(STACKED)],
    "svd": [call(A, compute_uv=False), call(BATCH, compute_uv=False)],
}
CASES = SMOOTH | PAIRS | OTHERS

# Held in graphs and files; the others need values.
SYMBOLIC = {
    *SMOOTH, "arctan2", "hypot", "logaddexp2", "mod", "fmod", "floor_divide", "fmax", "fmin",
    "heaviside", "isclose", "allclose", "ldexp", "signbit", "angle", "real", "imag", "isreal",
    "conj", "conjugate", "saturate_cast", "clip", "array", "copy", "meshgrid", "diag",
    "diagflat", "vander", "unravel_index", "quantile", "percentile", "median", "nanquantile",
    "nanpercentile", "nanmedian", "ptp", "nanmax", "nanmin", "nanprod", "nanvar", "nanstd",
    "nanargmax", "nanargmin", "cumprod", "nancumsum", "nancumprod", "corrcoef", "correlate",
    "trapezoid", "digitize", "searchsorted", "isin", "append", "array_split", "hsplit",
    "vsplit", "dsplit", "rot90", "tensordot", "kron", "cross", "select", "get_item",
    "space_to_depth", "depth_to_space", "unfold", "fold", "extract_sequences", "multi_hot",
    "rearrange", "binary_crossentropy", "categorical_crossentropy",
    "sparse_categorical_crossentropy", "psnr", "cdist", "in_top_k",
}  # fmt: skip
# Those too, but their whole numbers and booleans are values: places, lengths, conditions.
OF_FLOATS = {
    "slice", "slice_update", "scatter_update", "segment_sum", "segment_max", "segment_min",
    "segment_prod", "where",
}  # fmt: skip
# Those whose gradient is checked, and the calls (by number) that are smooth enough for that.
GRADIENTS = {
    **{name: [0] for name in SMOOTH}, "arctan2": [0, 1], "hypot": [0, 1], "logaddexp2": [0],
    "mod": [0], "fmod": [0], "fmax": [0], "fmin": [0], "clip": [0, 1],
    "diag": [0, 1, 4], "diagflat": [0], "meshgrid": [0], "vander": [0], "quantile": [0, 1, 2,
    6], "median": [0, 1, 2],
    "percentile": [1], "ptp": [0, 1], "cumprod": [0, 1, 2], "corrcoef": [0],
    "correlate": [0, 1, 2, 3], "trapezoid": [0, 1, 2, 3], "append": [0, 1], "array_split": [0],
    "rot90": [0, 2], "tensordot": [0, 1, 2], "kron": [0, 1], "cross": [0, 1, 2, 3, 4],
    "slice": [0, 1], "slice_update": [0, 1], "scatter_update": [0, 1, 2, 3, 4, 5],
    "segment_sum": [0, 1], "segment_max": [0], "segment_min": [0], "segment_prod": [0],
    "space_to_depth": [0], "depth_to_space": [0], "unfold": [1], "fold": [1],
    "extract_sequences": [0], "rearrange": [0], "binary_crossentropy": [0, 1],
    "categorical_crossentropy": [0, 1], "sparse_categorical_crossentropy": [0, 1],
    "ctc_loss": [0], "psnr": [0], "cdist": [0], "fft": [0], "fft2": [0], "ifft2": [0],
    "rfft": [0, 1, 2], "irfft": [0, 1, 2], "stft": [0], "istft": [0], "inv": [0, 1],
    "solve": [0, 1, 2], "solve_triangular": [0, 1], "det": [0, 1], "slogdet": [0, 1], "logdet": [0],
    "cholesky_inverse": [0], "svd": [0, 1], "bincount": [2],
}  # fmt: skip
