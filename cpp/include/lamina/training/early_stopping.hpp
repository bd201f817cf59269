#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lamina/core/config.hpp"
#include "lamina/core/tensor.hpp"
#include "lamina/training/callback.hpp"

namespace lamina {

struct EarlyStoppingOptions {
  std::string monitor = "val_loss";
  double min_delta = 0;       ///< a smaller change is no improvement; its sign does not matter
  std::int64_t patience = 0;  ///< epochs without improvement before it stops
  std::int64_t verbose = 0;   ///< above 0: says what it does (see core/messages.hpp)
  std::string mode = "auto";  ///< "min", "max", or "auto": by the monitored value's name
  std::optional<double> baseline = {};  ///< only what beats it restarts the wait
  bool restore_best_weights = false;
  std::int64_t start_from_epoch = 0;

  LAMINA_API static EarlyStoppingOptions from_config(const Config& config);
};

/// Ends a run when the monitored value has stopped improving (Prechelt, 1998, "Early stopping: but
/// when?"). It behaves as Keras 3's: with restore_best_weights the weights of the best epoch come
/// back whether or not the run was stopped early.
class LAMINA_API EarlyStopping : public Callback {
 public:
  explicit EarlyStopping(EarlyStoppingOptions options = {});

  /// A value error when mode is "auto" and the name does not tell the direction.
  void on_train_begin() override;
  void on_epoch_end(std::int64_t epoch, Logs& logs) override;
  void on_train_end(const Logs& logs) override;
  bool reads_batch_logs() const override { return false; }
  CallbackState state() const override;
  void restore(const CallbackState& state) override;

  const EarlyStoppingOptions& options() const noexcept { return options_; }
  Config config() const;
  // Of the last run; epochs count from 0.
  std::int64_t wait() const noexcept { return wait_; }  ///< epochs since the last improvement
  std::int64_t stopped_epoch() const noexcept { return stopped_epoch_; }  ///< 0: not stopped
  std::int64_t best_epoch() const noexcept { return best_epoch_; }
  std::optional<double> best() const noexcept { return best_; }
  /// In the order of Model::weights; none unless they are to be restored.
  const std::vector<Tensor>& best_weights() const noexcept { return best_weights_; }

 private:
  Model& trained() const;
  bool improves(double value, std::optional<double> reference) const;

  EarlyStoppingOptions options_;
  bool warned_ = false;
  std::int64_t wait_ = 0, stopped_epoch_ = 0, best_epoch_ = 0;
  std::optional<double> best_;
  std::vector<Tensor> best_weights_;
};

}  // namespace lamina
