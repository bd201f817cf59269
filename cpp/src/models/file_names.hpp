// Names of files that models are saved to.
#pragma once

#include <string>

namespace lamina {

/// A value error if other programs would take a file of that name for one of their own. Defined in
/// src/io/foreign_files.cpp.
void refuse_foreign_suffix(const std::string& path);

}  // namespace lamina
