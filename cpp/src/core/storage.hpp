// A reference-counted block of a device's memory and the number of times it was assigned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "backend/backend.hpp"

namespace lamina {

class Storage {
 public:
  Storage(std::size_t bytes, Device device)
      : backend_(&backend_for(device)),
        data_(backend_->allocate(bytes)),
        bytes_(bytes),
        device_(device) {}
  /// The host's memory of someone else, read-only, kept alive by `owner`.
  Storage(const void* data, std::shared_ptr<const void> owner)
      : backend_(&backend_for(Device())),
        data_(const_cast<void*>(data)),
        bytes_(0),
        borrowed_(true),
        owner_(std::move(owner)) {}
  ~Storage() {
    if (!borrowed_) backend_->deallocate(data_, bytes_);
  }
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  Backend& backend() const noexcept { return *backend_; }
  Device device() const noexcept { return device_; }
  void* data() const noexcept { return data_; }
  bool is_borrowed() const noexcept { return borrowed_; }
  std::uint32_t version() const noexcept { return version_; }
  void bump_version() noexcept { ++version_; }
  /// Counts on from the storage that it replaces: the change is one assignment more.
  void follow(const Storage& replaced) noexcept { version_ = replaced.version_ + 1; }

 private:
  Backend* backend_;
  void* data_;
  std::size_t bytes_;
  Device device_;
  bool borrowed_ = false;
  std::uint32_t version_ = 0;
  std::shared_ptr<const void> owner_;
};

}  // namespace lamina
