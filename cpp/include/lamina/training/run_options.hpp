// What fit, evaluate and predict take beside their data.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "lamina/training/batch_source.hpp"
#include "lamina/training/callback.hpp"

namespace lamina {

/// Where a run stands, for a progress bar.
struct Progress {
  std::int64_t epoch, epochs, batch, batches;  ///< batches: 0 when not known
  bool finished;                               ///< the epoch, its validation and its callbacks
  const std::function<Logs()>& logs;           ///< reads them, for which a device is waited for
};
/// Called by the clock, about every 50 ms and at the end of each epoch; what it throws stops the
/// run between two batches and leaves the model usable.
using OnProgress = std::function<void(const Progress&)>;

struct FitOptions {
  std::int64_t batch_size = 32;
  std::int64_t epochs = 1;
  bool shuffle = true;
  double validation_split = 0;  ///< share of the *last* samples, set apart before shuffling
  Tensors validation_x = {}, validation_y = {}, validation_sample_weight = {};
  Tensors sample_weight = {};  ///< one for all outputs, or one for each
  std::int64_t initial_epoch = 0;
  std::int64_t validation_batch_size = 0;                          ///< 0: batch_size
  std::vector<std::pair<std::int64_t, double>> class_weight = {};  ///< others weigh 1
  std::int64_t steps_per_epoch = 0;  ///< batches an epoch; 0: a whole pass over the data
  std::shared_ptr<BatchSource> validation_source = {};  ///< instead of validation_x
  std::int64_t validation_steps = 0;                    ///< batches of validation; 0: all
  std::int64_t validation_freq = 1;                     ///< epochs between validations,
  std::vector<std::int64_t> validation_epochs = {};     ///< or those that validate, counted from 1
  std::vector<std::shared_ptr<Callback>> callbacks = {};
  OnProgress on_progress = {};
};

struct EvaluateOptions {
  std::int64_t batch_size = 32;
  Tensors sample_weight = {};
  std::int64_t steps = 0;  ///< batches; 0: all
  std::vector<std::shared_ptr<Callback>> callbacks = {};
  OnProgress on_progress = {};
};

struct PredictOptions {
  std::int64_t batch_size = 32;
  std::int64_t steps = 0;  ///< batches; 0: all
  std::vector<std::shared_ptr<Callback>> callbacks = {};
  OnProgress on_progress = {};
};

}  // namespace lamina
