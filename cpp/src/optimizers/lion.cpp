#include "lamina/optimizers/lion.hpp"

#include "optimizers/options.hpp"
#include "optimizers/step.hpp"

namespace lamina {
template <class Visitor>
void describe(Visitor& visit, LionOptions& options) {
  visit("beta_1", options.beta_1);
  visit("beta_2", options.beta_2);
}

namespace {

LionOptions checked(LionOptions options) {
  require(options.beta_1 > 0 && options.beta_1 <= 1, "Lion", "beta_1", options.beta_1,
          "in (0, 1]: at 0 it would follow the gradient's sign alone");
  require(options.beta_2 >= 0 && options.beta_2 <= 1, "Lion", "beta_2", options.beta_2,
          "in [0, 1]");
  return options;
}

}  // namespace

Lion::Lion(LionOptions options)
    : Optimizer("Lion", options.name, options.learning_rate, options.gradients),
      options_(checked(std::move(options))) {}

std::shared_ptr<Optimizer> Lion::from_config(const Config& config) {
  return optimizer_from_config<Lion>(config, LionOptions{});
}

void Lion::write_options(Config& options) const { write_described(options, options_); }
void Lion::read_options(const Config& options) { options_ = checked(changed(options_, options)); }

std::vector<Optimizer::SlotKind> Lion::slot_kinds(const Variable&) const { return {{"momentum"}}; }

void Lion::update(std::vector<Entry*>& entries, const Step& step) {
  OptimizerParams params{};
  params.kind = OptimizerKind::lion;
  params.learning_rate = step.learning_rate;
  params.beta_1 = options_.beta_1;
  params.beta_2 = options_.beta_2;
  backend_step(params, entries, gradients(), step);
}

}  // namespace lamina
