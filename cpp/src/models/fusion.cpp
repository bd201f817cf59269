#include "models/fusion.hpp"

#include "lamina/autograd/autograd.hpp"

namespace lamina {

bool Followers::take(const Layer& first, const std::shared_ptr<Layer>& layer) {
  if (activation_ || !first.built() || first.dtype() != layer->dtype()) return false;
  const std::optional<Epilogue> does = layer->as_epilogue();
  if (!does || !first.fuses(*does, first.build_shape())) return false;
  if (does->scales) {
    if (scales_) return false;
    scales_ = layer;
    return true;
  }
  if (scales_ && !scales_->fuses(*does, scales_->build_shape())) return false;
  activation_ = does->activation;
  return true;
}

Tensor Followers::call(Layer& first, const Tensor& inputs, bool training) const {
  const Epilogue activation{activation_.value_or(Activation())};
  if (!scales_) return activation_ ? first(inputs, training, activation) : first(inputs, training);
  // A kernel scaled in passing has no gradient to hand back.
  if (!training && !grad_enabled()) {
    Epilogue all{activation.activation, true};
    if (first.fuses(all, inputs.shape()) && scales_->scale_into(all)) {
      return first(inputs, training, all);
    }
  }
  const Tensor outputs = first(inputs, training);
  return activation_ ? (*scales_)(outputs, training, activation) : (*scales_)(outputs, training);
}

}  // namespace lamina
