// Which layers are lamina's own.
#pragma once

#include <string>

namespace lamina {

/// Whether a type is one of layers.def, not one that a program registered.
bool is_builtin_layer(const std::string& type);

}  // namespace lamina
