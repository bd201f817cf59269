// What kernels apply to a result as they store it.
#pragma once

#include <cstdint>

namespace lamina {

enum class FusedActivation : std::uint8_t { none, relu, tanh, sigmoid };

}  // namespace lamina
