#include "lamina/optimizers/sgd.hpp"

#include <cmath>

#include "autograd/row_gradient.hpp"
#include "core/tensor_impl.hpp"
#include "lamina/ops/arrangement.hpp"
#include "optimizers/options.hpp"
#include "optimizers/step.hpp"

namespace lamina {
namespace {

// w -= rate g for the rows that have a gradient. The parts of a row's gradient are summed first, in
// their order, as in a dense gradient.
void step_rows(Variable weight, const std::vector<RowGradient>& parts, double rate) {
  TensorList all_indices, all_values;
  for (const RowGradient& part : parts) {
    all_indices.push_back(part.indices);
    all_values.push_back(part.values);
  }
  const Tensor indices = ops::concatenate(all_indices), values = ops::concatenate(all_values);
  backend_of(values).scatter_rows({values.dtype(), 1, values.shape()[0], values.shape()[1],
                                   weight.shape()[0], false,
                                   static_cast<const std::int64_t*>(indices.data()), values.data(),
                                   weight.begin_update(), -rate});
}

}  // namespace

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

// Plain descent does not change weights without a gradient, so an embedding's rows suffice.
// Momentum, decay and clipping concern all weights and need the dense gradient.
bool SGD::steps_by_rows() const {
  return options_.momentum == 0 && gradients().weight_decay.value_or(0) == 0 &&
         !gradients().clipnorm && !gradients().clipvalue && !gradients().global_clipnorm;
}

void SGD::update(std::vector<Entry*>& entries) {
  OptimizerParams params{};
  params.kind = options_.momentum == 0 ? OptimizerKind::sgd
                : options_.nesterov    ? OptimizerKind::sgd_nesterov
                                       : OptimizerKind::sgd_momentum;
  params.learning_rate = learning_rate();
  params.momentum = options_.momentum;
  std::vector<Entry*> dense;
  for (Entry* entry : entries) {
    const auto* rows = steps_by_rows() ? row_gradients(entry->weight.value()) : nullptr;
    rows != nullptr ? step_rows(entry->weight, *rows, learning_rate()) : dense.push_back(entry);
  }
  if (!dense.empty()) backend_step(params, dense, gradients(), learning_rate());
}

}  // namespace lamina
