// Hooks into training, evaluation and prediction.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "lamina/core/config.hpp"
#include "lamina/core/tensors.hpp"
#include "lamina/export.hpp"

namespace lamina {

class Model;

/// Named values in the order they were made: loss, the metrics, then both with "val_" before.
using Logs = std::vector<std::pair<std::string, double>>;

/// What a callback must know to go on with a run that was cut off.
struct CallbackState {
  Config values = {};
  TensorList tensors = {};
};

/// Subclass it and override what you need. `model()` is set before the first hook.
class LAMINA_API Callback {
 public:
  virtual ~Callback() = default;
  virtual void set_model(Model* model) { model_ = model; }
  Model* model() const noexcept { return model_; }
  /// Whether on_train_batch_end or on_test_batch_end will look at their logs; asked after each
  /// batch. Reading them waits for the device, so a callback that does not should say no; its logs
  /// are empty there then.
  virtual bool reads_batch_logs() const { return true; }
  /// Whether its hooks come after those of all callbacks that say no, wherever it stands.
  virtual bool comes_last() const { return false; }

  virtual void on_train_begin() {}
  virtual void on_train_end(const Logs&) {}
  virtual void on_epoch_begin(std::int64_t /*epoch*/) {}
  /// What is written into `logs` reaches the callbacks that come later, and the history.
  virtual void on_epoch_end(std::int64_t /*epoch*/, Logs& /*logs*/) {}
  virtual void on_train_batch_begin(std::int64_t /*batch*/) {}
  virtual void on_train_batch_end(std::int64_t /*batch*/, const Logs&) {}
  virtual void on_test_begin() {}
  virtual void on_test_end(const Logs&) {}
  virtual void on_test_batch_begin(std::int64_t /*batch*/) {}
  virtual void on_test_batch_end(std::int64_t /*batch*/, const Logs&) {}
  virtual void on_predict_begin() {}
  virtual void on_predict_end() {}
  virtual void on_predict_batch_begin(std::int64_t /*batch*/) {}
  virtual void on_predict_batch_end(std::int64_t /*batch*/, const Tensors& /*outputs*/) {}

  // Checkpoints of a run keep what its callbacks say here; see BackupAndRestore.
  virtual CallbackState state() const { return {}; }
  /// Called after on_train_begin.
  virtual void restore(const CallbackState&) {}

 private:
  Model* model_ = nullptr;
};

/// The value of that name, or null.
inline const double* find(const Logs& logs, const std::string& name) {
  for (const auto& [known, value] : logs) {
    if (known == name) return &value;
  }
  return nullptr;
}
/// Replaces the value of that name, or adds it.
inline void write(Logs& logs, const std::string& name, double value) {
  for (auto& [known, old] : logs) {
    if (known != name) continue;
    old = value;
    return;
  }
  logs.emplace_back(name, value);
}

/// What fit returns: the epochs it ran and each value's course over them.
struct History {
  std::vector<std::int64_t> epoch;
  std::vector<std::pair<std::string, std::vector<double>>> values;

  /// The course of one value; an index error that lists the names otherwise.
  LAMINA_API const std::vector<double>& operator[](const std::string& name) const;
};

}  // namespace lamina
