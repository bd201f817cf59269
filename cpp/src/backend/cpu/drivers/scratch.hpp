// A temporary block from the caching allocator, 64-byte aligned, returned when it goes out of
// scope.
#pragma once

#include <cstddef>

#include "core/allocator.hpp"

namespace lamina::cpu::drivers {

class Scratch {
 public:
  explicit Scratch(std::size_t bytes) : bytes_(bytes), data_(allocate(bytes)) {}
  ~Scratch() { deallocate(data_, bytes_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  template <class T>
  T* as() const noexcept {
    return static_cast<T*>(data_);
  }

 private:
  std::size_t bytes_;
  void* data_;
};

}  // namespace lamina::cpu::drivers
