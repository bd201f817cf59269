#include "gil.hpp"

#include <chrono>
#include <exception>
#include <thread>

#include "bindings.hpp"
#include "lamina/core/interruption.hpp"

namespace lamina::python {
namespace {

[[noreturn]] void wait_for_exit() {
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

// The handler never ends, so the unwinding of pthread_exit stays where it is.
template <class Take>
void take_lock(Take take) noexcept {
  try {
    take();
  } catch (...) {
    wait_for_exit();
  }
}

unsigned long main_thread = 0;

std::exception_ptr check_signals() noexcept {
  if (PyThread_get_thread_ident() != main_thread || interpreter_is_gone()) return nullptr;
  const GilAcquire lock;
  if (PyErr_CheckSignals() == 0) return nullptr;
  return std::make_exception_ptr(py::error_already_set());
}

}  // namespace

GilRelease::~GilRelease() {
  take_lock([this] { PyEval_RestoreThread(state_); });
}

GilAcquire::GilAcquire() {
  if (interpreter_is_gone()) wait_for_exit();
  take_lock([this] { state_ = PyGILState_Ensure(); });
}

GilAcquire::~GilAcquire() {
  // Ended within Python code, this thread is being unwound and has lost the lock.
  if (PyGILState_GetThisThreadState() == nullptr || PyGILState_Check() == 0) wait_for_exit();
  PyGILState_Release(state_);
}

bool interpreter_is_gone() noexcept {
  return Py_IsInitialized() == 0 && PyGILState_GetThisThreadState() == nullptr;
}

void stop_long_calls_by_signals() {
  const py::object thread = py::module_::import("threading").attr("main_thread")();
  main_thread = thread.attr("ident").cast<unsigned long>();
  set_interruption_check(&check_signals);
}

}  // namespace lamina::python
