// One application of a layer to symbolic tensors.
#pragma once

#include "lamina/layers/symbolic_tensor.hpp"

namespace lamina {

struct GraphNode {
  std::shared_ptr<Layer> layer;
  /// The inputs, then the tensors of each keyword; none where the layer is an Input.
  std::vector<SymbolicTensor> inputs;
  std::size_t positional = 0;  ///< how many of them are the inputs
  std::vector<std::pair<std::string, std::size_t>> keywords = {};  ///< and of each keyword
  std::optional<Config> values = {};  ///< arguments that are no tensors
  std::optional<bool> training = {};  ///< whatever the model's call says
  std::vector<Shape> shapes;          // of the outputs
  std::vector<Dtype> dtypes;

  GraphNode() = default;
  ~GraphNode();
  GraphNode(const GraphNode&) = delete;
  GraphNode& operator=(const GraphNode&) = delete;

  bool has_arguments() const noexcept { return !keywords.empty() || values.has_value(); }
  /// The arguments of a call, whose keywords' tensors follow the inputs in `given`.
  CallArguments arguments(const std::vector<Tensor>& given) const;
};

}  // namespace lamina
