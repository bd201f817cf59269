#include "lamina/optimizers/adam.hpp"

#include <cmath>

#include "optimizers/options.hpp"
#include "optimizers/step.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, AdamOptions& options) {
  visit("beta_1", options.beta_1);
  visit("beta_2", options.beta_2);
  visit("epsilon", options.epsilon);
  visit("amsgrad", options.amsgrad);
}

namespace {

AdamOptions checked(const char* type, AdamOptions options) {
  require_beta(type, "beta_1", options.beta_1);
  require_beta(type, "beta_2", options.beta_2);
  require_not_negative(type, "epsilon", options.epsilon);
  return options;
}

}  // namespace

Adam::Adam(AdamOptions options) : Adam("Adam", std::move(options)) {}

Adam::Adam(const char* type, AdamOptions options)
    : Optimizer(type, options.name, options.learning_rate, options.gradients),
      options_(checked(type, std::move(options))) {}

std::shared_ptr<Optimizer> Adam::from_config(const Config& config) {
  return optimizer_from_config<Adam>(config, AdamOptions{});
}

AdamW::AdamW(AdamOptions options)
    : Adam("AdamW", [&] {
        if (!options.gradients.weight_decay) options.gradients.weight_decay = 0.004;
        return std::move(options);
      }()) {}

std::shared_ptr<Optimizer> AdamW::from_config(const Config& config) {
  return optimizer_from_config<AdamW>(config, AdamOptions{.name = "adam_w"});
}

void Adam::write_options(Config& options) const { write_described(options, options_); }
void Adam::read_options(const Config& options) {
  options_ = checked(type().c_str(), changed(options_, options));
}

std::vector<Optimizer::SlotKind> Adam::slot_kinds(const Variable&) const {
  std::vector<SlotKind> kinds{{"momentum"}, {"velocity"}};
  if (options_.amsgrad) kinds.push_back({.name = "velocity_hat", .list = 1});
  return kinds;
}

void Adam::update(std::vector<Entry*>& entries, const Step& step) {
  const auto count = static_cast<double>(step.count);
  OptimizerParams params{};
  params.kind = options_.amsgrad ? OptimizerKind::adam_amsgrad : OptimizerKind::adam;
  params.learning_rate = step.learning_rate * std::sqrt(1 - std::pow(options_.beta_2, count)) /
                         (1 - std::pow(options_.beta_1, count));
  params.beta_1 = options_.beta_1;
  params.beta_2 = options_.beta_2;
  params.epsilon = options_.epsilon;
  backend_step(params, entries, gradients(), step);
}

}  // namespace lamina
