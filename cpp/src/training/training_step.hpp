// One batch at a time: forward, loss, backward, optimizer, and the sums that logs show. A model
// belongs to the thread that holds a step of it.
#pragma once

#include <memory>
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
  /// Forward, backward, optimizer: one walk down the floors and back. Waits for nothing.
  void train(const Batch& batch);
  /// Forward alone.
  void test(const Batch& batch);
  /// The loss, those of the outputs where several count, then the metrics: means over the batches
  /// since `begin`. Waits for the device.
  Logs logs() const;

  Model& model() const noexcept { return model_; }
  Model::CompileState& state() const noexcept { return state_; }
  /// A state error where the model was compiled without a loss.
  void require_loss() const;

 private:
  struct Forward {
    Tensors predictions;
    Tensors losses;  // of each output, before its weight; undefined where it does not count
    Tensor total;
  };
  Forward forward(const Batch& batch, bool training) const;
  /// Checks labels and weights against the outputs.
  void match_outputs(const Batch& batch, std::size_t outputs) const;
  void account(const Batch& batch, const Forward& result);
  bool take_model();

  const DeviceScope on_device_;  // the model's
  Model& model_;
  const std::shared_ptr<Model::CompileState> shared_state_;  // while it lives, compile is refused
  Model::CompileState& state_;
  bool is_outermost_;  // of this thread on this model
  // A run within a run, as a callback may start, has sums of its own.
  std::unique_ptr<Model::CompileState::LossTotals> own_totals_;
  Model::CompileState::LossTotals& totals_;
  std::vector<Variable> weights_;  // trainable
};

}  // namespace lamina
