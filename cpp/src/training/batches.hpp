// Cuts samples into batches: rows in order are views of the caller's memory, shuffled rows are
// gathered, and floating-point values take the model's dtype on the way.
#pragma once

#include <optional>
#include <string>

#include "lamina/core/random.hpp"
#include "lamina/training/batch_source.hpp"

namespace lamina {

/// The number of samples that all hold; a value error that names `owner` where they differ. y and
/// sample_weight may be undefined. Weights may have further axes: one for each time step.
std::int64_t check_samples(const std::string& owner, const Tensors& x, const Tensors& y,
                           const Tensors& sample_weight);

class Batches final : public BatchSource {
 public:
  /// `y` and `sample_weight` may be undefined; all have as many rows as x. Batches come to `device`
  /// from wherever the samples lie. `owner` names the model in messages.
  Batches(const std::string& owner, const Tensors& x, const Tensors& y,
          const Tensors& sample_weight, std::int64_t batch_size, Dtype dtype,
          Device device = default_device());

  /// Each pass takes the samples in another order of this stream.
  void shuffle_by(RandomStream stream) { shuffle_ = std::move(stream); }

  std::int64_t samples() const noexcept { return samples_; }
  std::int64_t count() const override { return (samples_ + batch_size_ - 1) / batch_size_; }
  void begin() override;
  bool next(Batch& batch) override;
  /// Passes over the next batches; false where there are fewer.
  bool skip(std::int64_t batches);
  /// Key and draws of the stream of orders as this pass began; 0 where nothing is shuffled.
  std::pair<std::uint64_t, std::uint64_t> shuffled_at() const { return shuffled_at_; }

 private:
  Tensor rows(const Tensor& source, std::int64_t begin, std::int64_t end) const;
  Tensor order_on(Device device) const;
  Tensors rows(const Tensors& sources, std::int64_t begin, std::int64_t end) const;

  Tensors x_, y_, sample_weight_;
  TensorList orders_;  // of this pass, on each device that samples lie on
  std::int64_t samples_, batch_size_, position_ = 0;
  Dtype dtype_;
  Device device_;
  std::optional<RandomStream> shuffle_;
  std::pair<std::uint64_t, std::uint64_t> shuffled_at_{0, 0};
};

/// All samples as one batch.
Batch single_batch(const std::string& owner, const Tensors& x, const Tensors& y,
                   const Tensors& sample_weight, Dtype dtype);

/// Weights of samples by the classes that labels name: numbers, or places of the largest in a row.
/// Classes that are not named weigh 1; only for one output. Multiplied with `sample_weight` where
/// it is defined.
Tensors weights_by_class(const std::string& owner, const Tensors& y, const Tensors& sample_weight,
                         const std::vector<std::pair<std::int64_t, double>>& class_weight);

}  // namespace lamina
