#include "lamina/training/swap_ema_weights.hpp"

#include "core/check.hpp"
#include "lamina/models/model.hpp"
#include "training/monitor.hpp"

namespace lamina {
namespace {

// The optimizer's running means, each with its weight.
std::vector<OptimizerSlotVariable> means_of(const Callback& callback) {
  std::vector<OptimizerSlotVariable> means;
  for (OptimizerSlotVariable& slot : model_of(callback, "SwapEMAWeights").optimizer().slots()) {
    if (slot.variable.name() == "average") means.push_back(std::move(slot));
  }
  if (means.empty()) {
    fail(ErrorKind::value,
         "SwapEMAWeights needs an optimizer that keeps running means of the weights; make it with "
         "use_ema=True");
  }
  return means;
}

}  // namespace

void SwapEMAWeights::show_means() {
  if (!trained_.empty()) return;
  for (auto& [weight, mean] : means_of(*this)) {
    trained_.push_back(weight.value().copy());
    weight.assign(mean.value());
  }
}

void SwapEMAWeights::show_trained() {
  if (trained_.empty()) return;
  std::vector<OptimizerSlotVariable> means = means_of(*this);
  for (std::size_t i = 0; i < trained_.size(); ++i) means[i].weight.assign(trained_[i]);
  trained_.clear();
}

void SwapEMAWeights::on_epoch_begin(std::int64_t /*epoch*/) {
  if (swap_on_epoch_) show_trained();
}

void SwapEMAWeights::on_epoch_end(std::int64_t /*epoch*/, Logs& /*logs*/) {
  if (swap_on_epoch_) show_means();
}

void SwapEMAWeights::on_test_begin() {
  was_shown_ = !trained_.empty();
  show_means();
}

void SwapEMAWeights::on_test_end(const Logs& /*logs*/) {
  if (!was_shown_) show_trained();
}

CallbackState SwapEMAWeights::state() const {
  CallbackState state;
  state.values.set("swap_on_epoch", swap_on_epoch_);
  state.tensors = trained_;
  return state;
}

void SwapEMAWeights::restore(const CallbackState& state) {
  trained_.clear();
  for (const Tensor& weight : state.tensors) {
    trained_.push_back(weight.to(model_of(*this, "SwapEMAWeights").device()));
  }
}

}  // namespace lamina
