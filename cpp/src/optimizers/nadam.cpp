#include "lamina/optimizers/nadam.hpp"

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

Nadam::Nadam(NadamOptions options)
    : Optimizer("Nadam", options.name, options.learning_rate, options.gradients),
      options_(std::move(options)) {
  require(options_.beta_1 >= 0 && options_.beta_1 < 1, "Nadam", "beta_1", options_.beta_1,
          "in [0, 1)");
  require(options_.beta_2 >= 0 && options_.beta_2 < 1, "Nadam", "beta_2", options_.beta_2,
          "in [0, 1)");
  require(std::isfinite(options_.epsilon) && options_.epsilon >= 0, "Nadam", "epsilon",
          options_.epsilon, "finite and at least 0");
}

std::shared_ptr<Optimizer> Nadam::from_config(const Config& config) {
  return optimizer_from_config<Nadam>(config, NadamOptions{});
}

Config Nadam::config() const { return with_options(Optimizer::config(), options_); }

std::vector<std::string> Nadam::slot_names() const { return {"momentum", "velocity"}; }

double Nadam::momentum_at(std::int64_t step) const {
  return options_.beta_1 * (1 - 0.5 * std::pow(0.96, static_cast<double>(step)));
}

// Of all steps up to this one. A function of their number, so no file holds it: an optimizer that
// was loaded multiplies from the first step, in the same order and so to the same bits. Factors are
// below 1 and their product rounds to 0 after some thousand steps, where the loop ends.
double Nadam::momentum_product() {
  if (iterations() < product_steps_) {
    product_ = 1;
    product_steps_ = 0;
  }
  while (product_steps_ < iterations() && product_ > 0) {
    product_ *= momentum_at(++product_steps_);
  }
  return product_;
}

// Keras's w -= learning_rate m_hat / (sqrt(v_hat) + epsilon), both sides of the fraction times the
// root of v_hat's correction.
void Nadam::update(std::vector<Entry*>& entries) {
  const double root = std::sqrt(1 - std::pow(options_.beta_2, static_cast<double>(iterations())));
  const double now = momentum_at(iterations()), next = momentum_at(iterations() + 1);
  const double product = momentum_product();
  OptimizerParams params{};
  params.kind = OptimizerKind::nadam;
  params.learning_rate = learning_rate() * root * next / (1 - product * next);
  params.gradient_rate = learning_rate() * root * (1 - now) / (1 - product);
  params.beta_1 = options_.beta_1;
  params.beta_2 = options_.beta_2;
  params.epsilon = options_.epsilon * root;
  backend_step(params, entries, gradients(), learning_rate());
}

}  // namespace lamina
