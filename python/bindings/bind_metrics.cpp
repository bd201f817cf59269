#include "adapters.hpp"
#include "lamina/metrics/mean.hpp"

namespace lamina::python {
namespace {

template <class Class>
void update_by_values(Class& self, py::handle values, const py::object& sample_weight) {
  const NoGrad no_grad;
  const Tensor given = operand_from(values);
  self.update(given, weights_beside(given, sample_weight));
}

}  // namespace

void bind_metrics(py::module_& m) {
  py::class_<Metric, std::shared_ptr<Metric>>(m, "Metric")
      .def_property_readonly("type", &Metric::type)
      .def_property_readonly("name", &Metric::name)
      .def_property_readonly("variables", &Metric::variables)
      .def("config", [](const Metric& self) { return dict_from(self.config()); })
      // Of every variable, whatever a Python class does in its reset_state.
      .def("reset", [](Metric& self) { self.Metric::reset(); })
      .def("result", &Metric::result)
      .def("update",
           [](Metric& self, py::handle y_true, py::handle y_pred, const py::object& sample_weight) {
             const NoGrad no_grad;
             const auto [prediction, target] = operands_from(y_pred, y_true);
             self.update(target.to(prediction.device()), prediction,
                         weights_beside(prediction, sample_weight));
           });
  py::class_<Mean, Metric, std::shared_ptr<Mean>>(m, "Mean").def("update_values",
                                                                 &update_by_values<Mean>);
  py::class_<Sum, Metric, std::shared_ptr<Sum>>(m, "Sum").def("update_values",
                                                              &update_by_values<Sum>);
  py::class_<PythonMetric, Metric, std::shared_ptr<PythonMetric>>(m, "PythonMetric")
      .def(py::init<py::handle, const std::string&, const std::string&>())
      .def("add_variable", &PythonMetric::add_variable)
      .def_property_readonly("owner", &PythonMetric::owner);
  py::class_<PythonMeanMetric, Metric, std::shared_ptr<PythonMeanMetric>>(m, "PythonMeanMetric")
      .def(py::init<py::handle, const std::string&, const std::string&>())
      .def_property_readonly("owner", &PythonMeanMetric::owner);
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
