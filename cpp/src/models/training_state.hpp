// What compile gives a model, and what changes as it trains.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "lamina/models/model.hpp"

namespace lamina {

struct Model::Training {
  /// What one output is compared by.
  struct Output {
    std::string name;
    std::shared_ptr<Loss> loss;  // null where it does not count
    double weight = 1;
    std::vector<std::shared_ptr<Metric>> metrics;
    std::vector<std::string> metric_names;  // under which logs show them, each once
  };

  std::shared_ptr<Optimizer> optimizer;
  CompileOptions given;
  std::vector<Output> outputs;  // none until the model's are known
  RandomStream shuffle;
  std::atomic<bool> stop{false};
  std::atomic<std::thread::id> trained_by{};

  /// Makes `outputs`; a value error where what was given does not fit them.
  void assign_outputs(const std::string& label, std::vector<std::string> names, std::size_t count);
  bool has_loss() const;
};

}  // namespace lamina
