// What a model does with one batch, where a program says so itself.
#pragma once

#include <optional>

#include "lamina/training/batch_source.hpp"
#include "lamina/training/callback.hpp"

namespace lamina {

/// Steps of your own in place of the built-in ones: override what you need and give it to
/// `Model::set_steps`. fit, evaluate, predict and their kin for one batch call them. What is not
/// overridden is done as always. A step runs with the gradients' graph switched on in `train`, off
/// elsewhere.
class LAMINA_API Steps {
 public:
  virtual ~Steps() = default;
  /// Before an epoch, an evaluation, or a batch by itself: metrics of your own start over.
  virtual void begin() {}
  /// Whether `train` is overridden: then the model need not have a loss, nor be built before.
  virtual bool trains() const { return false; }
  /// One step of training. False leaves it to the built-in step.
  virtual bool train(const Batch& /*batch*/) { return false; }
  /// One step of evaluation. False leaves it to the built-in step.
  virtual bool test(const Batch& /*batch*/) { return false; }
  /// The outputs for a batch; nothing leaves them to the model's call.
  virtual std::optional<Tensors> predict(const Tensors& /*x*/) { return {}; }
  /// The loss of a built-in step, a scalar; undefined leaves it to `Model::compute_loss`.
  virtual Tensor loss(const Batch& /*batch*/, const Tensors& /*predictions*/, bool /*training*/) {
    return {};
  }
  /// What a built-in step does with its predictions for the metrics. False leaves it to those that
  /// the model was compiled with.
  virtual bool metrics(const Batch& /*batch*/, const Tensors& /*predictions*/) { return false; }
  /// The values to show after `train`, `test` or `metrics` of your own: those of the last step.
  virtual Logs logs() const { return {}; }
};

}  // namespace lamina
