// One batch at a time: forward, loss, backward, optimizer, and the sums that logs show. A model
// belongs to the thread that holds a step of it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "lamina/models/model.hpp"
#include "models/compile_state.hpp"

namespace lamina {

class TrainingStep {
 public:
  /// The model must be compiled.
  explicit TrainingStep(Model& model);
  ~TrainingStep();
  TrainingStep(const TrainingStep&) = delete;
  TrainingStep& operator=(const TrainingStep&) = delete;

  /// Begins an epoch, an evaluation or a batch of its own: all sums from 0.
  void begin();
  /// Goes on with an epoch whose sums the model holds already.
  void resume();
  /// The model's own step where it has one, else the built-in one.
  void train(const Batch& batch);
  void test(const Batch& batch);
  /// Forward, backward, optimizer: one walk down the floors and back. Waits for nothing.
  void train_built_in(const Batch& batch);
  /// Forward alone.
  void test_built_in(const Batch& batch);
  /// See Model::compute_loss.
  Tensor compute_loss(const Batch& batch, const Tensors& predictions, bool training);
  /// Adds a batch to the compiled metrics.
  void update_metrics(const Batch& batch, const Tensors& predictions);
  /// The loss, those of the outputs where several count, then the metrics: means over the batches
  /// since `begin`; or what a step of the model's own gave. Waits for the device.
  Logs logs() const;
  Logs built_in_logs() const;

  /// Whether the thread that asks holds it.
  bool on_this_thread() const { return state_.thread == std::this_thread::get_id(); }
  Model& model() const noexcept { return model_; }
  Model::CompileState& state() const noexcept { return state_; }

 private:
  struct Forward {
    Tensors predictions;
    Tensor loss;
  };
  Forward forward(const Batch& batch, bool training);
  /// Checks labels and weights against the outputs.
  void match_outputs(const Batch& batch, std::size_t outputs) const;
  /// Whether a loss or a metric looks at an output.
  bool is_compared(std::size_t output) const;
  /// What an output is compared with. Batches may leave out what nothing is compared with.
  Tensor y_of(const Batch& batch, std::size_t output) const;
  void account(const Batch& batch, const Forward& result);
  bool take_model();
  void show_own_logs();

  const DeviceScope on_device_;  // the model's
  Model& model_;
  const std::shared_ptr<Model::CompileState> shared_state_;  // while it lives, compile is refused
  Model::CompileState& state_;
  TrainingStep* const outer_;  // of this thread on this model, or null
  // A run within a run, as a callback may start, has means of its own.
  std::unique_ptr<Model::CompileState::LossMeans> own_means_;
  Model::CompileState::LossMeans& means_;
  std::vector<Variable> weights_;  // trainable
  Tensors output_losses_;  // of the last batch, before their weights; undefined: does not count
  bool shows_own_logs_ = false;
  std::optional<Logs> kept_logs_;  // its own, since a run within it has had others
};

}  // namespace lamina
