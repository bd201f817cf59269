#include "adapters.hpp"
#include "bindings.hpp"
#include "lamina/models/perceptron.hpp"

namespace lamina::python {
namespace {

void fit(Perceptron& self, py::handle x, py::handle y, const py::object& weights, py::handle bias) {
  const Tensor samples = float64_from("x", x), labels = float64_from("y", y);
  const PerceptronFitOptions options{
      .weights = weights.is_none() ? Tensor() : float64_from("weights", weights),
      .bias = float64_from("bias", bias).item(),
      .on_epoch =
          [] {
            const GilAcquire lock;
            if (PyErr_CheckSignals() != 0) throw py::error_already_set();
          },
  };
  // Another thread may use it meanwhile.
  Perceptron learner = self;
  {
    const GilRelease unlock;
    learner.fit(samples, labels, options);
  }
  self = std::move(learner);
}

}  // namespace

void bind_perceptron(py::module_& m) {
  py::class_<Perceptron>(m, "Perceptron")
      .def(py::init([](py::handle config) {
        return Perceptron(PerceptronOptions::from_config(config_from(config)));
      }))
      .def("fit", &fit)
      .def("decision_function",
           [](const Perceptron& self, py::handle x) {
             return copied_array(self.decision_function(float64_from("x", x)));
           })
      .def("predict", [](const Perceptron& self,
                         py::handle x) { return copied_array(self.predict(float64_from("x", x))); })
      .def("score",
           [](const Perceptron& self, py::handle x, py::handle y) {
             return self.score(float64_from("x", x), float64_from("y", y));
           })
      .def("set_weights",
           [](Perceptron& self, py::handle weights, py::handle bias) {
             self.set_weights(float64_from("weights", weights), float64_from("bias", bias).item());
           })
      .def("config", [](const Perceptron& self) { return dict_from(self.config()); })
      .def_property_readonly("weights",
                             [](const Perceptron& self) { return copied_array(self.weights()); })
      .def_property_readonly("bias", &Perceptron::bias)
      .def_property_readonly("n_epochs", &Perceptron::n_epochs)
      .def_property_readonly("converged", &Perceptron::converged)
      .def_property_readonly("errors", &Perceptron::errors);
}

}  // namespace lamina::python
