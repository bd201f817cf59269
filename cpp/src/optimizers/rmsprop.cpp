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

RMSprop::RMSprop(RMSpropOptions options)
    : Optimizer("RMSprop", options.name, options.learning_rate, options.gradients),
      options_(std::move(options)) {
  require(options_.rho >= 0 && options_.rho < 1, "RMSprop", "rho", options_.rho, "in [0, 1)");
  require(options_.momentum >= 0 && options_.momentum <= 1, "RMSprop", "momentum",
          options_.momentum, "in [0, 1]");
  require(std::isfinite(options_.epsilon) && options_.epsilon >= 0, "RMSprop", "epsilon",
          options_.epsilon, "finite and at least 0");
}

std::shared_ptr<Optimizer> RMSprop::from_config(const Config& config) {
  return optimizer_from_config<RMSprop>(config, RMSpropOptions{});
}

Config RMSprop::config() const { return with_options(Optimizer::config(), options_); }

std::vector<std::string> RMSprop::slot_names() const {
  std::vector<std::string> names{"velocity"};
  if (options_.momentum != 0) names.push_back("momentum");
  if (options_.centered) names.push_back("average_gradient");
  return names;
}

void RMSprop::update(std::vector<Entry*>& entries) {
  OptimizerParams params{};
  const bool momentum = options_.momentum != 0;
  params.kind =
      options_.centered
          ? (momentum ? OptimizerKind::rmsprop_centered_momentum : OptimizerKind::rmsprop_centered)
          : (momentum ? OptimizerKind::rmsprop_momentum : OptimizerKind::rmsprop);
  params.learning_rate = learning_rate();
  params.momentum = options_.momentum;
  params.beta_2 = options_.rho;
  params.epsilon = options_.epsilon;
  backend_step(params, entries, gradients(), learning_rate());
}

}  // namespace lamina
