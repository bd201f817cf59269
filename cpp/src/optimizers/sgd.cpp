#include "lamina/optimizers/sgd.hpp"

#include <cmath>

#include "optimizers/options.hpp"
#include "optimizers/step.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, SGDOptions& options) {
  visit("momentum", options.momentum);
  visit("nesterov", options.nesterov);
}

SGD::SGD(SGDOptions options)
    : Optimizer("SGD", options.name, options.learning_rate, options.gradients),
      options_(std::move(options)) {
  require(options_.momentum >= 0 && options_.momentum <= 1, "SGD", "momentum", options_.momentum,
          "in [0, 1]");
}

std::shared_ptr<Optimizer> SGD::from_config(const Config& config) {
  return optimizer_from_config<SGD>(config, SGDOptions{});
}

Config SGD::config() const { return with_options(Optimizer::config(), options_); }

std::vector<std::string> SGD::slot_names() const {
  return options_.momentum != 0 ? std::vector<std::string>{"momentum"} : std::vector<std::string>{};
}

void SGD::update(std::vector<Entry*>& entries, double grad_scale) {
  OptimizerParams params{};
  params.kind = options_.momentum == 0 ? OptimizerKind::sgd
                : options_.nesterov    ? OptimizerKind::sgd_nesterov
                                       : OptimizerKind::sgd_momentum;
  params.learning_rate = learning_rate();
  params.momentum = options_.momentum;
  backend_step(params, entries, gradients(), learning_rate(), grad_scale);
}

}  // namespace lamina
