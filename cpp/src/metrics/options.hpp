// What the metrics' options are called in configurations, but for the name that all have.
#pragma once

#include <string>

#include "core/options.hpp"
#include "lamina/metrics/accuracy.hpp"
#include "lamina/metrics/auc.hpp"
#include "lamina/metrics/confusion.hpp"
#include "lamina/metrics/correlation.hpp"
#include "lamina/metrics/cosine_similarity.hpp"
#include "lamina/metrics/f_score.hpp"
#include "lamina/metrics/iou.hpp"
#include "lamina/metrics/precision_recall.hpp"
#include "lamina/metrics/r2_score.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& /*visit*/, MetricOptions& /*options*/) {}

template <class Visitor>
void describe(Visitor& visit, BinaryAccuracyOptions& options) {
  visit("threshold", options.threshold);
}

template <class Visitor>
void describe(Visitor& visit, TopKOptions& options) {
  visit("k", options.k);
}

template <class Visitor>
void describe(Visitor& visit, SparseTopKOptions& options) {
  visit("k", options.k);
  visit("from_sorted_ids", options.from_sorted_ids);
}

template <class Visitor>
void describe(Visitor& visit, CosineSimilarityOptions& options) {
  visit("axis", options.axis);
}

template <class Visitor>
void describe(Visitor& visit, CorrelationOptions& options) {
  visit("axis", options.axis);
}

template <class Visitor>
void describe(Visitor& visit, ThresholdOptions& options) {
  visit("thresholds", options.thresholds);
}

template <class Visitor>
void describe(Visitor& visit, PrecisionOptions& options) {
  visit("thresholds", options.thresholds);
  visit("top_k", options.top_k);
  visit("class_id", options.class_id);
}

template <class Visitor>
void describe(Visitor& visit, SensitivityAtSpecificityOptions& options) {
  visit("specificity", options.specificity);
  visit("num_thresholds", options.num_thresholds);
  visit("class_id", options.class_id);
}

template <class Visitor>
void describe(Visitor& visit, SpecificityAtSensitivityOptions& options) {
  visit("sensitivity", options.sensitivity);
  visit("num_thresholds", options.num_thresholds);
  visit("class_id", options.class_id);
}

template <class Visitor>
void describe(Visitor& visit, PrecisionAtRecallOptions& options) {
  visit("recall", options.recall);
  visit("num_thresholds", options.num_thresholds);
  visit("class_id", options.class_id);
}

template <class Visitor>
void describe(Visitor& visit, RecallAtPrecisionOptions& options) {
  visit("precision", options.precision);
  visit("num_thresholds", options.num_thresholds);
  visit("class_id", options.class_id);
}

template <class Visitor>
void describe(Visitor& visit, AUCOptions& options) {
  visit("num_thresholds", options.num_thresholds);
  visit("curve", options.curve);
  visit("summation_method", options.summation_method);
  visit("thresholds", options.thresholds);
  visit("multi_label", options.multi_label);
  visit("num_labels", options.num_labels);
  visit("label_weights", options.label_weights);
  visit("from_logits", options.from_logits);
}

template <class Visitor>
void describe(Visitor& visit, FBetaScoreOptions& options) {
  visit("average", options.average);
  visit("beta", options.beta);
  visit("threshold", options.threshold);
}

template <class Visitor>
void describe(Visitor& visit, F1ScoreOptions& options) {
  visit("average", options.average);
  visit("threshold", options.threshold);
}

template <class Visitor>
void describe(Visitor& visit, IoUOptions& options) {
  visit("num_classes", options.num_classes);
  visit("target_class_ids", options.target_class_ids);
  visit("ignore_class", options.ignore_class);
  visit("sparse_y_true", options.sparse_y_true);
  visit("sparse_y_pred", options.sparse_y_pred);
  visit("axis", options.axis);
}

template <class Visitor>
void describe(Visitor& visit, BinaryIoUOptions& options) {
  visit("target_class_ids", options.target_class_ids);
  visit("threshold", options.threshold);
}

template <class Visitor>
void describe(Visitor& visit, MeanIoUOptions& options) {
  visit("num_classes", options.num_classes);
  visit("ignore_class", options.ignore_class);
  visit("sparse_y_true", options.sparse_y_true);
  visit("sparse_y_pred", options.sparse_y_pred);
  visit("axis", options.axis);
}

template <class Visitor>
void describe(Visitor& visit, OneHotIoUOptions& options) {
  visit("num_classes", options.num_classes);
  visit("target_class_ids", options.target_class_ids);
  visit("ignore_class", options.ignore_class);
  visit("sparse_y_pred", options.sparse_y_pred);
  visit("axis", options.axis);
}

template <class Visitor>
void describe(Visitor& visit, OneHotMeanIoUOptions& options) {
  visit("num_classes", options.num_classes);
  visit("ignore_class", options.ignore_class);
  visit("sparse_y_pred", options.sparse_y_pred);
  visit("axis", options.axis);
}

template <class Visitor>
void describe(Visitor& visit, R2ScoreOptions& options) {
  visit("class_aggregation", options.class_aggregation);
  visit("num_regressors", options.num_regressors);
}

/// The options and the name, as a configuration.
template <class Options>
Config config_of(const Metric& metric, Options options) {
  Config config = Config().set("name", metric.name());
  OptionWriter write(config);
  describe(write, options);
  return config;
}

/// The name in the logs of a built-in metric of that type.
const char* default_metric_name(const char* type);

inline std::string name_or_default(const char* type, const std::string& name) {
  return name.empty() ? default_metric_name(type) : name;
}

}  // namespace lamina
