// Faults: indices and labels out of range that a backend found while it read them. If the host can
// read the device's memory, the operation throws at once; otherwise the first fault stays on the
// device until the thread waits for the device anyway.
#pragma once

#include "backend/backend.hpp"
#include "lamina/core/shape.hpp"

namespace lamina {

enum class FaultKind : std::uint8_t { index, label, term };

/// Checks one call: pass `record()` to the backend, then call `look`. All calls of an operation on
/// a thread share one record on the device, so that nothing grows.
class FaultCheck {
 public:
  /// `operation` must be a literal.
  FaultCheck(const char* operation, FaultKind kind, Device device);
  IndexFault* record() const noexcept { return record_; }
  /// Throws what the call recorded, at once or later from raise_pending_faults(). `shape` is that
  /// of the indexed tensor.
  void look(const Shape& shape) const;

 private:
  std::size_t site_;
  IndexFault* record_;
};

/// Throws the first fault that calls of this thread recorded and that was not thrown yet. Call it
/// after waiting for the device.
void raise_pending_faults();

}  // namespace lamina
