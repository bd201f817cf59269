#include "models/compile_state.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/check.hpp"
#include "core/join.hpp"

namespace lamina {
namespace {

std::size_t place_of(const std::string& label, const std::vector<std::string>& names,
                     const std::string& wanted, const char* what) {
  const auto found = std::find(names.begin(), names.end(), wanted);
  if (found == names.end()) {
    fail(ErrorKind::value, label, " got ", what, " for '", wanted,
         "', expected its outputs: ", join(names));
  }
  return static_cast<std::size_t>(found - names.begin());
}

// The first of `name`, `name_1`, `name_2` ... that is free.
std::string unique_name(const std::string& name, std::set<std::string>& taken) {
  std::string unique = name;
  for (int i = 1; !taken.insert(unique).second; ++i) unique = name + "_" + std::to_string(i);
  return unique;
}

}  // namespace

bool Model::CompileState::has_loss() const {
  const auto& losses = given.output_losses;
  return given.loss || std::any_of(losses.begin(), losses.end(),
                                   [](const OutputLoss& each) { return bool(each.loss); });
}

bool Model::CompileState::has_metrics() const {
  return !(given.metrics.empty() && given.weighted_metrics.empty() && given.output_metrics.empty());
}

void Model::CompileState::LossMeans::reset() {
  loss->reset();
  for (const auto& output : outputs) output->reset();
}

void Model::CompileState::LossMeans::grow_to(std::size_t count) {
  while (outputs.size() < count) outputs.push_back(std::make_unique<Mean>());
}

Logs Model::CompileState::logs(const LossMeans& of) const {
  Logs logs{{"loss", of.loss->result()}};
  const auto counting = std::count_if(outputs.begin(), outputs.end(),
                                      [](const auto& output) { return output.loss != nullptr; });
  for (std::size_t i = 0; counting > 1 && i < outputs.size(); ++i) {
    if (!outputs[i].loss) continue;
    logs.emplace_back(outputs[i].name + "_loss",
                      i < of.outputs.size() ? of.outputs[i]->result() : 0);
  }
  const auto add = [&](const std::string& shown, const Metric& metric) {
    for (auto& entry : metric.entries(shown)) logs.push_back(std::move(entry));
  };
  for (const auto& each : metrics) add(each.name, *each.metric);
  for (const auto& metric : extra_metrics) add(metric->name(), *metric);
  return logs;
}

void Model::CompileState::reset_metrics() const {
  for (const OutputMetric& each : metrics) each.metric->reset();
  for (const auto& metric : extra_metrics) metric->reset();
}

void Model::CompileState::move_metrics_to(Device device) const {
  const auto move = [&](const std::vector<MetricHandle>& handles) {
    for (const MetricHandle& metric : handles) metric.pointer()->move_to(device);
  };
  move(given.metrics);
  move(given.weighted_metrics);
  for (const OutputMetrics& each : given.output_metrics) {
    move(each.metrics);
    move(each.weighted_metrics);
  }
}

void Model::CompileState::assign_outputs(const std::string& label, std::vector<std::string> names,
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
    output.loss_weight = each.weight;
  }
  if (!(given.metrics.empty() && given.weighted_metrics.empty()) && count > 1) {
    fail(ErrorKind::value, label, " has ", count,
         " outputs: give metrics for each, as a list of lists or by the outputs' names");
  }

  // In the order of Keras's logs: all metrics of all outputs, then the weighted ones. Each value of
  // the logs has its own name: "accuracy", "accuracy_1"; "weighted_accuracy" where both are given.
  std::vector<OutputMetric> listed;
  std::set<std::string> taken{"loss"};
  for (const Output& output : made) {
    if (count > 1) taken.insert(output.name + "_loss");
  }
  const auto list = [&](std::size_t output, const std::vector<MetricHandle>& handles,
                        bool is_weighted) {
    const std::string prefix = count > 1 ? names[output] + "_" : "";
    for (const MetricHandle& metric : handles) {
      if (!metric) fail(ErrorKind::value, label, " got an empty metric to compile");
      const std::string& name = metric.pointer()->name();
      if (name == "loss") {
        fail(ErrorKind::value, label, " got a metric named 'loss', which the loss is; rename it");
      }
      const bool clashes = is_weighted && taken.contains(prefix + name);
      std::string shown = prefix;
      shown.append(clashes ? "weighted_" : "").append(name);
      listed.push_back({metric.pointer(), unique_name(shown, taken), output, is_weighted});
    }
  };
  for (const bool is_weighted : {false, true}) {
    list(0, is_weighted ? given.weighted_metrics : given.metrics, is_weighted);
    for (std::size_t i = 0; i < count; ++i) {
      for (const OutputMetrics& each : given.output_metrics) {
        if (place_of(label, names, each.output, "metrics") != i) continue;
        list(i, is_weighted ? each.weighted_metrics : each.metrics, is_weighted);
      }
    }
  }
  outputs = std::move(made);
  metrics = std::move(listed);
}

}  // namespace lamina
