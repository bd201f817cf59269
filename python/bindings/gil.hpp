// The interpreter lock, for threads that may outlive the interpreter. Before Python 3.14 a thread
// that asks for the lock of an interpreter which is ending is ended by pthread_exit: that unwinds
// C++ frames, through destructors and other functions that let nothing pass, and the program is
// aborted; 3.13 may also read what it has freed. Here such a thread waits for the end of the
// process instead, as it does since 3.14. All bindings take and release the lock by these two
// classes, not by pybind11's.
#pragma once

#include <Python.h>

namespace lamina::python {

/// While it lives, this thread runs without the lock that it held.
class GilRelease {
 public:
  GilRelease() : state_(PyEval_SaveThread()) {}
  ~GilRelease();
  GilRelease(const GilRelease&) = delete;
  GilRelease& operator=(const GilRelease&) = delete;

 private:
  PyThreadState* state_;
};

/// While it lives, this thread holds the lock, whether it did before or not.
class GilAcquire {
 public:
  GilAcquire();
  ~GilAcquire();
  GilAcquire(const GilAcquire&) = delete;
  GilAcquire& operator=(const GilAcquire&) = delete;

 private:
  PyGILState_STATE state_;
};

/// True once the interpreter has ended: then Python objects are left as they are.
bool interpreter_is_gone() noexcept;

/// Makes long calls of the main thread, the only one that signals reach, stop when a signal's
/// handler raises.
void stop_long_calls_by_signals();

}  // namespace lamina::python
