#pragma once

#include <cstdint>

#include "lamina/metrics/metric.hpp"

namespace lamina {

struct CosineSimilarityOptions {
  std::int64_t axis = -1;  ///< of the vectors that are compared
  std::string name = {};
};

/// The cosine of the angle between a target and its prediction, each a vector along an axis: 1
/// where they point the same way, -1 where they are opposite, 0 where one is zero.
class LAMINA_API CosineSimilarity : public MeanMetric {
 public:
  using Options = CosineSimilarityOptions;
  explicit CosineSimilarity(const Options& options = {});
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  Config config() const override;

 private:
  int axis_;
};

}  // namespace lamina
