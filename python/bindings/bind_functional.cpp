// Symbolic tensors, and models made of them.
#include <set>

#include "layers/graph_node.hpp"
#include "python_layer.hpp"

namespace lamina::python {
namespace {

std::vector<SymbolicTensor> list_of(const SymbolicTensors& tensors) {
  return {tensors.begin(), tensors.end()};
}

SymbolicTensors symbols_of(const std::vector<SymbolicTensor>& tensors) {
  return {tensors.begin(), tensors.end()};
}

// Every layer that a tensor comes from, each once.
std::vector<std::shared_ptr<Layer>> layers_behind(const SymbolicTensor& tensor) {
  std::vector<std::shared_ptr<Layer>> layers;
  std::vector<const GraphNode*> pending{tensor.node().get()};
  std::set<const GraphNode*> met(pending.begin(), pending.end());
  std::set<const Layer*> known;
  while (!pending.empty()) {
    const GraphNode* node = pending.back();
    pending.pop_back();
    if (known.insert(node->layer.get()).second) layers.push_back(node->layer);
    for (const SymbolicTensor& input : node->inputs) {
      if (met.insert(input.node().get()).second) pending.push_back(input.node().get());
    }
  }
  return layers;
}

}  // namespace

void bind_functional(py::module_& m) {
  py::class_<SymbolicTensor>(m, "SymbolicTensor")
      .def_property_readonly("shape", &SymbolicTensor::shape)
      .def_property_readonly("dtype", &SymbolicTensor::dtype)
      .def_property_readonly("layer", &SymbolicTensor::layer)
      .def("layers_behind", &layers_behind)
      .def("__eq__", [](const SymbolicTensor& a, const SymbolicTensor& b) { return a == b; })
      .def("__hash__", [](const SymbolicTensor& self) {
        return std::hash<const void*>()(self.node().get()) + self.output();
      });
  // `keywords` are lists of symbolic tensors by name; `values` plain arguments, or None.
  m.def("connect",
        [](const std::shared_ptr<Layer>& layer, const std::vector<SymbolicTensor>& inputs,
           std::optional<bool> training,
           const std::vector<std::pair<std::string, std::vector<SymbolicTensor>>>& keywords,
           const py::object& values) {
          SymbolicArguments arguments;
          arguments.training = training;
          for (const auto& [name, tensors] : keywords) {
            arguments.tensors.emplace_back(name, symbols_of(tensors));
          }
          if (!values.is_none()) arguments.values = config_from(values);
          return list_of(connect_all(layer, symbols_of(inputs), arguments));
        });
  m.def("inputs_of", [](const Layer& layer) { return list_of(inputs_of(layer)); });
  m.def("outputs_of", [](const Layer& layer) { return list_of(outputs_of(layer)); });
  m.def("symbolic_inputs", [](const Model& model) { return list_of(model.symbolic_inputs()); });
  m.def("symbolic_outputs", [](const Model& model) { return list_of(model.symbolic_outputs()); });

  py::class_<Functional, Model, std::shared_ptr<Functional>>(m, "Functional")
      .def(
          py::init([](const std::vector<SymbolicTensor>& inputs,
                      const std::vector<SymbolicTensor>& outputs, const std::string& name,
                      const std::tuple<std::string, std::vector<std::string>, std::string>& taken,
                      const std::tuple<std::string, std::vector<std::string>, std::string>& given) {
            const auto arranged = [](const auto& told) {
              Arrangement result = arrangement_from(std::get<0>(told), std::get<1>(told));
              result.form = std::get<2>(told);
              return result;
            };
            return std::make_shared<Functional>(symbols_of(inputs), symbols_of(outputs), name,
                                                arranged(taken), arranged(given));
          }));
}

}  // namespace lamina::python
