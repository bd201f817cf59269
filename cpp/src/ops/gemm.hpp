// Matrix products of row-major matrices as the backend sees them, unrecorded.
#pragma once

#include "ops/support.hpp"

namespace lamina::ops {

struct Matrix {
  const Tensor& tensor;
  bool transposed = false;
};

/// op(a) op(b) for a and b seen as (rows, last axis), written to a new tensor of `shape`.
inline Tensor gemm(const char* operation, Matrix a, Matrix b, const Shape& shape,
                   const Tensor& bias = {}, FusedActivation activation = FusedActivation::none) {
  Tensor c = Tensor::empty(shape, a.tensor.dtype(), a.tensor.device());
  const std::int64_t rows_a = leading_rows(a.tensor.shape()), cols_a = a.tensor.shape().last();
  const std::int64_t rows_b = leading_rows(b.tensor.shape()), cols_b = b.tensor.shape().last();
  GemmParams params{};
  params.dtype = c.dtype();
  params.m = a.transposed ? cols_a : rows_a;
  params.k = a.transposed ? rows_a : cols_a;
  params.n = b.transposed ? rows_b : cols_b;
  params.a = a.tensor.data();
  params.lda = cols_a;
  params.transpose_a = a.transposed;
  params.b = b.tensor.data();
  params.ldb = cols_b;
  params.transpose_b = b.transposed;
  params.c = c.mutable_data();
  params.ldc = params.n;
  params.bias = data_or_null(bias);
  params.activation = activation;
  shared_backend(operation, {&a.tensor, &b.tensor, &bias}).gemm(params);
  return c;
}

}  // namespace lamina::ops
