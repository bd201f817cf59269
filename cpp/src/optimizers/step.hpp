// Hands the weights of one step to the backend, all of one dtype at a time.
#pragma once

#include <cmath>
#include <vector>

#include "backend/backend.hpp"
#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

/// `params` holds the formula and its numbers; weights, dtype, clipping and decay are filled here.
template <class Entry>
void backend_step(OptimizerParams params, const std::vector<Entry*>& entries,
                  const GradientOptions& gradients, double learning_rate) {
  params.clip_norm = gradients.clipnorm.value_or(gradients.global_clipnorm.value_or(0));
  params.clip_value = gradients.clipvalue.value_or(0);
  params.decay = gradients.weight_decay.value_or(0) * learning_rate;
  for (const Dtype dtype : {Dtype::float32, Dtype::float64}) {
    std::vector<OptimizerSlot> weights;
    for (Entry* entry : entries) {
      if (entry->weight.dtype() != dtype) continue;
      OptimizerSlot slot{};
      slot.n = entry->weight.value().size();
      slot.grad = entry->weight.grad().data();
      slot.weight = entry->weight.begin_update();
      slot.squared_norm = entry->squared_norm.defined()
                              ? static_cast<const double*>(entry->squared_norm.data())
                              : nullptr;
      for (std::size_t i = 0; i < entry->slots.size(); ++i) {
        slot.slots[i] = entry->slots[i].begin_update();
      }
      weights.push_back(slot);
    }
    if (weights.empty()) continue;
    params.dtype = dtype;
    params.host_slots = weights;
    backend_for(entries.front()->weight.value().device()).optimizer_step(params);
  }
}

}  // namespace lamina
