#include "lamina/metrics/accuracy.hpp"

#include "metrics/options.hpp"
#include "ops/support.hpp"

namespace lamina {

AccuracyMetric::AccuracyMetric(const char* type, std::string name, Rule rule, double threshold)
    : MeanMetric(type, name_or_default(type, name)), rule_(rule), threshold_(threshold) {}

AutomaticAccuracy::AutomaticAccuracy(const Options& options)
    : AccuracyMetric("AutomaticAccuracy", options.name, Rule::automatic) {}

Accuracy::Accuracy(const Options& options)
    : AccuracyMetric("Accuracy", options.name, Rule::exact) {}

BinaryAccuracy::BinaryAccuracy(const Options& options)
    : AccuracyMetric("BinaryAccuracy", options.name, Rule::binary, options.threshold) {
  require(options.threshold > 0 && options.threshold < 1, type(), "threshold", options.threshold,
          "in (0, 1)");
}

Config BinaryAccuracy::config() const {
  return AccuracyMetric::config().set("threshold", threshold());
}

CategoricalAccuracy::CategoricalAccuracy(const Options& options)
    : AccuracyMetric("CategoricalAccuracy", options.name, Rule::categorical) {}

SparseCategoricalAccuracy::SparseCategoricalAccuracy(const Options& options)
    : AccuracyMetric("SparseCategoricalAccuracy", options.name, Rule::sparse) {}

namespace {

// Keras's choice for "accuracy", from the shapes it sees.
AccuracyKind automatic_kind(const Shape& target, const Shape& prediction) {
  if (prediction.rank() == 1 || prediction.last() == 1) return AccuracyKind::binary;
  return target.rank() < prediction.rank() || target.last() == 1 ? AccuracyKind::sparse
                                                                 : AccuracyKind::categorical;
}

}  // namespace

void AccuracyMetric::update(const Tensor& target, const Tensor& predicted, const Tensor& weight) {
  const Tensor prediction = predicted.rank() == 1 ? predicted.reshape({-1, 1}) : predicted;
  const Shape& shape = prediction.shape();
  const AccuracyKind kind = rule_ == Rule::exact         ? AccuracyKind::exact
                            : rule_ == Rule::binary      ? AccuracyKind::binary
                            : rule_ == Rule::categorical ? AccuracyKind::categorical
                            : rule_ == Rule::sparse      ? AccuracyKind::sparse
                                                         : automatic_kind(target.shape(), shape);
  const bool sparse = kind == AccuracyKind::sparse;
  const std::int64_t cols = shape.last();
  const std::int64_t rows = cols == 0 ? 0 : prediction.size() / cols;
  if (rows == 0 || target.size() != (sparse ? rows : prediction.size())) {
    fail(ErrorKind::value, "metric '", name(), "' got targets of shape ", target.shape(),
         " for predictions of shape ", shape);
  }
  const Tensor labels = target.cast(sparse ? Dtype::int64 : prediction.dtype());
  Tensor matches = Tensor::empty(shape.without(-1), prediction.dtype(), prediction.device());
  ops::shared_backend(name(), {&prediction, &labels})
      .accuracy({prediction.dtype(), kind, threshold_, rows, cols, prediction.data(), labels.data(),
                 matches.mutable_data()});
  add(matches, weight, predicted.mask());
}

}  // namespace lamina
