#include "adapters.hpp"
#include "core/check.hpp"
#include "symbolic.hpp"

namespace lamina::python {
namespace {

// Of lamina's own, which Python's classes for these hold.
FusedLoss& builtin(Loss& loss) { return dynamic_cast<FusedLoss&>(loss); }

Tensor losses_of(const FusedLoss& loss, const Tensor& y_true, const Tensor& y_pred) {
  const Tensor target = y_true.to(y_pred.device());
  // Keras's functions take a vector for one sample, unless labels stand in a column.
  if (y_pred.rank() != 1 || target.rank() > 1) return loss.each(target, y_pred);
  const Tensor losses = loss.each(target.reshape({1, -1}), y_pred.reshape({1, -1}));
  return losses.rank() == 1 ? losses.reshape({}) : losses;
}

// Predictions and labels.
auto compared(py::handle y_true, py::handle y_pred) {
  if (is_symbolic(y_true) || is_symbolic(y_pred)) {
    fail(ErrorKind::type,
         "a loss compares values, which symbolic tensors do not have: give it to compile, or call "
         "it in the call of a layer of your own and pass the result to add_loss; in a graph, write "
         "it with lamina.ops");
  }
  return operands_from(y_pred, y_true);
}

}  // namespace

void bind_losses(py::module_& m) {
  py::class_<Loss, std::shared_ptr<Loss>>(m, "Loss")
      .def_property_readonly("type", &Loss::type)
      .def_property_readonly("name", &Loss::name)
      .def("config", [](const Loss& self) { return dict_from(self.config()); })
      .def("__call__",
           [](const Loss& self, py::handle y_true, py::handle y_pred,
              const py::object& sample_weight) {
             const auto [prediction, target] = compared(y_true, y_pred);
             return self(target.to(prediction.device()), prediction,
                         weights_beside(prediction, sample_weight));
           })
      .def("configure",
           [](Loss& self, py::handle config) { builtin(self).configure(config_from(config)); })
      .def("each", [](Loss& self, py::handle y_true, py::handle y_pred) {
        const auto [prediction, target] = compared(y_true, y_pred);
        return losses_of(builtin(self), target, prediction);
      });
  py::class_<PythonLoss, Loss, std::shared_ptr<PythonLoss>>(m, "PythonLoss")
      .def(py::init<py::handle, const std::string&, const std::string&, const std::string&,
                    std::optional<Dtype>, bool>())
      .def("__call__",
           [](const PythonLoss& self, py::handle y_true, py::handle y_pred,
              const py::object& sample_weight) {
             const auto [prediction, target] = compared(y_true, y_pred);
             return self.reduced(target.to(prediction.device()), prediction,
                                 weights_beside(prediction, sample_weight));
           })
      .def_property("reduction", &PythonLoss::reduction, &PythonLoss::set_reduction)
      .def_property_readonly("dtype", &PythonLoss::dtype)
      .def_property_readonly("owner", &PythonLoss::owner);
  m.def("loss_from_name", &Loss::from_name);
  m.def("make_loss", [](const std::string& type, py::handle config) {
    return Loss::make(type, config_from(config));
  });
  m.def("circle_losses", [](py::handle y_true, py::handle y_pred, py::handle ref_labels,
                            py::handle ref_embeddings, bool remove_diagonal, double gamma,
                            double margin) {
    const auto [embeddings, labels] = compared(y_true, y_pred);
    return Circle::between(labels, embeddings,
                           ref_labels.is_none() ? labels : operand_from(ref_labels),
                           ref_embeddings.is_none() ? embeddings : operand_from(ref_embeddings),
                           {.gamma = gamma, .margin = margin, .remove_diagonal = remove_diagonal});
  });
  m.def("register_loss", [](const std::string& type, const py::object& make) {
    register_loss(type, [make = shared_object(make)](const Config& config) {
      const GilAcquire lock;
      return (*make)(dict_from(config)).cast<std::shared_ptr<Loss>>();
    });
  });
}

}  // namespace lamina::python
