#include "lamina/metrics/correlation.hpp"

#include <cstdlib>

#include "lamina/autograd/autograd.hpp"
#include "lamina/metrics/functions.hpp"
#include "metrics/options.hpp"

namespace lamina {

Correlation::Correlation(const char* type, const Options& options, Function function)
    : MeanMetric(type, name_or_default(type, options.name)),
      options_(options),
      function_(function) {
  for (const std::int64_t axis : options.axis) {
    require(std::abs(axis) <= Shape::max_rank, type, "axis", axis, "one of the predictions'");
  }
}

void Correlation::update(const Tensor& target, const Tensor& prediction, const Tensor& weight) {
  const NoGrad no_grad;
  add(function_(target, prediction, {options_.axis.begin(), options_.axis.end()}), weight);
}

Config Correlation::config() const {
  Config config = MeanMetric::config();
  return options_.axis.size() == 1 ? config.set("axis", options_.axis.front())
                                   : config.set("axis", options_.axis);
}

PearsonCorrelation::PearsonCorrelation(const Options& options)
    : Correlation("PearsonCorrelation", options, metrics::pearson_correlation) {}

ConcordanceCorrelation::ConcordanceCorrelation(const Options& options)
    : Correlation("ConcordanceCorrelation", options, metrics::concordance_correlation) {}

}  // namespace lamina
