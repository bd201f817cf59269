// A reference-counted block of memory and the number of times it was assigned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/allocator.hpp"

namespace lamina {

class Storage {
 public:
  explicit Storage(std::size_t bytes) : data_(allocate(bytes)), bytes_(bytes) {}
  /// Memory of someone else, read-only, kept alive by `owner`.
  Storage(const void* data, std::shared_ptr<const void> owner)
      : data_(const_cast<void*>(data)), bytes_(0), borrowed_(true), owner_(std::move(owner)) {}
  ~Storage() {
    if (!borrowed_) deallocate(data_, bytes_);
  }
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  void* data() const noexcept { return data_; }
  bool is_borrowed() const noexcept { return borrowed_; }
  std::uint32_t version() const noexcept { return version_; }
  void bump_version() noexcept { ++version_; }

 private:
  void* data_;
  std::size_t bytes_;
  bool borrowed_ = false;
  std::uint32_t version_ = 0;
  std::shared_ptr<const void> owner_;
};

}  // namespace lamina
