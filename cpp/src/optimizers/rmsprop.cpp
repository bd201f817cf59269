#include "lamina/optimizers/rmsprop.hpp"

#include "optimizers/options.hpp"
#include "optimizers/step.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, RMSpropOptions& options) {
  visit("rho", options.rho);
  visit("momentum", options.momentum);
  visit("epsilon", options.epsilon);
  visit("centered", options.centered);
}

namespace {

RMSpropOptions checked(RMSpropOptions options) {
  require_beta("RMSprop", "rho", options.rho);
  require(options.momentum >= 0 && options.momentum <= 1, "RMSprop", "momentum", options.momentum,
          "in [0, 1]");
  require_not_negative("RMSprop", "epsilon", options.epsilon);
  return options;
}

}  // namespace

RMSprop::RMSprop(RMSpropOptions options)
    : Optimizer("RMSprop", options.name, options.learning_rate, options.gradients),
      options_(checked(std::move(options))) {}

std::shared_ptr<Optimizer> RMSprop::from_config(const Config& config) {
  return optimizer_from_config<RMSprop>(config, RMSpropOptions{});
}

void RMSprop::write_options(Config& options) const { write_described(options, options_); }
void RMSprop::read_options(const Config& options) {
  options_ = checked(changed(options_, options));
}

std::vector<Optimizer::SlotKind> RMSprop::slot_kinds(const Variable&) const {
  std::vector<SlotKind> kinds{{"velocity"}};
  if (options_.momentum != 0) kinds.push_back({.name = "momentum", .list = 1});
  if (options_.centered) kinds.push_back({.name = "average_gradient", .list = 2});
  return kinds;
}

void RMSprop::update(std::vector<Entry*>& entries, const Step& step) {
  OptimizerParams params{};
  const bool momentum = options_.momentum != 0;
  params.kind =
      options_.centered
          ? (momentum ? OptimizerKind::rmsprop_centered_momentum : OptimizerKind::rmsprop_centered)
          : (momentum ? OptimizerKind::rmsprop_momentum : OptimizerKind::rmsprop);
  params.learning_rate = step.learning_rate;
  params.momentum = options_.momentum;
  params.beta_2 = options_.rho;
  params.epsilon = options_.epsilon;
  backend_step(params, entries, gradients(), step);
}

}  // namespace lamina
