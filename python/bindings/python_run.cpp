// What a run of training asks of Python: batches, steps of a model's own, callbacks.
#include <algorithm>

#include "adapters.hpp"
#include "core/check.hpp"

namespace lamina::python {

void PythonBatches::begin() {
  const GilAcquire lock;
  iterator_ = shared_object(py::iter(*iterable_));
}

// Batches are copied: an iterable may fill one array again and again.
bool PythonBatches::next(Batch& batch) {
  const GilAcquire lock;
  const py::object item = next_of(*iterator_);
  if (!item) return false;
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
