// Layers that a model runs as one call: a layer, perhaps the batch normalization after it, and an
// activation. Which ones is decided once, when the model is built.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "lamina/layers/batch_normalization.hpp"
#include "lamina/layers/fusing_layer.hpp"

namespace lamina {

class FusedLayers {
 public:
  explicit FusedLayers(std::shared_ptr<Layer> first);

  /// Tries to fuse `layer`, the only consumer of the chain so far; false if it must run separately.
  bool take(const std::shared_ptr<Layer>& layer);
  const std::shared_ptr<Layer>& first() const noexcept { return first_; }
  Tensors operator()(const Tensors& inputs, const CallContext& context) const;

 private:
  std::shared_ptr<Layer> first_;
  FusingLayer* fusing_;  // first_, where it can fuse at all
  /// Whether options that were changed since leave the layers fused.
  bool holds() const;
  Tensors run_apart(const Tensors& inputs, const CallContext& context) const;

  std::shared_ptr<BatchNormalization> scale_;
  std::optional<Activation> activation_;
  std::shared_ptr<Layer> activates_;  // the layer of that activation
  std::uint64_t changes_;
};

}  // namespace lamina
