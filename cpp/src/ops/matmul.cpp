#include "lamina/ops/matmul.hpp"

#include "lamina/ops/dense.hpp"
#include "ops/support.hpp"

namespace lamina::ops {

Tensor matmul(const Tensor& a, const Tensor& b) {
  if (a.rank() < 1 || b.rank() != 2 || a.shape().last() != b.shape()[0]) {
    fail(ErrorKind::value, "matmul needs (..., k) and (k, n), got ", a.shape(), " and ", b.shape());
  }
  return dense(a, b, Tensor());
}

}  // namespace lamina::ops
