// What a tensor handle points to.
#pragma once

#include <memory>
#include <vector>

#include "core/storage.hpp"
#include "lamina/core/tensor.hpp"
#include "lamina/export.hpp"

namespace lamina {

struct Node;

/// The gradient of a table of which an operation read some rows: values[i] are added to row
/// indices[i], in the order of i.
struct RowGradient {
  Tensor indices;  // int64 (n,)
  Tensor values;   // (n, row)
};

/// How a tensor takes part in differentiation; absent for most.
struct GradientInfo {
  bool requires_grad = false;     // a leaf to differentiate by
  Tensor grad;                    // what backward accumulated on a leaf,
  std::vector<RowGradient> rows;  // and rows yet to be added to it
  std::shared_ptr<Node> node;     // the operation that made it; null for a leaf
  int output = 0;                 // which of its outputs
};

struct TensorImpl {
  Shape shape;
  Dtype dtype = Dtype::float32;
  std::shared_ptr<Storage> storage;
  std::size_t offset = 0;                  // bytes into the storage
  std::shared_ptr<GradientInfo> gradient;  // shared by the values that a leaf had and has
  std::shared_ptr<TensorImpl> mask;        // which time steps count; absent for most

  void* data() const noexcept { return static_cast<char*>(storage->data()) + offset; }
  GradientInfo& gradient_info() {
    if (!gradient) gradient = std::make_shared<GradientInfo>();
    return *gradient;
  }
};

/// Bytes of a tensor of known extents; a value error when no machine could hold it.
std::size_t byte_count(const Shape& shape, Dtype dtype);

/// True if this handle is the storage's only owner, so that the memory may be reused for a result.
/// Borrowed memory never is.
inline bool is_unshared(const Tensor& t) {
  return t.handle().use_count() == 1 && t.impl()->storage.use_count() == 1 &&
         !t.impl()->storage->is_borrowed();
}

/// The backend of the device that holds it.
inline Backend& backend_of(const Tensor& t) { return t.impl()->storage->backend(); }

/// Bytes its elements take.
inline std::size_t bytes_of(const Tensor& t) {
  return static_cast<std::size_t>(t.size()) * size_of(t.dtype());
}

/// A leaf that takes the part of `leaf` in differentiation, gradients included, with the values of
/// another tensor of its shape, dtype and device. Who holds `leaf` keeps its values.
LAMINA_INTERNAL_API Tensor leaf_with_values(const Tensor& leaf, const Tensor& values);

/// A copy of its values on `device`, outside any gradient.
Tensor copied_to(const Tensor& t, Device device);

/// A tensor on the same storage, outside any gradient.
Tensor view_of(const Tensor& t, const Shape& shape, std::size_t offset);

}  // namespace lamina
