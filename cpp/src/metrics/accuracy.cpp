#include "lamina/metrics/accuracy.hpp"

#include <cmath>

#include "lamina/metrics/functions.hpp"
#include "metrics/options.hpp"
#include "metrics/pairs.hpp"
#include "metrics/weights.hpp"
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
  require(std::isfinite(options.threshold), type(), "threshold", options.threshold, "finite");
}

Config BinaryAccuracy::config() const {
  return AccuracyMetric::config().set("threshold", threshold());
}

CategoricalAccuracy::CategoricalAccuracy(const Options& options)
    : AccuracyMetric("CategoricalAccuracy", options.name, Rule::categorical) {}

SparseCategoricalAccuracy::SparseCategoricalAccuracy(const Options& options)
    : AccuracyMetric("SparseCategoricalAccuracy", options.name, Rule::sparse) {}

namespace {

AccuracyKind automatic_kind(const Shape& target, const Shape& prediction) {
  switch (outputs_of(target, prediction)) {
    case Outputs::binary: return AccuracyKind::binary;
    case Outputs::sparse: return AccuracyKind::sparse;
    default: return AccuracyKind::categorical;
  }
}

}  // namespace

void AccuracyMetric::update(const Tensor& target, const Tensor& predicted, const Tensor& weight) {
  const Tensor compared = comparable(predicted);
  const Tensor prediction = compared.rank() <= 1 ? compared.reshape({-1, 1}) : compared;
  const Shape& shape = prediction.shape();
  const AccuracyKind kind = rule_ == Rule::exact         ? AccuracyKind::exact
                            : rule_ == Rule::binary      ? AccuracyKind::binary
                            : rule_ == Rule::categorical ? AccuracyKind::categorical
                            : rule_ == Rule::sparse      ? AccuracyKind::sparse
                                                         : automatic_kind(target.shape(), shape);
  const bool sparse = kind == AccuracyKind::sparse;
  const bool by_row = kind == AccuracyKind::categorical || sparse;
  // A row's score is the mean of its elements, unless each of them has its own weight.
  const bool each = !by_row && weighs_each(weight, shape);
  const std::int64_t cols = each ? 1 : shape.last();
  const Shape scored = each ? shape : shape.without(-1);
  const Tensor labels =
      labels_of_shape(owner(*this), target, sparse ? scored : predicted.shape(), predicted.shape())
          .cast(sparse ? Dtype::int64 : prediction.dtype());
  if (prediction.size() == 0) {
    fail(ErrorKind::value, "metric '", name(), "' got predictions of shape ", predicted.shape(),
         ", expected at least one");
  }
  Tensor matches = Tensor::empty(scored, prediction.dtype(), prediction.device());
  ops::shared_backend(name(), {&prediction, &labels})
      .accuracy({prediction.dtype(), kind, threshold_, matches.size(), cols, prediction.data(),
                 labels.data(), matches.mutable_data()});
  add(matches, weight, predicted.mask());
}

TopKCategoricalAccuracy::TopKCategoricalAccuracy(const Options& options)
    : MeanMetric("TopKCategoricalAccuracy",
                 name_or_default("TopKCategoricalAccuracy", options.name)),
      options_(options) {
  require(options.k >= 1, type(), "k", options.k, "of at least 1");
}

void TopKCategoricalAccuracy::update(const Tensor& target, const Tensor& prediction,
                                     const Tensor& weight) {
  add(metrics::top_k_categorical_accuracy(target, prediction, options_.k), weight,
      prediction.mask());
}

Config TopKCategoricalAccuracy::config() const { return config_of(*this, options_); }

SparseTopKCategoricalAccuracy::SparseTopKCategoricalAccuracy(const Options& options)
    : MeanMetric("SparseTopKCategoricalAccuracy",
                 name_or_default("SparseTopKCategoricalAccuracy", options.name)),
      options_(options) {
  require(options.k >= 1, type(), "k", options.k, "of at least 1");
}

void SparseTopKCategoricalAccuracy::update(const Tensor& target, const Tensor& prediction,
                                           const Tensor& weight) {
  add(metrics::sparse_top_k_categorical_accuracy(target, prediction, options_.k,
                                                 options_.from_sorted_ids),
      weight, prediction.mask());
}

Config SparseTopKCategoricalAccuracy::config() const { return config_of(*this, options_); }

}  // namespace lamina
