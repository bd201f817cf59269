// Losses that layers add while a batch runs through a model.
#pragma once

#include "lamina/core/tensor.hpp"

namespace lamina {

/// While it lives, what layers of this thread add to the loss is collected here.
class LossScope {
 public:
  LossScope() noexcept : previous_(current()) { current() = this; }
  ~LossScope() { current() = previous_; }
  LossScope(const LossScope&) = delete;
  LossScope& operator=(const LossScope&) = delete;

  /// The innermost one of this thread, or null.
  static LossScope*& current() noexcept;
  void add(const Tensor& loss) { losses_.push_back(loss); }
  const TensorList& losses() const noexcept { return losses_; }

 private:
  LossScope* previous_;
  TensorList losses_;
};

}  // namespace lamina
