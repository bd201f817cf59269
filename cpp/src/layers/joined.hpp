// What goes into a cell of recurrence: the inputs of a step, then the states.
#pragma once

#include "lamina/core/tensors.hpp"

namespace lamina {

inline Tensors joined(const Tensor& first, const Tensors& others) {
  Tensors result(first);
  for (const Tensor& other : others) result.push_back(other);
  return result;
}

}  // namespace lamina
