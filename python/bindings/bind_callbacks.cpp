#include "adapters.hpp"
#include "lamina/core/messages.hpp"
#include "lamina/training/backup_and_restore.hpp"
#include "lamina/training/model_checkpoint.hpp"
#include "lamina/training/reduce_lr_on_plateau.hpp"
#include "lamina/training/terminate_on_nan.hpp"

namespace lamina::python {
namespace {

// Binds one of the core's callbacks, which is made of its options.
template <class Class, class Options>
auto bind_builtin(py::module_& m, const char* name) {
  return py::class_<Class, Callback, std::shared_ptr<Class>>(m, name)
      .def(py::init([](py::handle config) {
        return std::make_shared<Class>(Options::from_config(config_from(config)));
      }))
      .def("config", [](const Class& self) { return dict_from(self.config()); });
}

}  // namespace

void bind_callbacks(py::module_& m) {
  py::tuple hooks(std::size(PythonCallback::hook_names));
  for (std::size_t i = 0; i < hooks.size(); ++i) hooks[i] = PythonCallback::hook_names[i];
  m.attr("CALLBACK_HOOKS") = hooks;

  // Hooks as a program's own loop calls them. They take the model, as a callback does not own it.
  py::class_<Callback, std::shared_ptr<Callback>>(m, "Callback")
      .def("on_train_begin",
           [](Callback& self, Model* model) {
             self.set_model(model);
             self.on_train_begin();
           })
      .def("on_train_end",
           [](Callback& self, Model* model, const py::dict& logs) {
             self.set_model(model);
             self.on_train_end(logs_from(logs));
           })
      .def("on_epoch_begin",
           [](Callback& self, Model* model, std::int64_t epoch) {
             self.set_model(model);
             self.on_epoch_begin(epoch);
           })
      .def("on_epoch_end",
           [](Callback& self, Model* model, std::int64_t epoch, const py::dict& logs) {
             self.set_model(model);
             Logs values = logs_from(logs);
             self.on_epoch_end(epoch, values);
             for (const auto& [name, value] : values) logs[py::str(name)] = value;
           })
      .def("on_train_batch_begin",
           [](Callback& self, Model* model, std::int64_t batch) {
             self.set_model(model);
             self.on_train_batch_begin(batch);
           })
      .def("on_train_batch_end",
           [](Callback& self, Model* model, std::int64_t batch, const py::dict& logs) {
             self.set_model(model);
             self.on_train_batch_end(batch, logs_from(logs));
           });

  // Through Python's print and warnings.
  m.def("set_message_printer", [](const py::object& print) {
    set_message_handler([print = shared_object(print)](Severity severity, const std::string& text) {
      const GilAcquire lock;
      constexpr int caller = 2;  // of fit, or of the hook
      if (severity == Severity::information) {
        call_hook(*print, text);
      } else if (PyErr_WarnEx(PyExc_UserWarning, text.c_str(), caller) != 0) {
        throw py::error_already_set();
      }
    });
  });

  bind_builtin<EarlyStopping, EarlyStoppingOptions>(m, "EarlyStopping")
      .def_property_readonly("wait", &EarlyStopping::wait)
      .def_property_readonly("stopped_epoch", &EarlyStopping::stopped_epoch)
      .def_property_readonly("best_epoch", &EarlyStopping::best_epoch)
      .def_property_readonly("best", &EarlyStopping::best)
      .def_property_readonly("best_weights", &EarlyStopping::best_weights);
  bind_builtin<ReduceLROnPlateau, ReduceLROnPlateauOptions>(m, "ReduceLROnPlateau")
      .def_property_readonly("wait", &ReduceLROnPlateau::wait)
      .def_property_readonly("cooldown_counter", &ReduceLROnPlateau::cooldown_counter)
      .def_property_readonly("best", &ReduceLROnPlateau::best);
  bind_builtin<ModelCheckpoint, ModelCheckpointOptions>(m, "ModelCheckpoint")
      .def_property_readonly("best", &ModelCheckpoint::best);
  bind_builtin<BackupAndRestore, BackupAndRestoreOptions>(m, "BackupAndRestore");
  py::class_<TerminateOnNaN, Callback, std::shared_ptr<TerminateOnNaN>>(m, "TerminateOnNaN")
      .def(py::init<bool>())
      .def_property_readonly("raise_error", &TerminateOnNaN::raise_error);
}

}  // namespace lamina::python
