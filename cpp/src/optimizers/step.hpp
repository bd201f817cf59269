// Hands the weights of one step to the backend, all of one dtype at a time.
#pragma once

#include <cmath>
#include <vector>

#include "backend/backend.hpp"
#include "core/tensor_impl.hpp"
#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

/// Calls the backend once for each dtype and device that neighbours among `entries` share;
/// `describe(entry, slot)` says what of an entry the operation is about.
template <class Entries, class Describe>
void backend_pass(OptimizerParams params, Entries&& entries, const Describe& describe) {
  std::vector<OptimizerSlot> slots;
  slots.reserve(entries.size());
  for (const Dtype dtype : {Dtype::float32, Dtype::float64}) {
    Backend* backend = nullptr;
    const auto flush = [&] {
      if (slots.empty()) return;
      params.dtype = dtype;
      params.host_slots = slots;
      backend->optimizer_step(params);
      slots.clear();
    };
    for (auto* entry : entries) {
      const Tensor& weight = entry->weight.value();
      if (weight.dtype() != dtype) continue;
      if (&backend_of(weight) != backend) flush();
      backend = &backend_of(weight);
      OptimizerSlot slot{};
      slot.n = weight.size();
      describe(*entry, slot);
      slots.push_back(slot);
    }
    flush();
  }
}

/// One step of `entries`. `params` holds the formula and its numbers; weights, dtype, clipping and
/// decay are filled here.
template <class Entry, class Step>
void backend_step(OptimizerParams params, const std::vector<Entry*>& entries,
                  const GradientOptions& gradients, const Step& step) {
  params.grad_scale = step.gradient_scale;
  params.clip_norm = gradients.clipnorm.value_or(gradients.global_clipnorm.value_or(0));
  params.clip_value = gradients.clipvalue.value_or(0);
  params.decay = gradients.weight_decay.value_or(0) * step.learning_rate;
  backend_pass(params, entries, [](Entry& entry, OptimizerSlot& slot) {
    slot.grad = entry.gradient().data();
    slot.weight = entry.weight.begin_update();
    slot.decays = entry.decays;
    if (entry.squared_norm.defined()) {
      slot.squared_norm = static_cast<const double*>(entry.squared_norm.data());
    }
    for (std::size_t i = 0; i < entry.slots.size(); ++i) {
      slot.slots[i] = entry.slots[i].begin_update();
    }
  });
}

}  // namespace lamina
