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

Adam::Adam(AdamOptions options) : Adam("Adam", std::move(options)) {}

Adam::Adam(const char* type, AdamOptions options)
    : Optimizer(type, options.name, options.learning_rate, options.gradients),
      options_(std::move(options)) {
  require(options_.beta_1 >= 0 && options_.beta_1 < 1, type, "beta_1", options_.beta_1,
          "in [0, 1)");
  require(options_.beta_2 >= 0 && options_.beta_2 < 1, type, "beta_2", options_.beta_2,
          "in [0, 1)");
  require(std::isfinite(options_.epsilon) && options_.epsilon >= 0, type, "epsilon",
          options_.epsilon, "finite and at least 0");
}

std::shared_ptr<Optimizer> Adam::from_config(const Config& config) {
  return optimizer_from_config<Adam>(config, AdamOptions{});
}

AdamW::AdamW(AdamOptions options)
    : Adam("AdamW", [&] {
        if (!options.gradients.weight_decay) options.gradients.weight_decay = 0.004;
        return std::move(options);
      }()) {}

std::shared_ptr<Optimizer> AdamW::from_config(const Config& config) {
  return optimizer_from_config<AdamW>(config, AdamOptions{.name = "adamw"});
}

Config Adam::config() const { return with_options(Optimizer::config(), options_); }

std::vector<std::string> Adam::slot_names() const {
  std::vector<std::string> names{"momentum", "velocity"};
  if (options_.amsgrad) names.push_back("velocity_hat");
  return names;
}

void Adam::update(std::vector<Entry*>& entries) {
  const auto step = static_cast<double>(iterations());
  OptimizerParams params{};
  params.kind = options_.amsgrad ? OptimizerKind::adam_amsgrad : OptimizerKind::adam;
  params.learning_rate = learning_rate() * std::sqrt(1 - std::pow(options_.beta_2, step)) /
                         (1 - std::pow(options_.beta_1, step));
  params.beta_1 = options_.beta_1;
  params.beta_2 = options_.beta_2;
  params.epsilon = options_.epsilon;
  backend_step(params, entries, gradients(), learning_rate());
}

}  // namespace lamina
