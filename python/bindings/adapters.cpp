#include "adapters.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "core/check.hpp"
#include "core/join.hpp"
#include "lamina/autograd/autograd.hpp"
#include "losses/sample_weights.hpp"
#include "ops/trailing_axis.hpp"

namespace lamina::python {

std::shared_ptr<py::object> shared_object(const py::object& object) {
  return {new py::object(object), [](py::object* held) {
            if (interpreter_is_gone()) return;
            const GilAcquire lock;
            delete held;
          }};
}

namespace {

// An exception that leaves here is no error of Python's, which it returns: it ends this thread.
template <class Call>
PyObject* kept_in(Call call) noexcept {
  try {
    return call();
  } catch (...) {
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  }
}

}  // namespace

py::object call_hook_with(const py::object& hook, const py::tuple& arguments,
                          const py::dict& named) {
  PyObject* const result =
      kept_in([&] { return PyObject_Call(hook.ptr(), arguments.ptr(), named.ptr()); });
  if (result == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(result);
}

Initializer initializer_from(const py::object& initializer) {
  return py::isinstance<py::str>(initializer) ? Initializer(initializer.cast<std::string>())
                                              : Initializer::from_config(config_from(initializer));
}

namespace {

template <class Value>
Value value_from(const py::object& value) {
  if (value.is_none()) return {};
  return py::isinstance<py::str>(value) ? Value(value.cast<std::string>())
                                        : Value::from_config(config_from(value));
}

}  // namespace

Regularizer regularizer_from(const py::object& regularizer) {
  return value_from<Regularizer>(regularizer);
}
Constraint constraint_from(const py::object& constraint) {
  return value_from<Constraint>(constraint);
}

// --- Loss ---------------------------------------------------------------------------------------

PythonLoss::PythonLoss(py::handle self, const std::string& type, const std::string& name,
                       const std::string& reduction)
    : Loss(type, name), self_(self) {
  set_reduction(reduction);
}

void PythonLoss::set_reduction(const std::string& reduction) {
  if (reduction != "sum_over_batch_size" && reduction != "sum") {
    fail(ErrorKind::value, "loss '", name(), "' needs reduction sum_over_batch_size or sum, got '",
         reduction, "'");
  }
  reduction_ = reduction;
}

// Keras's reduction: losses of the samples, times their weights, summed or averaged over those that
// the mask of the predictions, or of the losses, leaves.
Tensor PythonLoss::operator()(const Tensor& target, const Tensor& prediction,
                              const Tensor& sample_weight) const {
  const std::string owner = "loss '" + name() + "'";
  Tensor losses;
  {
    const GilAcquire lock;
    const Tensor labels = ops::with_trailing_axis_of(target, prediction.shape());
    losses = returned_tensor(owner + ".call", call_hook(self_.attr("call"), labels, prediction));
  }
  if (losses.rank() == 0 && sample_weight.defined()) {
    fail(ErrorKind::value, owner, " gave losses of shape (), expected (", sample_weight.shape()[0],
         ", ...): one a sample, to be weighted");
  }
  if (losses.rank() == 0) return losses;
  Tensor mask = prediction.mask();
  if (const Tensor own = losses.mask(); own.defined() && own.handle() != mask.handle()) {
    mask = mask.defined() ? ops::logical_and(mask, own) : own;
  }
  if (sample_weight.defined() || mask.defined()) {
    const Tensor weights = reduction_ == "sum"
                               ? masked_weights(owner, sample_weight, mask, losses.dtype())
                               : averaging_weights(owner, sample_weight, mask, losses.dtype());
    losses = weighted(owner, losses, weights);
  }
  return reduction_ == "sum" ? ops::sum(losses) : ops::mean(losses);
}

Config PythonLoss::config() const {
  const GilAcquire lock;
  return config_from(self_.attr("get_config")());
}

// --- Metric -------------------------------------------------------------------------------------

void PythonMetric::reset() {
  const GilAcquire lock;
  call_hook(self_.attr("reset_state"));
}

void PythonMetric::update(const Tensor& target, const Tensor& prediction,
                          const Tensor& sample_weight) {
  const GilAcquire lock;
  const NoGrad no_grad;
  const py::object update_state = self_.attr("update_state");
  if (sample_weight.defined()) {
    call_hook(update_state, target, prediction, sample_weight);
  } else {
    call_hook(update_state, target, prediction);
  }
}

double PythonMetric::result() const {
  const GilAcquire lock;
  return py::float_(call_hook(self_.attr("result")));
}

Config PythonMetric::config() const {
  const GilAcquire lock;
  return config_from(self_.attr("get_config")());
}

void PythonMeanMetric::update(const Tensor& target, const Tensor& prediction,
                              const Tensor& sample_weight) {
  const NoGrad no_grad;
  Tensor values;
  {
    const GilAcquire lock;
    const Tensor labels = ops::with_trailing_axis_of(target, prediction.shape());
    values = returned_tensor("metric '" + name() + "'", self_.attr("call")(labels, prediction));
  }
  add(is_floating(values.dtype()) ? values : values.cast(Dtype::float32), sample_weight,
      prediction.mask());
}

Config PythonMeanMetric::config() const {
  const GilAcquire lock;
  return config_from(self_.attr("get_config")());
}

// --- Optimizer ----------------------------------------------------------------------------------

Variable PythonOptimizer::slot(const Variable& weight, const std::string& name) const {
  const auto own = slots();
  for (const auto& [served, variable] : own) {
    if (served == weight && variable.name() == name) return variable;
  }
  fail(ErrorKind::value, type(), " has no slot '", name, "/", weight.path(), "'; its slots are ",
       join(own, [](const auto& slot) { return slot.variable.name() + "/" + slot.weight.path(); }));
}

std::vector<Optimizer::SlotKind> PythonOptimizer::slot_kinds(const Variable&) const {
  std::vector<SlotKind> kinds;
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
  if (!applies_ || in_apply_) return Optimizer::step(weights);
  const GilAcquire lock;
  py::list gradients;
  for (const Variable& weight : weights) {
    const Tensor& gradient = weight.grad();
    gradients.append(gradient.defined() ? py::cast(gradient) : py::none());
  }
  call_hook(self_.attr("apply"), gradients, py::cast(weights));
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
  const GilAcquire lock;
  const py::object update = self_.attr("_update");
  const py::float_ rate(step.learning_rate);
  for (Entry* entry : entries) {
    decay(*entry, gradients().weight_decay, step);
    call_hook(update, used_gradient(*entry, step), entry->weight, rate);
  }
}

Config PythonOptimizer::config() const {
  const GilAcquire lock;
  return config_from(self_.attr("get_config")());
}

// --- Schedules ----------------------------------------------------------------------------------

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

// --- Batches ------------------------------------------------------------------------------------

void PythonBatches::begin() {
  const GilAcquire lock;
  iterator_ = shared_object(py::iter(*iterable_));
}

// Batches are copied: an iterable may fill one array again and again.
bool PythonBatches::next(Batch& batch) {
  const GilAcquire lock;
  const auto item =
      py::reinterpret_steal<py::object>(kept_in([&] { return PyIter_Next(iterator_->ptr()); }));
  if (!item) {
    if (PyErr_Occurred() != nullptr) throw py::error_already_set();
    return false;
  }
  const auto copies_of = [](const char* name, py::handle value, const Arrangement& arrangement) {
    return data_for(name, value, arrangement).each([](const Tensor& t) {
      return t.defined() ? t.copy() : t;
    });
  };
  if (!py::isinstance<py::tuple>(item)) {
    batch = {copies_of("a batch's x", item, inputs_), {}, {}};
    return true;
  }
  const auto parts = item.cast<py::tuple>();
  if (parts.empty() || parts.size() > 3) {
    fail(ErrorKind::value, "a batch is x, (x, y) or (x, y, sample_weight), got a tuple of ",
         parts.size());
  }
  const auto part = [&](std::size_t i) -> py::object {
    return i < parts.size() ? py::object(parts[i]) : py::none();
  };
  batch = {copies_of("a batch's x", part(0), inputs_), copies_of("a batch's y", part(1), outputs_),
           copies_of("a batch's sample_weight", part(2), outputs_)};
  return true;
}

// --- Callback -----------------------------------------------------------------------------------

PythonCallback::PythonCallback(const std::vector<py::object>& hooks) {
  for (const py::object& hook : hooks) {
    hooks_.push_back(hook.is_none() ? nullptr : shared_object(hook));
  }
}

void PythonCallback::call(std::size_t hook, const Logs& logs) const {
  if (!hooks_[hook]) return;
  const GilAcquire lock;
  call_hook(*hooks_[hook], dict_from(logs));
}

void PythonCallback::call(std::size_t hook, std::int64_t index, const Logs& logs) const {
  if (!hooks_[hook]) return;
  const GilAcquire lock;
  call_hook(*hooks_[hook], index, dict_from(logs));
}

}  // namespace lamina::python
