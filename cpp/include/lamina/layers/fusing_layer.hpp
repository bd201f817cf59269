// Layers whose kernels can do what the layers after them do, as they store their outputs.
#pragma once

#include "lamina/layers/unary_layer.hpp"
#include "lamina/ops/activation.hpp"

namespace lamina {

/// What is done to outputs in place of the layers that follow: each channel (the last axis) times
/// `factor` plus `offset`, both (channels,), where they are defined; then an activation.
struct Epilogue {
  Activation activation = {};
  Tensor factor = {}, offset = {};
};

/// Models decide, when they are built, which of the layers after it run within it
/// (models/fusion.hpp).
class LAMINA_API FusingLayer : public UnaryLayer {
 public:
  using UnaryLayer::UnaryLayer;
  /// Whether it applies the activation at less cost than a layer of its own.
  virtual bool fuses(const Activation& activation) const = 0;
  /// The same for a factor and an offset of each channel, for inputs of a shape.
  virtual bool fuses_scale(const Shape& /*input_shape*/) const { return false; }
  /// A call that ends with the epilogue.
  Tensor run_fused(const Tensor& inputs, const CallContext& context, const Epilogue& epilogue);

 protected:
  virtual Tensor call_fused(const Tensor& inputs, bool training, const Epilogue& epilogue) = 0;
};

}  // namespace lamina
