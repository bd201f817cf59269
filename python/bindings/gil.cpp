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

bool is_ending() noexcept {
#if PY_VERSION_HEX >= 0x030D0000
  return Py_IsFinalizing() != 0;
#else
  return _Py_IsFinalizing() != 0;
#endif
}

// The main thread ends the interpreter; the states of all others are freed then, and Python 3.13
// reads them when their threads ask for the lock.
void let_only_the_main_thread_pass() noexcept {
  if (is_ending() && PyThread_get_thread_ident() != main_thread) wait_for_exit();
}

std::exception_ptr check_signals() noexcept {
  if (PyThread_get_thread_ident() != main_thread || interpreter_is_gone()) return nullptr;
  const GilAcquire lock;
  if (PyErr_CheckSignals() == 0) return nullptr;
  return std::make_exception_ptr(py::error_already_set());
}

}  // namespace

GilRelease::~GilRelease() {
  let_only_the_main_thread_pass();
  take_lock([this] { PyEval_RestoreThread(state_); });
}

GilAcquire::GilAcquire() {
  if (interpreter_is_gone()) wait_for_exit();
  let_only_the_main_thread_pass();
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
  // The thread that forks is the child's main one.
  py::module_::import("os").attr("register_at_fork")(
      py::arg("after_in_child") =
          py::cpp_function([] { main_thread = PyThread_get_thread_ident(); }));
  set_interruption_check(&check_signals);
}

}  // namespace lamina::python
