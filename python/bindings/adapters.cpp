#include "adapters.hpp"

#include "core/check.hpp"
#include "lamina/autograd/autograd.hpp"

namespace lamina::python {

std::shared_ptr<py::object> shared_object(const py::object& object) {
  return {new py::object(object), [](py::object* held) {
            const py::gil_scoped_acquire lock;
            delete held;
          }};
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
    : Loss(type, name), self_(self), reduction_(reduction) {
  if (reduction != "sum_over_batch_size" && reduction != "sum") {
    fail(ErrorKind::value, "loss '", name, "' needs reduction sum_over_batch_size or sum, got '",
         reduction, "'");
  }
}

// Keras's reduction: losses of the samples, times their weights, summed or averaged.
Tensor PythonLoss::operator()(const Tensor& target, const Tensor& prediction,
                              const Tensor& sample_weight) const {
  Tensor losses;
  {
    const py::gil_scoped_acquire lock;
    losses = returned_tensor("loss '" + name() + "'.call", self_.attr("call")(target, prediction));
  }
  if (sample_weight.defined()) {
    if (losses.rank() == 0 || losses.shape()[0] != sample_weight.size()) {
      fail(ErrorKind::value, "loss '", name(), "' gave losses of shape ", losses.shape(),
           ", expected (", sample_weight.size(), ", ...): one a sample, to be weighted");
    }
    Shape column{sample_weight.size()};
    for (int axis = 1; axis < losses.rank(); ++axis) column.push_back(1);
    losses = losses * sample_weight.cast(losses.dtype()).reshape(column);
  }
  if (losses.rank() == 0) return losses;
  return reduction_ == "sum" ? ops::sum(losses) : ops::mean(losses);
}

Config PythonLoss::config() const {
  const py::gil_scoped_acquire lock;
  return config_from(self_.attr("get_config")());
}

// --- Metric -------------------------------------------------------------------------------------

void PythonMetric::reset() {
  const py::gil_scoped_acquire lock;
  self_.attr("reset_state")();
}

void PythonMetric::update(const Tensor& target, const Tensor& prediction,
                          const Tensor& sample_weight) {
  const py::gil_scoped_acquire lock;
  const NoGrad no_grad;
  const py::object update_state = self_.attr("update_state");
  if (sample_weight.defined()) {
    update_state(target, prediction, sample_weight);
  } else {
    update_state(target, prediction);
  }
}

double PythonMetric::result() const {
  const py::gil_scoped_acquire lock;
  return py::float_(self_.attr("result")());
}

Config PythonMetric::config() const {
  const py::gil_scoped_acquire lock;
  return config_from(self_.attr("get_config")());
}

// --- Optimizer ----------------------------------------------------------------------------------

Variable PythonOptimizer::slot(const Variable& weight, const std::string& name) const {
  const std::string wanted = name + "/" + weight.path();
  std::string known;
  for (const auto& [served, variable] : slots()) {
    if (served == weight && variable.name() == name) return variable;
    known += (known.empty() ? "" : ", ") + variable.name() + "/" + served.path();
  }
  fail(ErrorKind::value, type(), " has no slot '", wanted, "'; its slots are ", known);
}

void PythonOptimizer::update(std::vector<Entry*>& entries) {
  const py::gil_scoped_acquire lock;
  const py::object update_step = self_.attr("update_step");
  const py::float_ rate(learning_rate());
  for (Entry* entry : entries) {
    Tensor gradient = entry->weight.grad();
    const Tensor factor = clip_factor(*entry);
    if (factor.defined()) gradient = gradient * factor.cast(gradient.dtype());
    if (gradients().clipvalue) {
      const Tensor limit =
          Tensor::scalar(*gradients().clipvalue, gradient.dtype(), gradient.device());
      gradient = ops::maximum(ops::minimum(gradient, limit), -limit);
    }
    if (gradients().weight_decay) {
      Variable weight = entry->weight;
      weight.assign(weight.value() -
                    weight.value() * (*gradients().weight_decay * learning_rate()));
    }
    update_step(gradient, entry->weight, rate);
  }
}

Config PythonOptimizer::config() const {
  const py::gil_scoped_acquire lock;
  return config_from(self_.attr("get_config")());
}

// --- Batches ------------------------------------------------------------------------------------

void PythonBatches::begin() {
  const py::gil_scoped_acquire lock;
  iterator_ = shared_object(py::iter(*iterable_));
}

// Batches are copied: an iterable may fill one array again and again.
bool PythonBatches::next(Batch& batch) {
  const py::gil_scoped_acquire lock;
  const auto item = py::reinterpret_steal<py::object>(PyIter_Next(iterator_->ptr()));
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
  const py::gil_scoped_acquire lock;
  (*hooks_[hook])(dict_from(logs));
}

void PythonCallback::call(std::size_t hook, std::int64_t index, const Logs& logs) const {
  if (!hooks_[hook]) return;
  const py::gil_scoped_acquire lock;
  (*hooks_[hook])(index, dict_from(logs));
}

void PythonEarlyStopping::say(const std::string& text) const {
  const py::gil_scoped_acquire lock;
  py::print(text, py::arg("flush") = true);
}

void PythonEarlyStopping::warn(const std::string& text) const {
  const py::gil_scoped_acquire lock;
  constexpr int caller = 2;  // of fit, or of the hook
  if (PyErr_WarnEx(PyExc_UserWarning, text.c_str(), caller) != 0) throw py::error_already_set();
}

}  // namespace lamina::python
