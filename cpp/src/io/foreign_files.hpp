// Files of other programs, recognized so that an error can name them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "models/file_names.hpp"

namespace lamina {

/// How many bytes `foreign_format` looks at.
constexpr std::size_t recognizable_bytes = 512;

/// "an HDF5 file, as Keras writes .h5": by a file's first bytes; nothing if they say nothing.
std::optional<std::string> foreign_format(std::span<const std::byte> beginning);

}  // namespace lamina
