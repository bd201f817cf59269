#include "lamina/ops/group_normalization.hpp"

#include "ops/support.hpp"

namespace lamina::ops {

Tensor group_normalization(const Tensor& input, std::int64_t groups, const Tensor& gamma,
                           const Tensor& beta, double epsilon) {
  if (input.rank() < 2 || groups < 1 || input.shape().last() % groups != 0) {
    fail(ErrorKind::value, "group_normalization needs samples of channels that ", groups,
         " groups divide, got shape ", input.shape());
  }
  const Tensor x = floating(input);
  const std::int64_t images = x.shape()[0], channels = x.shape().last();
  const std::int64_t rows = leading_rows(x.shape()) / std::max<std::int64_t>(images, 1);
  check_weight("group_normalization", "gamma", gamma, x.dtype(), {channels});
  check_weight("group_normalization", "beta", beta, x.dtype(), {channels});
  Tensor y = Tensor::empty_like(x);
  Tensor mean = Tensor::empty({images, groups}, x.dtype(), x.device());
  Tensor inverse = Tensor::empty_like(mean);
  shared_backend("group_normalization", {&x, &gamma, &beta})
      .group_norm({x.dtype(), images, rows, channels, groups, epsilon, x.data(),
                   data_or_null(gamma), data_or_null(beta), mean.mutable_data(),
                   inverse.mutable_data(), y.mutable_data()});
  if (!needs_grad({x, gamma, beta})) return y;
  return record("group_normalization", {x, gamma, beta}, y, {x, gamma, mean, inverse},
                [=](const Tensor& dy, const TensorList& s, Needs needs) {
                  TensorList grads(3);
                  if (needs[0]) grads[0] = Tensor::empty_like(dy);
                  if (needs[1]) grads[1] = Tensor::empty({channels}, dy.dtype(), dy.device());
                  if (needs[2]) grads[2] = Tensor::empty({channels}, dy.dtype(), dy.device());
                  backend(dy).group_norm_backward({dy.dtype(), images, rows, channels, groups,
                                                   s[0].data(), data_or_null(s[1]), s[2].data(),
                                                   s[3].data(), dy.data(), room_or_null(grads[0]),
                                                   room_or_null(grads[1]), room_or_null(grads[2])});
                  return grads;
                });
}

}  // namespace lamina::ops
