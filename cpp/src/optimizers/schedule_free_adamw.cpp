#include "lamina/optimizers/schedule_free_adamw.hpp"

#include <algorithm>

#include "optimizers/options.hpp"
#include "optimizers/step.hpp"

namespace lamina {
template <class Visitor>
void describe(Visitor& visit, ScheduleFreeAdamWOptions& options) {
  visit("beta_1", options.beta_1);
  visit("beta_2", options.beta_2);
  visit("epsilon", options.epsilon);
  visit("warmup_steps", options.warmup_steps);
}

namespace {

ScheduleFreeAdamWOptions checked(ScheduleFreeAdamWOptions options) {
  require(options.beta_1 > 0 && options.beta_1 < 1, "ScheduleFreeAdamW", "beta_1", options.beta_1,
          "in (0, 1)");
  require_beta("ScheduleFreeAdamW", "beta_2", options.beta_2);
  require_not_negative("ScheduleFreeAdamW", "epsilon", options.epsilon);
  require(options.warmup_steps >= 0, "ScheduleFreeAdamW", "warmup_steps", options.warmup_steps,
          "at least 0");
  return options;
}

}  // namespace

ScheduleFreeAdamW::ScheduleFreeAdamW(ScheduleFreeAdamWOptions options)
    : Optimizer("ScheduleFreeAdamW", options.name, options.learning_rate, options.gradients),
      options_(checked(std::move(options))) {}

std::shared_ptr<Optimizer> ScheduleFreeAdamW::from_config(const Config& config) {
  return optimizer_from_config<ScheduleFreeAdamW>(config, ScheduleFreeAdamWOptions{});
}

void ScheduleFreeAdamW::write_options(Config& options) const { write_described(options, options_); }
void ScheduleFreeAdamW::read_options(const Config& options) {
  options_ = checked(changed(options_, options));
}

std::vector<Optimizer::SlotKind> ScheduleFreeAdamW::slot_kinds(const Variable&) const {
  return {{.name = "momentum", .copies_weight = true}, {"velocity"}};
}

// Keras's z -= learning_rate g / (sqrt(v_hat) + epsilon), both sides of the fraction times the root
// of v_hat's correction.
void ScheduleFreeAdamW::update(std::vector<Entry*>& entries, const Step& step) {
  const auto count = static_cast<double>(step.count);
  const double root = std::sqrt(1 - std::pow(options_.beta_2, count));
  double rate = step.learning_rate;
  if (options_.warmup_steps > 0) {
    rate *= std::min(1.0, count / static_cast<double>(options_.warmup_steps));
  }
  OptimizerParams params{};
  params.kind = OptimizerKind::schedule_free;
  params.learning_rate = rate * root;
  params.gradient_rate = 1 / count;
  params.beta_1 = options_.beta_1;
  params.beta_2 = options_.beta_2;
  params.epsilon = options_.epsilon * root;
  backend_step(params, entries, gradients(), step);
}

}  // namespace lamina
