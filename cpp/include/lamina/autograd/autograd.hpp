// Reverse-mode differentiation, define-by-run, first order.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <vector>

#include "lamina/core/tensor.hpp"
#include "lamina/export.hpp"

namespace lamina {

/// Whether operations of this thread record what backward needs. True unless a NoGrad lives.
LAMINA_API bool grad_enabled() noexcept;

/// Records nothing on this thread while it lives.
class LAMINA_API NoGrad {
 public:
  NoGrad() noexcept;
  ~NoGrad();
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  bool previous_;
};

/// Records again on this thread while it lives, inside of a NoGrad.
class LAMINA_API EnableGrad {
 public:
  EnableGrad() noexcept;
  ~EnableGrad();
  EnableGrad(const EnableGrad&) = delete;
  EnableGrad& operator=(const EnableGrad&) = delete;

 private:
  bool previous_;
};

/// The gradients of the sum of `outputs` by `inputs`, leaves or results of operations; nothing is
/// accumulated on any tensor. `output_gradients` has one tensor for each output, undefined for 1 on
/// a scalar, or is empty. An input that no output depends on has an undefined gradient. The graph
/// is released unless `retain_graph`.
LAMINA_API TensorList gradients(const TensorList& outputs, const TensorList& inputs,
                                const TensorList& output_gradients = {}, bool retain_graph = false);

/// True when an operation on these inputs has to be recorded.
LAMINA_API bool needs_grad(std::initializer_list<Tensor> inputs) noexcept;

/// For which inputs a gradient is wanted.
class Needs {
 public:
  void set(int input) {
    if (input < inline_inputs) {
      bits_ |= std::uint64_t{1} << input;
      return;
    }
    const auto beyond = static_cast<std::size_t>(input - inline_inputs);
    if (beyond >= more_.size()) more_.resize(beyond + 1);
    more_[beyond] = true;
  }
  bool operator[](int input) const {
    if (input < inline_inputs) return (bits_ >> input) & 1;
    const auto beyond = static_cast<std::size_t>(input - inline_inputs);
    return beyond < more_.size() && more_[beyond];
  }

 private:
  static constexpr int inline_inputs = 64;  // more need memory
  std::uint64_t bits_ = 0;
  std::vector<bool> more_;
};

/// Computes the inputs' gradients, in their order, from those of the outputs. An entry that is
/// zero, or that `needs` does not ask for, may stay undefined. `saved` are the tensors given to
/// record.
using BackwardMany =
    std::function<TensorList(const TensorList& grads, const TensorList& saved, const Needs& needs)>;
using Backward =
    std::function<TensorList(const Tensor& grad, const TensorList& saved, const Needs& needs)>;

/// Records one operation. `saved` may contain inputs and outputs; backward refuses to run when one
/// of them was assigned in between. `name` must outlive the graph (a literal).
LAMINA_API void record(const char* name, const TensorList& inputs, const TensorList& outputs,
                       const TensorList& saved, BackwardMany backward);
/// The same for the common case of one output, which it returns.
LAMINA_API Tensor record(const char* name, const TensorList& inputs, const Tensor& output,
                         const TensorList& saved, Backward backward);

}  // namespace lamina
