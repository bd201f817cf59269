// Which of the compiled targets this machine runs.
#pragma once

#include <span>
#include <string_view>

#include "backend/cpu/kernels/kernel_table.hpp"

namespace lamina::cpu {

/// The names of the targets this machine can run, best first.
std::span<const char* const> available_targets();

/// The table of an available target; a value error that lists them otherwise.
const KernelTable& kernels_of(std::string_view name);

/// The table in use: the best, or what $LAMINA_ISA names. Decided at the first call that succeeds.
const KernelTable& kernels();

/// The name of the table in use, as $LAMINA_ISA writes it.
LAMINA_INTERNAL_API const char* instruction_set();

}  // namespace lamina::cpu
