// Tensors that have a shape but no values yet, by which layers are connected to a graph.
//   SymbolicTensor x = input({.shape = {4}});
//   SymbolicTensor y = connect(Dense({.units = 2}), x);
//   Functional model(x, y);
#pragma once

#include <concepts>
#include <optional>

#include "lamina/layers/input.hpp"

namespace lamina {

class LAMINA_API SymbolicTensor {
 public:
  SymbolicTensor() = default;
  bool defined() const noexcept { return node_ != nullptr; }
  /// With the batch axis first, which is -1 (`Shape::none`) unless the input stated it.
  const Shape& shape() const;
  Dtype dtype() const;
  /// The layer whose output it is.
  const std::shared_ptr<Layer>& layer() const;
  bool operator==(const SymbolicTensor& other) const = default;
  std::string str() const;

  // For the floors above.
  SymbolicTensor(std::shared_ptr<GraphNode> node, std::size_t output)
      : node_(std::move(node)), output_(output) {}
  const std::shared_ptr<GraphNode>& node() const noexcept { return node_; }
  std::size_t output() const noexcept { return output_; }

 private:
  friend struct GraphNode;
  std::shared_ptr<GraphNode> node_;
  std::size_t output_ = 0;
};

/// One, or several: {a, b}.
class SymbolicTensors : public std::vector<SymbolicTensor> {
 public:
  using std::vector<SymbolicTensor>::vector;
  SymbolicTensors(SymbolicTensor one) : vector{std::move(one)} {}
};

/// Where a graph begins: samples of a shape.
LAMINA_API SymbolicTensor input(InputOptions options);

/// The arguments of a symbolic call beside its inputs, which the graph keeps.
struct SymbolicArguments {
  std::optional<bool> training = {};  ///< overrides the model's flag; unset: follows it
  std::vector<std::pair<std::string, SymbolicTensors>> tensors = {};  ///< by keyword
  std::optional<Config> values = {};                                  ///< plain ones, by keyword
};

/// Applies a layer to symbolic inputs, building it. A layer given by pointer may be applied again;
/// the applications then share its weights.
LAMINA_API SymbolicTensor connect(const std::shared_ptr<Layer>& layer,
                                  const SymbolicTensors& inputs,
                                  const SymbolicArguments& arguments = {});
template <std::derived_from<Layer> L>
SymbolicTensor connect(L layer, const SymbolicTensors& inputs,
                       const SymbolicArguments& arguments = {}) {
  return connect(std::shared_ptr<Layer>(std::make_shared<L>(std::move(layer))), inputs, arguments);
}
/// The same for a layer, or model, of several outputs.
LAMINA_API SymbolicTensors connect_all(const std::shared_ptr<Layer>& layer,
                                       const SymbolicTensors& inputs,
                                       const SymbolicArguments& arguments = {});

/// The inputs and outputs of the one application of a layer; a value error when there are none or
/// several.
LAMINA_API SymbolicTensors inputs_of(const Layer& layer);
LAMINA_API SymbolicTensors outputs_of(const Layer& layer);

}  // namespace lamina
