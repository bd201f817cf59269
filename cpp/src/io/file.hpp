// Whole files: read at once, written atomically.
#pragma once

#include <string>
#include <string_view>

namespace lamina {

std::string read_file(const std::string& path);

/// Writes beside `path`, syncs, and renames: `path` holds the old content or the new, never a part.
void write_file_atomically(const std::string& path, std::string_view content);

}  // namespace lamina
