// Progress by the clock.
#pragma once

#include <chrono>
#include <functional>

#include "lamina/training/run_options.hpp"

namespace lamina {

/// Calls a progress function by the clock.
class ProgressClock {
 public:
  explicit ProgressClock(const OnProgress& on_progress) : on_progress_(on_progress) {}
  /// Calls it when 50 ms have passed since the last time, or when the epoch is finished. `logs` are
  /// made where it asks for them.
  template <class MakeLogs>
  void tick(std::int64_t epoch, std::int64_t epochs, std::int64_t batch, std::int64_t batches,
            bool finished, const MakeLogs& logs) {
    if (!on_progress_) return;
    const auto time = std::chrono::steady_clock::now();
    if (!finished && time - last_ < std::chrono::milliseconds(50)) return;
    last_ = time;
    const std::function<Logs()> read = std::cref(logs);
    on_progress_({epoch, epochs, batch, batches, finished, read});
  }

 private:
  const OnProgress& on_progress_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace lamina
