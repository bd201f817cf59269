// Activation functions, with Keras 3's formulas and defaults. A NaN passes through each. float32
// and float64; integers give float32.
#pragma once

#include <limits>

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// max(x, 0). Gradient 0 at 0.
LAMINA_API Tensor relu(const Tensor& x);
/// max_value above it, x from the threshold on, negative_slope (x - threshold) below.
LAMINA_API Tensor relu(const Tensor& x, double negative_slope,
                       double max_value = std::numeric_limits<double>::infinity(),
                       double threshold = 0);
/// min(max(x, 0), 6).
LAMINA_API Tensor relu6(const Tensor& x);
/// x, or negative_slope x below 0. Maas et al., 2013.
LAMINA_API Tensor leaky_relu(const Tensor& x, double negative_slope = 0.2);
/// x, or alpha (e^x - 1) below 0. Clevert et al., 2016.
LAMINA_API Tensor elu(const Tensor& x, double alpha = 1);
/// scale elu(x, alpha), with the constants of Klambauer et al., 2017.
LAMINA_API Tensor selu(const Tensor& x);
/// max(x, 0) + min(0, alpha (e^(x / alpha) - 1)). Barron, 2017.
LAMINA_API Tensor celu(const Tensor& x, double alpha = 1);
/// x times the normal distribution's function, or its approximation by tanh. Hendrycks and Gimpel,
/// 2016.
LAMINA_API Tensor gelu(const Tensor& x, bool approximate = true);
LAMINA_API Tensor tanh(const Tensor& x);
/// 1 / (1 + e^-x).
LAMINA_API Tensor sigmoid(const Tensor& x);
/// log(1 + e^x), which overflows nowhere.
LAMINA_API Tensor softplus(const Tensor& x);
/// x / (1 + |x|).
LAMINA_API Tensor softsign(const Tensor& x);
/// x sigmoid(x), also called swish. Ramachandran et al., 2017.
LAMINA_API Tensor silu(const Tensor& x);
/// x tanh(softplus(x)). Misra, 2019.
LAMINA_API Tensor mish(const Tensor& x);
/// relu6(x + 3) / 6.
LAMINA_API Tensor hard_sigmoid(const Tensor& x);
/// x hard_sigmoid(x), also called hard swish. Howard et al., 2019.
LAMINA_API Tensor hard_silu(const Tensor& x);
/// x within [-1, 1].
LAMINA_API Tensor hard_tanh(const Tensor& x);
/// log(sigmoid(x)).
LAMINA_API Tensor log_sigmoid(const Tensor& x);
/// x above the threshold, `value` elsewhere.
LAMINA_API Tensor threshold(const Tensor& x, double threshold, double value);
/// x - tanh(x).
LAMINA_API Tensor tanh_shrink(const Tensor& x);
/// x drawn towards 0 by the threshold.
LAMINA_API Tensor soft_shrink(const Tensor& x, double threshold = 0.5);
/// x, or 0 within the threshold of it.
LAMINA_API Tensor hard_shrink(const Tensor& x, double threshold = 0.5);
/// (x + sqrt(x^2 + b)) / 2.
LAMINA_API Tensor squareplus(const Tensor& x, double b = 4);
/// 0 up to -1, (x + 1)^2 / 4 up to 1, then x.
LAMINA_API Tensor sparse_plus(const Tensor& x);
/// (x + 1) / 2 within [0, 1].
LAMINA_API Tensor sparse_sigmoid(const Tensor& x);
/// 1 where x >= 0, else 0: the perceptron's. Its gradient is 0.
LAMINA_API Tensor step(const Tensor& x);
/// The first half of an axis times the sigmoid of the second. Dauphin et al., 2017.
LAMINA_API Tensor glu(const Tensor& x, int axis = -1);
/// The point of the probability simplex that is nearest to x along an axis. Martins and Astudillo,
/// 2016.
LAMINA_API Tensor sparsemax(const Tensor& x, int axis = -1);

}  // namespace lamina::ops
