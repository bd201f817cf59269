#include "lamina/optimizers/adafactor.hpp"

#include <algorithm>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/reduction.hpp"
#include "optimizers/options.hpp"
#include "optimizers/step.hpp"

namespace lamina {
template <class Visitor>
void describe(Visitor& visit, AdafactorOptions& options) {
  visit("beta_2_decay", options.beta_2_decay);
  visit("epsilon_1", options.epsilon_1);
  visit("epsilon_2", options.epsilon_2);
  visit("clip_threshold", options.clip_threshold);
  visit("relative_step", options.relative_step);
}

namespace {

AdafactorOptions checked(AdafactorOptions options) {
  require(std::isfinite(options.beta_2_decay), "Adafactor", "beta_2_decay", options.beta_2_decay,
          "finite");
  require_not_negative("Adafactor", "epsilon_1", options.epsilon_1);
  require_not_negative("Adafactor", "epsilon_2", options.epsilon_2);
  require(options.clip_threshold > 0, "Adafactor", "clip_threshold", options.clip_threshold,
          "above 0");
  return options;
}

Tensor root_mean_square(const Tensor& x) { return ops::sqrt(ops::mean(ops::square(x))); }

Tensor one_of(const Tensor& x) { return Tensor::scalar(1, x.dtype(), x.device()); }

}  // namespace

Adafactor::Adafactor(AdafactorOptions options)
    : Optimizer("Adafactor", options.name, options.learning_rate, options.gradients),
      options_(checked(std::move(options))) {}

std::shared_ptr<Optimizer> Adafactor::from_config(const Config& config) {
  return optimizer_from_config<Adafactor>(config, AdafactorOptions{});
}

void Adafactor::write_options(Config& options) const { write_described(options, options_); }
void Adafactor::read_options(const Config& options) {
  options_ = checked(changed(options_, options));
}

std::vector<Optimizer::SlotKind> Adafactor::slot_kinds(const Variable& weight) const {
  const Shape& shape = weight.shape();
  if (shape.rank() < 2) return {{"velocity"}};
  // Means over the last axis, and over the one before it. Keras keeps the velocity too, which both
  // give; here it is computed when it is needed.
  Shape rows, columns;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (axis != shape.rank() - 1) rows.push_back(shape[axis]);
    if (axis != shape.rank() - 2) columns.push_back(shape[axis]);
  }
  return {{.name = "row_mean", .shape = rows}, {.name = "column_mean", .shape = columns}};
}

void Adafactor::update(std::vector<Entry*>& entries, const Step& step) {
  for (Entry* entry : entries) update_one(*entry, step);
}

void Adafactor::update_one(Entry& entry, const Step& step) {
  const auto count = static_cast<double>(step.count);
  // With a schedule or a function the rate is taken as it is.
  const bool limits = given_learning_rate().is_number() && options_.relative_step;
  const double limit = 1 / std::sqrt(count);
  const double rate =
      std::min(limits ? std::min(step.learning_rate, limit) : step.learning_rate, limit);
  const double share = std::pow(count, options_.beta_2_decay);
  decay(entry, gradients().weight_decay, step);
  const Tensor g = used_gradient(entry, step);
  const Tensor square = ops::square(g) + options_.epsilon_1;
  const auto take_up = [&](Variable& mean, const Tensor& next) {
    mean.assign(mean.value() * (1 - share) + next * share);
  };
  Tensor v;
  if (entry.weight.shape().rank() < 2) {
    take_up(entry.slots[0], square);
    v = entry.slots[0].value();
  } else {
    take_up(entry.slots[0], ops::mean(square, {-1}));
    take_up(entry.slots[1], ops::mean(square, {-2}));
    const Tensor& rows = entry.slots[0];
    v = ops::expand_dims(rows / ops::mean(rows, {-1}, true), -1) *
        ops::expand_dims(entry.slots[1], -2);
  }
  const Tensor direction = g / ops::sqrt(v);
  const Tensor excess =
      ops::maximum(root_mean_square(direction) / options_.clip_threshold, one_of(direction));
  const Tensor size =
      ops::maximum(root_mean_square(entry.weight), one_of(direction) * options_.epsilon_2);
  entry.weight.assign(entry.weight.value() - direction * (size * rate / excess));
}

}  // namespace lamina
