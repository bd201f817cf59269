#include "lamina/metrics/mean.hpp"

#include "backend/backend.hpp"
#include "lamina/ops/reduction.hpp"
#include "losses/sample_weights.hpp"
#include "metrics/options.hpp"

namespace lamina {
namespace {

[[noreturn]] void fail_to_compare(const Metric& metric) {
  fail(ErrorKind::state, "metric '", metric.name(), "' is a ", metric.type(),
       " of values, and compares no predictions with targets; call its update with the values");
}

Tensor floating(const Tensor& values) {
  return is_floating(values.dtype()) ? values : values.cast(Dtype::float32);
}

}  // namespace

Mean::Mean(const Options& options) : MeanMetric("Mean", name_or_default("Mean", options.name)) {}

void Mean::update(const Tensor& values, const Tensor& sample_weight) {
  add(floating(values), sample_weight, values.mask());
}

void Mean::update(const Tensor&, const Tensor&, const Tensor&) { fail_to_compare(*this); }

Sum::Sum(const Options& options)
    : Metric("Sum", name_or_default("Sum", options.name)), total_(add_variable("total")) {}

void Sum::update(const Tensor& given, const Tensor& sample_weight) {
  const Tensor values = floating(given);
  const std::string owner = "metric '" + name() + "'";
  const Tensor weights = masked_weights(owner, sample_weight, given.mask(), values.dtype());
  const Tensor sum = ops::sum(weights.defined() ? weighted(owner, values, weights) : values);
  if (sum.device() != total_.value().device()) move_to(sum.device());
  backend_for(sum.device())
      .accumulate({sum.dtype(), sum.data(), 1, static_cast<double*>(total_.begin_update())});
}

void Sum::update(const Tensor&, const Tensor&, const Tensor&) { fail_to_compare(*this); }

}  // namespace lamina
