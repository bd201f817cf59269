// Options of layers that change after the layer was made.
#pragma once

#include <cstdint>

namespace lamina {

/// How often an option of any layer was changed: what was decided by options holds while it stays.
std::uint64_t option_changes() noexcept;
void count_option_change() noexcept;

}  // namespace lamina
