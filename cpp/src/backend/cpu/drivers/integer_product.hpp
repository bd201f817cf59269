// Matrix products of whole numbers, which need no kernels of their own.
#pragma once

#include "backend/operations/gemm.hpp"

namespace lamina::cpu::drivers {

/// What `gemm` does for int32 and int64.
void integer_product(const GemmParams& p);

}  // namespace lamina::cpu::drivers
