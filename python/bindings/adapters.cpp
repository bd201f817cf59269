#include "adapters.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "core/check.hpp"
#include "core/join.hpp"
#include "lamina/autograd/autograd.hpp"
#include "losses/reduction.hpp"
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
                       const std::string& reduction, std::optional<Dtype> dtype, bool weighs_itself)
    : Loss(type, name), self_(self), dtype_(dtype), weighs_itself_(weighs_itself) {
  set_reduction(reduction);
  if (dtype && !is_floating(*dtype)) {
    fail(ErrorKind::value, "loss '", name,
         "' computes in float32 or float64, got dtype=", name_of(*dtype));
  }
}

void PythonLoss::set_reduction(const std::string& reduction) {
  loss_reduction("loss '" + name() + "'", reduction);
  reduction_ = reduction;
}

Tensor PythonLoss::operator()(const Tensor& target, const Tensor& prediction,
                              const Tensor& sample_weight) const {
  if (!weighs_itself_) return reduced(target, prediction, sample_weight);
  const GilAcquire lock;
  return returned_tensor("loss '" + name() + "'.__call__",
                         call_hook(self_.get(), target, prediction, tensor_or_none(sample_weight)));
}

Tensor PythonLoss::reduced(const Tensor& target, const Tensor& given,
                           const Tensor& sample_weight) const {
  const std::string owner = "loss '" + name() + "'";
  const Tensor prediction = dtype_ ? given.cast(*dtype_) : given;
  Tensor losses;
  {
    const GilAcquire lock;
    Tensor labels = ops::with_trailing_axis_of(target, prediction.shape());
    // Whole numbers stay so: they may be class numbers. Floats meet those of the predictions.
    if (dtype_ || is_floating(labels.dtype())) labels = labels.cast(prediction.dtype());
    losses = returned_tensor(owner + ".call", call_hook(self_.attr("call"), labels, prediction));
  }
  const bool weighs_all = !sample_weight.defined() || sample_weight.rank() == 0;
  if (losses.rank() == 0 && !weighs_all) {
    fail(ErrorKind::value, owner, " gave losses of shape (), expected (", sample_weight.shape()[0],
         ", ...): one a sample, to be weighted");
  }
  const Tensor mask = losses.rank() == 0 ? Tensor() : given.mask();
  return reduced_loss(owner, losses, mask, sample_weight, loss_reduction(owner, reduction_));
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
    call_hook_with(update_state, py::make_tuple(target, prediction),
                   py::dict(py::arg("sample_weight") = sample_weight));
  } else {
    call_hook(update_state, target, prediction);
  }
}

Tensor PythonMetric::results_from(const py::object& result) const {
  const std::string what = "the result of metric '" + name() + "'";
  return float64_from(what.c_str(), result).to(Device());
}

Tensor PythonMetric::results() const {
  const GilAcquire lock;
  return results_from(call_hook(self_.attr("result")));
}

// The entries of a dictionary stand in the logs under their own names, as in Keras.
std::vector<std::pair<std::string, double>> PythonMetric::entries(const std::string& name) const {
  const GilAcquire lock;
  const py::object result = call_hook(self_.attr("result"));
  std::vector<std::pair<std::string, double>> named;
  if (py::isinstance<py::dict>(result)) {
    for (const auto& [key, value] : result.cast<py::dict>()) {
      named.emplace_back(py::str(key).cast<std::string>(),
                         results_from(py::reinterpret_borrow<py::object>(value)).item());
    }
    return named;
  }
  return entries_of(name, results_from(result));
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
  return config_from(self_.attr("_file_config")());
}

// --- Optimizer ----------------------------------------------------------------------------------

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

// --- Steps --------------------------------------------------------------------------------------

namespace {

// None for those that are not there.
py::list list_of(const Tensors& tensors) {
  py::list result;
  for (std::size_t i = 0; i < tensors.size(); ++i) result.append(tensor_or_none(tensors[i]));
  return result;
}

}  // namespace

PythonSteps::PythonSteps(py::handle model, const std::vector<std::string>& overridden)
    : model_(model) {
  const auto has = [&](const char* name) {
    return std::find(overridden.begin(), overridden.end(), name) != overridden.end();
  };
  train_ = has("train_step");
  test_ = has("test_step");
  predict_ = has("predict_step");
  loss_ = has("compute_loss");
  metrics_ = has("compute_metrics");
}

void PythonSteps::begin() {
  const GilAcquire lock;
  call_hook(model_.attr("_begin_hook"));
}

bool PythonSteps::run(const char* hook, const Batch& batch) {
  const GilAcquire lock;
  logs_ = shared_object(call_hook(model_.attr(hook), list_of(batch.x), list_of(batch.y),
                                  list_of(batch.sample_weight)));
  return true;
}

bool PythonSteps::train(const Batch& batch) { return train_ && run("_train_hook", batch); }
bool PythonSteps::test(const Batch& batch) { return test_ && run("_test_hook", batch); }

std::optional<Tensors> PythonSteps::predict(const Tensors& x) {
  if (!predict_) return {};
  const GilAcquire lock;
  const py::object outputs = call_hook(model_.attr("_predict_hook"), list_of(x));
  Tensors result;
  for (py::handle output : outputs) {
    result.push_back(returned_tensor("predict_step", py::reinterpret_borrow<py::object>(output)));
  }
  return result;
}

Tensor PythonSteps::loss(const Batch& batch, const Tensors& predictions, bool training) {
  if (!loss_) return {};
  const GilAcquire lock;
  return returned_tensor("compute_loss",
                         call_hook(model_.attr("_loss_hook"), list_of(batch.x), list_of(batch.y),
                                   list_of(predictions), list_of(batch.sample_weight), training));
}

bool PythonSteps::metrics(const Batch& batch, const Tensors& predictions) {
  if (!metrics_) return false;
  const GilAcquire lock;
  logs_ = shared_object(call_hook(model_.attr("_metrics_hook"), list_of(batch.x), list_of(batch.y),
                                  list_of(predictions), list_of(batch.sample_weight)));
  return true;
}

Logs PythonSteps::logs() const {
  if (!logs_) return {};
  const GilAcquire lock;
  return call_hook(model_.attr("_logs_hook"), *logs_).cast<Logs>();
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

Logs logs_from(const py::dict& dict) {
  Logs logs;
  for (const auto& [name, value] : dict) {
    const double number = PyFloat_AsDouble(value.ptr());
    if (PyErr_Occurred() != nullptr) {
      PyErr_Clear();  // a text or an array, which only Python callbacks can use
    } else {
      logs.emplace_back(py::str(name).cast<std::string>(), number);
    }
  }
  return logs;
}

py::dict SharedLogs::dict(std::size_t hook, std::size_t position, const Logs& logs) {
  const bool same_event = dict_ && hook == hook_ && position > position_;
  hook_ = hook;
  position_ = position;
  if (!same_event) {
    py::dict made = dict_from(logs);
    dict_ = shared_object(made);
    return made;
  }
  auto dict = py::reinterpret_borrow<py::dict>(*dict_);
  for (const auto& [name, value] : logs) {  // what callbacks of the core wrote since
    const py::str key(name);
    PyObject* const known = PyDict_GetItem(dict.ptr(), key.ptr());
    if (known == nullptr || (PyFloat_Check(known) && PyFloat_AS_DOUBLE(known) != value)) {
      dict[key] = value;
    }
  }
  return dict;
}

PythonCallback::PythonCallback(const std::vector<py::object>& hooks,
                               std::shared_ptr<SharedLogs> shared, std::size_t position)
    : shared_(std::move(shared)), position_(position) {
  for (const py::object& hook : hooks) {
    hooks_.push_back(hook.is_none() ? nullptr : shared_object(hook));
  }
}

void PythonCallback::call(std::size_t hook, const Logs& logs) const {
  if (!hooks_[hook]) return;
  const GilAcquire lock;
  call_hook(*hooks_[hook], shared_->dict(hook, position_, logs));
}

void PythonCallback::call(std::size_t hook, std::int64_t index, const Logs& logs) const {
  if (!hooks_[hook]) return;
  const GilAcquire lock;
  call_hook(*hooks_[hook], index, shared_->dict(hook, position_, logs));
}

void PythonCallback::on_epoch_end(std::int64_t epoch, Logs& logs) {
  constexpr std::size_t hook = 3;
  if (!hooks_[hook]) return;
  const GilAcquire lock;
  const py::dict dict = shared_->dict(hook, position_, logs);
  call_hook(*hooks_[hook], epoch, dict);
  logs = logs_from(dict);
}

void PythonCallback::on_predict_batch_end(std::int64_t batch, const Tensors& outputs) {
  constexpr std::size_t hook = 13;
  if (!hooks_[hook]) return;
  const GilAcquire lock;
  py::dict logs;
  logs["outputs"] = outputs.size() == 1 ? py::cast(outputs.front()) : py::cast(outputs.list());
  call_hook(*hooks_[hook], batch, logs);
}

void PythonHistory::on_train_begin() {
  const GilAcquire lock;
  history_->attr("epoch") = py::list();
}

void PythonHistory::on_epoch_end(std::int64_t epoch, Logs& logs) {
  const GilAcquire lock;
  const py::dict dict = shared_->dict(3, position_, logs);
  py::list(history_->attr("epoch")).append(epoch);
  const py::dict courses = history_->attr("history");
  for (const auto& [name, value] : dict) {
    if (!courses.contains(name)) courses[name] = py::list();
    py::list(courses[name]).append(value);
  }
}

}  // namespace lamina::python
