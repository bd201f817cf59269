#include "lamina/ops/activations.hpp"

#include <cmath>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/indexing.hpp"
#include "lamina/ops/reduction.hpp"
#include "ops/support.hpp"

namespace lamina::ops {
namespace {

void require(bool holds, const char* function, const char* name, double got, const char* expected) {
  if (!holds) fail(ErrorKind::value, function, " needs ", name, " ", expected, ", got ", got);
}

}  // namespace

Tensor relu(const Tensor& x) { return unary("relu", UnaryOp::relu, floating(x)); }

Tensor relu(const Tensor& x, double negative_slope, double max_value, double threshold) {
  require(std::isfinite(negative_slope) && negative_slope >= 0, "relu", "negative_slope",
          negative_slope, "finite and at least 0");
  require(max_value >= 0, "relu", "max_value", max_value, "at least 0");
  require(std::isfinite(threshold) && threshold >= 0, "relu", "threshold", threshold,
          "finite and at least 0");
  if (threshold == 0 && std::isinf(max_value)) {
    return negative_slope == 0 ? relu(x) : leaky_relu(x, negative_slope);
  }
  return unary("relu", UnaryOp::bounded_relu, floating(x), {negative_slope, max_value, threshold});
}

Tensor relu6(const Tensor& x) { return relu(x, 0, 6); }

Tensor leaky_relu(const Tensor& x, double negative_slope) {
  require(std::isfinite(negative_slope), "leaky_relu", "negative_slope", negative_slope, "finite");
  return unary("leaky_relu", UnaryOp::leaky_relu, floating(x), {negative_slope});
}

Tensor elu(const Tensor& x, double alpha) {
  require(std::isfinite(alpha) && alpha >= 0, "elu", "alpha", alpha, "finite and at least 0");
  return unary("elu", UnaryOp::elu, floating(x), {alpha});
}

Tensor selu(const Tensor& x) { return unary("selu", UnaryOp::selu, floating(x)); }

Tensor celu(const Tensor& x, double alpha) {
  require(std::isfinite(alpha) && alpha > 0, "celu", "alpha", alpha, "finite and above 0");
  return unary("celu", UnaryOp::celu, floating(x), {alpha});
}

Tensor gelu(const Tensor& x, bool approximate) {
  return unary("gelu", approximate ? UnaryOp::gelu_tanh : UnaryOp::gelu, floating(x));
}

Tensor tanh(const Tensor& x) { return unary("tanh", UnaryOp::tanh, floating(x)); }
Tensor sigmoid(const Tensor& x) { return unary("sigmoid", UnaryOp::sigmoid, floating(x)); }
Tensor softplus(const Tensor& x) { return unary("softplus", UnaryOp::softplus, floating(x)); }
Tensor softsign(const Tensor& x) { return unary("softsign", UnaryOp::softsign, floating(x)); }
Tensor silu(const Tensor& x) { return unary("silu", UnaryOp::silu, floating(x)); }
Tensor mish(const Tensor& x) { return unary("mish", UnaryOp::mish, floating(x)); }
Tensor hard_sigmoid(const Tensor& x) {
  return unary("hard_sigmoid", UnaryOp::hard_sigmoid, floating(x));
}
Tensor hard_silu(const Tensor& x) { return unary("hard_silu", UnaryOp::hard_silu, floating(x)); }
Tensor hard_tanh(const Tensor& x) {
  return unary("hard_tanh", UnaryOp::clip, floating(x), {-1, 1});
}
Tensor log_sigmoid(const Tensor& x) {
  return unary("log_sigmoid", UnaryOp::log_sigmoid, floating(x));
}

Tensor threshold(const Tensor& x, double threshold, double value) {
  require(std::isfinite(threshold), "threshold", "threshold", threshold, "finite");
  return unary("threshold", UnaryOp::threshold, floating(x), {threshold, value});
}

Tensor tanh_shrink(const Tensor& x) {
  return unary("tanh_shrink", UnaryOp::tanh_shrink, floating(x));
}

Tensor soft_shrink(const Tensor& x, double threshold) {
  require(std::isfinite(threshold) && threshold >= 0, "soft_shrink", "threshold", threshold,
          "finite and at least 0");
  return unary("soft_shrink", UnaryOp::soft_shrink, floating(x), {threshold});
}

Tensor hard_shrink(const Tensor& x, double threshold) {
  require(std::isfinite(threshold) && threshold >= 0, "hard_shrink", "threshold", threshold,
          "finite and at least 0");
  return unary("hard_shrink", UnaryOp::hard_shrink, floating(x), {threshold});
}

Tensor squareplus(const Tensor& x, double b) {
  require(std::isfinite(b) && b >= 0, "squareplus", "b", b, "finite and at least 0");
  return unary("squareplus", UnaryOp::squareplus, floating(x), {b});
}

Tensor sparse_plus(const Tensor& x) {
  return unary("sparse_plus", UnaryOp::sparse_plus, floating(x));
}
Tensor sparse_sigmoid(const Tensor& x) {
  return unary("sparse_sigmoid", UnaryOp::sparse_sigmoid, floating(x));
}
Tensor step(const Tensor& x) { return unary("step", UnaryOp::step, floating(x)); }

Tensor glu(const Tensor& x, int axis) {
  const int along = x.shape().axis(axis);
  if (x.shape()[along] % 2 != 0) {
    fail(ErrorKind::value, "glu needs an even extent along axis ", axis, ", got shape ", x.shape());
  }
  const TensorList halves = split(floating(x), 2, along);
  return halves[0] * sigmoid(halves[1]);
}

// With z sorted downwards, the support is the first k with 1 + k z_k > z_1 + ... + z_k, and what is
// subtracted is tau = (their sum - 1) / k. On the support the gradient is dy less its mean there.
Tensor sparsemax(const Tensor& x, int axis) {
  const int along = x.shape().axis(axis);
  Tensor input = floating(x);
  if (input.size() == 0) return input;
  const Tensor one = Tensor::scalar(1, input.dtype(), input.device());
  Tensor tau, shifted;
  {
    const NoGrad no_grad;
    // Only differences count: from the largest value on, nothing overflows.
    shifted = input - max(input, {along}, true);
    const Tensor descending = flip(sort(shifted, along), {along});
    const Tensor sums = cumsum(descending, along);
    const Tensor ones = Tensor::full(input.shape(), 1, input.dtype(), input.device());
    const Tensor count = cumsum(ones, along);
    const Tensor in_support = compare(CompareOp::less, sums, one + count * descending);
    const Tensor k = sum(in_support.cast(input.dtype()), {along}, true);
    const Tensor zero = Tensor::scalar(0, input.dtype(), input.device());
    tau = (sum(select(in_support, descending, zero), {along}, true) - one) / k;
  }
  Tensor y;
  {
    const NoGrad no_grad;
    y = relu(shifted - tau);
  }
  if (!needs_grad({input})) return y;
  return record(
      "sparsemax", {input}, y, {y}, [along](const Tensor& dy, const TensorList& s, Needs) {
        const Tensor zero = Tensor::scalar(0, dy.dtype(), dy.device());
        const Tensor support = compare(CompareOp::less, zero, s[0]);
        const Tensor kept = select(support, dy, zero);
        const Tensor mean = sum(kept, {along}, true) / sum(support.cast(dy.dtype()), {along}, true);
        return TensorList{select(support, dy - mean, zero)};
      });
}

}  // namespace lamina::ops
