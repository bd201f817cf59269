#pragma once

#include <vector>

#include "lamina/training/callback.hpp"

namespace lamina {

/// Evaluates and predicts with the running means that the optimizer keeps of the weights (use_ema),
/// and goes on training with the weights. With `swap_on_epoch` the means stand in the model from
/// the end of an epoch to the beginning of the next, so that callbacks which come later save them.
/// The means themselves are never changed, so that a run which uses them ends with them.
class LAMINA_API SwapEMAWeights : public Callback {
 public:
  explicit SwapEMAWeights(bool swap_on_epoch = false) : swap_on_epoch_(swap_on_epoch) {}

  void on_train_begin() override { trained_.clear(); }
  void on_epoch_begin(std::int64_t epoch) override;
  void on_epoch_end(std::int64_t epoch, Logs& logs) override;
  void on_test_begin() override;
  void on_test_end(const Logs& logs) override;
  void on_predict_begin() override { on_test_begin(); }
  void on_predict_end() override { on_test_end({}); }
  bool reads_batch_logs() const override { return false; }
  CallbackState state() const override;
  void restore(const CallbackState& state) override;

  bool swap_on_epoch() const noexcept { return swap_on_epoch_; }

 private:
  void show_means();
  void show_trained();

  bool swap_on_epoch_;
  TensorList trained_;      // the weights while means stand in their place, otherwise none
  bool was_shown_ = false;  // before the evaluation that goes on
};

}  // namespace lamina
