#include "lamina/metrics/metric.hpp"

#include "core/join.hpp"
#include "core/named_options.hpp"
#include "core/registry.hpp"
#include "lamina/metrics/loss_metric.hpp"
#include "lamina/metrics/mean.hpp"
#include "losses/fused_loss.hpp"
#include "metrics/options.hpp"
#include "metrics/weights.hpp"
#include "ops/support.hpp"

namespace lamina {
namespace {

struct MetricRow {
  const char *type, *name, *alias;
  std::shared_ptr<Metric> (*make)(const char* type, const Config&);
};

template <class Class>
std::shared_ptr<Metric> make_metric(const char* type, const Config& config) {
  return std::make_shared<Class>(named_options_from<typename Class::Options>(config, type));
}

constexpr MetricRow builtin_metrics[] = {
#define METRIC(Class, name, alias) {#Class, name, alias, make_metric<Class>},
#include "metrics/metrics.def"
#undef METRIC
};

const MetricRow* find_builtin(const std::string& name) {
  for (const MetricRow& row : builtin_metrics) {
    if (name == row.type || name == row.name || name == row.alias) return &row;
  }
  return nullptr;
}

// A loss as a metric: all of the loss's options but the reduction, which the metric's own mean is.
std::shared_ptr<Metric> make_loss_metric(const std::string& type, const Config& config) {
  if (config.has("reduction")) {
    fail(ErrorKind::value, "the metric ", type, " has no option 'reduction'; it is a mean");
  }
  const auto loss = make_builtin_loss(type, config);
  return std::make_shared<LossMetric>(*loss, MetricOptions{loss->name()});
}

[[noreturn]] void fail_unknown_metric(const std::string& name) {
  fail_unknown("metric", name,
               join(builtin_metrics, &MetricRow::name) + ", " + builtin_loss_names(),
               Registry<Metric>::instance().names());
}

}  // namespace

const char* default_metric_name(const char* type) { return find_builtin(type)->name; }

Variable Metric::add_variable(const std::string& name, const Shape& shape, Dtype dtype) {
  Variable variable(Tensor::zeros(shape, dtype), name, false);
  variable.set_path(name_ + "/" + name);
  variables_.push_back(variable);
  return variable;
}

void Metric::reset() {
  for (Variable& variable : variables_) {
    const Tensor& value = variable.value();
    backend_for(value.device()).fill({value.dtype(), value.size(), 0, variable.begin_update()});
  }
}

void Metric::restore(const TensorList& values) {
  if (values.size() > variables_.size()) build_like(values);
  if (values.size() != variables_.size()) {
    fail(ErrorKind::value, "metric '", name_, "' has ", variables_.size(), " variables, got ",
         values.size(), " values");
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    variables_[i].assign(values[i].to(variables_[i].device()).cast(variables_[i].dtype()));
  }
}

std::vector<std::pair<std::string, double>> SeveralResults::entries(const std::string& name) const {
  return entries_of(name, results());
}

std::vector<std::pair<std::string, double>> SeveralResults::entries_of(const std::string& name,
                                                                       const Tensor& values) {
  if (values.size() == 1) return {{name, values.item()}};
  std::vector<std::pair<std::string, double>> named;
  for (const double value : values.values<double>()) {
    named.emplace_back(name + "_" + std::to_string(named.size()), value);
  }
  return named;
}

double SeveralResults::result() const {
  const Tensor values = results();
  if (values.size() != 1) {
    fail(ErrorKind::state, "metric '", name(), "' gives ", values.size(),
         " numbers; results() has them all");
  }
  return values.item();
}

MeanMetric::MeanMetric(std::string type, std::string name)
    : Metric(std::move(type), std::move(name)),
      total_(add_variable("total")),
      count_(add_variable("count")) {}

double MeanMetric::result() const {
  const double weights = count();
  return weights == 0 ? 0 : total() / weights;
}

void MeanMetric::add_mean(const Tensor& mean, double samples) {
  if (mean.device() != total_.value().device()) move_to(mean.device());
  backend_for(mean.device())
      .accumulate_mean({mean.dtype(), Dtype::float64, 1, 1, samples, mean.data(), nullptr,
                        static_cast<double*>(total_.begin_update()),
                        static_cast<double*>(count_.begin_update())});
}

void MeanMetric::add(const Tensor& values, const Tensor& sample_weight, const Tensor& mask) {
  if (values.size() == 0) return;
  Tensor weights;
  std::int64_t repeat = 1;
  if (sample_weight.defined() || mask.defined()) {
    weights = fitted_weights(owner(*this), sample_weight, mask, values.shape());
    repeat = values.size() / weights.size();
  }
  const std::int64_t samples = values.rank() > 0 ? values.shape()[0] : 1;
  const double share = static_cast<double>(samples) / static_cast<double>(values.size());
  if (values.device() != total_.value().device()) move_to(values.device());
  ops::shared_backend(name(), {&values, &weights})
      .accumulate_mean({values.dtype(), weights.defined() ? weights.dtype() : Dtype::float64,
                        values.size(), repeat, share, values.data(),
                        weights.defined() ? weights.data() : nullptr,
                        static_cast<double*>(total_.begin_update()),
                        static_cast<double*>(count_.begin_update())});
}

void register_metric(const std::string& type, MetricFactory factory) {
  if (find_builtin(type) != nullptr || builtin_loss_type(type) != nullptr) {
    fail(ErrorKind::value, "'", type, "' is a metric of lamina; register yours under another name");
  }
  Registry<Metric>::instance().add(type, std::move(factory));
}

std::shared_ptr<Metric> Metric::from_name(const std::string& name) {
  if (const MetricFactory factory = Registry<Metric>::instance().find(name)) return factory({});
  // Under the name it was asked by, as Keras reports it: "acc" stays "acc".
  if (const MetricRow* row = find_builtin(name)) {
    return row->make(row->type, Config().set("name", name == row->type ? row->name : name));
  }
  const char* loss = builtin_loss_type(name);
  if (loss == nullptr) fail_unknown_metric(name);
  return make_loss_metric(loss, name == loss ? Config() : Config().set("name", name));
}

std::shared_ptr<Metric> Metric::make(const std::string& type, const Config& config) {
  if (const MetricFactory factory = Registry<Metric>::instance().find(type)) return factory(config);
  if (const MetricRow* row = find_builtin(type)) return row->make(row->type, config);
  if (builtin_loss_type(type) != nullptr) return make_loss_metric(type, config);
  fail_unknown_metric(type);
}

}  // namespace lamina
