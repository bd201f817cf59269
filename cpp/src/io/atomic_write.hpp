// Files that are written whole, or not at all.
#pragma once

#include <string>
#include <string_view>

namespace lamina {

/// `path` holds the old content or the new, never a part, whatever ends this process. The content
/// goes to a temporary file beside it, to the disk, and is renamed. Temporary files that a process
/// left in this folder when it was killed are removed.
///
/// As with programs that write in place: a symbolic link stays and the file it leads to is
/// replaced, the file's permissions (and owner, where the system allows it) stay, a read-only file
/// is refused, and what is no file (a pipe) is written to as it is.
void write_file_atomically(const std::string& path, std::string_view content);

}  // namespace lamina
