#include "autograd/node.hpp"

namespace lamina {
namespace {

// Nodes that lost their last owner; only the outermost destructor drains the list.
thread_local std::vector<std::shared_ptr<Node>>* dying = nullptr;

}  // namespace

void Node::release() noexcept {
  backward = nullptr;
  saved.clear();
  std::vector<Edge> edges = std::move(inputs);
  inputs.clear();
  if (dying != nullptr) {
    for (Edge& edge : edges) {
      if (edge.node) dying->push_back(std::move(edge.node));
    }
    return;
  }
  std::vector<std::shared_ptr<Node>> stack;
  dying = &stack;
  for (Edge& edge : edges) {
    if (edge.node) stack.push_back(std::move(edge.node));
  }
  while (!stack.empty()) {
    const std::shared_ptr<Node> node = std::move(stack.back());
    stack.pop_back();
  }
  dying = nullptr;
}

Node::~Node() { release(); }

}  // namespace lamina
