// What a functional model finds when it walks back from its outputs.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lamina/layers/layer.hpp"
#include "lamina/models/model.hpp"
#include "layers/graph_node.hpp"

namespace lamina {

/// The nodes of the graph in topological order, and the layers in the order of Keras's
/// model.layers: by their distance from the outputs, then in the order in which a walk back from
/// the outputs meets them.
class GraphPlan {
 public:
  struct Item {
    std::shared_ptr<Layer> layer;
    std::shared_ptr<GraphNode> node;  // null for an input of the model
    std::size_t input = 0;            // which, then
    std::vector<std::size_t> parents;
    std::size_t depth = 0;
  };

  /// A value error in the name of `owner` where an output needs an input that is not given.
  GraphPlan(const std::string& owner, const SymbolicTensors& inputs,
            const std::vector<std::shared_ptr<Layer>>& input_layers,
            const SymbolicTensors& outputs);

  /// Each after its parents.
  const std::vector<Item>& items() const { return items_; }
  /// The index of the item that gives the tensor.
  std::size_t item_of(const SymbolicTensor& tensor) const;
  /// Layers, each once.
  std::vector<std::shared_ptr<Layer>> layers() const;

 private:
  using Key = std::pair<const GraphNode*, std::size_t>;

  void meet(const Layer* layer);
  std::size_t item_of_input(std::size_t i);
  void walk_back(const SymbolicTensor& output);
  void find_depths();

  std::string owner_;
  std::vector<std::shared_ptr<Layer>> layers_of_inputs_;
  std::vector<Item> items_;
  std::map<Key, std::size_t> inputs_;
  std::map<std::size_t, std::size_t> input_items_;
  std::map<const GraphNode*, std::size_t> node_items_;
  std::vector<const Layer*> seen_;  // in the order of meeting them
  std::set<const Layer*> met_;
  std::map<const Layer*, std::size_t> depths_;
};

}  // namespace lamina
