// The first of the indices out of range that several threads find.
#pragma once

#include <atomic>
#include <cstdint>

#include "backend/backend.hpp"

namespace lamina::cpu::drivers {

class FirstFault {
 public:
  void note(std::int64_t row, std::int64_t value) noexcept {
    while (busy_.test_and_set(std::memory_order_acquire)) {
    }
    if (row_ < 0 || row < row_) {
      row_ = row;
      value_ = value;
    }
    busy_.clear(std::memory_order_release);
  }

  /// Once no thread notes any more.
  void record(std::int64_t limit, IndexFault* fault) const noexcept {
    if (row_ >= 0 && fault->is_recorded == 0) *fault = {1, value_, row_, limit};
  }

 private:
  std::atomic_flag busy_;
  std::int64_t row_ = -1, value_ = 0;
};

}  // namespace lamina::cpu::drivers
