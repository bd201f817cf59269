// A file that is read piece by piece, so that its header is checked before its data is touched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "io/posix.hpp"

namespace lamina {

class InputFile {
 public:
  /// Not memory-mapped: if another program truncated the file, reading the map would end this
  /// process.
  explicit InputFile(const std::string& path);
  /// A file in memory, which must outlive this; `origin` names it in messages.
  InputFile(std::span<const std::byte> memory, std::string origin);

  std::uint64_t size() const noexcept { return size_; }
  /// How messages call it: "'m.lamina'".
  const std::string& origin() const noexcept { return origin_; }
  /// Bytes within size(); valid until the next call.
  std::span<const std::byte> read(std::uint64_t offset, std::uint64_t count);

 private:
  void read_stream();

  std::string path_, origin_;
  Descriptor file_;
  std::uint64_t size_ = 0;
  std::span<const std::byte> memory_;
  std::string stream_;
  std::unique_ptr<std::byte[]> buffer_;
  std::uint64_t capacity_ = 0;
};

}  // namespace lamina
