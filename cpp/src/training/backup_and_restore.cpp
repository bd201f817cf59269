#include "lamina/training/backup_and_restore.hpp"

#include <filesystem>
#include <system_error>

#include "core/options.hpp"
#include "lamina/core/messages.hpp"
#include "lamina/models/model.hpp"
#include "training/monitor.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, BackupAndRestoreOptions& options) {
  visit("backup_dir", options.backup_dir);
  visit("save_freq", options.save_freq);
  visit("double_checkpoint", options.double_checkpoint);
  visit("delete_checkpoint", options.delete_checkpoint);
}

namespace {

constexpr const char* owner = "BackupAndRestore";

bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

}  // namespace

BackupAndRestoreOptions BackupAndRestoreOptions::from_config(const Config& config) {
  BackupAndRestoreOptions options;
  OptionReader read(config);
  describe(read, options);
  read.refuse_unknown(owner);
  return options;
}

BackupAndRestore::BackupAndRestore(BackupAndRestoreOptions options) : options_(std::move(options)) {
  require(!options_.backup_dir.empty(), owner, "backup_dir", options_.backup_dir,
          "of some letters");
  require(options_.save_freq >= 0, owner, "save_freq", options_.save_freq,
          "of at least 1, or 0 for each epoch");
  const std::filesystem::path folder = options_.backup_dir;
  latest_ = (folder / "latest.lamina").native();
  previous_ = (folder / "previous.lamina").native();
}

Config BackupAndRestore::config() const {
  Config config;
  OptionWriter write(config);
  BackupAndRestoreOptions options = options_;
  describe(write, options);
  return config;
}

void BackupAndRestore::on_train_begin() {
  batches_since_ = 0;
  Model& model = model_of(*this, owner);
  if (!exists(latest_)) {
    // Between the previous one's renaming and the latest one's writing the run may have ended.
    if (exists(previous_)) model.load_checkpoint(previous_);
    return;
  }
  try {
    model.load_checkpoint(latest_);
  } catch (const Error& error) {
    if (!exists(previous_)) throw;
    warn(concat("BackupAndRestore goes on from '", previous_, "', as '", latest_,
                "' cannot be used: ", error.what()));
    model.load_checkpoint(previous_);
  }
}

void BackupAndRestore::on_train_batch_end(std::int64_t /*batch*/, const Logs& /*logs*/) {
  if (options_.save_freq == 0 || ++batches_since_ < options_.save_freq) return;
  batches_since_ = 0;
  save();
}

void BackupAndRestore::on_epoch_end(std::int64_t /*epoch*/, Logs& /*logs*/) {
  if (options_.save_freq == 0) save();
}

void BackupAndRestore::save() const {
  std::error_code error;
  std::filesystem::create_directories(options_.backup_dir, error);
  if (!error && options_.double_checkpoint && exists(latest_)) {
    std::filesystem::rename(latest_, previous_, error);
  }
  if (error) {
    fail(ErrorKind::io, "cannot write a backup into '", options_.backup_dir,
         "': ", error.message());
  }
  model_of(*this, owner).save_checkpoint(latest_);
}

void BackupAndRestore::on_train_end(const Logs& /*logs*/) {
  if (!options_.delete_checkpoint) return;
  std::error_code error;  // what cannot be removed stays; so does a folder that holds more
  std::filesystem::remove(latest_, error);
  std::filesystem::remove(previous_, error);
  std::filesystem::remove(options_.backup_dir, error);
}

CallbackState BackupAndRestore::state() const {
  CallbackState state;
  state.values.set("batches_since", batches_since_);
  return state;
}

void BackupAndRestore::restore(const CallbackState& state) {
  batches_since_ = state.values.integer("batches_since");
}

}  // namespace lamina
