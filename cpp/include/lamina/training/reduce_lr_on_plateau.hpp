#pragma once

#include <optional>
#include <string>

#include "lamina/training/callback.hpp"

namespace lamina {

struct ReduceLROnPlateauOptions {
  std::string monitor = "val_loss";
  double factor = 0.1;         ///< what the rate is multiplied by; below 1
  std::int64_t patience = 10;  ///< epochs without improvement before that
  std::int64_t verbose = 0;    ///< above 0: says what it does (see core/messages.hpp)
  std::string mode = "auto";   ///< "min", "max", or "auto": by the monitored value's name
  double min_delta = 1e-4;     ///< a smaller change is no improvement; its sign does not matter
  std::int64_t cooldown = 0;   ///< epochs that do not count after a reduction
  double min_lr = 0;           ///< the rate never falls below it

  LAMINA_API static ReduceLROnPlateauOptions from_config(const Config& config);
};

/// Lowers the optimizer's learning rate when the monitored value has stopped improving. The rate of
/// each epoch is written into the logs as "learning_rate".
class LAMINA_API ReduceLROnPlateau : public Callback {
 public:
  explicit ReduceLROnPlateau(ReduceLROnPlateauOptions options = {});

  void on_train_begin() override;
  void on_epoch_end(std::int64_t epoch, Logs& logs) override;
  bool reads_batch_logs() const override { return false; }
  CallbackState state() const override;
  void restore(const CallbackState& state) override;

  const ReduceLROnPlateauOptions& options() const noexcept { return options_; }
  Config config() const;
  std::int64_t wait() const noexcept { return wait_; }  ///< epochs since the last improvement
  std::int64_t cooldown_counter() const noexcept { return cooldown_counter_; }
  std::optional<double> best() const noexcept { return best_; }

 private:
  bool reduce(std::int64_t epoch) const;

  ReduceLROnPlateauOptions options_;
  bool warned_ = false;
  std::int64_t wait_ = 0, cooldown_counter_ = 0;
  std::optional<double> best_;
};

}  // namespace lamina
