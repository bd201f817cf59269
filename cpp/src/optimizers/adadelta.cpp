#include "lamina/optimizers/adadelta.hpp"

#include "optimizers/options.hpp"
#include "optimizers/step.hpp"

namespace lamina {
template <class Visitor>
void describe(Visitor& visit, AdadeltaOptions& options) {
  visit("rho", options.rho);
  visit("epsilon", options.epsilon);
}

namespace {

AdadeltaOptions checked(AdadeltaOptions options) {
  require_beta("Adadelta", "rho", options.rho);
  require_not_negative("Adadelta", "epsilon", options.epsilon);
  return options;
}

}  // namespace

Adadelta::Adadelta(AdadeltaOptions options)
    : Optimizer("Adadelta", options.name, options.learning_rate, options.gradients),
      options_(checked(std::move(options))) {}

std::shared_ptr<Optimizer> Adadelta::from_config(const Config& config) {
  return optimizer_from_config<Adadelta>(config, AdadeltaOptions{});
}

void Adadelta::write_options(Config& options) const { write_described(options, options_); }
void Adadelta::read_options(const Config& options) {
  options_ = checked(changed(options_, options));
}

std::vector<Optimizer::SlotKind> Adadelta::slot_kinds(const Variable&) const {
  return {{"accumulated_grad"}, {"accumulated_delta_var"}};
}

void Adadelta::update(std::vector<Entry*>& entries, const Step& step) {
  OptimizerParams params{};
  params.kind = OptimizerKind::adadelta;
  params.learning_rate = step.learning_rate;
  params.beta_2 = options_.rho;
  params.epsilon = options_.epsilon;
  backend_step(params, entries, gradients(), step);
}

}  // namespace lamina
