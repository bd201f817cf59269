// Symbolic tensors, and models made of them.
#include <set>

#include "bindings.hpp"
#include "core/check.hpp"
#include "layers/graph_node.hpp"

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

Arrangement arrangement_from(const std::string& kind, std::vector<std::string> names) {
  using Kind = Arrangement::Kind;
  const Kind which = kind == "dict" ? Kind::dict : kind == "list" ? Kind::list : Kind::single;
  return {which, std::move(names)};
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
  m.def("connect",
        [](const std::shared_ptr<Layer>& layer, const std::vector<SymbolicTensor>& inputs) {
          return list_of(connect_all(layer, symbols_of(inputs)));
        });
  m.def("inputs_of", [](const Layer& layer) { return list_of(inputs_of(layer)); });
  m.def("outputs_of", [](const Layer& layer) { return list_of(outputs_of(layer)); });
  m.def("symbolic_inputs", [](const Model& model) { return list_of(model.symbolic_inputs()); });
  m.def("symbolic_outputs", [](const Model& model) { return list_of(model.symbolic_outputs()); });

  py::class_<Functional, Model, std::shared_ptr<Functional>>(m, "Functional")
      .def(py::init([](const std::vector<SymbolicTensor>& inputs,
                       const std::vector<SymbolicTensor>& outputs, const std::string& name,
                       const std::string& input_kind, const std::vector<std::string>& input_names,
                       const std::string& output_kind,
                       const std::vector<std::string>& output_names) {
        return std::make_shared<Functional>(symbols_of(inputs), symbols_of(outputs), name,
                                            arrangement_from(input_kind, input_names),
                                            arrangement_from(output_kind, output_names));
      }));
}

}  // namespace lamina::python
