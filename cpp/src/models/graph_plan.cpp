#include "models/graph_plan.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace lamina {

GraphPlan::GraphPlan(const std::string& owner, const SymbolicTensors& inputs,
                     const std::vector<std::shared_ptr<Layer>>& input_layers,
                     const SymbolicTensors& outputs)
    : owner_(owner), layers_of_inputs_(input_layers) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    inputs_.emplace(Key{inputs[i].node().get(), inputs[i].output()}, i);
  }
  for (const SymbolicTensor& output : outputs) walk_back(output);
  // Inputs that no output needs belong to the model too.
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!input_items_.contains(i)) item_of_input(i);
  }
  find_depths();
}

std::size_t GraphPlan::item_of(const SymbolicTensor& tensor) const {
  const auto found = inputs_.find({tensor.node().get(), tensor.output()});
  return found != inputs_.end() ? input_items_.at(found->second)
                                : node_items_.at(tensor.node().get());
}

std::vector<std::shared_ptr<Layer>> GraphPlan::layers() const {
  std::map<std::size_t, std::vector<const Layer*>, std::greater<>> by_depth;
  for (const Layer* layer : seen_) by_depth[depths_.at(layer)].push_back(layer);
  std::map<const Layer*, std::shared_ptr<Layer>> pointers;
  for (const Item& item : items_) pointers.emplace(item.layer.get(), item.layer);
  std::vector<std::shared_ptr<Layer>> result;
  for (const auto& [depth, layers] : by_depth) {
    for (const Layer* layer : layers) result.push_back(pointers.at(layer));
  }
  return result;
}

void GraphPlan::meet(const Layer* layer) {
  if (met_.insert(layer).second) seen_.push_back(layer);
}

std::size_t GraphPlan::item_of_input(std::size_t i) {
  const auto [place, is_new] = input_items_.try_emplace(i, items_.size());
  if (is_new) {
    meet(layers_of_inputs_[i].get());
    items_.push_back({layers_of_inputs_[i], nullptr, i, {}, 0});
  }
  return place->second;
}

// Depth first without recursion: a graph may be deeper than the stack.
void GraphPlan::walk_back(const SymbolicTensor& output) {
  struct Frame {
    SymbolicTensor tensor;
    std::size_t next = 0;
  };
  std::vector<Frame> frames{{output}};
  while (!frames.empty()) {
    Frame& frame = frames.back();
    const std::shared_ptr<GraphNode>& node = frame.tensor.node();
    const auto input = inputs_.find({node.get(), frame.tensor.output()});
    if (input != inputs_.end()) {
      item_of_input(input->second);
      frames.pop_back();
      continue;
    }
    if (node_items_.contains(node.get())) {
      frames.pop_back();
      continue;
    }
    if (node->inputs.empty()) {
      fail(ErrorKind::value, owner_, " needs the input '", node->layer->name(), "' ",
           node->shapes.front(), " to compute its outputs, but it is not among its inputs; add ",
           "it to inputs");
    }
    if (frame.next == 0) meet(node->layer.get());
    if (frame.next < node->inputs.size()) {
      const SymbolicTensor& parent = node->inputs[frame.next++];
      frames.push_back({parent});
      continue;
    }
    Item item{node->layer, node, 0, {}, 0};
    for (const SymbolicTensor& parent : node->inputs) item.parents.push_back(item_of(parent));
    node_items_.emplace(node.get(), items_.size());
    items_.push_back(std::move(item));
    frames.pop_back();
  }
}

// As in Keras's map_graph, a layer's depth is that of its deepest use.
void GraphPlan::find_depths() {
  for (std::size_t i = items_.size(); i-- > 0;) {
    Item& item = items_[i];
    std::size_t& of_layer = depths_[item.layer.get()];
    item.depth = of_layer = std::max(item.depth, of_layer);
    for (std::size_t parent : item.parents) {
      items_[parent].depth = std::max(items_[parent].depth, item.depth + 1);
    }
  }
}

}  // namespace lamina
