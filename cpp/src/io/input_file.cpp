#include "io/input_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace lamina {

InputFile::InputFile(const std::string& path) : path_(path), origin_("'" + path + "'") {
  refuse_nul(path);
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) io_error("read", path, errno);
  if (S_ISDIR(status.st_mode)) io_error("read", path, EISDIR);
  // Opening a device may have effects, and reading it may never end.
  if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) {
    fail(ErrorKind::io, "cannot read '", path, "': it is a device or a socket, expected a file");
  }
  file_ = Descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file_.is_open() || fstat(file_.number, &status) != 0) io_error("read", path, errno);
  if (S_ISFIFO(status.st_mode)) {
    read_stream();
  } else {
    size_ = static_cast<std::uint64_t>(status.st_size);
  }
}

InputFile::InputFile(std::span<const std::byte> memory, std::string origin)
    : origin_(std::move(origin)), size_(memory.size()), memory_(memory) {}

void InputFile::read_stream() {
  char piece[1 << 16];
  for (;;) {
    const ssize_t count = ::read(file_.number, piece, sizeof piece);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) io_error("read", path_, errno);
    if (count == 0) break;
    stream_.append(piece, static_cast<std::size_t>(count));
  }
  file_ = Descriptor();
  memory_ = std::as_bytes(std::span(stream_));
  size_ = memory_.size();
}

std::span<const std::byte> InputFile::read(std::uint64_t offset, std::uint64_t count) {
  if (!file_.is_open()) return memory_.subspan(offset, count);
  if (count > capacity_) {
    buffer_.reset();
    buffer_ = std::make_unique_for_overwrite<std::byte[]>(count);
    capacity_ = count;
  }
  for (std::uint64_t done = 0; done < count;) {
    const ssize_t got =
        pread(file_.number, buffer_.get() + done, count - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) io_error("read", path_, errno);
    if (got == 0) {
      fail(ErrorKind::io, "cannot read '", path_, "': another program cut it meanwhile");
    }
    done += static_cast<std::uint64_t>(got);
  }
  return {buffer_.get(), count};
}

}  // namespace lamina
