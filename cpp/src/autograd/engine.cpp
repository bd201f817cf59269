// Runs recorded operations backward, latest first, so that every gradient is complete, and summed
// in one order, before it is used.
#include <algorithm>
#include <map>
#include <queue>
#include <unordered_set>

#include "autograd/node.hpp"
#include "autograd/row_gradient.hpp"
#include "backend/backend.hpp"
#include "core/check.hpp"

namespace lamina {
namespace {

Tensor sum_of(const Tensor& a, const Tensor& b) {
  Tensor sum = is_unshared(a) ? a : Tensor::empty_like(a);
  BinaryParams params{};
  params.dtype = a.dtype();
  params.op = BinaryOp::add;
  params.rank = 1;
  params.extents[0] = a.size();
  params.strides_a[0] = params.strides_b[0] = 1;
  params.a = a.data();
  params.b = b.data();
  params.out = sum.mutable_data();
  backend_of(a).binary(params);
  return sum;
}

void accumulate(Tensor& total, const Tensor& gradient) {
  total = total.defined() ? sum_of(total, gradient) : gradient.detach();
}

struct LaterFirst {
  bool operator()(const std::shared_ptr<Node>& a, const std::shared_ptr<Node>& b) const {
    return a->sequence < b->sequence;
  }
};

void refuse_released(const Node& node) {
  if (node.backward) return;
  fail(ErrorKind::state, "backward() was already called on the graph that holds '", node.name,
       "', and released it; compute the loss again, or keep the graph: "
       "backward(retain_graph=True)");
}

// Inputs that gradients() was asked about, and the operations on the way to them.
class Wanted {
 public:
  Wanted(const TensorList& outputs, const TensorList& inputs) {
    for (const Tensor& input : inputs) totals_[place_of(edge_to(input))];
    for (Node* node : nodes_behind(outputs)) {  // inputs before what was made of them
      for (const Edge& edge : node->inputs) {
        if (is_needed(edge)) leading_.insert(node);
      }
    }
  }

  bool leads_on(const Edge& edge) const { return leading_.count(edge.node.get()) > 0; }
  bool is_needed(const Edge& edge) const {
    return leads_on(edge) || totals_.count(place_of(edge)) > 0;
  }
  void add(const Edge& edge, const Tensor& gradient) {
    const auto found = totals_.find(place_of(edge));
    if (found != totals_.end()) accumulate(found->second, gradient);
  }
  const Tensor& total(const Tensor& input) const { return totals_.at(place_of(edge_to(input))); }

 private:
  using Place = std::pair<const void*, int>;

  static Place place_of(const Edge& edge) {
    return edge.leaf ? Place{edge.leaf->gradient.get(), 0} : Place{edge.node.get(), edge.output};
  }

  static std::vector<Node*> nodes_behind(const TensorList& outputs) {
    std::vector<Node*> found;
    std::unordered_set<const Node*> seen;
    const auto visit = [&](const Edge& edge) {
      if (edge.node && seen.insert(edge.node.get()).second) found.push_back(edge.node.get());
    };
    for (const Tensor& output : outputs) visit(edge_to(output));
    for (std::size_t i = 0; i < found.size(); ++i) {
      refuse_released(*found[i]);
      const std::size_t inputs = found[i]->inputs.size();
      for (std::size_t k = 0; k < inputs; ++k) visit(found[i]->inputs[k]);
    }
    std::sort(found.begin(), found.end(),
              [](const Node* a, const Node* b) { return a->sequence < b->sequence; });
    return found;
  }

  std::map<Place, Tensor> totals_;
  std::unordered_set<const Node*> leading_;
};

thread_local bool leaves_accumulate = true;

class Engine {
 public:
  explicit Engine(bool retain_graph, Wanted* wanted = nullptr)
      : retain_graph_(retain_graph), wanted_(wanted), previous_(leaves_accumulate) {
    leaves_accumulate = wanted == nullptr;
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  ~Engine() {
    leaves_accumulate = previous_;
    // After an error some operations are still queued: leave nothing of this run behind.
    for (; !queue_.empty(); queue_.pop()) {
      queue_.top()->grads.clear();
      queue_.top()->queued = false;
    }
  }

  void send(const Edge& edge, const Tensor& gradient) {
    if (wanted_ != nullptr) {
      wanted_->add(edge, gradient);
      if (!wanted_->leads_on(edge)) return;
    }
    if (edge.leaf) {
      accumulate(edge.leaf->gradient_info().grad, gradient);
    } else if (edge.node) {
      Node& node = *edge.node;
      node.grads.resize(node.output_shapes.size());
      accumulate(node.grads[static_cast<std::size_t>(edge.output)], gradient);
      if (!node.queued) {
        node.queued = true;
        queue_.push(edge.node);
      }
    }
  }

  void run() {
    const NoGrad no_grad;
    while (!queue_.empty()) {
      const std::shared_ptr<Node> node = queue_.top();
      queue_.pop();
      node->queued = false;
      run(*node);
    }
  }

 private:
  void run(Node& node) {
    TensorList grads = std::move(node.grads);
    node.grads.clear();
    refuse_released(node);
    for (std::size_t i = 0; i < node.saved.size(); ++i) {
      const Tensor& saved = node.saved[i];
      if (saved.defined() && saved.impl()->storage->version() != node.saved_versions[i]) {
        fail(ErrorKind::state, "a value of shape ", saved.shape(), " that '", node.name,
             "' needs for its gradient was assigned after it was computed; call backward() "
             "before assign()");
      }
    }
    for (std::size_t i = 0; i < grads.size() && node.output_shapes.size() > 1; ++i) {
      if (!grads[i].defined())
        grads[i] = Tensor::zeros(node.output_shapes[i], node.dtype, node.device);
    }
    for (const RetainedOutput& retained : node.retained) {
      const std::shared_ptr<TensorImpl> tensor = retained.tensor.lock();
      const Tensor& gradient = grads[static_cast<std::size_t>(retained.output)];
      if (tensor && gradient.defined() && wanted_ == nullptr) {
        accumulate(tensor->gradient_info().grad, gradient);
      }
    }
    Needs needs;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (is_needed(node.inputs[i])) needs.set(static_cast<int>(i));
    }
    const TensorList results = node.backward(grads, node.saved, needs);
    for (std::size_t i = 0; i < node.inputs.size() && i < results.size(); ++i) {
      if (results[i].defined() && needs[static_cast<int>(i)]) send(node.inputs[i], results[i]);
    }
    if (!retain_graph_) node.release();
  }

  bool is_needed(const Edge& edge) const {
    return wanted_ != nullptr ? wanted_->is_needed(edge) : edge.node || edge.leaf;
  }

  bool retain_graph_;
  Wanted* wanted_;  // null where leaves accumulate
  bool previous_;
  std::priority_queue<std::shared_ptr<Node>, std::vector<std::shared_ptr<Node>>, LaterFirst> queue_;
};

}  // namespace

namespace {

// The gradient that the walk begins with at `output`, or 1 for a scalar.
Tensor first_gradient(const char* function, const Tensor& output, const Tensor& gradient) {
  if (!output.requires_grad()) {
    fail(ErrorKind::state, function,
         " needs a tensor computed from one that requires a gradient; this one, of shape ",
         output.shape(), ", does not depend on any");
  }
  if (!gradient.defined() && output.size() != 1) {
    fail(ErrorKind::value, function, " without a gradient needs a scalar, got shape ",
         output.shape(), "; reduce it, or pass a gradient of that shape");
  }
  if (gradient.defined() &&
      (gradient.shape() != output.shape() || gradient.dtype() != output.dtype())) {
    fail(ErrorKind::value, function, " got a gradient ", name_of(gradient.dtype()), " of shape ",
         gradient.shape(), " for a tensor ", name_of(output.dtype()), " of shape ", output.shape());
  }
  return gradient.defined() ? gradient
                            : Tensor::full(output.shape(), 1.0, output.dtype(), output.device());
}

}  // namespace

bool accumulates_on_leaves() noexcept { return leaves_accumulate; }

void Tensor::backward(const Tensor& gradient, bool retain_graph) const {
  Engine engine(retain_graph);
  engine.send(edge_to(*this), first_gradient("backward()", *this, gradient));
  engine.run();
}

TensorList gradients(const TensorList& outputs, const TensorList& inputs,
                     const TensorList& output_gradients, bool retain_graph) {
  if (!output_gradients.empty() && output_gradients.size() != outputs.size()) {
    fail(ErrorKind::value, "gradients() got ", output_gradients.size(), " gradients for ",
         outputs.size(), " outputs");
  }
  for (const Tensor& input : inputs) {
    if (!input.requires_grad()) {
      fail(ErrorKind::state, "gradients() got an input of shape ", input.shape(),
           " that does not require a gradient; set that before computing with it");
    }
  }
  Wanted wanted(outputs, inputs);
  Engine engine(retain_graph, &wanted);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Tensor given = output_gradients.empty() ? Tensor() : output_gradients[i];
    engine.send(edge_to(outputs[i]), first_gradient("gradients()", outputs[i], given));
  }
  engine.run();
  TensorList result;
  for (const Tensor& input : inputs) result.push_back(wanted.total(input));
  return result;
}

bool Tensor::requires_grad() const noexcept {
  return impl_ && impl_->gradient && (impl_->gradient->requires_grad || impl_->gradient->node);
}

Tensor& Tensor::set_requires_grad(bool on) {
  if (on && !is_floating(dtype())) {
    fail(ErrorKind::type, "only floating-point tensors have gradients, not ", name_of(dtype()));
  }
  if (impl_->gradient && impl_->gradient->node) {
    fail(ErrorKind::state, "this tensor is the result of '", impl_->gradient->node->name,
         "', and only leaves of the graph can change whether they require a gradient; detach() it "
         "first");
  }
  if (on || impl_->gradient) impl_->gradient_info().requires_grad = on;
  return *this;
}

const Tensor& Tensor::grad() const {
  static const Tensor none;
  if (!impl_ || !impl_->gradient) return none;
  if (!impl_->gradient->rows.empty()) make_gradient_dense(*impl_);
  return impl_->gradient->grad;
}

void Tensor::set_grad(const Tensor& gradient) {
  zero_grad();
  if (!gradient.defined()) return;
  if (gradient.shape() != shape() || gradient.dtype() != dtype()) {
    fail(ErrorKind::value, "a gradient has its tensor's shape and dtype, ", name_of(dtype()), " ",
         shape(), ", got ", name_of(gradient.dtype()), " ", gradient.shape());
  }
  impl_->gradient_info().grad = gradient.to(device()).detach();
}

void Tensor::retain_grad() {
  if (!requires_grad()) {
    fail(ErrorKind::state, "retain_grad() needs a tensor that requires a gradient");
  }
  const GradientInfo& info = *impl_->gradient;
  if (!info.node || retains_grad()) return;  // a leaf keeps its gradient anyway
  refuse_released(*info.node);
  info.node->retained.push_back({info.output, impl_});
}

bool Tensor::retains_grad() const noexcept {
  if (!impl_ || !impl_->gradient || !impl_->gradient->node) return false;
  const std::vector<RetainedOutput>& retained = impl_->gradient->node->retained;
  return std::any_of(retained.begin(), retained.end(), [this](const RetainedOutput& output) {
    return output.tensor.lock() == impl_;
  });
}

bool Tensor::is_leaf() const noexcept {
  return !impl_ || !impl_->gradient || !impl_->gradient->node;
}

void Tensor::zero_grad() {
  if (!impl_ || !impl_->gradient) return;
  impl_->gradient->grad = Tensor();
  impl_->gradient->rows.clear();
}

}  // namespace lamina
