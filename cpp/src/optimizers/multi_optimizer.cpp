#include "lamina/optimizers/multi_optimizer.hpp"

#include <algorithm>

#include "lamina/core/interruption.hpp"
#include "lamina/optimizers/loss_scale_optimizer.hpp"
#include "optimizers/options.hpp"

namespace lamina {
namespace {

void require_pattern(const std::string& pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool follows_dot = i > 0 && pattern[i - 1] == '.';
    const bool is_special = std::string_view("\\^$+?{}[]|()").find(pattern[i]) != std::string::npos;
    if (is_special || (pattern[i] == '*' && !follows_dot)) {
      fail(ErrorKind::value, "MultiOptimizer got the pattern '", pattern,
           "'; a pattern is a path in which . stands for any character and .* for any text");
    }
  }
}

// Whether a pattern is the whole text: where it fails after a .*, that takes up one character more.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, retry_p = std::string_view::npos, retry_t = 0;
  while (t < text.size()) {
    if (pattern.substr(p, 2) == ".*") {
      retry_p = p += 2;
      retry_t = t;
    } else if (p < pattern.size() && (pattern[p] == '.' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (retry_p != std::string_view::npos) {
      p = retry_p;
      t = ++retry_t;
    } else {
      return false;
    }
  }
  while (pattern.substr(p, 2) == ".*") p += 2;
  return p == pattern.size();
}

}  // namespace

MultiOptimizer::MultiOptimizer(MultiOptimizerOptions options)
    : Optimizer("MultiOptimizer", options.name, 0.0,
                {.loss_scale_factor = options.loss_scale_factor}),
      default_(options.default_optimizer.pointer()) {
  if (!default_) fail(ErrorKind::value, type(), " needs a default_optimizer");
  add(default_);
  for (const auto& [pattern, optimizer] : options.optimizer_map) {
    require_pattern(pattern);
    if (!optimizer) fail(ErrorKind::value, type(), " has no optimizer for '", pattern, "'");
    map_.emplace_back(pattern, optimizer.pointer());
    add(optimizer.pointer());
  }
}

MultiOptimizer::MultiOptimizer(Selector selector, std::optional<double> loss_scale_factor,
                               std::string name)
    : Optimizer("MultiOptimizer", std::move(name), 0.0, {.loss_scale_factor = loss_scale_factor}),
      selector_(std::move(selector)) {}

std::shared_ptr<Optimizer> MultiOptimizer::from_config(const Config& config) {
  OptionReader read(config);
  MultiOptimizerOptions options;
  read("loss_scale_factor", options.loss_scale_factor);
  for (const char* key : {"name", "optimizers", "patterns"}) read.expect(key);
  read.refuse_unknown("MultiOptimizer");
  if (!config.is_null("name")) options.name = config.string("name");
  std::vector<std::shared_ptr<Optimizer>> optimizers;
  for (const Config& each : config.children("optimizers")) {
    optimizers.push_back(Optimizer::make(each.string("class_name"), each.child("config")));
  }
  if (optimizers.empty()) fail(ErrorKind::value, "MultiOptimizer needs at least one optimizer");
  options.default_optimizer = optimizers.front();
  const Config patterns = config.child("patterns");
  for (const std::string& pattern : patterns.keys()) {
    const auto number = static_cast<std::size_t>(patterns.integer(pattern));
    if (number >= optimizers.size()) {
      fail(ErrorKind::value, "MultiOptimizer has no optimizer ", number, " for '", pattern, "'");
    }
    options.optimizer_map.emplace_back(pattern, optimizers[number]);
  }
  return std::make_shared<MultiOptimizer>(std::move(options));
}

std::size_t MultiOptimizer::add(const std::shared_ptr<Optimizer>& optimizer) {
  const auto known = std::find(inner_.begin(), inner_.end(), optimizer);
  if (known != inner_.end()) return static_cast<std::size_t>(known - inner_.begin());
  if (dynamic_cast<const MultiOptimizer*>(optimizer.get()) != nullptr ||
      dynamic_cast<const LossScaleOptimizer*>(optimizer.get()) != nullptr) {
    fail(ErrorKind::value, type(), " cannot hold a ", optimizer->type(), "; put it around");
  }
  optimizer->set_loss_scale_factor(gradients().loss_scale_factor);
  inner_.push_back(optimizer);
  return inner_.size() - 1;
}

const std::shared_ptr<Optimizer>& MultiOptimizer::optimizer_for(const std::string& path) const {
  const std::shared_ptr<Optimizer>* found = nullptr;
  for (const auto& [pattern, optimizer] : map_) {
    if (pattern == path) return optimizer;
    if (!matches(pattern, path)) continue;
    if (found != nullptr) {
      fail(ErrorKind::value, type(), " has several patterns that fit the weight '", path,
           "'; let only one fit, or name the weight");
    }
    found = &optimizer;
  }
  return found != nullptr ? *found : default_;
}

const MultiOptimizer::Served* MultiOptimizer::find_served(const Variable& weight) const {
  const auto found = std::find_if(served_.begin(), served_.end(),
                                  [&](const Served& served) { return served.weight == weight; });
  return found == served_.end() ? nullptr : &*found;
}

std::vector<std::vector<Variable>> MultiOptimizer::by_optimizer(
    const std::vector<Variable>& weights) const {
  std::vector<std::vector<Variable>> result(inner_.size());
  for (const Variable& weight : weights) {
    if (const Served* served = find_served(weight)) result[served->optimizer].push_back(weight);
  }
  return result;
}

void MultiOptimizer::build(const std::vector<Variable>& weights) {
  bool is_new = false;
  for (const Variable& weight : weights) {
    if (find_served(weight) != nullptr) continue;
    const std::shared_ptr<Optimizer> chosen =
        selector_ ? selector_(weight) : optimizer_for(weight.path());
    if (!chosen) {
      fail(ErrorKind::value, type(), " got no optimizer for the weight '", weight.path(), "'");
    }
    served_.push_back({weight, add(chosen)});
    is_new = true;
  }
  if (!is_new) return;
  const auto parts = by_optimizer(weights);
  for (std::size_t i = 0; i < inner_.size(); ++i) {
    if (!parts[i].empty()) inner_[i]->build(parts[i]);
  }
}

void MultiOptimizer::step(const std::vector<Variable>& weights) {
  const Uninterrupted whole;
  build(weights);
  const auto parts = by_optimizer(weights);
  for (std::size_t i = 0; i < inner_.size(); ++i) {
    if (!parts[i].empty()) inner_[i]->step(parts[i]);
  }
  Optimizer::set_batches(batches().value().values<std::int64_t>()[0] + 1);
}

std::vector<Variable> MultiOptimizer::weights() const {
  std::vector<Variable> result;
  for (const Served& served : served_) result.push_back(served.weight);
  return result;
}

void MultiOptimizer::finalize_variable_values(const std::vector<Variable>& weights) {
  for (const auto& optimizer : inner_) optimizer->finalize_variable_values(weights);
}

void MultiOptimizer::set_loss_scale_factor(std::optional<double> factor) {
  Optimizer::set_loss_scale_factor(factor);
  for (const auto& optimizer : inner_) optimizer->set_loss_scale_factor(factor);
}

void MultiOptimizer::set_batches(std::int64_t batches) {
  Optimizer::set_batches(batches);
  for (const auto& optimizer : inner_) optimizer->set_batches(batches);
}

double MultiOptimizer::learning_rate() const {
  fail(ErrorKind::state, type(), " has no learning rate of its own; ask its optimizers");
}

void MultiOptimizer::set_learning_rate(LearningRate) {
  fail(ErrorKind::state, type(), " has no learning rate of its own; set that of its optimizers");
}

Config MultiOptimizer::config() const {
  if (selector_) {
    fail(ErrorKind::value, type(),
         " asks a function for its optimizers, which cannot be saved; name them by patterns");
  }
  std::vector<Config> optimizers;
  for (const auto& each : inner_) optimizers.push_back(class_config(each->type(), each->config()));
  Config patterns;
  for (const auto& [pattern, optimizer] : map_) {
    patterns.set(pattern, static_cast<std::int64_t>(
                              std::find(inner_.begin(), inner_.end(), optimizer) - inner_.begin()));
  }
  Config config = options();
  config.set("name", name()).set("optimizers", optimizers).set("patterns", patterns);
  return config;
}

Config MultiOptimizer::options() const {
  Config options;
  OptionWriter write(options);
  write("loss_scale_factor", gradients().loss_scale_factor);
  return options;
}

void MultiOptimizer::set_options(const Config& options) {
  OptionReader read(options);
  std::optional<double> factor = gradients().loss_scale_factor;
  read("loss_scale_factor", factor);
  read.refuse_unknown(type());
  set_loss_scale_factor(factor);
}

std::vector<OptimizerSlotVariable> MultiOptimizer::slots() const {
  std::vector<OptimizerSlotVariable> result;
  for (const auto& optimizer : inner_) {
    const auto part = optimizer->slots();
    result.insert(result.end(), part.begin(), part.end());
  }
  return result;
}

std::vector<std::pair<std::string, Variable>> MultiOptimizer::own_variables() const {
  std::vector<std::pair<std::string, Variable>> result;
  for (std::size_t i = 0; i < inner_.size(); ++i) {
    const std::string prefix = std::to_string(i) + "/";
    result.emplace_back(prefix + "iteration", inner_[i]->batches());
    for (const auto& [name, variable] : inner_[i]->own_variables()) {
      result.emplace_back(prefix + name, variable);
    }
  }
  return result;
}

std::vector<Variable> MultiOptimizer::variables() const {
  std::vector<Variable> result{batches()};
  for (const auto& optimizer : inner_) {
    const auto part = optimizer->variables();
    result.insert(result.end(), part.begin(), part.end());
  }
  return result;
}

std::vector<OptimizerWeightState> MultiOptimizer::weight_states() const {
  std::vector<OptimizerWeightState> result;
  for (const auto& optimizer : inner_) {
    const auto part = optimizer->weight_states();
    result.insert(result.end(), part.begin(), part.end());
  }
  return result;
}

void MultiOptimizer::restore(const std::vector<OptimizerWeightState>& states) {
  for (const OptimizerWeightState& state : states) {
    build({state.weight});
    inner_[find_served(state.weight)->optimizer]->restore({state});
  }
}

}  // namespace lamina
