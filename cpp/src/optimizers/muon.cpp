#include "lamina/optimizers/muon.hpp"

#include <algorithm>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/matmul.hpp"
#include "lamina/ops/reduction.hpp"
#include "optimizers/options.hpp"
#include "optimizers/step.hpp"

namespace lamina {
template <class Visitor>
void describe(Visitor& visit, MuonOptions& options) {
  visit("adam_beta_1", options.adam_beta_1);
  visit("adam_beta_2", options.adam_beta_2);
  visit("adam_weight_decay", options.adam_weight_decay);
  visit("epsilon", options.epsilon);
  visit("exclude_layers", options.exclude_layers);
  visit("exclude_embeddings", options.exclude_embeddings);
  visit("muon_a", options.muon_a);
  visit("muon_b", options.muon_b);
  visit("muon_c", options.muon_c);
  visit("adam_lr_ratio", options.adam_lr_ratio);
  visit("momentum", options.momentum);
  visit("ns_steps", options.ns_steps);
  visit("nesterov", options.nesterov);
  visit("rms_rate", options.rms_rate);
}

namespace {

MuonOptions checked(MuonOptions options) {
  require_beta("Muon", "adam_beta_1", options.adam_beta_1);
  require_beta("Muon", "adam_beta_2", options.adam_beta_2);
  require_not_negative("Muon", "epsilon", options.epsilon);
  require_not_negative("Muon", "adam_lr_ratio", options.adam_lr_ratio);
  require(options.momentum >= 0 && options.momentum <= 1, "Muon", "momentum", options.momentum,
          "in [0, 1]");
  require(options.ns_steps >= 1, "Muon", "ns_steps", options.ns_steps, "at least 1");
  return options;
}

}  // namespace

Muon::Muon(MuonOptions options)
    : Optimizer("Muon", options.name, options.learning_rate, options.gradients),
      options_(checked(std::move(options))) {}

std::shared_ptr<Optimizer> Muon::from_config(const Config& config) {
  return optimizer_from_config<Muon>(config, MuonOptions{});
}

void Muon::write_options(Config& options) const { write_described(options, options_); }
void Muon::read_options(const Config& options) { options_ = checked(changed(options_, options)); }

std::vector<Optimizer::SlotKind> Muon::slot_kinds(const Variable& weight) const {
  if (!steps_by_adam(weight)) return {{"momentum"}};
  return {{"momentum"}, {"velocity"}};
}

bool Muon::steps_by_adam(const Variable& weight) const {
  if (weight.shape().rank() != 2) return true;
  std::string path = weight.path();
  for (const std::string& part : options_.exclude_layers) {
    if (path.find(part) != std::string::npos) return true;
  }
  std::transform(path.begin(), path.end(), path.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return options_.exclude_embeddings && path.find("embedding") != std::string::npos;
}

std::optional<double> Muon::weight_decay_of(const Entry& entry) const {
  return entry.slots.size() == 2 ? options_.adam_weight_decay : gradients().weight_decay;
}

void Muon::update(std::vector<Entry*>& entries, const Step& step) {
  std::vector<Entry*> by_adam;
  for (Entry* entry : entries) {
    entry->slots.size() == 2 ? by_adam.push_back(entry) : update_matrix(*entry, step);
  }
  if (by_adam.empty()) return;
  const auto count = static_cast<double>(step.count);
  OptimizerParams params{};
  params.kind = OptimizerKind::adam;
  params.learning_rate = step.learning_rate * options_.adam_lr_ratio *
                         std::sqrt(1 - std::pow(options_.adam_beta_2, count)) /
                         (1 - std::pow(options_.adam_beta_1, count));
  params.beta_1 = options_.adam_beta_1;
  params.beta_2 = options_.adam_beta_2;
  params.epsilon = options_.epsilon;
  GradientOptions adamw = gradients();
  adamw.weight_decay = options_.adam_weight_decay;
  backend_step(params, by_adam, adamw, step);
}

void Muon::update_matrix(Entry& entry, const Step& step) {
  decay(entry, gradients().weight_decay, step);
  const Tensor g = used_gradient(entry, step);
  Variable& momentum = entry.slots.front();
  momentum.assign(momentum.value() * options_.momentum + g);
  const Tensor& m = momentum;
  const Tensor direction = orthogonal(options_.nesterov ? g + m * options_.momentum : m);
  double rate = step.learning_rate;
  if (options_.rms_rate) {
    const Shape& shape = entry.weight.shape();
    rate *= std::sqrt(static_cast<double>(std::max(shape[0], shape[1]))) * *options_.rms_rate;
  }
  entry.weight.assign(entry.weight.value() - direction * rate);
}

// The quintic a x + b x^3 + c x^5 of the singular values, again and again, brings those of a matrix
// of norm 1 near 1.
Tensor Muon::orthogonal(Tensor x) const {
  const bool is_tall = x.shape()[0] > x.shape()[1];
  if (is_tall) x = ops::transpose(x);
  x = x / (ops::sqrt(ops::sum(ops::square(x))) + 1e-7);
  for (std::int64_t i = 0; i < options_.ns_steps; ++i) {
    const Tensor square = ops::matmul(x, ops::transpose(x));
    const Tensor polynomial =
        square * options_.muon_b + ops::matmul(square * options_.muon_c, square);
    x = x * options_.muon_a + ops::matmul(polynomial, x);
  }
  return is_tall ? ops::transpose(x) : x;
}

}  // namespace lamina
