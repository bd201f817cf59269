#pragma once

#include <optional>
#include <string>

#include "lamina/training/callback.hpp"

namespace lamina {

struct ModelCheckpointOptions {
  /// Where to save: "best.lamina", or with values: "{epoch:02d}-{val_loss:.2f}.weights.lamina". The
  /// first epoch and batch are 1; folders are made.
  std::string filepath;
  std::string monitor = "val_loss";
  std::int64_t verbose = 0;        ///< above 0: says what it does (see core/messages.hpp)
  bool save_best_only = false;     ///< only when the monitored value has improved
  bool save_weights_only = false;  ///< weights instead of the whole model
  std::string mode = "auto";       ///< "min", "max", or "auto": by the monitored value's name
  std::int64_t save_freq = 0;      ///< batches from one to the next, of all epochs; 0: each epoch
  std::optional<double> initial_value_threshold = {};  ///< only what beats it is saved

  LAMINA_API static ModelCheckpointOptions from_config(const Config& config);
};

/// Saves the model in the course of a run.
class LAMINA_API ModelCheckpoint : public Callback {
 public:
  /// A value error where the file would have the suffix of another program.
  explicit ModelCheckpoint(ModelCheckpointOptions options);

  void on_train_begin() override;
  void on_epoch_begin(std::int64_t epoch) override { epoch_ = epoch; }
  void on_epoch_end(std::int64_t epoch, Logs& logs) override;
  void on_train_batch_begin(std::int64_t batch) override;
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
  /// Only after a batch that it saves.
  bool reads_batch_logs() const override { return due_; }
  CallbackState state() const override;
  void restore(const CallbackState& state) override;

  const ModelCheckpointOptions& options() const noexcept { return options_; }
  Config config() const;
  std::optional<double> best() const noexcept { return best_; }

 private:
  std::string path_of(std::optional<std::int64_t> batch, const Logs& logs) const;
  bool should_save(const Logs& logs, const std::string& path);
  void save(std::optional<std::int64_t> batch, const Logs& logs);
  void tell(const std::string& text) const;

  ModelCheckpointOptions options_;
  std::optional<double> best_;
  std::int64_t epoch_ = 0, batches_since_ = 0;
  bool due_ = false;
};

}  // namespace lamina
