#pragma once

#include <string>

#include "lamina/training/callback.hpp"

namespace lamina {

struct BackupAndRestoreOptions {
  std::string backup_dir;          ///< a folder of its own, which is made
  std::int64_t save_freq = 0;      ///< batches from one backup to the next; 0: after each epoch
  bool double_checkpoint = false;  ///< keeps the backup before the last one, too
  bool delete_checkpoint = true;   ///< removes the backups when the run has ended in order

  LAMINA_API static BackupAndRestoreOptions from_config(const Config& config);
};

/// Lets a run that was cut off, in whatever way, go on where its last backup was made: the same
/// call of fit ends in the same bits as if it had not been cut off. A backup holds weights, the
/// optimizer's state, random streams, the place in the data, the sums of the epoch, and what
/// callbacks of the core know, and is written as a whole or not at all.
///
/// Batches of a BatchSource must come in the same order again; what callbacks of your own keep,
/// they must keep themselves or say in Callback::state.
class LAMINA_API BackupAndRestore : public Callback {
 public:
  explicit BackupAndRestore(BackupAndRestoreOptions options);

  void on_train_begin() override;
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
  void on_epoch_end(std::int64_t epoch, Logs& logs) override;
  void on_train_end(const Logs& logs) override;
  bool reads_batch_logs() const override { return false; }
  bool comes_last() const override { return true; }  // behind those whose state it keeps
  CallbackState state() const override;
  void restore(const CallbackState& state) override;

  const BackupAndRestoreOptions& options() const noexcept { return options_; }
  Config config() const;

 private:
  void save() const;

  BackupAndRestoreOptions options_;
  std::string latest_, previous_;
  std::int64_t batches_since_ = 0;
};

}  // namespace lamina
