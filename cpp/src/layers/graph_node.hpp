// One application of a layer to symbolic tensors.
#pragma once

#include "lamina/layers/symbolic_tensor.hpp"

namespace lamina {

struct GraphNode {
  std::shared_ptr<Layer> layer;
  std::vector<SymbolicTensor> inputs;  // none where the layer is an Input
  std::vector<Shape> shapes;           // of the outputs
  std::vector<Dtype> dtypes;

  GraphNode() = default;
  ~GraphNode();
  GraphNode(const GraphNode&) = delete;
  GraphNode& operator=(const GraphNode&) = delete;
};

}  // namespace lamina
