#include "adapters.hpp"
#include "lamina/core/messages.hpp"

namespace lamina::python {
namespace {

Logs logs_from(const py::dict& dict) {
  Logs logs;
  for (const auto& [name, value] : dict) {
    logs.emplace_back(py::str(name).cast<std::string>(),
                      py::float_(py::reinterpret_borrow<py::object>(value)));
  }
  return logs;
}

}  // namespace

void bind_callbacks(py::module_& m) {
  py::tuple hooks(std::size(PythonCallback::hook_names));
  for (std::size_t i = 0; i < hooks.size(); ++i) hooks[i] = PythonCallback::hook_names[i];
  m.attr("CALLBACK_HOOKS") = hooks;

  py::class_<Callback, std::shared_ptr<Callback>>(m, "Callback");

  // Through Python's print and warnings.
  set_message_handler([](Severity severity, const std::string& text) {
    const GilAcquire lock;
    constexpr int caller = 2;  // of fit, or of the hook
    if (severity == Severity::information) {
      py::print(text, py::arg("flush") = true);
    } else if (PyErr_WarnEx(PyExc_UserWarning, text.c_str(), caller) != 0) {
      throw py::error_already_set();
    }
  });

  // The hooks take the model, as a callback does not own it.
  using Class = EarlyStopping;
  py::class_<Class, Callback, std::shared_ptr<Class>>(m, "EarlyStopping")
      .def(py::init([](py::handle config) {
        return std::make_shared<Class>(EarlyStoppingOptions::from_config(config_from(config)));
      }))
      .def("on_train_begin",
           [](Class& self, Model* model) {
             self.set_model(model);
             self.on_train_begin();
           })
      .def("on_epoch_end",
           [](Class& self, Model* model, std::int64_t epoch, const py::dict& logs) {
             self.set_model(model);
             self.on_epoch_end(epoch, logs_from(logs));
           })
      .def("on_train_end",
           [](Class& self, Model* model) {
             self.set_model(model);
             self.on_train_end({});
           })
      .def("config", [](const Class& self) { return dict_from(self.config()); })
      .def_property_readonly("wait", &Class::wait)
      .def_property_readonly("stopped_epoch", &Class::stopped_epoch)
      .def_property_readonly("best_epoch", &Class::best_epoch)
      .def_property_readonly("best", &Class::best)
      .def_property_readonly("best_weights", &Class::best_weights);
}

}  // namespace lamina::python
