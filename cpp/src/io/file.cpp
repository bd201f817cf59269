#include "io/file.hpp"

#include <atomic>
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

// From the system's memory to the disk.
void sync(const std::string& path) {
  const File file{std::fopen(path.c_str(), "r+b")};
  if (file.handle == nullptr) io_error("write", path, errno);
#if defined(_WIN32)
  if (_commit(_fileno(file.handle)) != 0) io_error("write", path, errno);
#else
  if (fsync(fileno(file.handle)) != 0) io_error("write", path, errno);
#endif
}

// The system would read a path only up to it.
void refuse_nul(const std::string& path) {
  if (path.find('\0') != std::string::npos) {
    fail(ErrorKind::value, "a path must not contain a NUL character, got '", path.c_str(), "...'");
  }
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
  refuse_nul(path);
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) io_error("read", path, EISDIR);
  if (std::filesystem::is_character_file(path, ignored)) io_error("read", path, EINVAL);
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

namespace {

void write_file(const std::string& path, std::string_view content) {
  File file{std::fopen(path.c_str(), "wb")};
  if (file.handle == nullptr) io_error("write", path, errno);
  if (std::fwrite(content.data(), 1, content.size(), file.handle) != content.size() ||
      std::fflush(file.handle) != 0) {
    io_error("write", path, errno);
  }
}

}  // namespace

void write_file_atomically(const std::string& given, std::string_view content) {
  refuse_nul(given);
  std::error_code error;
  // A link stays, and what it leads to is replaced; what is no file is written to as it is.
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(given, error);
  const std::string path = error ? given : resolved.string();
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) io_error("write", path, EISDIR);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    return write_file(path, content);
  }
  static std::atomic<unsigned> written{0};
  const std::string temporary =
      path + ".tmp" + std::to_string(process_id()) + "_" + std::to_string(written.fetch_add(1));
  try {
    write_file(temporary, content);
    sync(temporary);
    if (std::filesystem::exists(status)) {
      std::filesystem::permissions(temporary, status.permissions(), error);
    }
  } catch (...) {
    std::remove(temporary.c_str());
    throw;
  }
  std::filesystem::rename(temporary, path, error);
  if (error) {
    std::remove(temporary.c_str());
    io_error("write", path, error.value());
  }
}

}  // namespace lamina
