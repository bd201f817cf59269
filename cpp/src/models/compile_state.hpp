// What compile gives a model, and the state that its runs share.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lamina/models/model.hpp"

namespace lamina {

class TrainingStep;

struct Model::CompileState {
  /// What one output is compared by.
  struct Output {
    std::string name;
    std::shared_ptr<Loss> loss;  // null where it does not count
    double loss_weight = 1;
  };
  struct OutputMetric {
    std::shared_ptr<Metric> metric;
    std::string name;  // under which logs show it, given once
    std::size_t output;
    bool weighted;  // by the samples' weights
  };

  /// Means over the samples of a run: of the loss, and of each output's where several count.
  struct LossMeans {
    std::shared_ptr<Mean> loss = std::make_shared<Mean>(MetricOptions{"loss"});
    std::vector<std::unique_ptr<Mean>> outputs;
    void reset();
    void grow_to(std::size_t count);
  };

  /// How far a run has come: what it does next.
  struct Position {
    std::int64_t epoch = 0, batch = 0;
    std::int64_t taken = -1;  // batches of the pass over the data that it is in; -1: in none
    // Where the stream of orders stood as that pass began.
    std::uint64_t shuffle_key = 0, shuffle_draws = 0;
  };

  std::shared_ptr<Optimizer> optimizer;
  CompileOptions given;
  std::vector<Output> outputs;  // none until the model's are known
  std::vector<OutputMetric> metrics;
  std::vector<std::shared_ptr<Metric>> extra_metrics;  // updated by others than the step
  LossMeans means;
  TrainingStep* step = nullptr;  // of the innermost run
  RandomStream shuffle;
  Position position;
  bool resumes = false;  // the run is to go on at `position`
  const std::vector<std::shared_ptr<Callback>>* callbacks = nullptr;  // of the run
  std::atomic<bool> stop_training{false};
  std::atomic<std::thread::id> thread{};  // which trains or evaluates the model, if one does

  /// Makes `outputs` and `metrics`; a value error where what was given does not fit them.
  void assign_outputs(const std::string& label, std::vector<std::string> names, std::size_t count);
  bool has_loss() const;
  bool has_metrics() const;
  void reset_metrics() const;
  /// The loss, those of the outputs where several count, then the metrics. Waits for the device.
  Logs logs(const LossMeans& of) const;
  void move_metrics_to(Device device) const;
};

}  // namespace lamina
