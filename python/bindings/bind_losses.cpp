#include "adapters.hpp"

namespace lamina::python {

void bind_losses(py::module_& m) {
  py::class_<Loss, std::shared_ptr<Loss>>(m, "Loss")
      .def_property_readonly("type", &Loss::type)
      .def_property_readonly("name", &Loss::name)
      .def("config", [](const Loss& self) { return dict_from(self.config()); })
      .def("__call__", [](const Loss& self, py::handle y_true, py::handle y_pred,
                          const py::object& sample_weight) {
        const auto [prediction, target] = operands_from(y_pred, y_true);
        return self(target.to(prediction.device()), prediction,
                    weights_beside(prediction, sample_weight));
      });
  py::class_<PythonLoss, Loss, std::shared_ptr<PythonLoss>>(m, "PythonLoss")
      .def(py::init<py::handle, const std::string&, const std::string&, const std::string&>())
      .def_property("reduction", &PythonLoss::reduction, &PythonLoss::set_reduction)
      .def_property_readonly("owner", &PythonLoss::owner);
  m.def("loss_from_name", &Loss::from_name);
  m.def("make_loss", [](const std::string& type, py::handle config) {
    return Loss::make(type, config_from(config));
  });
  m.def("register_loss", [](const std::string& type, const py::object& make) {
    register_loss(type, [make = shared_object(make)](const Config& config) {
      const GilAcquire lock;
      return (*make)(dict_from(config)).cast<std::shared_ptr<Loss>>();
    });
  });
}

}  // namespace lamina::python
