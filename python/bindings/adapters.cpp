// How the core calls Python; initializers, losses and metrics that are written there.
#include "adapters.hpp"

#include <chrono>
#include <thread>

#include "core/check.hpp"
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

py::object next_of(const py::object& iterator) {
  PyObject* const item = kept_in([&] { return PyIter_Next(iterator.ptr()); });
  if (item == nullptr && PyErr_Occurred() != nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(item);
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

}  // namespace lamina::python
