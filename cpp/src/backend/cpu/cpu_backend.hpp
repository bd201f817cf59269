// The processor's backend: every operation goes to its driver, with the kernels of the instruction
// set in use.
#pragma once

#include "backend/backend.hpp"

namespace lamina::cpu {

Backend& cpu_backend();

}  // namespace lamina::cpu
