// Optimizers and learning-rate schedules that are written in Python.
#include <algorithm>
#include <cmath>

#include "adapters.hpp"
#include "core/check.hpp"
#include "core/join.hpp"
#include "lamina/autograd/autograd.hpp"

namespace lamina::python {

PythonOptimizer::PythonOptimizer(py::handle self, const std::string& type, const std::string& name,
                                 LearningRate learning_rate, GradientOptions gradients,
                                 std::vector<std::string> slot_names,
                                 const std::vector<std::string>& overridden)
    : Optimizer(type, name, std::move(learning_rate), gradients),
      self_(self),
      slot_names_(std::move(slot_names)) {
  note(overridden);
  updates_ = true;
}

PythonOptimizer::PythonOptimizer(py::handle self, const std::string& type,
                                 std::shared_ptr<Optimizer> base, const LearningRate& learning_rate,
                                 const std::vector<std::string>& overridden)
    : Optimizer(type, base->name(), learning_rate, gradients_of(*base)),
      self_(self),
      base_(std::move(base)) {
  note(overridden);
  PythonOptimizer::set_learning_rate(learning_rate);
  PythonOptimizer::read_options(Config());
}

void PythonOptimizer::note(const std::vector<std::string>& overridden) {
  const auto has = [&](const char* name) {
    return std::find(overridden.begin(), overridden.end(), name) != overridden.end();
  };
  steps_ = has("step");
  applies_ = has("apply");
  applies_pairs_ = has("apply_gradients");
  updates_ = has("update_step");
}

void PythonOptimizer::set_learning_rate(LearningRate learning_rate) {
  Optimizer::set_learning_rate(learning_rate);
  if (base_ != nullptr) base_->set_learning_rate(std::move(learning_rate));
}

// Gradients come to `update_step` clipped, and what it hands on is not clipped again.
void PythonOptimizer::read_options(const Config& options) {
  if (base_ == nullptr) return;
  base_->set_options(options);
  if (updates_) base_->set_options(Config().set("clipvalue", nullptr));
}

void PythonOptimizer::write_options(Config& options) const {
  if (base_ != nullptr) write_options_of(*base_, options);
}

Variable PythonOptimizer::slot(const Variable& weight, const std::string& name) const {
  const auto own = slots();
  for (const auto& [served, variable] : own) {
    if (served == weight && variable.name() == name) return variable;
  }
  fail(ErrorKind::value, type(), " has no slot '", name, "/", weight.path(), "'; its slots are ",
       join(own, [](const auto& slot) { return slot.variable.name() + "/" + slot.weight.path(); }));
}

std::vector<Optimizer::SlotKind> PythonOptimizer::slot_kinds(const Variable& weight) const {
  std::vector<SlotKind> kinds;
  if (base_ != nullptr) kinds = slot_kinds_of(*base_, weight);
  for (const std::string& name : slot_names_) kinds.push_back({.name = name});
  return kinds;
}

void PythonOptimizer::build(const std::vector<Variable>& weights) {
  std::vector<Variable> unknown;
  for (const Variable& weight : weights) {
    if (find(weight) == nullptr) unknown.push_back(weight);
  }
  if (unknown.empty()) return;
  {
    const GilAcquire lock;
    call_hook(self_.attr("_build_for"), py::cast(unknown));
  }
  Optimizer::build(weights);
}

void PythonOptimizer::step(const std::vector<Variable>& weights) {
  if (!steps_ || in_apply_) return step_core(weights);
  const GilAcquire lock;
  call_hook(self_.attr("step"), py::cast(weights));
}

void PythonOptimizer::step_core(const std::vector<Variable>& weights) {
  if (in_apply_ || !(applies_ || applies_pairs_)) return Optimizer::step(weights);
  apply_by_hook(weights);
}

void PythonOptimizer::apply_by_hook(const std::vector<Variable>& weights) {
  const GilAcquire lock;
  py::list gradients, pairs;
  for (const Variable& weight : weights) {
    const Tensor& gradient = weight.grad();
    const py::object given = gradient.defined() ? py::cast(gradient) : py::none();
    gradients.append(given);
    pairs.append(py::make_tuple(given, weight));
  }
  if (applies_pairs_) {
    call_hook(self_.attr("apply_gradients"), pairs);
  } else {
    call_hook(self_.attr("apply"), gradients, py::cast(weights));
  }
}

void PythonOptimizer::apply_core(const TensorList& gradients,
                                 const std::vector<Variable>& weights) {
  struct Inside {
    explicit Inside(bool& f) : flag(f) { flag = true; }
    ~Inside() { flag = false; }
    bool& flag;
  } const inside(in_apply_);
  Optimizer::apply(gradients, weights);
}

Variable PythonOptimizer::add_variable(const std::string& name, const Tensor& value,
                                       const std::optional<Variable>& reference) {
  const auto is_taken = [&](const std::string& unique) {
    for (const auto& [weight, variable] : referring_) {
      if (reference && weight == *reference && variable.name() == unique) return true;
    }
    for (const auto& [known, variable] : own_) {
      if (!reference && known == unique) return true;
    }
    return false;
  };
  std::string unique = name;
  for (int i = 1; is_taken(unique); ++i) unique = name + "_" + std::to_string(i);
  Variable variable(value, unique, false);
  added_.push_back(variable);
  if (reference) {
    variable.set_path(unique + "/" + reference->path());
    referring_.push_back({*reference, variable});
  } else {
    own_.emplace_back(unique, variable);
  }
  return variable;
}

std::vector<OptimizerSlotVariable> PythonOptimizer::slots() const {
  std::vector<OptimizerSlotVariable> result = Optimizer::slots();
  result.insert(result.end(), referring_.begin(), referring_.end());
  return result;
}

std::vector<Variable> PythonOptimizer::variables() const {
  std::vector<Variable> result;
  for (const Variable& variable : Optimizer::variables()) {
    const bool is_own = std::any_of(own_.begin(), own_.end(),
                                    [&](const auto& own) { return own.second == variable; });
    if (!is_own) result.push_back(variable);
  }
  result.insert(result.end(), added_.begin(), added_.end());
  return result;
}

void PythonOptimizer::update(std::vector<Entry*>& entries, const Step& step) {
  if (!updates_) return update_by(*base_, entries, step);
  const GilAcquire lock;
  const py::object update = self_.attr("_update");
  const py::float_ rate(step.learning_rate);
  const Optimizer& formula = base_ != nullptr ? *base_ : *this;
  for (Entry* entry : entries) {
    decay(*entry, weight_decay_by(formula, *entry), step);
    call_hook(update, used_gradient(*entry, step), entry->weight, rate);
  }
}

// The gradient is scaled and clipped, and the weight has decayed.
void PythonOptimizer::update_by_base(const Tensor& gradient, const Variable& weight,
                                     double learning_rate) {
  const Entry* known = find(weight);
  if (known == nullptr) {
    fail(ErrorKind::value, type(), " does not know the variable '", weight.path(),
         "'; build it for this one first");
  }
  if (gradient.shape() != weight.shape()) {
    fail(ErrorKind::value, type(), " got a gradient of shape ", gradient.shape(),
         " for the weight '", weight.path(), "' of shape ", weight.shape());
  }
  const NoGrad no_grad;
  Entry entry = *known;
  entry.squared_norm = Tensor();
  entry.accumulated = Variable();
  entry.decays = false;
  const Tensor before = entry.weight.grad();
  entry.weight.set_grad(gradient.cast(weight.dtype()).to(weight.device()));
  std::vector<Entry*> entries{&entry};
  update_by(*base_, entries, {next_count(entry), learning_rate, 1});
  entry.weight.set_grad(before);
}

Config PythonOptimizer::config() const {
  const GilAcquire lock;
  return config_from(self_.attr("get_config")());
}

// Keras gives a schedule the optimizer's count of steps, an integer tensor.
double PythonSchedule::at(double step) const {
  const GilAcquire lock;
  const NoGrad no_grad;
  const py::object rate = call_hook(
      *self_,
      Tensor::scalar(step, std::floor(step) == step ? Dtype::int64 : Dtype::float32, Device()));
  return py::float_(rate).cast<double>();
}

Config PythonSchedule::config() const {
  const GilAcquire lock;
  return config_from(self_->attr("get_config")());
}

LearningRate learning_rate_from(const py::object& rate) {
  if (py::isinstance<LearningRateSchedule>(rate)) {
    return rate.cast<std::shared_ptr<LearningRateSchedule>>();
  }
  if (PyCallable_Check(rate.ptr()) == 0) return py::float_(rate).cast<double>();
  return [function = shared_object(rate)] {
    const GilAcquire lock;
    return py::float_(call_hook(*function)).cast<double>();
  };
}

}  // namespace lamina::python
