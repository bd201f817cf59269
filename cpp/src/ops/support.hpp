// What most operations need: the backend of a tensor, its operands' dtypes, and the backend's
// elementwise functions on tensors, unrecorded.
#pragma once

#include "backend/backend.hpp"
#include "core/check.hpp"
#include "core/tensor_impl.hpp"
#include "lamina/autograd/autograd.hpp"
#include "lamina/core/tensor.hpp"

namespace lamina::ops {

inline Backend& backend(const Tensor& t) { return backend_of(t); }

/// The backend of the device that all operands lie on; a value error where they do not. An
/// undefined operand is one that was left out.
inline Backend& shared_backend(std::string_view operation,
                               std::initializer_list<const Tensor*> operands) {
  const Tensor& first = **operands.begin();
  for (const Tensor* t : operands) {
    if (t->defined() && t->device() != first.device()) {
      fail(ErrorKind::value, operation, " got operands on ", lamina::name_of(first.device()),
           " and on ", lamina::name_of(t->device()), "; bring them together with to(device)");
    }
  }
  return backend(first);
}

/// x itself when it is floating point, else x as float32.
inline Tensor floating(const Tensor& x) {
  return is_floating(x.dtype()) ? x : x.cast(Dtype::float32);
}

/// x itself unless its dtype is too small to compute in: those become int32.
inline Tensor number(const Tensor& x) {
  const bool small = x.dtype() == Dtype::uint8 || x.dtype() == Dtype::boolean;
  return small ? x.cast(Dtype::int32) : x;
}

struct Operands {
  Tensor a, b;
};
/// Both in one dtype to compute in, as promote() says.
Operands common_dtype(const Tensor& a, const Tensor& b);

/// A number as a tensor beside another, of the dtype that dtype_beside() says.
Tensor weak(const Scalar& value, const Tensor& beside);

/// Undoes broadcasting: sums `gradient` over the axes along which `shape` was repeated.
Tensor sum_to(const Tensor& gradient, const Shape& shape);

/// x op b over broadcast shapes, unrecorded; both of one dtype.
Tensor binary(BinaryOp op, const Tensor& a, const Tensor& b);
/// The same for a comparison, giving booleans.
Tensor compare(CompareOp op, const Tensor& a, const Tensor& b);
/// a where condition, else b, unrecorded; both of one dtype.
Tensor select(const Tensor& condition, const Tensor& a, const Tensor& b);

/// An elementwise function, recorded under `name`.
Tensor unary(const char* name, UnaryOp op, const Tensor& x, UnaryNumbers numbers = {});
/// dy * op'(saved), unrecorded.
Tensor unary_backward(UnaryOp op, const Tensor& dy, const Tensor& saved, UnaryNumbers numbers = {});

/// A new tensor of `shape` whose elements lie `strides` apart in x, the first at `offset`; all in
/// elements. Unrecorded.
Tensor strided_copy(const Tensor& x, const Shape& shape, const std::vector<std::int64_t>& strides,
                    std::int64_t offset = 0);
/// The reverse: stores x's elements that far apart in `target`, which is still being made.
void strided_store(const Tensor& x, Tensor& target, const std::vector<std::int64_t>& strides,
                   std::int64_t offset = 0);
/// How far apart neighbours along each axis lie.
std::vector<std::int64_t> strides_of(const Shape& shape);

/// Refuses a weight of `operation` on values of `dtype` that is given and is not of that dtype and
/// shape.
inline void check_weight(std::string_view operation, std::string_view weight, const Tensor& t,
                         Dtype dtype, const Shape& shape) {
  if (!t.defined() || (t.dtype() == dtype && t.shape() == shape)) return;
  fail(ErrorKind::value, operation, " needs ", weight, " ", name_of(dtype), " of shape ", shape,
       ", got ", name_of(t.dtype()), " of shape ", t.shape());
}

/// Where the elements of an int64 tensor lie on its device.
inline const std::int64_t* integers(const Tensor& t) {
  return static_cast<const std::int64_t*>(t.data());
}

/// Where a weight or a gradient lies that may be left out.
inline const void* data_or_null(const Tensor& t) { return t.defined() ? t.data() : nullptr; }
inline void* room_or_null(Tensor& t) { return t.defined() ? t.mutable_data() : nullptr; }

/// x seen as (rows, last axis).
inline std::int64_t leading_rows(const Shape& shape) {
  std::int64_t rows = 1;
  for (int axis = 0; axis + 1 < shape.rank(); ++axis) rows *= shape[axis];
  return rows;
}

/// A shape around one of its axes.
struct AroundAxis {
  std::int64_t outer = 1, extent = 1, inner = 1;
  AroundAxis(const Shape& shape, int axis) {
    for (int i = 0; i < shape.rank(); ++i) {
      (i < axis ? outer : i == axis ? extent : inner) *= shape[i];
    }
  }
};

}  // namespace lamina::ops
