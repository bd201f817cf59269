// Stopping a long call: between two pieces of its work, lamina asks the program whether to go on.
#pragma once

#include <exception>

#include "lamina/export.hpp"

namespace lamina {

/// Asked on the thread that made the call, at most ten times a second and between pieces of work
/// only. A call that should stop gets the exception which it then throws; its results are dropped.
/// Variables are whole afterwards: what writes them is never stopped half-way.
using InterruptionCheck = std::exception_ptr (*)() noexcept;

/// One for the process; nullptr, the default, for none.
LAMINA_API void set_interruption_check(InterruptionCheck check) noexcept;

/// While it lives, calls from this thread run to their end: for changes that must be made wholly.
class LAMINA_API Uninterrupted {
 public:
  Uninterrupted() noexcept;
  ~Uninterrupted();
  Uninterrupted(const Uninterrupted&) = delete;
  Uninterrupted& operator=(const Uninterrupted&) = delete;
};

}  // namespace lamina
