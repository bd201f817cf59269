// Arithmetic of two tensors, with NumPy broadcasting. dtypes combine as promote() says; division of
// integers gives float32. A scalar takes the dtype that dtype_beside() says: the tensor's, if it
// can hold it.
#pragma once

#include "lamina/core/tensor.hpp"

namespace lamina {
namespace ops {

LAMINA_API Tensor add(const Tensor& a, const Tensor& b);
LAMINA_API Tensor subtract(const Tensor& a, const Tensor& b);
LAMINA_API Tensor multiply(const Tensor& a, const Tensor& b);
LAMINA_API Tensor divide(const Tensor& a, const Tensor& b);
/// Larger of the two, NaN if either is. The gradient goes to the larger, halved between equals.
LAMINA_API Tensor maximum(const Tensor& a, const Tensor& b);
LAMINA_API Tensor minimum(const Tensor& a, const Tensor& b);
/// a^b. Whole numbers stay whole, and take no negative exponent.
LAMINA_API Tensor power(const Tensor& a, const Tensor& b);
LAMINA_API Tensor power(const Tensor& a, double b);

}  // namespace ops

inline Tensor operator+(const Tensor& a, const Tensor& b) { return ops::add(a, b); }
inline Tensor operator-(const Tensor& a, const Tensor& b) { return ops::subtract(a, b); }
inline Tensor operator*(const Tensor& a, const Tensor& b) { return ops::multiply(a, b); }
inline Tensor operator/(const Tensor& a, const Tensor& b) { return ops::divide(a, b); }
LAMINA_API Tensor operator-(const Tensor& a);
LAMINA_API Tensor operator+(const Tensor& a, const Scalar& b);
LAMINA_API Tensor operator-(const Tensor& a, const Scalar& b);
LAMINA_API Tensor operator*(const Tensor& a, const Scalar& b);
LAMINA_API Tensor operator/(const Tensor& a, const Scalar& b);
LAMINA_API Tensor operator+(const Scalar& a, const Tensor& b);
LAMINA_API Tensor operator-(const Scalar& a, const Tensor& b);
LAMINA_API Tensor operator*(const Scalar& a, const Tensor& b);
LAMINA_API Tensor operator/(const Scalar& a, const Tensor& b);

}  // namespace lamina
