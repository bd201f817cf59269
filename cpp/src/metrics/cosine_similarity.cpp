#include "lamina/metrics/cosine_similarity.hpp"

#include <cstdlib>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/composed.hpp"
#include "lamina/ops/reduction.hpp"
#include "metrics/options.hpp"
#include "ops/trailing_axis.hpp"

namespace lamina {

CosineSimilarity::CosineSimilarity(const Options& options)
    : MeanMetric("CosineSimilarity", name_or_default("CosineSimilarity", options.name)),
      axis_(static_cast<int>(options.axis)) {
  require(std::abs(options.axis) <= Shape::max_rank, type(), "axis", options.axis,
          "one of the predictions'");
}

void CosineSimilarity::update(const Tensor& target, const Tensor& prediction,
                              const Tensor& weight) {
  const Tensor labels = ops::with_trailing_axis_of(target, prediction.shape());
  if (labels.shape() != prediction.shape()) {
    fail(ErrorKind::value, "metric '", name(), "' got targets of shape ", target.shape(),
         " for predictions of shape ", prediction.shape());
  }
  const Tensor left = ops::normalize(labels.cast(prediction.dtype()), {axis_});
  add(ops::sum(left * ops::normalize(prediction, {axis_}), {axis_}), weight, prediction.mask());
}

Config CosineSimilarity::config() const {
  return MeanMetric::config().set("axis", std::int64_t{axis_});
}

}  // namespace lamina
