// What the seam says of matrix products.
#pragma once

#include <cstdint>

#include "backend/operations/activation.hpp"
#include "lamina/core/dtype.hpp"

namespace lamina {

/// c (m, n; row stride ldc) = activation(op(a) op(b) + bias), or c += op(a) op(b) when accumulating
/// (then without bias and activation). op transposes where asked: a is stored (m, k), or (k, m)
/// when transposed; b is stored (k, n), or (n, k). k may be 0. float32, float64; int32 and int64,
/// which wrap around and take no bias, activation or packed b. The same for
/// `batch` products, whose operands begin `stride` elements after those of the one before; a stride
/// of 0 takes an operand for all of them.
struct GemmParams {
  Dtype dtype;
  std::int64_t m, n, k;
  const void* a;
  std::int64_t lda;
  bool transpose_a;
  const void* b;
  std::int64_t ldb;
  bool transpose_b;
  void* c;
  std::int64_t ldc;
  bool accumulate = false;
  const void* bias = nullptr;  // n values, added to every row
  FusedActivation activation = FusedActivation::none;
  std::int64_t batch = 1, stride_a = 0, stride_b = 0, stride_c = 0;
  const void* packed_b = nullptr;  // what pack_b made of b, which is not read then (stride_b: 0)
};

/// Lays b out as `gemm` reads it, for products of any m with the same n, k, b and transpositions:
/// what stays the same from call to call is packed once. `packed` has room for
/// Backend::packed_bytes(gemm).
struct PackBParams {
  GemmParams gemm;
  void* packed;
};

}  // namespace lamina
