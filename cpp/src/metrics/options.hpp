// What the metrics' options are called in configurations, but for the name that all have.
#pragma once

#include <string>

#include "core/options.hpp"
#include "lamina/metrics/accuracy.hpp"
#include "lamina/metrics/cosine_similarity.hpp"
#include "lamina/metrics/precision_recall.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& /*visit*/, MetricOptions& /*options*/) {}

template <class Visitor>
void describe(Visitor& visit, BinaryAccuracyOptions& options) {
  visit("threshold", options.threshold);
}

template <class Visitor>
void describe(Visitor& visit, CosineSimilarityOptions& options) {
  visit("axis", options.axis);
}

template <class Visitor>
void describe(Visitor& visit, PrecisionOptions& options) {
  visit("thresholds", options.threshold);
}

/// The name in the logs of a built-in metric of that type.
const char* default_metric_name(const char* type);

inline std::string name_or_default(const char* type, const std::string& name) {
  return name.empty() ? default_metric_name(type) : name;
}

}  // namespace lamina
