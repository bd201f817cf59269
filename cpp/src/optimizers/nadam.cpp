#include "lamina/optimizers/nadam.hpp"

#include <algorithm>
#include <cmath>

#include "optimizers/options.hpp"
#include "optimizers/step.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, NadamOptions& options) {
  visit("beta_1", options.beta_1);
  visit("beta_2", options.beta_2);
  visit("epsilon", options.epsilon);
}

namespace {

NadamOptions checked(NadamOptions options) {
  require_beta("Nadam", "beta_1", options.beta_1);
  require_beta("Nadam", "beta_2", options.beta_2);
  require_not_negative("Nadam", "epsilon", options.epsilon);
  return options;
}

}  // namespace

Nadam::Nadam(NadamOptions options)
    : Optimizer("Nadam", options.name, options.learning_rate, options.gradients),
      options_(checked(std::move(options))) {}

std::shared_ptr<Optimizer> Nadam::from_config(const Config& config) {
  return optimizer_from_config<Nadam>(config, NadamOptions{});
}

void Nadam::write_options(Config& options) const { write_described(options, options_); }
void Nadam::read_options(const Config& options) { options_ = checked(changed(options_, options)); }

std::vector<Optimizer::SlotKind> Nadam::slot_kinds(const Variable&) const {
  return {{"momentum"}, {"velocity"}};
}

double Nadam::momentum_at(std::int64_t step) const {
  return options_.beta_1 * (1 - 0.5 * std::pow(0.96, static_cast<double>(step)));
}

// Of all steps up to this one. A function of their number, so no file holds it: where no product of
// one step less is known, it is multiplied from the first step, in the same order and so to the
// same bits. Factors are below 1 and their product rounds to 0 after some thousand steps, where the
// loop ends.
double Nadam::momentum_product(std::int64_t step) {
  auto known = std::find_if(products_.begin(), products_.end(),
                            [&](const Product& product) { return product.steps == step - 1; });
  if (known == products_.end()) {
    constexpr std::size_t most = 64;  // more are left of weights that are no longer trained
    if (products_.size() == most) products_.clear();
    known = products_.insert(products_.end(), {0, 1});
  }
  auto& [steps, value] = *known;
  while (steps < step && value > 0) value *= momentum_at(++steps);
  steps = step;
  return value;
}

// Keras's w -= learning_rate m_hat / (sqrt(v_hat) + epsilon), both sides of the fraction times the
// root of v_hat's correction.
void Nadam::update(std::vector<Entry*>& entries, const Step& step) {
  const double root = std::sqrt(1 - std::pow(options_.beta_2, static_cast<double>(step.count)));
  const double now = momentum_at(step.count), next = momentum_at(step.count + 1);
  const double product = momentum_product(step.count);
  OptimizerParams params{};
  params.kind = OptimizerKind::nadam;
  params.learning_rate = step.learning_rate * root * next / (1 - product * next);
  params.gradient_rate = step.learning_rate * root * (1 - now) / (1 - product);
  params.beta_1 = options_.beta_1;
  params.beta_2 = options_.beta_2;
  params.epsilon = options_.epsilon * root;
  backend_step(params, entries, gradients(), step);
}

}  // namespace lamina
