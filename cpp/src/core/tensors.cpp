#include "lamina/core/tensors.hpp"

#include "core/check.hpp"
#include "lamina/core/shapes.hpp"

namespace lamina {

Tensors::operator const Tensor&() const {
  if (size() != 1) {
    fail(ErrorKind::value, "expected one tensor, got ", size(), "; take each by its index");
  }
  return front();
}

std::string Shapes::str() const {
  std::string text;
  for (const Shape& shape : *this) text += (text.empty() ? "" : ", ") + shape.str();
  return size() == 1 ? text : concat("[", text, "]");
}

Shapes shapes_of(const Tensors& tensors) {
  Shapes shapes;
  for (const Tensor& tensor : tensors) shapes.push_back(tensor.shape());
  return shapes;
}

}  // namespace lamina
