// A sum over a run's batches, in double, that stays on the device until it is shown.
#pragma once

#include "lamina/core/variable.hpp"

namespace lamina {

class Total {
 public:
  Total();
  void reset();
  /// Adds `value`, of one element, `times` over.
  void add(const Tensor& value, double times);
  /// Waits for the device.
  double read() const { return sum_.value().item(); }
  const Variable& variable() const { return sum_; }

 private:
  Variable sum_;
};

}  // namespace lamina
