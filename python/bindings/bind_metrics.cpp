#include "adapters.hpp"

namespace lamina::python {

void bind_metrics(py::module_& m) {
  py::class_<Metric, std::shared_ptr<Metric>>(m, "Metric")
      .def_property_readonly("type", &Metric::type)
      .def_property_readonly("name", &Metric::name)
      .def("config", [](const Metric& self) { return dict_from(self.config()); })
      .def("reset", &Metric::reset)
      .def("result", &Metric::result)
      .def("update",
           [](Metric& self, py::handle y_true, py::handle y_pred, const py::object& sample_weight) {
             const NoGrad no_grad;
             const auto [prediction, target] = operands_from(y_pred, y_true);
             self.update(target, prediction,
                         sample_weight.is_none() ? Tensor() : operand_from(sample_weight));
           });
  py::class_<PythonMetric, Metric, std::shared_ptr<PythonMetric>>(m, "PythonMetric")
      .def(py::init<py::handle, const std::string&, const std::string&>())
      .def_property_readonly("owner", &PythonMetric::owner);
  m.def("metric_from_name", &Metric::from_name);
  m.def("make_metric", [](const std::string& type, py::handle config) {
    return Metric::make(type, config_from(config));
  });
  m.def("register_metric", [](const std::string& type, const py::object& make) {
    register_metric(type, [make = shared_object(make)](const Config& config) {
      const GilAcquire lock;
      return (*make)(dict_from(config)).cast<std::shared_ptr<Metric>>();
    });
  });
}

}  // namespace lamina::python
