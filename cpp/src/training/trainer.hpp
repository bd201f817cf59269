// The loops behind fit, evaluate and predict.
#pragma once

#include <chrono>

#include "lamina/models/model.hpp"
#include "training/feed.hpp"

namespace lamina {

/// Calls a progress function by the clock.
class ProgressClock {
 public:
  explicit ProgressClock(const OnProgress& on_progress) : on_progress_(on_progress) {}
  /// Calls it when 50 ms have passed since the last time, or when `now` is set.
  template <class MakeLogs>
  void tick(std::int64_t epoch, std::int64_t epochs, std::int64_t batch, std::int64_t batches,
            bool now, const MakeLogs& logs) {
    if (!on_progress_) return;
    const auto time = std::chrono::steady_clock::now();
    if (!now && time - last_ < std::chrono::milliseconds(50)) return;
    last_ = time;
    on_progress_({epoch, epochs, batch, batches, logs()});
  }

 private:
  const OnProgress& on_progress_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

class Trainer {
 public:
  /// The model must be compiled.
  explicit Trainer(Model& model);
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  History fit(const Tensors& x, const Tensors& y, const FitOptions& options);
  History fit(BatchSource& source, const FitOptions& options);
  Logs evaluate(const Tensors& x, const Tensors& y, const EvaluateOptions& options);
  Logs evaluate(BatchSource& source, const EvaluateOptions& options);
  Logs train_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight);
  Logs test_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight);
  static TensorList predict(Model& model, const Tensors& x, const PredictOptions& options);
  static TensorList predict(Model& model, BatchSource& source, const PredictOptions& options);

 private:
  using Callbacks = std::vector<std::shared_ptr<Callback>>;

  void reset();
  /// Forward, backward, optimizer: one walk down the floors and back.
  void train_step(const Batch& batch);
  void test_step(const Batch& batch);
  struct Forward {
    Tensors predictions;
    Tensors losses;  // of each output, before its weight; undefined where it does not count
    Tensor total;
  };
  Forward forward(const Batch& batch, bool training) const;
  Batch whole(const char* method, const Tensors& x, const Tensors& y,
              const Tensors& sample_weight) const;
  void account(const Batch& batch, const Forward& forward);
  Logs logs() const;
  History run_epochs(Feed& feed, Feed* validation, const FitOptions& options);
  Logs run_test(Feed& feed, const Callbacks& callbacks, ProgressClock& clock);
  void require_loss() const;
  /// Checks labels and weights against the outputs.
  void match_outputs(const Batch& batch, std::size_t outputs) const;

  Model& model_;
  const std::shared_ptr<Model::Training> shared_training_;  // while it lives, compile is refused
  Model::Training& training_;
  std::vector<Variable> weights_;  // trainable
  bool is_outermost_;              // of this thread on this model
  double loss_total_ = 0;
  std::vector<double> output_totals_;  // of each output that counts, where several do
  std::int64_t samples_ = 0;
};

}  // namespace lamina
