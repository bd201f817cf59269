// Cuts samples into batches: rows in order are views of the caller's memory, shuffled rows are
// gathered, and floating-point values take the model's dtype on the way.
#pragma once

#include <vector>

#include "lamina/core/tensor.hpp"

namespace lamina {

struct Batch {
  Tensor x, y, sample_weight;
  std::int64_t size;
};

class Batches {
 public:
  /// `y` and `sample_weight` may be undefined; all have as many rows as x. `owner` names the model
  /// in messages.
  Batches(const std::string& owner, const Tensor& x, const Tensor& y, const Tensor& sample_weight,
          std::int64_t batch_size, Dtype dtype);

  std::int64_t samples() const noexcept { return samples_; }
  std::int64_t count() const noexcept { return (samples_ + batch_size_ - 1) / batch_size_; }
  /// Rows are taken in this order from now on: a permutation of them, int64.
  void reorder(const Tensor& order) { order_ = order; }
  Batch operator[](std::int64_t batch) const;

 private:
  Tensor rows(const Tensor& source, std::int64_t begin, std::int64_t end) const;

  Tensor x_, y_, sample_weight_, order_;
  std::int64_t samples_, batch_size_;
  Dtype dtype_;
};

}  // namespace lamina
