// What operations found wrong with indices and labels that a backend read. Where the host can read
// the device's memory, the operation itself throws; else the first fault waits on the device until
// the thread waits for that anyway.
#pragma once

#include "backend/backend.hpp"
#include "lamina/core/shape.hpp"

namespace lamina {

enum class FaultKind : std::uint8_t { index, label };

/// Of one call: pass `record()` to the backend, then call `look`. One record on the device serves
/// all calls of an operation on a thread, so that nothing grows.
class FaultCheck {
 public:
  /// `operation` must be a literal.
  FaultCheck(const char* operation, FaultKind kind, Device device);
  IndexFault* record() const noexcept { return record_; }
  /// Throws what the call recorded, at once or from raise_pending_faults(); `shape` is what the
  /// indices were into.
  void look(const Shape& shape) const;

 private:
  std::size_t site_;
  IndexFault* record_;
};

/// Throws the first fault that calls of this thread have recorded and not thrown yet. To be called
/// after waiting for the device.
void raise_pending_faults();

}  // namespace lamina
