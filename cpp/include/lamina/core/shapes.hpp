// One shape, or several: of the inputs or outputs of a layer.
#pragma once

#include <string>

#include "lamina/core/several.hpp"
#include "lamina/core/tensors.hpp"

namespace lamina {

class LAMINA_API Shapes : public Several<Shape> {
 public:
  using Several::Several;
  /// "(None, 3)", or of several "[(None, 3), (None, 4)]".
  std::string str() const;
};

LAMINA_API Shapes shapes_of(const Tensors& tensors);

}  // namespace lamina
