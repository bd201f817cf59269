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

namespace {

SGDOptions checked(SGDOptions options) {
  require(options.momentum >= 0 && options.momentum <= 1, "SGD", "momentum", options.momentum,
          "in [0, 1]");
  return options;
}

}  // namespace

SGD::SGD(SGDOptions options)
    : Optimizer("SGD", options.name, options.learning_rate, options.gradients),
      options_(checked(std::move(options))) {}

std::shared_ptr<Optimizer> SGD::from_config(const Config& config) {
  return optimizer_from_config<SGD>(config, SGDOptions{});
}

void SGD::write_options(Config& options) const { write_described(options, options_); }
void SGD::read_options(const Config& options) { options_ = checked(changed(options_, options)); }

std::vector<Optimizer::SlotKind> SGD::slot_kinds(const Variable&) const {
  if (options_.momentum == 0) return {};
  return {{"momentum"}};
}

// Plain descent does not change weights without a gradient, so an embedding's rows suffice.
// Momentum, decay and clipping concern all weights and need the dense gradient.
bool SGD::steps_by_rows() const {
  return options_.momentum == 0 && gradients().weight_decay.value_or(0) == 0 &&
         !gradients().clipnorm && !gradients().clipvalue && !gradients().global_clipnorm &&
         !gradients().gradient_accumulation_steps;
}

void SGD::update(std::vector<Entry*>& entries, const Step& step) {
  OptimizerParams params{};
  params.kind = options_.momentum == 0 ? OptimizerKind::sgd
                : options_.nesterov    ? OptimizerKind::sgd_nesterov
                                       : OptimizerKind::sgd_momentum;
  params.learning_rate = step.learning_rate;
  params.momentum = options_.momentum;
  std::vector<Entry*> dense;
  for (Entry* entry : entries) {
    const auto* rows = steps_by_rows() ? row_gradients(entry->weight.value()) : nullptr;
    rows != nullptr ? step_rows(entry->weight, *rows, step.learning_rate * step.gradient_scale)
                    : dense.push_back(entry);
  }
  if (!dense.empty()) backend_step(params, dense, gradients(), step);
}

}  // namespace lamina
