"""Decompositions and equations of matrices. NumPy computes them, so that symbolic tensors have
none. ``inv``, ``solve``, ``det``, ``slogdet``, ``cholesky``, ``eigh`` and singular values record
gradients; the backward of the others says that they have none.
"""

from typing import Any

import numpy as np

from lamina import _lamina as k
from lamina.ops._support import floating, floating_peers, recorded, values_of
from lamina.ops._values import shape


def _matrices(name: str, x: Any, is_square: bool = False) -> np.ndarray:
    (values,) = values_of(name, x)
    if values.ndim < 2 or (is_square and values.shape[-1] != values.shape[-2]):
        raise ValueError(
            f"{name} takes {'square ' if is_square else ''}matrices, got shape {values.shape}"
        )
    return values if values.dtype.kind == "f" else values.astype("float32")


def _transposed(x: np.ndarray) -> np.ndarray:
    return np.swapaxes(x, -1, -2)


def _computed(name: str, function: Any, *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except np.linalg.LinAlgError as error:
        raise ValueError(f"{name}: {error}") from None


def inv(x: Any) -> Any:
    """The inverse of square matrices.

    Raises:
        ValueError: a matrix is singular.

    >>> inv([[2.0, 0.0], [0.0, 4.0]]).numpy()
    array([[0.5 , 0.  ],
           [0.  , 0.25]], dtype=float32)
    """
    inverse = _computed("inv", np.linalg.inv, _matrices("inv", x, True))

    def gradient(g: np.ndarray) -> list[np.ndarray | None]:
        return [-_transposed(inverse) @ g @ _transposed(inverse)]

    return recorded("inv", [floating(x)], [inverse], gradient)[0]


def solve(a: Any, b: Any) -> Any:
    """The x for which ``a x = b``; b is a vector, or columns.

    >>> solve([[2.0, 0.0], [0.0, 4.0]], [[2.0], [4.0]]).numpy()
    array([[1.],
           [1.]], dtype=float32)
    """
    return _solved("solve", *floating_peers(*values_or_tensors("solve", a, b)))


def values_or_tensors(name: str, *inputs: Any) -> list[Any]:
    """The inputs, of which none is symbolic."""
    values_of(name, *inputs)
    return list(inputs)


def _solved(name: str, a: Any, b: Any) -> Any:
    matrices = _matrices(name, a, True)
    (right,) = values_of(name, b)
    is_vector = right.ndim == 1 or right.ndim == matrices.ndim - 1
    columns = right[..., None] if is_vector else right
    if columns.shape[-2] != matrices.shape[-1]:
        raise ValueError(
            f"{name} takes as many rows of b as a has, got shapes {matrices.shape} and "
            f"{right.shape}"
        )
    solution = _computed(name, np.linalg.solve, matrices, columns)

    def gradient(g: np.ndarray) -> list[np.ndarray | None]:
        wide = g[..., None] if is_vector else g
        at_b = np.linalg.solve(_transposed(matrices), wide)
        at_a = -at_b @ _transposed(solution)
        at_a, at_b = _summed_to(at_a, matrices.shape), _summed_to(at_b, columns.shape)
        return [at_a, at_b[..., 0] if is_vector else at_b]

    result = solution[..., 0] if is_vector else solution
    return recorded(name, [a, b], [result], gradient)[0]


def _summed_to(gradient: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    extra = gradient.ndim - len(shape)
    gradient = gradient.sum(tuple(range(extra)))
    over = tuple(i for i, n in enumerate(shape) if n == 1 and gradient.shape[i] != 1)
    return np.asarray(gradient.sum(over, keepdims=True) if over else gradient)


def solve_triangular(a: Any, b: Any, lower: bool = False) -> Any:
    """The x for which ``a x = b``, where of a only one triangle counts, by default the upper.

    >>> solve_triangular([[2.0, 9.0], [0.0, 4.0]], [[2.0], [0.0]]).numpy()
    array([[1.],
           [0.]], dtype=float32)
    """
    a, b = floating_peers(*values_or_tensors("solve_triangular", a, b))
    return _solved("solve_triangular", k.tril(a) if lower else k.triu(a), b)


def det(x: Any) -> Any:
    """The determinant of square matrices.

    >>> round(det([[1.0, 2.0], [3.0, 4.0]]).item(), 3)
    -2.0
    """
    matrices = _matrices("det", x, True)
    result = np.asarray(np.linalg.det(matrices))

    def gradient(g: np.ndarray) -> list[np.ndarray | None]:
        return [g[..., None, None] * _cofactors(matrices)]

    return recorded("det", [floating(x)], [result], gradient)[0]


def _cofactors(matrices: np.ndarray) -> np.ndarray:
    """The gradient of the determinant, of singular matrices too: by singular values, of which each
    leaves the product of the others.
    """
    u, s, vt = np.linalg.svd(matrices)
    size = s.shape[-1]
    others = np.where(np.eye(size, dtype=bool), 1, s[..., None, :]).prod(-1)
    sign = np.linalg.det(u) * np.linalg.det(vt)
    return np.asarray((u * (others * sign[..., None])[..., None, :]) @ vt)


def slogdet(x: Any) -> tuple[Any, Any]:
    """The sign of the determinant and the logarithm of its magnitude.

    >>> [part.item() for part in slogdet([[-2.0, 0.0], [0.0, 0.5]])]
    [-1.0, 0.0]
    """
    matrices = _matrices("slogdet", x, True)
    sign, log = np.linalg.slogdet(matrices)

    def gradient(_: np.ndarray, g: np.ndarray) -> list[np.ndarray | None]:
        return [g[..., None, None] * _transposed(np.linalg.inv(matrices))]

    results = [np.asarray(sign, matrices.dtype), np.asarray(log, matrices.dtype)]
    made = recorded("slogdet", [floating(x)], results, gradient)
    return made[0], made[1]


def logdet(x: Any) -> Any:
    """The logarithm of the determinant's magnitude.

    >>> logdet([[2.0, 0.0], [0.0, 0.5]]).item()
    0.0
    """
    return slogdet(x)[1]


def cholesky(x: Any, upper: bool = False) -> Any:
    """The triangular L for which ``x = L L^T``; or its transpose.

    Raises:
        ValueError: a matrix is not positive definite.

    >>> cholesky([[4.0, 2.0], [2.0, 5.0]]).numpy()
    array([[2., 0.],
           [1., 2.]], dtype=float32)
    """
    factor = _computed("cholesky", np.linalg.cholesky, _matrices("cholesky", x, True))

    # Murray, 2016, "Differentiation of the Cholesky decomposition".
    def gradient(g: np.ndarray) -> list[np.ndarray | None]:
        lower = np.tril(_transposed(g) if upper else g)
        middle = np.tril(_transposed(factor) @ lower)
        middle = middle - 0.5 * middle * np.eye(middle.shape[-1])
        inverse = np.linalg.inv(factor)
        whole = _transposed(inverse) @ middle @ inverse
        return [0.5 * (whole + _transposed(whole))]

    result = _transposed(factor) if upper else factor
    return recorded("cholesky", [floating(x)], [result], gradient)[0]


def cholesky_inverse(x: Any, upper: bool = False) -> Any:
    """The inverse of the matrix whose factor, as ``cholesky`` gives it, x is.

    >>> cholesky_inverse([[2.0, 0.0], [0.0, 1.0]]).numpy()
    array([[0.25, 0.  ],
           [0.  , 1.  ]], dtype=float32)
    """
    (values,) = values_of("cholesky_inverse", x)
    x = floating(x)
    inverse = solve_triangular(x, np.eye(values.shape[-1], dtype=str(x.dtype)), not upper)
    turned = k.swapaxes(inverse, -1, -2)
    return k.matmul(inverse, turned) if upper else k.matmul(turned, inverse)


def eigh(x: Any) -> tuple[Any, Any]:
    """Eigenvalues, ascending, and eigenvectors, as columns, of symmetric matrices.

    >>> eigh([[2.0, 0.0], [0.0, 1.0]])[0].numpy()
    array([1., 2.], dtype=float32)
    """
    matrices = _matrices("eigh", x, True)
    values, vectors = _computed("eigh", np.linalg.eigh, matrices)

    def gradient(at_values: np.ndarray, at_vectors: np.ndarray) -> list[np.ndarray | None]:
        distance = values[..., None, :] - values[..., :, None]
        is_same = distance == 0
        inverse = np.where(is_same, 0, 1 / np.where(is_same, 1, distance))
        middle = (_transposed(vectors) @ at_vectors) * inverse
        middle = middle + at_values[..., None] * np.eye(values.shape[-1])
        whole = vectors @ middle @ _transposed(vectors)
        return [0.5 * (whole + _transposed(whole))]

    made = recorded("eigh", [floating(x)], [values, vectors], gradient)
    return made[0], made[1]


def eig(x: Any) -> tuple[Any, Any]:
    """Eigenvalues and eigenvectors, as columns, where they are real. There is no gradient.

    Raises:
        ValueError: an eigenvalue is complex, which no dtype here can hold.

    >>> eig([[2.0, 0.0], [0.0, 1.0]])[0].numpy()
    array([2., 1.], dtype=float32)
    """
    matrices = _matrices("eig", x, True)
    values, vectors = _computed("eig", np.linalg.eig, matrices)
    if np.iscomplexobj(values):
        if np.any(values.imag != 0):
            raise ValueError("eig got a matrix with complex eigenvalues, which no dtype can hold")
        values, vectors = values.real, vectors.real
    made = recorded("eig", [floating(x)], [values, vectors], None)
    return made[0], made[1]


def qr(x: Any, mode: str = "reduced") -> tuple[Any, Any]:
    """An orthogonal and an upper triangular matrix whose product is x. There is no gradient.

    >>> [part.shape for part in qr(lamina.ops.ones((4, 2)))]
    [(4, 2), (2, 2)]
    """
    if mode not in ("reduced", "complete"):
        raise ValueError(f"qr takes mode reduced or complete, got {mode!r}")
    made = recorded("qr", [floating(x)], list(_factors(_matrices("qr", x), mode)), None)
    return made[0], made[1]


def _factors(matrices: np.ndarray, mode: Any) -> Any:
    return np.linalg.qr(matrices, mode)


def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """``u``, the singular values, largest first, and ``v`` transposed. The gradient reaches x from
    the values alone, without ``compute_uv``.

    >>> svd([[3.0, 0.0], [0.0, 4.0]], compute_uv=False).numpy()
    array([4., 3.], dtype=float32)
    """
    matrices = _matrices("svd", x)
    if compute_uv:
        found = _computed("svd", np.linalg.svd, matrices, full_matrices)
        return tuple(recorded("svd", [floating(x)], list(found), None))
    u, values, vt = _computed("svd", np.linalg.svd, matrices, False)

    def gradient(g: np.ndarray) -> list[np.ndarray | None]:
        return [(u * g[..., None, :]) @ vt]

    return recorded("svd", [floating(x)], [values], gradient)[0]


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """The length of vectors, or a norm of matrices.

    Args:
        x: the input.
        ord: None and ``"fro"`` are the root of the sum of squares. Of vectors a number:
            ``sum(abs(x)^ord)^(1/ord)``, the largest and smallest magnitude for ``inf`` and
            ``-inf``. Of matrices: 1 and -1 the largest and smallest sum of magnitudes of a column,
            ``inf`` and ``-inf`` of a row, 2 and -2 the largest and smallest singular value,
            ``"nuc"`` their sum.
        axis: one axis of vectors or two of matrices; None takes all of x.
        keepdims: whether reduced axes stay, with extent 1.

    >>> norm([3.0, 4.0]).item()
    5.0
    >>> norm([[1.0, -2.0], [3.0, 4.0]], ord=1).item()
    6.0
    """
    axes = [axis] if isinstance(axis, (int, np.integer)) else axis
    rank = len(shape(x))
    if ord is None or ord == "fro" or (rank if axes is None else len(axes)) != 2:
        return k.norm(x, ord, axis, keepdims)
    row, column = (int(each) % rank for each in (axes or (0, 1)))
    x = floating(x)
    if ord in ("nuc", 2, -2):
        values = svd(k.moveaxis(x, (row, column), (-2, -1)), compute_uv=False)
        reduce = k.sum if ord == "nuc" else k.max if ord == 2 else k.min
        result = reduce(values, -1)
        for each in sorted((row, column)) if keepdims else ():
            result = k.expand_dims(result, each)
        return result
    if ord not in (1, -1, np.inf, -np.inf):
        raise ValueError(f"norm of matrices takes ord fro, nuc, 1, 2, inf or minus one, got {ord}")
    summed, other = (row, column) if abs(ord) == 1 else (column, row)
    sums = k.sum(k.absolute(x), summed, True)
    result = k.max(sums, other, True) if ord > 0 else k.min(sums, other, True)
    return result if keepdims else k.squeeze(result, (row, column))


def pinv(x: Any, rcond: float | None = None) -> Any:
    """The inverse in the sense of least squares. There is no gradient.

    >>> pinv([[2.0], [0.0]]).numpy()
    array([[0.5, 0. ]], dtype=float32)
    """
    matrices = _matrices("pinv", x)
    limit = _limit(matrices) if rcond is None else rcond
    result = _computed("pinv", np.linalg.pinv, matrices, limit)
    return recorded("pinv", [floating(x)], [result], None)[0]


def _limit(matrices: np.ndarray) -> float:
    return float(10 * max(matrices.shape[-2:]) * np.finfo(matrices.dtype).eps)


def matrix_rank(x: Any, tol: float | None = None) -> Any:
    """How many singular values are above ``tol``.

    >>> matrix_rank([[1.0, 2.0], [2.0, 4.0]]).item()
    1
    """
    found = np.linalg.matrix_rank(_matrices("matrix_rank", x), tol)
    return k.Tensor(np.asarray(found, "int32"))


def lstsq(a: Any, b: Any, rcond: float | None = None) -> Any:
    """The x that makes ``norm(a x - b)`` least. There is no gradient.

    >>> lstsq([[1.0], [1.0]], [[1.0], [3.0]]).numpy().round(4)
    array([[2.]], dtype=float32)
    """
    left, right = (x.numpy() for x in floating_peers(*values_of("lstsq", a, b)))
    result = _computed("lstsq", np.linalg.lstsq, left, right, rcond)[0]
    return recorded("lstsq", [floating(a), floating(b)], [result], None)[0]


def lu_factor(x: Any) -> tuple[Any, Any]:
    """L below and U above the diagonal, and for each row the row that it was exchanged with. There
    is no gradient.

    >>> lu, rows = lu_factor([[1.0, 2.0], [4.0, 4.0]])
    >>> lu.numpy(), rows.numpy()
    (array([[4.  , 4.  ],
           [0.25, 1.  ]], dtype=float32), array([1, 1], dtype=int32))
    """
    matrices = _matrices("lu_factor", x).astype("float64")
    rows, columns = matrices.shape[-2:]
    lines = matrices.reshape(-1, rows, columns).copy()
    each = np.arange(len(lines))
    pivots = np.zeros((len(lines), min(rows, columns)), "int32")
    for i in range(min(rows, columns)):
        pivot = i + np.abs(lines[:, i:, i]).argmax(1)
        pivots[:, i] = pivot
        upper = lines[:, i].copy()
        lines[:, i] = lines[each, pivot]
        lines[each, pivot] = upper
        head = lines[:, i, i]
        lines[:, i + 1 :, i] /= np.where(head == 0, 1, head)[:, None]
        lines[:, i + 1 :, i + 1 :] -= lines[:, i + 1 :, i : i + 1] * lines[:, i : i + 1, i + 1 :]
    dtype = _matrices("lu_factor", x).dtype
    factors = lines.reshape(matrices.shape).astype(dtype)
    places = pivots.reshape(*matrices.shape[:-2], min(rows, columns))
    lu = recorded("lu_factor", [floating(x)], [factors], None)[0]
    return lu, k.Tensor(places)
