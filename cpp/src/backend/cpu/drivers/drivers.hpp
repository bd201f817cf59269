// Drivers: they cut an operation into chunks, prepare scratch memory, and call kernels from
// parallel_for. How a sum is cut depends on its length alone, never on the number of threads.
#pragma once

#include "backend/backend.hpp"
#include "backend/cpu/kernels/kernel_table.hpp"

namespace lamina::cpu::drivers {

#define OPERATION(name, Params) void name(const KernelTable& kernels, const Params& p);
#include "backend/operations.def"
#undef OPERATION

std::size_t packed_bytes(const KernelTable& kernels, const GemmParams& p);

}  // namespace lamina::cpu::drivers
