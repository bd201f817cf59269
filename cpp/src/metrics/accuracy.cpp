#include <array>

#include "backend/backend.hpp"
#include "core/options.hpp"
#include "core/registry.hpp"
#include "lamina/metrics/metric.hpp"

namespace lamina {
namespace {

struct AccuracyRow {
  std::string_view type, name, alias;
};

constexpr std::array<AccuracyRow, 5> accuracies{{
    {"AutomaticAccuracy", "accuracy", "acc"},
    {"Accuracy", "exact_accuracy", "exact_accuracy"},
    {"BinaryAccuracy", "binary_accuracy", "binary_accuracy"},
    {"CategoricalAccuracy", "categorical_accuracy", "categorical_accuracy"},
    {"SparseCategoricalAccuracy", "sparse_categorical_accuracy", "sparse_categorical_accuracy"},
}};

const AccuracyRow* find_builtin(const std::string& name) {
  for (const AccuracyRow& row : accuracies) {
    if (name == row.type || name == row.name || name == row.alias) return &row;
  }
  return nullptr;
}

const AccuracyRow& find(const std::string& name) {
  if (const AccuracyRow* row = find_builtin(name)) return *row;
  std::string known;
  for (const AccuracyRow& row : accuracies) {
    known += (known.empty() ? "" : ", ") + std::string(row.name);
  }
  fail(ErrorKind::value, "unknown metric '", name, "'; expected one of ", known,
       Registry<Metric>::instance().names(),
       "; one of your own must be registered before it is loaded (Python: custom_objects)");
}

// Keras's choice for "accuracy", from the shapes it sees.
AccuracyKind kind_for(std::string_view type, const Shape& target, const Shape& prediction) {
  if (type == "Accuracy") return AccuracyKind::exact;
  if (type == "BinaryAccuracy") return AccuracyKind::binary;
  if (type == "CategoricalAccuracy") return AccuracyKind::categorical;
  if (type == "SparseCategoricalAccuracy") return AccuracyKind::sparse;
  if (prediction.rank() == 1 || prediction.last() == 1) return AccuracyKind::binary;
  return target.rank() < prediction.rank() || target.last() == 1 ? AccuracyKind::sparse
                                                                 : AccuracyKind::categorical;
}

}  // namespace

AccuracyMetric::AccuracyMetric(const std::string& type, AccuracyOptions options)
    : Metric(std::string(find(type).type),
             options.name.empty() ? std::string(find(type).name) : options.name),
      threshold_(options.threshold) {
  require(threshold_ > 0 && threshold_ < 1, type, "threshold", threshold_, "in (0, 1)");
}

Config AccuracyMetric::config() const {
  Config config = Metric::config();
  if (type() == "BinaryAccuracy") config.set("threshold", threshold_);
  return config;
}

void AccuracyMetric::update(const Tensor& target, const Tensor& predicted, const Tensor& weight) {
  const Tensor prediction = predicted.rank() == 1 ? predicted.reshape({-1, 1}) : predicted;
  const AccuracyKind kind = kind_for(type(), target.shape(), prediction.shape());
  const bool sparse = kind == AccuracyKind::sparse;
  const std::int64_t cols = prediction.shape().last();
  const std::int64_t rows = cols == 0 ? 0 : prediction.size() / cols;
  if (rows == 0 || target.size() != (sparse ? rows : prediction.size())) {
    fail(ErrorKind::value, "metric '", name(), "' got targets of shape ", target.shape(),
         " for predictions of shape ", prediction.shape());
  }
  if (weight.defined() && weight.size() != prediction.shape()[0]) {
    fail(ErrorKind::value, "metric '", name(), "' got sample weights of shape ", weight.shape(),
         ", expected ", Shape{prediction.shape()[0]}, ": one for each sample");
  }
  const Tensor labels = target.cast(sparse ? Dtype::int64 : prediction.dtype());
  Tensor matches = Tensor::empty({rows}, prediction.dtype(), prediction.device());
  backend_for(prediction.device())
      .accuracy({prediction.dtype(), kind, threshold_, rows, cols, prediction.data(), labels.data(),
                 matches.mutable_data()});
  const Tensor scores = matches.cast(Dtype::float64);
  const Tensor weights = weight.defined() ? weight.cast(Dtype::float64) : weight;
  const std::int64_t per_sample = rows / prediction.shape()[0];
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto sample = static_cast<std::size_t>(row / per_sample);
    const double w = weights.defined() ? weights.values<double>()[sample] : 1.0;
    total_ += w * scores.values<double>()[static_cast<std::size_t>(row)];
    count_ += w;
  }
}

void register_metric(const std::string& type, MetricFactory factory) {
  if (find_builtin(type) != nullptr) {
    fail(ErrorKind::value, "'", type, "' is a metric of lamina; register yours under another name");
  }
  Registry<Metric>::instance().add(type, std::move(factory));
}

std::shared_ptr<Metric> Metric::from_name(const std::string& name) {
  if (const MetricFactory factory = Registry<Metric>::instance().find(name)) return factory({});
  // Under the name it was asked by, as Keras reports it: "acc" stays "acc".
  const AccuracyRow& row = find(name);
  return std::make_shared<AccuracyMetric>(
      std::string(row.type),
      AccuracyOptions{.name = name == row.type ? std::string(row.name) : name});
}

std::shared_ptr<Metric> Metric::make(const std::string& type, const Config& config) {
  if (const MetricFactory factory = Registry<Metric>::instance().find(type)) return factory(config);
  AccuracyOptions options;
  OptionReader read(config);
  read.expect("name");
  if (!config.is_null("name")) options.name = config.string("name");
  if (find(type).type == "BinaryAccuracy") read("threshold", options.threshold);
  read.refuse_unknown(type);
  return std::make_shared<AccuracyMetric>(type, options);
}

}  // namespace lamina
