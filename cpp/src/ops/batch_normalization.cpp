#include "lamina/ops/batch_normalization.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/elementwise.hpp"
#include "ops/fused.hpp"

namespace lamina::ops {
namespace {

void check_channels(const char* what, const Tensor& t, std::int64_t channels) {
  if (t.defined() && t.shape() != Shape{channels}) {
    fail(ErrorKind::value, "batch normalization over ", channels, " channels needs ", what,
         " of shape ", Shape{channels}, ", got ", t.shape());
  }
}

// What the kernels apply themselves.
UnaryOp fused_after_normalizing(const Activation& activation) {
  return fused(activation) == UnaryOp::relu ? UnaryOp::relu : UnaryOp::identity;
}

const void* data_or_null(const Tensor& t) { return t.defined() ? t.data() : nullptr; }

}  // namespace

BatchNormalized batch_normalization(const Tensor& input, const Tensor& gamma, const Tensor& beta,
                                    double epsilon, const Activation& activation) {
  const UnaryOp op = fused_after_normalizing(activation);
  const Tensor x = floating(input);
  const std::int64_t rows = leading_rows(x.shape()), channels = x.shape().last();
  check_channels("gamma", gamma, channels);
  check_channels("beta", beta, channels);
  if (rows == 0) fail(ErrorKind::value, "batch normalization of an empty batch ", x.shape());

  Tensor y = Tensor::empty_like(x);
  Tensor mean = Tensor::empty({channels}, x.dtype()), variance = Tensor::empty_like(mean);
  backend(x).batch_norm({x.dtype(), true, rows, channels, epsilon, x.data(), data_or_null(gamma),
                         data_or_null(beta), mean.mutable_data(), variance.mutable_data(),
                         y.mutable_data(), op});
  const auto activated = [&] { return op == UnaryOp::identity ? activation(y) : y; };
  if (!needs_grad({x, gamma, beta})) return {activated(), mean, variance};

  record("batch_normalization", {x, gamma, beta}, y, {x, gamma, mean, variance, beta},
         [=](const Tensor& dy, const TensorList& s, Needs needs) {
           TensorList grads(3);
           if (needs[0]) grads[0] = Tensor::empty_like(dy);
           if (needs[1]) grads[1] = Tensor::empty({channels}, dy.dtype());
           if (needs[2]) grads[2] = Tensor::empty({channels}, dy.dtype());
           const auto target = [&](int i) {
             const Tensor& grad = grads[static_cast<std::size_t>(i)];
             return grad.defined() ? grad.mutable_data() : nullptr;
           };
           backend(dy).batch_norm_backward(
               {dy.dtype(), rows, channels, epsilon, s[0].data(), data_or_null(s[1]), s[2].data(),
                s[3].data(), dy.data(), target(0), target(1), target(2), data_or_null(s[4]), op});
           return grads;
         });
  return {activated(), mean, variance};
}

Tensor normalize_by_statistics(const Tensor& input, const Tensor& mean, const Tensor& variance,
                               const Tensor& gamma, const Tensor& beta, double epsilon,
                               const Activation& activation) {
  const Tensor x = floating(input);
  const std::int64_t channels = x.shape().last();
  for (const auto& [what, t] : {std::pair{"gamma", gamma}, std::pair{"beta", beta},
                                std::pair{"a mean", mean}, std::pair{"a variance", variance}}) {
    check_channels(what, t, channels);
  }
  if (needs_grad({x, mean, variance, gamma, beta})) {
    Tensor y = (x - mean) / sqrt(variance + epsilon);
    if (gamma.defined()) y = y * gamma;
    return activation(beta.defined() ? y + beta : y);
  }
  const UnaryOp op = fused_after_normalizing(activation);
  Tensor y = Tensor::empty_like(x);
  backend(x).batch_norm({x.dtype(), false, leading_rows(x.shape()), channels, epsilon, x.data(),
                         data_or_null(gamma), data_or_null(beta), mean.mutable_data(),
                         variance.mutable_data(), y.mutable_data(), op});
  return op == UnaryOp::identity ? activation(y) : y;
}

}  // namespace lamina::ops
