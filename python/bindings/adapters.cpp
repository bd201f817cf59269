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

void PythonOptimizer::update(std::vector<Entry*>& entries, double grad_scale) {
  const py::gil_scoped_acquire lock;
  const py::object update_step = self_.attr("update_step");
  const py::float_ rate(learning_rate());
  for (Entry* entry : entries) {
    Tensor gradient = entry->weight.grad();
    if (grad_scale != 1) gradient = gradient * grad_scale;
    if (gradients().clipvalue) {
      const Tensor limit = Tensor::scalar(*gradients().clipvalue, gradient.dtype());
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
