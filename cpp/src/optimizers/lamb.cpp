#include "lamina/optimizers/lamb.hpp"

#include "core/tensor_impl.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/reduction.hpp"
#include "optimizers/options.hpp"
#include "optimizers/step.hpp"

namespace lamina {
template <class Visitor>
void describe(Visitor& visit, LambOptions& options) {
  visit("beta_1", options.beta_1);
  visit("beta_2", options.beta_2);
  visit("epsilon", options.epsilon);
}

namespace {

LambOptions checked(LambOptions options) {
  require_beta("Lamb", "beta_1", options.beta_1);
  require_beta("Lamb", "beta_2", options.beta_2);
  require_not_negative("Lamb", "epsilon", options.epsilon);
  return options;
}

struct Moved {
  Variable weight;
  Tensor direction, squared_norms;
};

// Of both, side by side.
Tensor squared_norms(const Tensor& a, const Tensor& b) {
  Tensor result = Tensor::zeros({2}, Dtype::float64, a.device());
  auto* to = static_cast<double*>(result.mutable_data());
  for (const Tensor& sum : {ops::sum(ops::square(a)), ops::sum(ops::square(b))}) {
    backend_of(sum).accumulate({sum.dtype(), sum.data(), 1, to++});
  }
  return result;
}

}  // namespace

Lamb::Lamb(LambOptions options)
    : Optimizer("Lamb", options.name, options.learning_rate, options.gradients),
      options_(checked(std::move(options))) {}

std::shared_ptr<Optimizer> Lamb::from_config(const Config& config) {
  return optimizer_from_config<Lamb>(config, LambOptions{});
}

void Lamb::write_options(Config& options) const { write_described(options, options_); }
void Lamb::read_options(const Config& options) { options_ = checked(changed(options_, options)); }

std::vector<Optimizer::SlotKind> Lamb::slot_kinds(const Variable&) const {
  return {{"momentum"}, {"velocity"}};
}

// Two passes: the direction of each weight must be whole before its length is known.
void Lamb::update(std::vector<Entry*>& entries, const Step& step) {
  const auto count = static_cast<double>(step.count);
  const double root = std::sqrt(1 - std::pow(options_.beta_2, count));
  OptimizerParams params{};
  params.kind = OptimizerKind::adam_direction;
  params.learning_rate = root / (1 - std::pow(options_.beta_1, count));
  params.beta_1 = options_.beta_1;
  params.beta_2 = options_.beta_2;
  params.epsilon = options_.epsilon * root;
  TensorList directions;
  for (Entry* entry : entries) {
    directions.push_back(Tensor::empty_like(entry->weight.value()));
    entry->slots.emplace_back(directions.back(), "direction", false);
  }
  backend_step(params, entries, gradients(), step);
  std::vector<Moved> moved;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Entry& entry = *entries[i];
    directions[i] = entry.slots.back().value();
    entry.slots.pop_back();
    moved.push_back({entry.weight, directions[i], squared_norms(entry.weight, directions[i])});
  }
  std::vector<Moved*> all;
  for (Moved& each : moved) all.push_back(&each);
  OptimizerParams descent{};
  descent.kind = OptimizerKind::sgd;
  descent.learning_rate = step.learning_rate;
  backend_pass(descent, all, [](Moved& each, OptimizerSlot& slot) {
    slot.weight = each.weight.begin_update();
    slot.grad = each.direction.data();
    slot.trust = static_cast<const double*>(each.squared_norms.data());
  });
}

}  // namespace lamina
