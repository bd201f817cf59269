#include "io/model_description.hpp"

#include <algorithm>

namespace lamina {
namespace {

std::vector<Config> configs_of(const std::vector<MetricHandle>& metrics) {
  std::vector<Config> configs;
  for (const MetricHandle& metric : metrics) {
    configs.push_back(class_config(metric.pointer()->type(), metric.pointer()->config()));
  }
  return configs;
}

std::vector<MetricHandle> metrics_from(const Config& config, const char* key) {
  std::vector<MetricHandle> metrics;
  for (const Config& metric : config.children(key)) {
    metrics.emplace_back(Metric::make(metric.string("class_name"), metric.child("config")));
  }
  return metrics;
}

void write_loss(Config& config, const LossHandle& handle) {
  if (!handle) return;
  const Loss& loss = *handle.pointer();
  config.set("loss", class_config(loss.type(), loss.config()));
}

LossHandle loss_from(const Config& config) {
  if (config.is_null("loss")) return {};
  const Config loss = config.child("loss");
  return Loss::make(loss.string("class_name"), loss.child("config"));
}

}  // namespace

void write_weight_states(Config& compile, const Optimizer& optimizer,
                         const VariableMap<std::string>& paths) {
  Config steps;
  std::vector<std::string> fixed;
  for (const OptimizerWeightState& state : optimizer.weight_states()) {
    const std::string* path = paths.find(state.weight);
    if (path == nullptr) continue;
    if (state.steps != optimizer.iterations()) steps.set(*path, state.steps);
    if (!state.decays) fixed.push_back(*path);
  }
  if (!steps.keys().empty()) compile.set("weight_steps", steps);
  if (!fixed.empty()) compile.set("without_decay", fixed);
}

std::vector<OptimizerWeightState> weight_states(
    const Config& compile, const Optimizer& optimizer,
    const std::vector<std::pair<std::string, Variable>>& weights) {
  const Config steps = compile.is_null("weight_steps") ? Config() : compile.child("weight_steps");
  std::vector<std::string> fixed;
  if (!compile.is_null("without_decay")) fixed = compile.strings("without_decay");
  std::vector<OptimizerWeightState> states;
  for (const auto& [path, weight] : weights) {
    const bool decays = std::find(fixed.begin(), fixed.end(), path) == fixed.end();
    if (decays && !steps.has(path)) continue;
    states.push_back(
        {weight, steps.has(path) ? steps.integer(path) : optimizer.iterations(), decays});
  }
  return states;
}

void write_comparison(Config& config, const CompileOptions& given) {
  write_loss(config, given.loss);
  config.set("metrics", configs_of(given.metrics));
  if (!given.weighted_metrics.empty()) {
    config.set("weighted_metrics", configs_of(given.weighted_metrics));
  }
  std::vector<Config> losses, metrics;
  for (const OutputLoss& each : given.output_losses) {
    losses.push_back(Config().set("output", each.output).set("weight", each.weight));
    write_loss(losses.back(), each.loss);
  }
  for (const OutputMetrics& each : given.output_metrics) {
    metrics.push_back(Config().set("output", each.output).set("metrics", configs_of(each.metrics)));
    if (!each.weighted_metrics.empty()) {
      metrics.back().set("weighted_metrics", configs_of(each.weighted_metrics));
    }
  }
  if (!losses.empty()) config.set("output_losses", losses);
  if (!metrics.empty()) config.set("output_metrics", metrics);
}

void read_comparison(const Config& config, CompileOptions& given) {
  given.loss = loss_from(config);
  given.metrics = metrics_from(config, "metrics");
  if (!config.is_null("weighted_metrics")) {
    given.weighted_metrics = metrics_from(config, "weighted_metrics");
  }
  if (!config.is_null("output_losses")) {
    for (const Config& each : config.children("output_losses")) {
      given.output_losses.push_back(
          {each.string("output"), loss_from(each), each.number("weight")});
    }
  }
  if (config.is_null("output_metrics")) return;
  for (const Config& each : config.children("output_metrics")) {
    given.output_metrics.push_back({each.string("output"), metrics_from(each, "metrics"), {}});
    if (!each.is_null("weighted_metrics")) {
      given.output_metrics.back().weighted_metrics = metrics_from(each, "weighted_metrics");
    }
  }
}

}  // namespace lamina
