// How many threads lamina may use. Results never depend on it.
#pragma once

#include "lamina/export.hpp"

namespace lamina {

/// Threads a call from this thread may use: the innermost ThreadLimit, else the process's number,
/// which is $LAMINA_NUM_THREADS or the processors this process may run on.
LAMINA_API int num_threads() noexcept;

/// Sets the process's number; n must be at least 1.
LAMINA_API void set_num_threads(int n);

/// "pool" or "openmp", chosen when the library was built.
LAMINA_API const char* thread_engine() noexcept;

/// Regions that ran on more than one thread since the process began; lets a test prove that it
/// exercised threads.
LAMINA_API unsigned long long parallel_regions() noexcept;

/// Caps the threads used by calls from this thread while it lives.
class LAMINA_API ThreadLimit {
 public:
  explicit ThreadLimit(int n);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  int previous_;
};

}  // namespace lamina
