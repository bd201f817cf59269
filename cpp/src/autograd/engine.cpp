// Runs recorded operations backward, latest first, so that every gradient is complete, and summed
// in one order, before it is used.
#include <algorithm>
#include <queue>

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

class Engine {
 public:
  ~Engine() {
    // After an error some operations are still queued: leave nothing of this run behind.
    for (; !queue_.empty(); queue_.pop()) {
      queue_.top()->grads.clear();
      queue_.top()->queued = false;
    }
  }

  void send(const Edge& edge, const Tensor& gradient) {
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
    if (!node.backward) {
      fail(ErrorKind::state, "backward() was already called on the graph that holds '", node.name,
           "', and released it; compute the loss again");
    }
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
    Needs needs;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i].node || node.inputs[i].leaf) needs.set(static_cast<int>(i));
    }
    const TensorList results = node.backward(grads, node.saved, needs);
    for (std::size_t i = 0; i < node.inputs.size() && i < results.size(); ++i) {
      if (results[i].defined() && needs[static_cast<int>(i)]) send(node.inputs[i], results[i]);
    }
    node.release();
  }

  std::priority_queue<std::shared_ptr<Node>, std::vector<std::shared_ptr<Node>>, LaterFirst> queue_;
};

}  // namespace

void Tensor::backward(const Tensor& gradient) const {
  if (!requires_grad()) {
    fail(ErrorKind::state,
         "backward() needs a tensor computed from one that requires a gradient; "
         "this one, of shape ",
         shape(), ", does not depend on any");
  }
  if (!gradient.defined() && size() != 1) {
    fail(ErrorKind::value, "backward() without a gradient needs a scalar, got shape ", shape(),
         "; reduce it, or pass a gradient of that shape");
  }
  if (gradient.defined() && (gradient.shape() != shape() || gradient.dtype() != dtype())) {
    fail(ErrorKind::value, "backward() got a gradient ", name_of(gradient.dtype()), " of shape ",
         gradient.shape(), " for a tensor ", name_of(dtype()), " of shape ", shape());
  }
  const GradientInfo& info = *impl_->gradient;
  Engine engine;
  engine.send(info.node ? Edge{info.node, info.output, nullptr} : Edge{nullptr, 0, impl_},
              gradient.defined() ? gradient : full(shape(), 1.0, dtype(), device()));
  engine.run();
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
         "'; detach() it before changing whether it requires a gradient");
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

void Tensor::zero_grad() {
  if (!impl_ || !impl_->gradient) return;
  impl_->gradient->grad = Tensor();
  impl_->gradient->rows.clear();
}

}  // namespace lamina
