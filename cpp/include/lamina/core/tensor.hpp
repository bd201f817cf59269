// The tensor: an immutable, contiguous, row-major array behind a small shared handle.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lamina/core/device.hpp"
#include "lamina/core/dtype.hpp"
#include "lamina/core/scalar.hpp"
#include "lamina/core/shape.hpp"
#include "lamina/export.hpp"

namespace lamina {

struct TensorImpl;

/// Nested braces of numbers: {{1, 2}, {3, 4}}.
class Literal {
 public:
  Literal(double value) : value_(value) {}
  Literal(std::initializer_list<Literal> items) : items_(items), is_list_(true) {}

 private:
  friend class Tensor;
  double value_ = 0;
  std::vector<Literal> items_;
  bool is_list_ = false;
};

class LAMINA_API Tensor {
 public:
  /// No tensor: `defined()` is false.
  Tensor() = default;
  /// float32 values from literals, of any rank: Tensor({{1, 2}, {3, 4}}).
  Tensor(std::initializer_list<Literal> values);

  static Tensor empty(const Shape& shape, Dtype dtype = Dtype::float32,
                      Device device = default_device());
  static Tensor zeros(const Shape& shape, Dtype dtype = Dtype::float32,
                      Device device = default_device());
  /// A value error for a number that the dtype cannot hold: NaN among whole numbers, 300 in uint8.
  static Tensor full(const Shape& shape, const Scalar& value, Dtype dtype = Dtype::float32,
                     Device device = default_device());
  static Tensor scalar(const Scalar& value, Dtype dtype = Dtype::float32,
                       Device device = default_device()) {
    return full({}, value, dtype, device);
  }
  static Tensor empty_like(const Tensor& t) { return empty(t.shape(), t.dtype(), t.device()); }

  /// Copies `values` (row-major) into a new tensor of that shape.
  template <class T>
  static Tensor copy_of(std::span<const T> values, const Shape& shape,
                        Device device = default_device()) {
    return copy_of(values.data(), values.size(), shape, dtype_of<T>, device);
  }
  static Tensor copy_of(const void* values, std::size_t count, const Shape& shape, Dtype dtype,
                        Device device = default_device());

  /// Reads the host's memory that someone else owns, in place; `owner` is kept alive with it. The
  /// memory must not change while the tensor is in use.
  static Tensor borrow(const void* data, const Shape& shape, Dtype dtype,
                       std::shared_ptr<const void> owner = nullptr);

  bool defined() const noexcept { return impl_ != nullptr; }
  const Shape& shape() const;
  Dtype dtype() const;
  Device device() const;
  int rank() const { return shape().rank(); }
  std::int64_t size() const;

  /// Elements in row-major order; the type must be the tensor's own, and it must lie on the CPU.
  template <class T>
  std::span<const T> values() const& {
    return {static_cast<const T*>(checked_data(dtype_of<T>)), static_cast<std::size_t>(size())};
  }
  /// A temporary's memory would be gone before it is read: keep the tensor, or copy its elements.
  template <class T>
  std::span<const T> values() && = delete;
  /// A copy of the elements, from any device.
  template <class T>
  std::vector<T> to_vector() const {
    const Tensor host = to(Device());
    const std::span<const T> elements = host.values<T>();
    return {elements.begin(), elements.end()};
  }
  /// Where the elements lie in the device's memory.
  const void* data() const;
  /// The value of a tensor of one element.
  double item() const;

  // Operations: autograd/engine.cpp and ops/tensor_views.cpp define what follows.

  /// Views: they share memory and gradients with this tensor.
  Tensor reshape(const Shape& shape) const;                  ///< one extent may be -1
  Tensor slice(std::int64_t begin, std::int64_t end) const;  ///< rows of the leading axis
  /// Fractions are cut towards 0 where the dtype is whole, and brought to the nearest number that
  /// it holds, NaN to 0; whole numbers lose the bits that a smaller dtype has no room for, as in
  /// NumPy.
  Tensor cast(Dtype dtype) const;
  /// The same values on another device; gradients flow back.
  Tensor to(Device device) const;
  /// The same values, outside any gradient.
  Tensor detach() const;
  /// The same values in new memory.
  Tensor copy() const;

  /// Says, as booleans over the leading axes, which entries count; layers pass it on with the
  /// tensor (Keras: `_keras_mask`). Undefined for most tensors.
  Tensor mask() const;
  /// A view of this tensor that carries `mask`, whose shape is that of its leading axes; an
  /// undefined mask removes it. Gradients flow through.
  Tensor with_mask(const Tensor& mask) const;

  bool requires_grad() const noexcept;
  /// Marks a tensor made outside any operation as one to differentiate by.
  Tensor& set_requires_grad(bool on = true);
  /// What backward() accumulated here; undefined before.
  const Tensor& grad() const;
  void zero_grad();
  /// Replaces the accumulated gradient; an undefined one forgets it.
  void set_grad(const Tensor& gradient);
  /// False for the result of a recorded operation.
  bool is_leaf() const noexcept;
  /// Makes backward() keep the gradient of a recorded operation's result too.
  void retain_grad();
  bool retains_grad() const noexcept;
  /// Accumulates the gradients of this tensor on every leaf it was computed from. A tensor of more
  /// than one element needs `gradient`, its own. The graph is released unless `retain_graph`.
  void backward(const Tensor& gradient = {}, bool retain_graph = false) const;

  std::string str() const;

  // For the floors below the layers.
  explicit Tensor(std::shared_ptr<TensorImpl> impl) : impl_(std::move(impl)) {}
  TensorImpl* impl() const noexcept { return impl_.get(); }
  const std::shared_ptr<TensorImpl>& handle() const noexcept { return impl_; }
  /// Memory for the function that makes this tensor to write to; nothing else may.
  void* mutable_data();

 private:
  static void flatten(const Literal& literal, int depth, Shape& shape, std::vector<float>& values);
  const void* checked_data(Dtype dtype) const;
  std::shared_ptr<TensorImpl> impl_;
};

using TensorList = std::vector<Tensor>;

}  // namespace lamina
