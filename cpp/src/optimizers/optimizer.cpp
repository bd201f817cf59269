#include "lamina/optimizers/optimizer.hpp"

#include <algorithm>
#include <cmath>

#include "autograd/row_gradient.hpp"
#include "core/join.hpp"
#include "core/registry.hpp"
#include "core/tensor_impl.hpp"
#include "lamina/autograd/autograd.hpp"
#include "lamina/core/interruption.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/reduction.hpp"
#include "lamina/optimizers/adam.hpp"
#include "lamina/optimizers/nadam.hpp"
#include "lamina/optimizers/rmsprop.hpp"
#include "lamina/optimizers/sgd.hpp"
#include "optimizers/options.hpp"

namespace lamina {
namespace {

struct OptimizerRow {
  std::string_view type, name;
  std::shared_ptr<Optimizer> (*make)(const Config&);
};

constexpr OptimizerRow optimizers[] = {
#define OPTIMIZER(Class, name) {#Class, name, Class::from_config},
#include "optimizers/optimizers.def"
#undef OPTIMIZER
};

const OptimizerRow* find_builtin(const std::string& name) {
  for (const OptimizerRow& row : optimizers) {
    if (name == row.type || name == row.name) return &row;
  }
  return nullptr;
}

void require_positive(const std::string& owner, const char* option,
                      const std::optional<double>& value) {
  if (value) {
    require(std::isfinite(*value) && *value > 0, owner, option, *value, "finite and above 0");
  }
}

// Looks for rows first: grad() would make them dense.
bool has_gradient(const Variable& weight) {
  return row_gradients(weight.value()) != nullptr || weight.grad().defined();
}

void add_squared_norm(const Tensor& gradient, Tensor& total) {
  const Tensor sum = ops::sum(ops::square(gradient));
  backend_of(sum).accumulate(
      {sum.dtype(), sum.data(), 1, static_cast<double*>(total.mutable_data())});
}

}  // namespace

Optimizer::Optimizer(std::string type, std::string name, double learning_rate,
                     GradientOptions gradients)
    : type_(std::move(type)), name_(std::move(name)), gradients_(gradients) {
  set_learning_rate(learning_rate);
  require_positive(type_, "clipnorm", gradients_.clipnorm);
  require_positive(type_, "clipvalue", gradients_.clipvalue);
  require_positive(type_, "global_clipnorm", gradients_.global_clipnorm);
  if (gradients_.weight_decay) {
    require(std::isfinite(*gradients_.weight_decay) && *gradients_.weight_decay >= 0, type_,
            "weight_decay", *gradients_.weight_decay, "finite and at least 0");
  }
  if (gradients_.clipnorm.has_value() + gradients_.clipvalue.has_value() +
          gradients_.global_clipnorm.has_value() >
      1) {
    fail(ErrorKind::value, type_,
         " takes one of clipnorm, clipvalue and global_clipnorm, got several");
  }
}

Optimizer::~Optimizer() = default;

void Optimizer::set_learning_rate(double learning_rate) {
  require(std::isfinite(learning_rate) && learning_rate >= 0, type_, "learning_rate", learning_rate,
          "finite and at least 0");
  learning_rate_ = learning_rate;
}

void register_optimizer(const std::string& type, OptimizerFactory factory) {
  if (find_builtin(type) != nullptr) {
    fail(ErrorKind::value, "'", type,
         "' is an optimizer of lamina; register yours under another name");
  }
  Registry<Optimizer>::instance().add(type, std::move(factory));
}

std::shared_ptr<Optimizer> Optimizer::from_name(const std::string& name) {
  return make(name, Config());
}

std::shared_ptr<Optimizer> Optimizer::make(const std::string& type, const Config& config) {
  if (const OptimizerRow* row = find_builtin(type)) return row->make(config);
  const Registry<Optimizer>& registered = Registry<Optimizer>::instance();
  if (const OptimizerFactory factory = registered.find(type)) return factory(config);
  fail_unknown("optimizer", type, join(optimizers, &OptimizerRow::name), registered.names());
}

void Optimizer::build(const std::vector<Variable>& weights) {
  for (const Variable& weight : weights) {
    const bool known = std::any_of(entries_.begin(), entries_.end(),
                                   [&](const Entry& entry) { return entry.weight == weight; });
    if (known) continue;
    Entry entry{weight, {}, {}};
    for (const std::string& slot : slot_names()) {
      Variable variable(Tensor::zeros(weight.shape(), weight.dtype(), weight.device()), slot,
                        false);
      variable.set_path(slot + "/" + weight.path());
      entry.slots.push_back(variable);
    }
    entries_.push_back(std::move(entry));
  }
}

std::vector<OptimizerSlotVariable> Optimizer::slots() const {
  std::vector<OptimizerSlotVariable> result;
  for (const Entry& entry : entries_) {
    for (const Variable& slot : entry.slots) result.push_back({entry.weight, slot});
  }
  return result;
}

void Optimizer::step(const std::vector<Variable>& weights) {
  build(weights);
  const Uninterrupted whole;
  const NoGrad no_grad;
  // Entries are in the order of the weights they were built for; a model always gives that order.
  std::vector<Entry*> entries;
  entries.reserve(weights.size());
  std::size_t next = 0;
  for (const Variable& weight : weights) {
    if (!has_gradient(weight)) continue;
    while (!(entries_[next % entries_.size()].weight == weight)) ++next;
    entries.push_back(&entries_[next++ % entries_.size()]);
    const Variable& first = entries.front()->weight;
    if (weight.device() != first.device()) {
      fail(ErrorKind::value, type_, " got the weight '", first.path(), "' on ",
           name_of(first.device()), " and '", weight.path(), "' on ", name_of(weight.device()),
           "; give each device's weights an optimizer of their own");
    }
  }
  ++iterations_;
  if (!entries.empty()) apply(entries);
  for (Entry* entry : entries) {
    if (const auto& constraint = entry->weight.constraint()) {
      entry->weight.assign(constraint(entry->weight.value()));
    }
  }
}

void Optimizer::step() {
  if (entries_.empty()) {
    fail(ErrorKind::state, type_,
         " has no weights to step for; call build(weights), or step(weights)");
  }
  step(weights());
}

void Optimizer::apply(const TensorList& gradients, const std::vector<Variable>& weights) {
  if (gradients.size() != weights.size()) {
    fail(ErrorKind::value, type_, " got ", gradients.size(), " gradients for ", weights.size(),
         " weights; give one for each");
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (gradients[i].defined() && gradients[i].shape() != weights[i].shape()) {
      fail(ErrorKind::value, type_, " got a gradient of shape ", gradients[i].shape(),
           " for the weight '", weights[i].path(), "' of shape ", weights[i].shape());
    }
  }
  std::vector<Variable> targets = weights;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const Tensor& gradient = gradients[i];
    targets[i].set_grad(
        gradient.defined() ? gradient.cast(targets[i].dtype()).to(targets[i].device()) : Tensor());
  }
  step(targets);
  for (Variable& target : targets) target.zero_grad();
}

void Optimizer::zero_grad() {
  for (Entry& entry : entries_) entry.weight.zero_grad();
}

std::vector<Variable> Optimizer::weights() const {
  std::vector<Variable> result;
  for (const Entry& entry : entries_) result.push_back(entry.weight);
  return result;
}

// Norms stay on the device: nothing waits for them.
void Optimizer::apply(std::vector<Entry*>& entries) {
  if (!gradients_.clipnorm && !gradients_.global_clipnorm) return update(entries);
  const bool is_global = gradients_.global_clipnorm.has_value();
  const std::int64_t count = is_global ? 1 : static_cast<std::int64_t>(entries.size());
  const Tensor norms = Tensor::zeros({count}, Dtype::float64, entries.front()->weight.device());
  std::int64_t at = 0;
  for (Entry* entry : entries) {
    entry->squared_norm = norms.slice(at, at + 1).reshape({});
    add_squared_norm(entry->weight.grad(), entry->squared_norm);
    if (!is_global) ++at;
  }
  update(entries);
  for (Entry* entry : entries) entry->squared_norm = Tensor();
}

Tensor Optimizer::clip_factor(const Entry& entry) const {
  if (!entry.squared_norm.defined()) return {};
  const double limit = gradients_.clipnorm.value_or(gradients_.global_clipnorm.value_or(0));
  const auto number = [&](double value) {
    return Tensor::scalar(value, Dtype::float64, entry.squared_norm.device());
  };
  const Tensor norm = ops::sqrt(entry.squared_norm);
  return ops::where(ops::less(number(limit), norm), number(limit) / norm, number(1));
}

Config Optimizer::config() const {
  Config config;
  config.set("name", name_).set("learning_rate", learning_rate_);
  OptionWriter write(config);
  GradientOptions gradients = gradients_;
  describe_gradients(write, gradients);
  return config;
}

}  // namespace lamina
