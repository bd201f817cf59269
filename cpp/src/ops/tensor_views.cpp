// The tensor's own operations on shape, dtype and device: views, casts and copies, with their
// gradients.
#include <algorithm>

#include "core/tensor_impl.hpp"
#include "ops/support.hpp"

namespace lamina {
namespace {

Shape resolve_unknown(const Shape& shape, const Tensor& x) {
  int unknown = -1;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (shape[axis] != Shape::none) continue;
    if (unknown >= 0) {
      fail(ErrorKind::value, "reshape can infer one extent, got several in ", shape);
    }
    unknown = axis;
  }
  Shape resolved = shape;
  if (unknown >= 0) {
    const std::int64_t known = shape.with(unknown, 1).size();
    if (known > 0 && x.size() % known == 0) resolved = shape.with(unknown, x.size() / known);
  }
  if (!resolved.is_known() || resolved.size() != x.size()) {
    fail(ErrorKind::value, "cannot reshape ", x.shape(), ", which has ", x.size(),
         " elements, into ", shape);
  }
  byte_count(resolved, x.dtype());  // other extents of an empty tensor may be too large to step by
  return resolved;
}

}  // namespace

Tensor Tensor::reshape(const Shape& wanted) const {
  const Shape resolved = resolve_unknown(wanted, *this);
  if (resolved == shape()) return *this;
  Tensor y = view_of(*this, resolved, 0);
  if (!needs_grad({*this})) return y;
  return record("reshape", {*this}, y, {},
                [original = shape()](const Tensor& dy, const TensorList&, Needs) {
                  return TensorList{dy.reshape(original)};
                });
}

Tensor Tensor::slice(std::int64_t begin, std::int64_t end) const {
  if (rank() == 0 || begin < 0 || begin > end || end > shape()[0]) {
    fail(ErrorKind::index, "slice [", begin, ", ", end, ") does not lie in the leading axis of ",
         shape());
  }
  const auto row_bytes = static_cast<std::size_t>(shape().from(1).size()) * size_of(dtype());
  Tensor y =
      view_of(*this, shape().with(0, end - begin), static_cast<std::size_t>(begin) * row_bytes);
  if (!needs_grad({*this})) return y;
  return record(
      "slice", {*this}, y, {},
      [original = shape(), begin, end](const Tensor& dy, const TensorList&, Needs) {
        const Tensor dx = zeros(original, dy.dtype(), dy.device());
        Tensor rows = dx.slice(begin, end);
        ops::backend(dy).cast({dy.dtype(), dy.dtype(), dy.size(), dy.data(), rows.mutable_data()});
        return TensorList{dx};
      });
}

Tensor Tensor::mask() const { return defined() && impl_->mask ? Tensor(impl_->mask) : Tensor(); }

Tensor Tensor::with_mask(const Tensor& mask) const {
  if (impl_->mask == mask.handle()) return *this;
  if (mask.defined()) {
    if (mask.dtype() != Dtype::boolean) {
      fail(ErrorKind::type, "a mask holds booleans, got ", name_of(mask.dtype()),
           "; cast it first");
    }
    const int shared = std::min(mask.rank(), rank());
    if (mask.rank() > rank() ||
        !std::equal(mask.shape().begin(), mask.shape().begin() + shared, shape().begin())) {
      fail(ErrorKind::value, "a mask has the leading axes of its tensor ", shape(), ", got ",
           mask.shape());
    }
  }
  Tensor y = view_of(*this, shape(), 0);
  y.impl_->mask = mask.handle();
  if (!needs_grad({*this})) return y;
  return record("with_mask", {*this}, y, {},
                [](const Tensor& dy, const TensorList&, Needs) { return TensorList{dy}; });
}

Tensor Tensor::cast(Dtype wanted) const {
  const Dtype original = dtype();
  if (wanted == original) return *this;
  Tensor y = empty(shape(), wanted, device());
  ops::backend(*this).cast({original, wanted, size(), data(), y.mutable_data()});
  if (!is_floating(wanted) || !needs_grad({*this})) return y;
  return record("cast", {*this}, y, {}, [original](const Tensor& dy, const TensorList&, Needs) {
    return TensorList{dy.cast(original)};
  });
}

Tensor Tensor::to(Device wanted) const {
  const Device original = device();
  if (wanted == original) return *this;
  Tensor y = copied_to(*this, wanted);
  if (!needs_grad({*this})) return y;
  return record("to", {*this}, y, {}, [original](const Tensor& dy, const TensorList&, Needs) {
    return TensorList{dy.to(original)};
  });
}

}  // namespace lamina
