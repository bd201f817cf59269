#pragma once

#include <functional>

#include "lamina/training/callback.hpp"

namespace lamina {

/// Sets the optimizer's learning rate before each epoch. The rate of each epoch is written into the
/// logs as "learning_rate".
class LAMINA_API LearningRateScheduler : public Callback {
 public:
  /// Gives the rate of an epoch, the first is 0, from the rate that is set.
  using Schedule = std::function<double(std::int64_t epoch, double learning_rate)>;
  explicit LearningRateScheduler(Schedule schedule, std::int64_t verbose = 0);

  void on_epoch_begin(std::int64_t epoch) override;
  void on_epoch_end(std::int64_t epoch, Logs& logs) override;
  bool reads_batch_logs() const override { return false; }

 private:
  Schedule schedule_;
  std::int64_t verbose_;
};

}  // namespace lamina
