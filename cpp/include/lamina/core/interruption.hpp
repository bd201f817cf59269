// Stopping a long call: between two pieces of its work, lamina asks the program whether to go on.
#pragma once

#include <exception>

#include "lamina/export.hpp"

namespace lamina {

/// Asked on the thread that made the call, at most ten times a second and between pieces of work
/// only. To stop the call it returns an exception, which the call throws; the results are dropped.
/// Variables stay consistent: what writes them is never stopped half-way.
using InterruptionCheck = std::exception_ptr (*)() noexcept;

/// One for the process; nullptr, the default, for none.
LAMINA_API void set_interruption_check(InterruptionCheck check) noexcept;

/// For long work outside of operations: asks the check if it is due, and throws what it returns.
LAMINA_API void interruption_point();

/// While it lives, calls from this thread are not stopped: for changes that must be complete.
class LAMINA_API Uninterrupted {
 public:
  Uninterrupted() noexcept;
  ~Uninterrupted();
  Uninterrupted(const Uninterrupted&) = delete;
  Uninterrupted& operator=(const Uninterrupted&) = delete;
};

}  // namespace lamina
