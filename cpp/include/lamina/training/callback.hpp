// Hooks into training, evaluation and prediction.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "lamina/export.hpp"

namespace lamina {

class Model;

/// Named values in the order they were made: loss, the metrics, then both with "val_" before.
using Logs = std::vector<std::pair<std::string, double>>;

/// Subclass it and override what you need. `model()` is set before the first hook.
class LAMINA_API Callback {
 public:
  virtual ~Callback() = default;
  virtual void set_model(Model* model) { model_ = model; }
  Model* model() const noexcept { return model_; }
  /// Whether on_train_batch_end or on_test_batch_end look at their logs. Reading them waits for the
  /// device after each batch, so a callback that overrides neither should say no; its logs are
  /// empty there then.
  virtual bool reads_batch_logs() const { return true; }

  virtual void on_train_begin() {}
  virtual void on_train_end(const Logs&) {}
  virtual void on_epoch_begin(std::int64_t /*epoch*/) {}
  virtual void on_epoch_end(std::int64_t /*epoch*/, const Logs&) {}
  virtual void on_train_batch_begin(std::int64_t /*batch*/) {}
  virtual void on_train_batch_end(std::int64_t /*batch*/, const Logs&) {}
  virtual void on_test_begin() {}
  virtual void on_test_end(const Logs&) {}
  virtual void on_test_batch_begin(std::int64_t /*batch*/) {}
  virtual void on_test_batch_end(std::int64_t /*batch*/, const Logs&) {}
  virtual void on_predict_begin() {}
  virtual void on_predict_end() {}
  virtual void on_predict_batch_begin(std::int64_t /*batch*/) {}
  virtual void on_predict_batch_end(std::int64_t /*batch*/) {}

 private:
  Model* model_ = nullptr;
};

/// What fit returns: the epochs it ran and each value's course over them.
struct History {
  std::vector<std::int64_t> epoch;
  std::vector<std::pair<std::string, std::vector<double>>> values;

  /// The course of one value; an index error that lists the names otherwise.
  LAMINA_API const std::vector<double>& operator[](const std::string& name) const;
};

}  // namespace lamina
