// What compile gives a model, and what changes as it trains.
#pragma once

#include <atomic>

#include "lamina/models/model.hpp"

namespace lamina {

struct Model::Training {
  std::shared_ptr<Optimizer> optimizer;
  std::shared_ptr<Loss> loss;
  std::vector<std::shared_ptr<Metric>> metrics;
  RandomStream shuffle;
  std::atomic<bool> stop{false};
};

}  // namespace lamina
