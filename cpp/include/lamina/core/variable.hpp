// The one thing that changes: a layer's weight, an optimizer's slot, a state.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lamina/core/tensor.hpp"
#include "lamina/export.hpp"

namespace lamina {

/// A shared handle on a named tensor whose value `assign` replaces. Tensors that were read from it
/// before, and views of them, keep the old values: an update writes in place only where nobody else
/// holds the memory, as in a step of training.
class LAMINA_API Variable {
 public:
  Variable() = default;
  Variable(const Tensor& initial_value, std::string name, bool trainable = true);

  bool defined() const noexcept { return impl_ != nullptr; }
  const std::string& name() const;
  const std::string& path() const;  ///< "dense_1/kernel"
  void set_path(std::string path);
  const Shape& shape() const { return value().shape(); }
  Dtype dtype() const { return value().dtype(); }
  Device device() const { return value().device(); }

  bool trainable() const;
  void set_trainable(bool trainable);

  /// Computes the scalar that it adds to the loss, from its value; empty for none.
  const std::function<Tensor(const Tensor&)>& regularizer() const;
  void set_regularizer(std::function<Tensor(const Tensor&)> regularizer);
  /// Applied to its value after each step of an optimizer; empty for none.
  const std::function<Tensor(const Tensor&)>& constraint() const;
  void set_constraint(std::function<Tensor(const Tensor&)> constraint);

  /// The value: a leaf that gradients reach when trainable. The reference follows updates, a copy
  /// of the Tensor does not.
  const Tensor& value() const;
  operator const Tensor&() const { return value(); }
  /// Copies `value` in; same shape and dtype, else a value error. Backward refuses a graph whose
  /// saved value was assigned since.
  void assign(const Tensor& value);
  /// Brings the value to another device; what was computed from it keeps the old one.
  void move_to(Device device);
  /// Memory for a backend to update in place; counts as an assignment. Valid until someone reads
  /// the value.
  void* begin_update();

  const Tensor& grad() const { return value().grad(); }
  void zero_grad();
  /// Replaces the accumulated gradient; an undefined one forgets it.
  void set_grad(const Tensor& gradient);

  bool operator==(const Variable& other) const noexcept { return impl_ == other.impl_; }

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace lamina
