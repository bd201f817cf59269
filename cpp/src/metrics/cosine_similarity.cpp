#include "lamina/metrics/cosine_similarity.hpp"

#include <cstdlib>

#include "lamina/autograd/autograd.hpp"
#include "lamina/metrics/functions.hpp"
#include "metrics/options.hpp"

namespace lamina {

CosineSimilarity::CosineSimilarity(const Options& options)
    : MeanMetric("CosineSimilarity", name_or_default("CosineSimilarity", options.name)),
      axis_(static_cast<int>(options.axis)) {
  require(std::abs(options.axis) <= Shape::max_rank, type(), "axis", options.axis,
          "one of the predictions'");
}

void CosineSimilarity::update(const Tensor& target, const Tensor& prediction,
                              const Tensor& weight) {
  const NoGrad no_grad;
  add(metrics::cosine_similarity(target, prediction, {axis_}), weight, prediction.mask());
}

Config CosineSimilarity::config() const {
  return MeanMetric::config().set("axis", std::int64_t{axis_});
}

}  // namespace lamina
