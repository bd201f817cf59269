#include "lamina/ops/batch_normalization.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/elementwise.hpp"
#include "ops/fused.hpp"

namespace lamina::ops {
namespace {

void check_channels(const char* weight, const Tensor& t, const Tensor& x) {
  check_weight("batch_normalization", weight, t, x.dtype(), {x.shape().last()});
}

// The activations that the kernels apply themselves.
FusedActivation fused_after_normalizing(const Activation& activation) {
  const FusedActivation kind = fused(activation);
  return kind == FusedActivation::relu ? kind : FusedActivation::none;
}

struct Normalized {
  Tensor x, gamma, beta, mean, variance;
};

// `training`: mean and variance were computed from x.
void record_normalized(Tensor& y, const Normalized& of, double epsilon, bool training,
                       FusedActivation op) {
  record("batch_normalization", {of.x, of.gamma, of.beta}, y,
         {of.x, of.gamma, of.beta, of.mean, of.variance},
         [=](const Tensor& dy, const TensorList& s, Needs needs) {
           const Tensor &x = s[0], &gamma = s[1], &beta = s[2], &mean = s[3], &variance = s[4];
           const std::int64_t channels = x.shape().last();
           TensorList grads(3);
           if (needs[0]) grads[0] = Tensor::empty_like(dy);
           if (needs[1]) grads[1] = Tensor::empty({channels}, dy.dtype(), dy.device());
           if (needs[2]) grads[2] = Tensor::empty({channels}, dy.dtype(), dy.device());
           backend(dy).batch_norm_backward({dy.dtype(), training, leading_rows(x.shape()), channels,
                                            epsilon, x.data(), data_or_null(gamma), mean.data(),
                                            variance.data(), dy.data(), room_or_null(grads[0]),
                                            room_or_null(grads[1]), room_or_null(grads[2]),
                                            data_or_null(beta), op});
           return grads;
         });
}

}  // namespace

BatchNormalized batch_normalization(const Tensor& input, const Tensor& gamma, const Tensor& beta,
                                    double epsilon, const Activation& activation) {
  const FusedActivation op = fused_after_normalizing(activation);
  const Tensor x = floating(input);
  const std::int64_t rows = leading_rows(x.shape()), channels = x.shape().last();
  check_channels("gamma", gamma, x);
  check_channels("beta", beta, x);
  if (rows == 0) fail(ErrorKind::value, "batch normalization of an empty batch ", x.shape());

  Tensor y = Tensor::empty_like(x);
  Tensor mean = Tensor::empty({channels}, x.dtype(), x.device()),
         variance = Tensor::empty_like(mean);
  shared_backend("batch_normalization", {&x, &gamma, &beta})
      .batch_norm({x.dtype(), true, rows, channels, epsilon, x.data(), data_or_null(gamma),
                   data_or_null(beta), mean.mutable_data(), variance.mutable_data(),
                   y.mutable_data(), op});
  if (needs_grad({x, gamma, beta})) {
    record_normalized(y, {x, gamma, beta, mean, variance}, epsilon, true, op);
  }
  return {activated(op, activation, y), mean, variance};
}

Tensor normalize_by_statistics(const Tensor& input, const Tensor& mean, const Tensor& variance,
                               const Tensor& gamma, const Tensor& beta, double epsilon,
                               const Activation& activation) {
  const Tensor x = floating(input);
  const std::int64_t channels = x.shape().last();
  for (const auto& [what, t] : {std::pair{"gamma", gamma}, std::pair{"beta", beta},
                                std::pair{"mean", mean}, std::pair{"variance", variance}}) {
    check_channels(what, t, x);
  }
  if (needs_grad({mean, variance})) {
    Tensor y = (x - mean) / sqrt(variance + epsilon);
    if (gamma.defined()) y = y * gamma;
    return activation(beta.defined() ? y + beta : y);
  }
  const bool recorded = needs_grad({x, gamma, beta});
  const FusedActivation op = recorded ? FusedActivation::none : fused_after_normalizing(activation);
  Tensor y = Tensor::empty_like(x);
  shared_backend("batch_normalization", {&x, &gamma, &beta, &mean, &variance})
      .batch_norm({x.dtype(), false, leading_rows(x.shape()), channels, epsilon, x.data(),
                   data_or_null(gamma), data_or_null(beta),
                   // Only read.
                   const_cast<void*>(mean.data()), const_cast<void*>(variance.data()),
                   y.mutable_data(), op});
  if (recorded) record_normalized(y, {x, gamma, beta, mean, variance}, epsilon, false, op);
  return activated(op, activation, y);
}

NormalizationFactors normalization_factors(const Tensor& mean, const Tensor& variance,
                                           const Tensor& gamma, const Tensor& beta,
                                           double epsilon) {
  NormalizationFactors result{Tensor::empty_like(variance), Tensor::empty_like(variance),
                              Tensor::empty({}, Dtype::int32, variance.device())};
  shared_backend("batch_normalization", {&variance, &mean, &gamma, &beta})
      .batch_norm_factors({variance.dtype(), variance.size(), epsilon, data_or_null(gamma),
                           data_or_null(beta), mean.data(), variance.data(),
                           result.factor.mutable_data(), result.offset.mutable_data(),
                           static_cast<std::int32_t*>(result.are_finite.mutable_data())});
  return result;
}

}  // namespace lamina::ops
