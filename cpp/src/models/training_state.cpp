#include "models/training_state.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/check.hpp"

namespace lamina {
namespace {

std::size_t place_of(const std::string& label, const std::vector<std::string>& names,
                     const std::string& wanted, const char* what) {
  const auto found = std::find(names.begin(), names.end(), wanted);
  if (found == names.end()) {
    std::string known;
    for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
    fail(ErrorKind::value, label, " got ", what, " for '", wanted,
         "', expected its outputs: ", known);
  }
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

bool Model::Training::has_loss() const {
  const auto& losses = given.output_losses;
  return given.loss || std::any_of(losses.begin(), losses.end(),
                                   [](const OutputLoss& each) { return bool(each.loss); });
}

void Model::Training::assign_outputs(const std::string& label, std::vector<std::string> names,
                                     std::size_t count) {
  for (std::size_t i = names.size(); i < count; ++i) names.push_back("output_" + std::to_string(i));
  std::vector<Output> made(count);
  for (std::size_t i = 0; i < count; ++i) {
    made[i].name = names[i];
    if (given.output_losses.empty()) made[i].loss = given.loss.pointer();
  }
  for (const OutputLoss& each : given.output_losses) {
    Output& output = made[place_of(label, names, each.output, "a loss")];
    if (!std::isfinite(each.weight)) {
      fail(ErrorKind::value, label, " needs finite loss_weights, got ", each.weight, " for '",
           each.output, "'");
    }
    output.loss = each.loss.pointer();
    output.weight = each.weight;
  }
  if (!given.metrics.empty() && count > 1) {
    fail(ErrorKind::value, label, " has ", count,
         " outputs: give metrics for each, as a list of lists or by the outputs' names");
  }
  for (const MetricHandle& metric : given.metrics) {
    made.front().metrics.push_back(metric.pointer());
  }
  for (const OutputMetrics& each : given.output_metrics) {
    Output& output = made[place_of(label, names, each.output, "metrics")];
    for (const MetricHandle& metric : each.metrics) output.metrics.push_back(metric.pointer());
  }
  // "accuracy", "accuracy_1": each value of the logs has its own name.
  std::set<std::string> taken{"loss"};
  for (const Output& output : made) {
    if (count > 1) taken.insert(output.name + "_loss");
  }
  for (Output& output : made) {
    for (const auto& metric : output.metrics) {
      if (!metric) fail(ErrorKind::value, label, " got an empty metric to compile");
      if (metric->name() == "loss") {
        fail(ErrorKind::value, label, " got a metric named 'loss', which the loss is; rename it");
      }
      const std::string base = (count > 1 ? output.name + "_" : "") + metric->name();
      std::string unique = base;
      for (int i = 1; !taken.insert(unique).second; ++i) unique = base + "_" + std::to_string(i);
      output.metric_names.push_back(unique);
    }
  }
  outputs = std::move(made);
}

}  // namespace lamina
