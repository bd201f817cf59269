"""Activation functions, by name or as functions. Each takes a tensor, array, number or list of any
shape and gives a tensor of that shape; a NaN passes through.
"""

from collections.abc import Callable, Sequence
from typing import Any

from lamina import _lamina, _naming, _pieces, _serialized
from lamina._lamina import Tensor


def linear(x: Any) -> Tensor:
    """The input itself.

    >>> linear([-1.0, 2.0]).numpy()
    array([-1.,  2.], dtype=float32)
    """
    return _lamina.convert_to_tensor(x)


def relu(
    x: Any, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Tensor:
    """``max(x, 0)``; its gradient at 0 is 0.

    Args:
        x: the input.
        negative_slope: slope below the threshold, at least 0.
        max_value: the largest output; None is no limit.
        threshold: below it the output is ``negative_slope * (x - threshold)``.

    Raises:
        ValueError: an argument is negative or not finite.

    Reference: Nair and Hinton, 2010, "Rectified linear units improve restricted Boltzmann
    machines".

    >>> relu([-1.0, 2.0]).numpy()
    array([0., 2.], dtype=float32)
    """
    return _lamina.relu(x, negative_slope, max_value, threshold)


def relu6(x: Any) -> Tensor:
    """``min(max(x, 0), 6)``.

    >>> relu6([-1.0, 2.0, 9.0]).numpy()
    array([0., 2., 6.], dtype=float32)
    """
    return _lamina.relu6(x)


def leaky_relu(x: Any, negative_slope: float = 0.2) -> Tensor:
    """``x``, or ``negative_slope * x`` below 0.

    Reference: Maas et al., 2013, "Rectifier nonlinearities improve neural network acoustic models".

    >>> leaky_relu([-1.0, 2.0]).numpy()
    array([-0.2,  2. ], dtype=float32)
    """
    return _lamina.leaky_relu(x, negative_slope)


def elu(x: Any, alpha: float = 1.0) -> Tensor:
    """``x``, or ``alpha * (exp(x) - 1)`` below 0; ``alpha`` is at least 0.

    Reference: Clevert et al., 2016, "Fast and accurate deep network learning by exponential linear
    units".

    >>> elu([-1.0, 2.0]).numpy().round(4)
    array([-0.6321,  2.    ], dtype=float32)
    """
    return _lamina.elu(x, alpha)


def selu(x: Any) -> Tensor:
    """``1.0507 * elu(x, 1.6733)``: keeps mean 0 and variance 1 with ``lecun_normal`` weights.

    Reference: Klambauer et al., 2017, "Self-normalizing neural networks".

    >>> selu([-1.0, 2.0]).numpy().round(4)
    array([-1.1113,  2.1014], dtype=float32)
    """
    return _lamina.selu(x)


def celu(x: Any, alpha: float = 1.0) -> Tensor:
    """``x``, or ``alpha * (exp(x / alpha) - 1)`` below 0; ``alpha`` is above 0.

    Reference: Barron, 2017, "Continuously differentiable exponential linear units".

    >>> celu([-1.0, 2.0], alpha=2.0).numpy().round(4)
    array([-0.7869,  2.    ], dtype=float32)
    """
    return _lamina.celu(x, alpha)


def gelu(x: Any, approximate: bool = False) -> Tensor:
    """``x`` times the probability that a standard normal number is below ``x``.

    Args:
        x: the input.
        approximate: whether the probability is approximated by ``tanh``.

    Reference: Hendrycks and Gimpel, 2016, "Gaussian error linear units".

    >>> gelu([-1.0, 2.0]).numpy().round(4)
    array([-0.1587,  1.9545], dtype=float32)
    """
    return _lamina.gelu(x, approximate)


def tanh(x: Any) -> Tensor:
    """The hyperbolic tangent.

    >>> tanh([-1.0, 2.0]).numpy().round(4)
    array([-0.7616,  0.964 ], dtype=float32)
    """
    return _lamina.tanh(x)


def sigmoid(x: Any) -> Tensor:
    """``1 / (1 + exp(-x))``.

    >>> sigmoid([0.0]).numpy()
    array([0.5], dtype=float32)
    """
    return _lamina.sigmoid(x)


def exponential(x: Any) -> Tensor:
    """``exp(x)``.

    >>> exponential([-1.0, 2.0]).numpy().round(4)
    array([0.3679, 7.3891], dtype=float32)
    """
    return _lamina.exp(x)


def softplus(x: Any) -> Tensor:
    """``log(1 + exp(x))``, which overflows nowhere.

    >>> softplus([-1.0, 2.0]).numpy().round(4)
    array([0.3133, 2.1269], dtype=float32)
    """
    return _lamina.softplus(x)


def softsign(x: Any) -> Tensor:
    """``x / (1 + abs(x))``.

    >>> softsign([-1.0, 2.0]).numpy().round(4)
    array([-0.5   ,  0.6667], dtype=float32)
    """
    return _lamina.softsign(x)


def silu(x: Any) -> Tensor:
    """``x * sigmoid(x)``, also called swish.

    Reference: Ramachandran et al., 2017, "Searching for activation functions".

    >>> silu([-1.0, 2.0]).numpy().round(4)
    array([-0.2689,  1.7616], dtype=float32)
    """
    return _lamina.silu(x)


def mish(x: Any) -> Tensor:
    """``x * tanh(softplus(x))``.

    Reference: Misra, 2019, "Mish: a self regularized non-monotonic activation function".

    >>> mish([-1.0, 2.0]).numpy().round(4)
    array([-0.3034,  1.944 ], dtype=float32)
    """
    return _lamina.mish(x)


def hard_sigmoid(x: Any) -> Tensor:
    """``relu6(x + 3) / 6``.

    >>> hard_sigmoid([-4.0, 0.0, 1.5]).numpy()
    array([0.  , 0.5 , 0.75], dtype=float32)
    """
    return _lamina.hard_sigmoid(x)


def hard_silu(x: Any) -> Tensor:
    """``x * hard_sigmoid(x)``, also called hard swish.

    Reference: Howard et al., 2019, "Searching for MobileNetV3".

    >>> hard_silu([-1.0, 2.0]).numpy().round(4)
    array([-0.3333,  1.6667], dtype=float32)
    """
    return _lamina.hard_silu(x)


def hard_tanh(x: Any) -> Tensor:
    """``x`` within [-1, 1].

    >>> hard_tanh([-3.0, 0.5, 2.0]).numpy()
    array([-1. ,  0.5,  1. ], dtype=float32)
    """
    return _lamina.hard_tanh(x)


def log_sigmoid(x: Any) -> Tensor:
    """``log(sigmoid(x))``, without overflow.

    >>> log_sigmoid([-1.0, 2.0]).numpy().round(4)
    array([-1.3133, -0.1269], dtype=float32)
    """
    return _lamina.log_sigmoid(x)


def threshold(x: Any, threshold: float, default_value: float) -> Tensor:
    """``x`` above the threshold, ``default_value`` elsewhere.

    >>> threshold([-1.0, 2.0], 1.0, 7.0).numpy()
    array([7., 2.], dtype=float32)
    """
    return _lamina.threshold(x, threshold, default_value)


def tanh_shrink(x: Any) -> Tensor:
    """``x - tanh(x)``.

    >>> tanh_shrink([-1.0, 2.0]).numpy().round(4)
    array([-0.2384,  1.036 ], dtype=float32)
    """
    return _lamina.tanh_shrink(x)


def soft_shrink(x: Any, threshold: float = 0.5) -> Tensor:
    """``x`` drawn towards 0 by the threshold.

    >>> soft_shrink([-1.0, 0.3, 2.0]).numpy()
    array([-0.5,  0. ,  1.5], dtype=float32)
    """
    return _lamina.soft_shrink(x, threshold)


def hard_shrink(x: Any, threshold: float = 0.5) -> Tensor:
    """``x``, or 0 within the threshold of it.

    >>> hard_shrink([-1.0, 0.3, 2.0]).numpy()
    array([-1.,  0.,  2.], dtype=float32)
    """
    return _lamina.hard_shrink(x, threshold)


def squareplus(x: Any, b: float = 4.0) -> Tensor:
    """``(x + sqrt(x^2 + b)) / 2``.

    >>> squareplus([-1.0, 2.0]).numpy().round(4)
    array([0.618 , 2.4142], dtype=float32)
    """
    return _lamina.squareplus(x, b)


def sparse_plus(x: Any) -> Tensor:
    """0 up to -1, ``(x + 1)^2 / 4`` up to 1, then ``x``.

    >>> sparse_plus([-2.0, 0.0, 2.0]).numpy()
    array([0.  , 0.25, 2.  ], dtype=float32)
    """
    return _lamina.sparse_plus(x)


def sparse_sigmoid(x: Any) -> Tensor:
    """``(x + 1) / 2`` within [0, 1].

    >>> sparse_sigmoid([-2.0, 0.0, 2.0]).numpy()
    array([0. , 0.5, 1. ], dtype=float32)
    """
    return _lamina.sparse_sigmoid(x)


def softmax(x: Any, axis: int | Sequence[int] = -1) -> Tensor:
    """``exp(x) / sum(exp(x))`` along an axis.

    >>> softmax([3.0, 1.0, -3.0]).numpy().round(2)
    array([0.88, 0.12, 0.  ], dtype=float32)
    """
    return _lamina.softmax(x, axis)


def log_softmax(x: Any, axis: int | Sequence[int] = -1) -> Tensor:
    """The logarithm of ``softmax``, without overflow.

    >>> log_softmax([0.0, 1.0]).numpy().round(4)
    array([-1.3133, -0.3133], dtype=float32)
    """
    return _lamina.log_softmax(x, axis)


def sparsemax(x: Any, axis: int = -1) -> Tensor:
    """The point of the probability simplex that is nearest to ``x`` along an axis.

    Reference: Martins and Astudillo, 2016, "From softmax to sparsemax".

    >>> sparsemax([3.0, 2.5, -3.0]).numpy()
    array([0.75, 0.25, 0.  ], dtype=float32)
    """
    return _lamina.sparsemax(x, axis)


def glu(x: Any, axis: int = -1) -> Tensor:
    """The first half of an axis times the sigmoid of the second; the axis is halved.

    Reference: Dauphin et al., 2017, "Language modeling with gated convolutional networks".

    >>> glu([1.0, 2.0, 0.0, 3.0]).numpy().round(4)
    array([0.5   , 1.9051], dtype=float32)
    """
    return _lamina.glu(x, axis)


def step(x: Any) -> Tensor:
    """1 where ``x >= 0``, else 0: the perceptron's. Its gradient is 0.

    >>> step([-1.0, 0.0, 2.0]).numpy()
    array([0., 1., 1.], dtype=float32)
    """
    return _lamina.step(x)


def sign(x: Any) -> Tensor:
    """-1, 0 or 1. Its gradient is 0.

    >>> sign([-3.0, 0.0, 2.0]).numpy()
    array([-1.,  0.,  1.], dtype=float32)
    """
    return _lamina.sign(x)


swish = silu
hard_swish = hard_silu

_FUNCTIONS: dict[str, Callable[..., Tensor]] = {
    f.__name__: f
    for f in (
        linear,
        relu,
        relu6,
        leaky_relu,
        elu,
        selu,
        celu,
        gelu,
        tanh,
        sigmoid,
        exponential,
        softplus,
        softsign,
        silu,
        mish,
        hard_sigmoid,
        hard_silu,
        hard_tanh,
        log_sigmoid,
        tanh_shrink,
        soft_shrink,
        hard_shrink,
        squareplus,
        sparse_plus,
        sparse_sigmoid,
        softmax,
        log_softmax,
        sparsemax,
        glu,
        step,
        sign,
    )
}


_KIND = _pieces.Kind(
    "activation",
    {**_FUNCTIONS, "swish": silu, "hard_swish": hard_silu, "exp": exponential},
    lambda form: dict(form),
)


def serialize(activation: Any) -> Any:
    """The name of an activation of lamina's; the configuration of one of your own.

    >>> serialize(relu)
    'relu'
    """
    if activation is None:
        return "linear"
    if isinstance(activation, str):
        activation = get(activation)
    name = getattr(activation, "__name__", "")
    return name if _FUNCTIONS.get(name) is activation else _serialized.serialize(activation)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The activation of a name, or of a configuration that ``serialize`` gave.

    Args:
        config: the name or configuration.
        custom_objects: functions of your own by name.

    >>> deserialize("relu") is relu
    True
    """
    with _naming.scope(custom_objects):
        return _KIND.read(config)


def get(identifier: Any) -> Callable[..., Any]:
    """The activation of a name, of its serialized form, or itself; None is ``linear``.

    A function of your own, or a layer without weights, is an activation too.

    >>> get("tanh") is tanh, get(None) is linear
    (True, True)
    """
    return linear if identifier is None else _KIND.read(identifier)
