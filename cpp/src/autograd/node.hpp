// One recorded operation of the graph that backward walks.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/tensor_impl.hpp"
#include "lamina/autograd/autograd.hpp"

namespace lamina {

/// Where the gradient of an input goes: to the operation that made it, or to a leaf.
struct Edge {
  std::shared_ptr<Node> node;
  int output = 0;
  std::shared_ptr<TensorImpl> leaf;
};

/// An output whose gradient is kept where somebody asked for it, if it still lives.
struct RetainedOutput {
  int output;
  std::weak_ptr<TensorImpl> tensor;
};

struct Node {
  const char* name = "";
  std::uint64_t sequence = 0;  // operations run backward in falling order of it
  std::vector<Edge> inputs;
  std::vector<Shape> output_shapes;
  Dtype dtype = Dtype::float32;
  Device device;
  BackwardMany backward;  // empty once it ran
  TensorList saved;
  std::vector<std::uint32_t> saved_versions;
  TensorList grads;  // of the outputs, while backward runs
  std::vector<RetainedOutput> retained;
  bool queued = false;

  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node();  // releases a chain of any length without recursion

  /// Drops what was saved, and the links down the graph.
  void release() noexcept;
};

/// Where the gradient of a tensor goes: nowhere for one that takes no part in differentiation.
Edge edge_to(const Tensor& t);

/// Whether leaves accumulate what backward computes: false on a thread while `gradients` runs.
bool accumulates_on_leaves() noexcept;

}  // namespace lamina
