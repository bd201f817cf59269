#include "lamina/ops/layer_normalization.hpp"

#include <cmath>

#include "ops/support.hpp"

namespace lamina::ops {
namespace {

Tensor row_norm(const char* name, bool centered, const Tensor& x, const Tensor& gamma,
                const Tensor& beta, double epsilon, int axes) {
  if (axes < 1 || axes > x.rank()) {
    fail(ErrorKind::value, name, " needs from 1 to ", x.rank(), " axes of shape ", x.shape(),
         ", got ", axes);
  }
  if (!(epsilon >= 0 && std::isfinite(epsilon))) {
    fail(ErrorKind::value, name, " needs epsilon finite and at least 0, got ", epsilon);
  }
  const Tensor input = floating(x);
  const Shape normalized = x.shape().from(x.rank() - axes);
  check_weight(name, "gamma", gamma, input.dtype(), normalized);
  check_weight(name, "beta", beta, input.dtype(), normalized);
  const std::int64_t cols = normalized.size();
  const std::int64_t rows = cols == 0 ? 0 : x.size() / cols;
  Tensor y = Tensor::empty_like(input);
  Tensor mean = centered ? Tensor::empty({rows}, input.dtype(), input.device()) : Tensor();
  Tensor inverse = Tensor::empty({rows}, input.dtype(), input.device());
  if (rows > 0) {
    shared_backend(name, {&input, &gamma, &beta})
        .row_norm({input.dtype(), centered, rows, cols, epsilon, input.data(), data_or_null(gamma),
                   data_or_null(beta), centered ? mean.mutable_data() : nullptr,
                   inverse.mutable_data(), y.mutable_data()});
  }
  if (!needs_grad({input, gamma, beta})) return y;
  return record(name, {input, gamma, beta}, y, {input, gamma, mean, inverse},
                [=](const Tensor& dy, const TensorList& s, Needs needs) {
                  TensorList grads(3);
                  if (needs[0]) grads[0] = Tensor::empty_like(dy);
                  for (int i : {1, 2}) {
                    if (needs[i]) {
                      grads[static_cast<std::size_t>(i)] =
                          Tensor::zeros(normalized, dy.dtype(), dy.device());
                    }
                  }
                  if (rows > 0) {
                    backend(dy).row_norm_backward({dy.dtype(), centered, rows, cols, s[0].data(),
                                                   data_or_null(s[1]), data_or_null(s[2]),
                                                   s[3].data(), dy.data(), room_or_null(grads[0]),
                                                   room_or_null(grads[1]), room_or_null(grads[2])});
                  }
                  return grads;
                });
}

}  // namespace

Tensor layer_normalization(const Tensor& x, const Tensor& gamma, const Tensor& beta, double epsilon,
                           int axes) {
  return row_norm("layer_normalization", true, x, gamma, beta, epsilon, axes);
}

Tensor rms_normalization(const Tensor& x, const Tensor& gamma, double epsilon, int axes) {
  return row_norm("rms_normalization", false, x, gamma, Tensor(), epsilon, axes);
}

}  // namespace lamina::ops
