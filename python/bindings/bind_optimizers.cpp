#include "adapters.hpp"

namespace lamina::python {

void bind_optimizers(py::module_& m) {
  py::class_<Optimizer, std::shared_ptr<Optimizer>>(m, "Optimizer")
      .def_property_readonly("type", &Optimizer::type)
      .def_property_readonly("name", &Optimizer::name)
      .def_property("learning_rate", &Optimizer::learning_rate, &Optimizer::set_learning_rate)
      .def_property("iterations", &Optimizer::iterations, &Optimizer::set_iterations)
      .def_property_readonly("slots",
                             [](const Optimizer& self) {
                               std::vector<Variable> result;
                               for (const auto& slot : self.slots())
                                 result.push_back(slot.variable);
                               return result;
                             })
      .def("config", [](const Optimizer& self) { return dict_from(self.config()); })
      .def("build", &Optimizer::build)
      .def("zero_grad", &Optimizer::zero_grad)
      .def("step_all",
           [](Optimizer& self) {
             const GilRelease unlock;
             self.step();
           })
      .def("apply",
           [](Optimizer& self, const std::vector<py::object>& gradients,
              const std::vector<Variable>& weights) {
             TensorList given;
             for (const py::object& gradient : gradients) {
               given.push_back(gradient.is_none() ? Tensor() : operand_from(gradient));
             }
             const GilRelease unlock;
             self.apply(given, weights);
           })
      .def("step", [](Optimizer& self, const std::vector<Variable>& weights) {
        const GilRelease unlock;
        self.step(weights);
      });
  py::class_<PythonOptimizer, Optimizer, std::shared_ptr<PythonOptimizer>>(m, "PythonOptimizer")
      .def(py::init([](py::handle self, const std::string& type, const std::string& name,
                       double learning_rate, std::optional<double> weight_decay,
                       std::optional<double> clipnorm, std::optional<double> clipvalue,
                       std::optional<double> global_clipnorm, std::vector<std::string> slot_names) {
        return std::make_shared<PythonOptimizer>(
            self, type, name, learning_rate,
            GradientOptions{weight_decay, clipnorm, clipvalue, global_clipnorm},
            std::move(slot_names));
      }))
      .def("slot", &PythonOptimizer::slot)
      .def("base_config", [](const PythonOptimizer& self) { return dict_from(self.own_config()); })
      .def_property_readonly("owner", &PythonOptimizer::owner);
  m.def("optimizer_from_name", &Optimizer::from_name);
  m.def("make_optimizer", [](const std::string& type, py::handle config) {
    return Optimizer::make(type, config_from(config));
  });
  m.def("register_optimizer", [](const std::string& type, const py::object& make) {
    register_optimizer(type, [make = shared_object(make)](const Config& config) {
      const GilAcquire lock;
      return (*make)(dict_from(config)).cast<std::shared_ptr<Optimizer>>();
    });
  });
}

}  // namespace lamina::python
