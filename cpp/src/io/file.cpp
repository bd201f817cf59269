#include "io/file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "core/check.hpp"

#if defined(_WIN32)
#include <io.h>
#include <process.h>
#else
#include <fcntl.h>
#include <unistd.h>
#endif

namespace lamina {
namespace {

[[noreturn]] void io_error(const char* doing, const std::string& path, int error) {
  fail(ErrorKind::io, "cannot ", doing, " '", path, "': ", std::strerror(error));
}

struct File {
  std::FILE* handle;
  ~File() {
    if (handle != nullptr) std::fclose(handle);
  }
};

void sync(std::FILE* handle, const std::string& path) {
#if defined(_WIN32)
  if (_commit(_fileno(handle)) != 0) io_error("write", path, errno);
#else
  if (fsync(fileno(handle)) != 0) io_error("write", path, errno);
#endif
}

int process_id() {
#if defined(_WIN32)
  return _getpid();
#else
  return static_cast<int>(getpid());
#endif
}

}  // namespace

std::string read_file(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) io_error("read", path, EISDIR);
  File file{std::fopen(path.c_str(), "rb")};
  if (file.handle == nullptr) io_error("read", path, errno);
  std::string content;
  char buffer[1 << 16];
  std::size_t count = 0;
  while ((count = std::fread(buffer, 1, sizeof buffer, file.handle)) > 0) {
    content.append(buffer, count);
  }
  if (std::ferror(file.handle) != 0) io_error("read", path, errno);
  return content;
}

void write_file_atomically(const std::string& path, std::string_view content) {
  const std::string temporary = path + ".tmp" + std::to_string(process_id());
  try {
    File file{std::fopen(temporary.c_str(), "wb")};
    if (file.handle == nullptr) io_error("write", path, errno);
    if (std::fwrite(content.data(), 1, content.size(), file.handle) != content.size() ||
        std::fflush(file.handle) != 0) {
      io_error("write", path, errno);
    }
    sync(file.handle, path);
  } catch (...) {
    std::remove(temporary.c_str());
    throw;
  }
  std::error_code error;
  std::filesystem::rename(temporary, path, error);
  if (error) {
    std::remove(temporary.c_str());
    io_error("write", path, error.value());
  }
}

}  // namespace lamina
