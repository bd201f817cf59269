#include "lamina/layers/symbolic_tensor.hpp"

#include "core/check.hpp"
#include "layers/call_scope.hpp"
#include "layers/graph_node.hpp"
#include "layers/probing.hpp"

namespace lamina {
namespace {

const GraphNode& node_of(const SymbolicTensor& tensor) {
  if (!tensor.defined()) {
    fail(ErrorKind::state, "this SymbolicTensor is empty; make one by input() or connect()");
  }
  return *tensor.node();
}

SymbolicTensors outputs_of(const std::shared_ptr<GraphNode>& node) {
  SymbolicTensors result;
  for (std::size_t i = 0; i < node->shapes.size(); ++i) result.emplace_back(node, i);
  return result;
}

std::shared_ptr<GraphNode> one_application(const Layer& layer) {
  const auto nodes = layer.applications();
  if (nodes.size() == 1) return nodes.front();
  if (nodes.empty()) {
    fail(ErrorKind::value, layer.type(), " '", layer.name(),
         "' was not applied to symbolic tensors yet, so it has no input and output; apply it, or "
         "build the model that holds it");
  }
  fail(ErrorKind::value, layer.type(), " '", layer.name(), "' was applied ", nodes.size(),
       " times, so its input and output are ambiguous; keep the tensors that it gave");
}

// The inputs, and after them the tensors of each keyword.
void keep_call(GraphNode& node, const SymbolicTensors& inputs, const SymbolicArguments& given) {
  node.inputs = inputs;
  node.positional = inputs.size();
  node.values = given.values;
  node.training = given.training;
  for (const auto& [name, tensors] : given.tensors) {
    node.keywords.emplace_back(name, tensors.size());
    node.inputs.insert(node.inputs.end(), tensors.begin(), tensors.end());
  }
  for (const SymbolicTensor& tensor : node.inputs) {
    if (!tensor.defined()) {
      fail(ErrorKind::value, node.layer->type(), " '", node.layer->name(),
           "' got an empty SymbolicTensor");
    }
  }
}

}  // namespace

CallArguments GraphNode::arguments(const std::vector<Tensor>& given) const {
  CallArguments result;
  if (values) result.values = *values;
  std::size_t next = positional;
  for (const auto& [name, count] : keywords) {
    Tensors tensors;
    for (std::size_t i = 0; i < count; ++i) tensors.push_back(given[next++]);
    result.tensors.emplace_back(name, std::move(tensors));
  }
  return result;
}

// Iteratively: a long chain would overflow the stack.
GraphNode::~GraphNode() {
  std::vector<std::shared_ptr<GraphNode>> pending;
  const auto take = [&pending](GraphNode& node) {
    for (SymbolicTensor& tensor : node.inputs) {
      if (tensor.node_) pending.push_back(std::move(tensor.node_));
    }
    node.inputs.clear();
  };
  take(*this);
  while (!pending.empty()) {
    const std::shared_ptr<GraphNode> node = std::move(pending.back());
    pending.pop_back();
    if (node.use_count() == 1) take(*node);
  }
}

const Shape& SymbolicTensor::shape() const { return node_of(*this).shapes[output_]; }
Dtype SymbolicTensor::dtype() const { return node_of(*this).dtypes[output_]; }
const std::shared_ptr<Layer>& SymbolicTensor::layer() const { return node_of(*this).layer; }

std::string SymbolicTensor::str() const {
  if (!defined()) return "SymbolicTensor()";
  return concat("SymbolicTensor(shape=", shape(), ", dtype=", name_of(dtype()),
                ", layer=", layer()->name(), ")");
}

SymbolicTensor input(InputOptions options) {
  return connect(std::make_shared<Input>(std::move(options)), SymbolicTensors{});
}

SymbolicTensors connect_all(const std::shared_ptr<Layer>& layer, const SymbolicTensors& inputs,
                            const SymbolicArguments& arguments) {
  if (!layer) fail(ErrorKind::value, "got no layer to apply");
  const auto node = std::make_shared<GraphNode>();
  node->layer = layer;
  const auto* begin = dynamic_cast<const Input*>(layer.get());
  if (begin != nullptr && inputs.empty()) {
    layer->ensure_built(begin->batch_shape());
    node->shapes = {begin->batch_shape()};
  } else {
    keep_call(*node, inputs, arguments);
    Shapes shapes;
    std::vector<Dtype> dtypes;
    for (const SymbolicTensor& tensor : inputs) {
      shapes.push_back(tensor.shape());
      dtypes.push_back(tensor.dtype());
    }
    const ProbeScope probing(std::move(dtypes), shapes);
    CallArguments given;
    if (node->values) given.values = *node->values;
    const CallScope scope(*layer, {false, node->has_arguments() ? &given : nullptr});
    layer->ensure_built(shapes);
    node->shapes = layer->output_shapes(shapes).list();
  }
  node->dtypes = layer->output_dtypes();
  if (node->dtypes.size() != node->shapes.size()) {
    node->dtypes.assign(node->shapes.size(), layer->dtype());
  }
  layer->add_application(node);
  return outputs_of(node);
}

SymbolicTensor connect(const std::shared_ptr<Layer>& layer, const SymbolicTensors& inputs,
                       const SymbolicArguments& arguments) {
  const SymbolicTensors outputs = connect_all(layer, inputs, arguments);
  if (outputs.size() != 1) {
    fail(ErrorKind::value, layer->type(), " '", layer->name(), "' gives ", outputs.size(),
         " outputs; connect it by connect_all");
  }
  return outputs.front();
}

SymbolicTensors inputs_of(const Layer& layer) {
  const auto node = one_application(layer);
  if (node->inputs.empty()) return outputs_of(node);
  const auto end = node->inputs.begin() + static_cast<std::ptrdiff_t>(node->positional);
  return SymbolicTensors(node->inputs.begin(), end);
}

SymbolicTensors outputs_of(const Layer& layer) { return outputs_of(one_application(layer)); }

}  // namespace lamina
