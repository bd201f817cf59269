#include "lamina/optimizers/adamax.hpp"

#include "optimizers/options.hpp"
#include "optimizers/step.hpp"

namespace lamina {
template <class Visitor>
void describe(Visitor& visit, AdamaxOptions& options) {
  visit("beta_1", options.beta_1);
  visit("beta_2", options.beta_2);
  visit("epsilon", options.epsilon);
}

namespace {

AdamaxOptions checked(AdamaxOptions options) {
  require_beta("Adamax", "beta_1", options.beta_1);
  require_beta("Adamax", "beta_2", options.beta_2);
  require_not_negative("Adamax", "epsilon", options.epsilon);
  return options;
}

}  // namespace

Adamax::Adamax(AdamaxOptions options)
    : Optimizer("Adamax", options.name, options.learning_rate, options.gradients),
      options_(checked(std::move(options))) {}

std::shared_ptr<Optimizer> Adamax::from_config(const Config& config) {
  return optimizer_from_config<Adamax>(config, AdamaxOptions{});
}

void Adamax::write_options(Config& options) const { write_described(options, options_); }
void Adamax::read_options(const Config& options) { options_ = checked(changed(options_, options)); }

std::vector<Optimizer::SlotKind> Adamax::slot_kinds(const Variable&) const {
  return {{"momentum"}, {"norm"}};
}

void Adamax::update(std::vector<Entry*>& entries, const Step& step) {
  OptimizerParams params{};
  params.kind = OptimizerKind::adamax;
  params.learning_rate =
      step.learning_rate / (1 - std::pow(options_.beta_1, static_cast<double>(step.count)));
  params.beta_1 = options_.beta_1;
  params.momentum = options_.beta_2;
  params.epsilon = options_.epsilon;
  backend_step(params, entries, gradients(), step);
}

}  // namespace lamina
