#include "lamina/optimizers/ftrl.hpp"

#include "optimizers/options.hpp"
#include "optimizers/step.hpp"

namespace lamina {
template <class Visitor>
void describe(Visitor& visit, FtrlOptions& options) {
  visit("learning_rate_power", options.learning_rate_power);
  visit("initial_accumulator_value", options.initial_accumulator_value);
  visit("l1_regularization_strength", options.l1_regularization_strength);
  visit("l2_regularization_strength", options.l2_regularization_strength);
  visit("l2_shrinkage_regularization_strength", options.l2_shrinkage_regularization_strength);
  visit("beta", options.beta);
}

namespace {

FtrlOptions checked(FtrlOptions options) {
  const auto not_negative = [](const char* option, double value) {
    require_not_negative("Ftrl", option, value);
  };
  require(std::isfinite(options.learning_rate_power) && options.learning_rate_power <= 0, "Ftrl",
          "learning_rate_power", options.learning_rate_power, "finite and at most 0");
  not_negative("initial_accumulator_value", options.initial_accumulator_value);
  not_negative("l1_regularization_strength", options.l1_regularization_strength);
  not_negative("l2_regularization_strength", options.l2_regularization_strength);
  not_negative("l2_shrinkage_regularization_strength",
               options.l2_shrinkage_regularization_strength);
  not_negative("beta", options.beta);
  return options;
}

}  // namespace

Ftrl::Ftrl(FtrlOptions options)
    : Optimizer("Ftrl", options.name, options.learning_rate, options.gradients),
      options_(checked(std::move(options))) {}

std::shared_ptr<Optimizer> Ftrl::from_config(const Config& config) {
  return optimizer_from_config<Ftrl>(config, FtrlOptions{});
}

void Ftrl::write_options(Config& options) const { write_described(options, options_); }
void Ftrl::read_options(const Config& options) { options_ = checked(changed(options_, options)); }

std::vector<Optimizer::SlotKind> Ftrl::slot_kinds(const Variable&) const {
  return {{"accumulator", options_.initial_accumulator_value}, {"linear"}};
}

// Its formula divides by the learning rate, and with a rate of 0 nothing moves.
void Ftrl::update(std::vector<Entry*>& entries, const Step& step) {
  if (step.learning_rate == 0) return;
  OptimizerParams params{};
  params.kind =
      options_.learning_rate_power == -0.5 ? OptimizerKind::ftrl : OptimizerKind::ftrl_power;
  params.learning_rate = step.learning_rate;
  params.momentum = -options_.learning_rate_power;
  params.l1 = options_.l1_regularization_strength;
  params.l2 = 2 * options_.l2_regularization_strength + options_.beta / step.learning_rate;
  params.shrinkage = 2 * options_.l2_shrinkage_regularization_strength;
  backend_step(params, entries, gradients(), step);
}

}  // namespace lamina
