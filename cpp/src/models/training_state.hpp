// What compile gives a model, and what changes as it trains.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "lamina/models/model.hpp"

namespace lamina {

struct Model::Training {
  std::shared_ptr<Optimizer> optimizer;
  std::shared_ptr<Loss> loss;
  std::vector<std::shared_ptr<Metric>> metrics;
  RandomStream shuffle;
  std::atomic<bool> stop{false};
  std::vector<std::string> metric_names;  // under which logs show them, each once
  std::atomic<std::thread::id> trained_by{};
};

}  // namespace lamina
