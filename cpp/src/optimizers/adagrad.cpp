#include "lamina/optimizers/adagrad.hpp"

#include "optimizers/options.hpp"
#include "optimizers/step.hpp"

namespace lamina {
template <class Visitor>
void describe(Visitor& visit, AdagradOptions& options) {
  visit("initial_accumulator_value", options.initial_accumulator_value);
  visit("epsilon", options.epsilon);
}

namespace {

AdagradOptions checked(AdagradOptions options) {
  require_not_negative("Adagrad", "initial_accumulator_value", options.initial_accumulator_value);
  require_not_negative("Adagrad", "epsilon", options.epsilon);
  return options;
}

}  // namespace

Adagrad::Adagrad(AdagradOptions options)
    : Optimizer("Adagrad", options.name, options.learning_rate, options.gradients),
      options_(checked(std::move(options))) {}

std::shared_ptr<Optimizer> Adagrad::from_config(const Config& config) {
  return optimizer_from_config<Adagrad>(config, AdagradOptions{});
}

void Adagrad::write_options(Config& options) const { write_described(options, options_); }
void Adagrad::read_options(const Config& options) {
  options_ = checked(changed(options_, options));
}

std::vector<Optimizer::SlotKind> Adagrad::slot_kinds(const Variable&) const {
  return {{"accumulator", options_.initial_accumulator_value}};
}

void Adagrad::update(std::vector<Entry*>& entries, const Step& step) {
  OptimizerParams params{};
  params.kind = OptimizerKind::adagrad;
  params.learning_rate = step.learning_rate;
  params.epsilon = options_.epsilon;
  backend_step(params, entries, gradients(), step);
}

}  // namespace lamina
