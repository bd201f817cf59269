#include <atomic>

#include "autograd/node.hpp"
#include "core/check.hpp"

namespace lamina {
namespace {

thread_local bool grad_mode = true;
std::atomic<std::uint64_t> next_sequence{0};

bool tracks(const Tensor& t) noexcept {
  return t.defined() && t.impl()->gradient &&
         (t.impl()->gradient->requires_grad || t.impl()->gradient->node);
}

}  // namespace

Edge edge_to(const Tensor& t) {
  if (!tracks(t)) return {};
  const GradientInfo& info = *t.impl()->gradient;
  if (info.node) return {info.node, info.output, nullptr};
  return {nullptr, 0, t.handle()};
}

bool grad_enabled() noexcept { return grad_mode; }

NoGrad::NoGrad() noexcept : previous_(grad_mode) { grad_mode = false; }
NoGrad::~NoGrad() { grad_mode = previous_; }

EnableGrad::EnableGrad() noexcept : previous_(grad_mode) { grad_mode = true; }
EnableGrad::~EnableGrad() { grad_mode = previous_; }

bool needs_grad(std::initializer_list<Tensor> inputs) noexcept {
  if (!grad_mode) return false;
  for (const Tensor& input : inputs) {
    if (tracks(input)) return true;
  }
  return false;
}

void record(const char* name, const TensorList& inputs, const TensorList& outputs,
            const TensorList& saved, BackwardMany backward) {
  auto node = std::make_shared<Node>();
  node->name = name;
  node->sequence = next_sequence.fetch_add(1, std::memory_order_relaxed);
  node->dtype = outputs.front().dtype();
  node->device = outputs.front().device();
  node->backward = std::move(backward);
  node->inputs.reserve(inputs.size());
  for (const Tensor& input : inputs) node->inputs.push_back(edge_to(input));
  node->saved.reserve(saved.size());
  node->saved_versions.reserve(saved.size());
  for (const Tensor& t : saved) {
    node->saved.push_back(t.detach());
    node->saved_versions.push_back(t.defined() ? t.impl()->storage->version() : 0);
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    node->output_shapes.push_back(outputs[i].shape());
    GradientInfo& info = outputs[i].impl()->gradient_info();
    info.node = node;
    info.output = static_cast<int>(i);
  }
}

Tensor record(const char* name, const TensorList& inputs, const Tensor& output,
              const TensorList& saved, Backward backward) {
  record(name, inputs, TensorList{output}, saved,
         [backward = std::move(backward)](const TensorList& grads, const TensorList& saved_now,
                                          const Needs& needs) {
           return backward(grads.front(), saved_now, needs);
         });
  return output;
}

}  // namespace lamina
