#include "models/fusion.hpp"

#include "lamina/autograd/autograd.hpp"
#include "lamina/layers/activation_layer.hpp"
#include "lamina/layers/relu.hpp"
#include "layers/changes.hpp"

namespace lamina {
namespace {

// The activation that is all a layer does.
std::optional<Activation> activation_of(const Layer& layer) {
  if (const auto* activation = dynamic_cast<const ActivationLayer*>(&layer)) {
    return activation->activation();
  }
  const auto* relu = dynamic_cast<const ReLU*>(&layer);
  return relu != nullptr && relu->is_plain() ? std::optional<Activation>("relu") : std::nullopt;
}

}  // namespace

FusedLayers::FusedLayers(std::shared_ptr<Layer> first)
    : first_(std::move(first)),
      fusing_(dynamic_cast<FusingLayer*>(first_.get())),
      changes_(option_changes()) {}

bool FusedLayers::take(const std::shared_ptr<Layer>& layer) {
  if (fusing_ == nullptr || activation_ || !first_->built() || first_->dtype() != layer->dtype()) {
    return false;
  }
  if (const std::optional<Activation> activation = activation_of(*layer)) {
    if (!fusing_->fuses(*activation) || (scale_ && !scale_->fuses(*activation))) return false;
    activation_ = activation;
    activates_ = layer;
    return true;
  }
  auto normalization = std::dynamic_pointer_cast<BatchNormalization>(layer);
  if (scale_ || !normalization || !normalization->scales_channels() ||
      !fusing_->fuses_scale(first_->build_shapes().front())) {
    return false;
  }
  scale_ = std::move(normalization);
  return true;
}

bool FusedLayers::holds() const {
  if (scale_ && !fusing_->fuses_scale(first_->build_shapes().front())) return false;
  if (!activation_) return true;
  const std::optional<Activation> activation = activation_of(*activates_);
  return activation && activation->name() == activation_->name() && fusing_->fuses(*activation) &&
         (!scale_ || scale_->fuses(*activation));
}

Tensors FusedLayers::run_apart(const Tensors& inputs, const CallContext& context) const {
  Tensors outputs = (*first_)(inputs, context);
  const CallContext training{context.said_training(), nullptr};
  if (scale_) outputs = (*scale_)(outputs, training);
  return activates_ ? (*activates_)(outputs, training) : outputs;
}

Tensors FusedLayers::operator()(const Tensors& inputs, const CallContext& context) const {
  if (changes_ != option_changes() && !holds()) return run_apart(inputs, context);
  Epilogue epilogue{activation_.value_or(Activation())};
  if (!scale_) {
    return activation_ ? Tensors(fusing_->run_fused(inputs, context, epilogue))
                       : (*first_)(inputs, context);
  }
  // A kernel folded with batch normalization is a temporary: no gradient reaches the weights.
  const Tensor& x = inputs;
  if (!context.is_training() && !grad_enabled() && fusing_->fuses_scale(x.shape()) &&
      scale_->scale_into(epilogue)) {
    return fusing_->run_fused(x, context, epilogue);
  }
  const Tensor outputs = (*first_)(inputs, context);
  return activation_ ? scale_->run_fused(outputs, context, {*activation_})
                     : (*scale_)(outputs, context);
}

}  // namespace lamina
