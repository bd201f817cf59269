#include "lamina/metrics/mean.hpp"

#include "metrics/options.hpp"
#include "metrics/weights.hpp"
#include "ops/support.hpp"

namespace lamina {
namespace {

[[noreturn]] void fail_to_compare(const Metric& metric) {
  fail(ErrorKind::state, "metric '", metric.name(), "' is a ", metric.type(),
       " of values, and compares no predictions with targets; call its update with the values");
}

// Whole numbers are added as they are, as far as a double holds them.
Tensor floating(const Tensor& values) {
  return is_floating(values.dtype()) ? values : values.cast(Dtype::float64);
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
  if (values.size() == 0) return;
  const Tensor weights = fitted_weights(owner(*this), sample_weight, given.mask(), values.shape());
  if (values.device() != total_.value().device()) move_to(values.device());
  const bool is_weighted = weights.defined();
  ops::shared_backend(name(), {&values, &weights})
      .accumulate_mean({values.dtype(), is_weighted ? weights.dtype() : Dtype::float64,
                        values.size(), is_weighted ? values.size() / weights.size() : 1, 1,
                        values.data(), is_weighted ? weights.data() : nullptr,
                        static_cast<double*>(total_.begin_update()), nullptr});
}

void Sum::update(const Tensor&, const Tensor&, const Tensor&) { fail_to_compare(*this); }

}  // namespace lamina
