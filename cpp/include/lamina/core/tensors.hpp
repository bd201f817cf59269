// One tensor, or several: what goes into a layer, and what comes out.
#pragma once

#include "lamina/core/several.hpp"
#include "lamina/core/tensor.hpp"

namespace lamina {

/// A list that converts from a single tensor, and to one if it holds just one. Members may be
/// undefined: a weight or a label that was not given.
class LAMINA_API Tensors : public Several<Tensor> {
 public:
  using Several::Several;
  Tensors() = default;
  /// Empty if the tensor is undefined.
  Tensors(Tensor one) {
    if (one.defined()) push_back(std::move(one));
  }

  /// The only member; a value error when there are none or several.
  operator const Tensor&() const;
  /// Whether any member is defined.
  bool defined() const noexcept {
    for (const Tensor& tensor : *this) {
      if (tensor.defined()) return true;
    }
    return false;
  }
  template <class Change>
  Tensors each(const Change& change) const {
    Tensors result;
    for (const Tensor& tensor : *this) result.push_back(change(tensor));
    return result;
  }
};

}  // namespace lamina
