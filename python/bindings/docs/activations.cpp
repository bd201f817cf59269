// Activation functions. lamina.activations has those that models name; its pages say the same.
#include "docs.hpp"

namespace lamina::python {
namespace {

constexpr Details table[] = {
    {"relu", R"(
Args:
    x: any shape; whole numbers become float32.
    negative_slope: slope below the threshold, at least 0.
    max_value: the largest output; None is no limit.
    threshold: where the output begins to be ``x``.

Raises:
    ValueError: an argument is negative or not finite.

Reference: Nair and Hinton, 2010, "Rectified linear units improve restricted Boltzmann machines".

>>> lamina.ops.relu([-1.0, 2.0]).numpy()
array([0., 2.], dtype=float32)
>>> lamina.ops.relu([-4.0, 2.0, 9.0], negative_slope=0.5, max_value=6.0).numpy()
array([-2.,  2.,  6.], dtype=float32)
)"},
    {"relu6", R"(
Args:
    x: any shape; whole numbers become float32.

>>> lamina.ops.relu6([-1.0, 2.0, 9.0]).numpy()
array([0., 2., 6.], dtype=float32)
)"},
    {"leaky_relu", R"(
Args:
    x: any shape; whole numbers become float32.
    negative_slope: slope below 0.

Reference: Maas et al., 2013, "Rectifier nonlinearities improve neural network acoustic models".

>>> lamina.ops.leaky_relu([-1.0, 2.0]).numpy()
array([-0.2,  2. ], dtype=float32)
)"},
    {"elu", R"(
Args:
    x: any shape; whole numbers become float32.
    alpha: the function tends to ``-alpha``; at least 0.

Raises:
    ValueError: alpha is negative or not finite.

Reference: Clevert et al., 2016, "Fast and accurate deep network learning by exponential linear
units".

>>> lamina.ops.elu([-100.0, 0.0, 2.0], alpha=2.0).numpy()
array([-2.,  0.,  2.], dtype=float32)
)"},
    {"selu", R"(
Args:
    x: any shape; whole numbers become float32.

Returns:
    ``1.0507 * elu(x, 1.6733)``, to all digits of the paper's constants.

Reference: Klambauer et al., 2017, "Self-normalizing neural networks".

>>> lamina.ops.selu([-1.0, 2.0]).numpy().round(4)
array([-1.1113,  2.1014], dtype=float32)
)"},
    {"celu", R"(
Args:
    x: any shape; whole numbers become float32.
    alpha: the function tends to ``-alpha``; above 0.

Raises:
    ValueError: alpha is not finite and above 0.

Reference: Barron, 2017, "Continuously differentiable exponential linear units".

>>> lamina.ops.celu([-100.0, 0.0, 2.0], alpha=2.0).numpy()
array([-2.,  0.,  2.], dtype=float32)
)"},
    {"gelu", R"(
Args:
    x: any shape; whole numbers become float32.
    approximate: whether ``0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))``.

Reference: Hendrycks and Gimpel, 2016, "Gaussian error linear units".

>>> lamina.ops.gelu([-1.0, 1.0]).numpy().round(4)
array([-0.1588,  0.8412], dtype=float32)
>>> lamina.ops.gelu([-1.0, 1.0], approximate=False).numpy().round(4)
array([-0.1587,  0.8413], dtype=float32)
)"},
    {"sigmoid", R"(
Args:
    x: any shape; whole numbers become float32. No x overflows.

Returns:
    numbers from 0 to 1, of x's shape.

>>> lamina.ops.sigmoid([-1000.0, 0.0, 1.0]).numpy().round(4)
array([0.    , 0.5   , 0.7311], dtype=float32)
)"},
    {"log_sigmoid", R"(
Args:
    x: any shape; whole numbers become float32. No x overflows.

>>> lamina.ops.log_sigmoid([-100.0, 0.0]).numpy().round(2)
array([-100.  ,   -0.69], dtype=float32)
)"},
    {"softplus", R"(
Args:
    x: any shape; whole numbers become float32.

>>> lamina.ops.softplus([-100.0, 0.0, 100.0]).numpy().round(2)
array([  0.  ,   0.69, 100.  ], dtype=float32)
)"},
    {"softsign", R"(
Args:
    x: any shape; whole numbers become float32.

>>> lamina.ops.softsign([-3.0, 1.0]).numpy()
array([-0.75,  0.5 ], dtype=float32)
)"},
    {"silu", R"(
Args:
    x: any shape; whole numbers become float32.

Reference: Ramachandran et al., 2017, "Searching for activation functions".

>>> lamina.ops.silu([-1.0, 1.0]).numpy().round(4)
array([-0.2689,  0.7311], dtype=float32)
)"},
    {"mish", R"(
Args:
    x: any shape; whole numbers become float32.

Reference: Misra, 2019, "Mish: a self regularized non-monotonic activation function".

>>> lamina.ops.mish([-1.0, 1.0]).numpy().round(4)
array([-0.3034,  0.8651], dtype=float32)
)"},
    {"hard_sigmoid", R"(
Args:
    x: any shape; whole numbers become float32.

>>> lamina.ops.hard_sigmoid([-4.0, 0.0, 1.5]).numpy()
array([0.  , 0.5 , 0.75], dtype=float32)
)"},
    {"hard_silu", R"(
Args:
    x: any shape; whole numbers become float32.

Reference: Howard et al., 2019, "Searching for MobileNetV3".

>>> lamina.ops.hard_silu([-3.0, 1.5, 4.0]).numpy()
array([-0.   ,  1.125,  4.   ], dtype=float32)
)"},
    {"hard_tanh", R"(
Args:
    x: any shape; whole numbers become float32.

>>> lamina.ops.hard_tanh([-4.0, 0.5]).numpy()
array([-1. ,  0.5], dtype=float32)
)"},
    {"tanh_shrink", R"(
Args:
    x: any shape; whole numbers become float32.

>>> lamina.ops.tanh_shrink([0.0, 1.0]).numpy().round(4)
array([0.    , 0.2384], dtype=float32)
)"},
    {"soft_shrink", R"(
Args:
    x: any shape; whole numbers become float32.
    threshold: by how much x is drawn; what is nearer to 0 becomes 0. At least 0.

Raises:
    ValueError: the threshold is negative or not finite.

>>> lamina.ops.soft_shrink([-2.0, 0.2, 1.0]).numpy()
array([-1.5,  0. ,  0.5], dtype=float32)
)"},
    {"hard_shrink", R"(
Args:
    x: any shape; whole numbers become float32.
    threshold: what is as near to 0, or nearer, becomes 0. At least 0.

Raises:
    ValueError: the threshold is negative or not finite.

>>> lamina.ops.hard_shrink([-2.0, 0.2, 0.5]).numpy()
array([-2.,  0.,  0.], dtype=float32)
)"},
    {"threshold", R"(
Args:
    x: any shape; whole numbers become float32. NaN passes through.
    threshold: what x must be above.
    default_value: what stands elsewhere.

>>> lamina.ops.threshold([1.0, 2.0, 3.0], 2.0, -1.0).numpy()
array([-1., -1.,  3.], dtype=float32)
)"},
    {"squareplus", R"(
Args:
    x: any shape; whole numbers become float32.
    b: how smooth the bend at 0 is; 0 gives ``max(x, 0)``. At least 0.

Raises:
    ValueError: b is negative or not finite.

Reference: Barron, 2021, "Squareplus: a softplus-like algebraic rectifier".

>>> lamina.ops.squareplus([0.0, 1.5]).numpy()
array([1., 2.], dtype=float32)
)"},
    {"sparse_plus", R"(
Args:
    x: any shape; whole numbers become float32.

Returns:
    the integral of ``sparse_sigmoid``.

>>> lamina.ops.sparse_plus([-2.0, 0.0, 1.0, 3.0]).numpy()
array([0.  , 0.25, 1.  , 3.  ], dtype=float32)
)"},
    {"sparse_sigmoid", R"(
Args:
    x: any shape; whole numbers become float32.

>>> lamina.ops.sparse_sigmoid([-2.0, 0.0, 0.5]).numpy()
array([0.  , 0.5 , 0.75], dtype=float32)
)"},
    {"step", R"(
Args:
    x: any shape; whole numbers become float32. The perceptron's function.

>>> lamina.ops.step([-1.0, 0.0, 2.0]).numpy()
array([0., 1., 1.], dtype=float32)
)"},
    {"softmax", R"(
Args:
    x: any shape with an axis; whole numbers become float32. No x overflows.
    axis: along which the results sum to 1: one axis, several, or None for all.

Raises:
    ValueError: x has no axis.

>>> lamina.ops.softmax([[0.0, 0.0], [1000.0, 0.0]]).numpy()
array([[0.5, 0.5],
       [1. , 0. ]], dtype=float32)
)"},
    {"log_softmax", R"(
Args:
    x: any shape with an axis; whole numbers become float32.
    axis: along which the results' ``exp`` sums to 1: one axis, several, or None for all.

Raises:
    ValueError: x has no axis.

>>> lamina.ops.log_softmax([0.0, 1000.0]).numpy()
array([-1000.,     0.], dtype=float32)
)"},
    {"sparsemax", R"(
Args:
    x: any shape with an axis; whole numbers become float32.
    axis: along which the results sum to 1.

Reference: Martins and Astudillo, 2016, "From softmax to sparsemax".

>>> lamina.ops.sparsemax([1.0, 0.5, -1.0]).numpy()
array([0.75, 0.25, 0.  ], dtype=float32)
)"},
    {"glu", R"(
Args:
    x: any shape with an axis; whole numbers become float32.
    axis: the axis that is halved; its extent is even.

Returns:
    the first half times the sigmoid of the second.

Raises:
    ValueError: the extent is odd.

Reference: Dauphin et al., 2017, "Language modeling with gated convolutional networks".

>>> lamina.ops.glu([1.0, 2.0, 0.0, 0.0]).numpy()
array([0.5, 1. ], dtype=float32)
)"},
};

}  // namespace

constinit const std::span<const Details> activation_details = table;

}  // namespace lamina::python
