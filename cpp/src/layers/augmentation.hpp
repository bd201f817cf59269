// Layers that change images in training, as programs without Python load them.
#pragma once

#include <memory>
#include <string>

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

/// Stands for a layer of lamina's Python package that augments images in training: it loads from
/// files, keeps its options and its place in the random numbers, and does what the layer does
/// outside of training, which is nothing, or for RandomCrop to take the middle. In training it
/// refuses.
class Augmentation : public UnaryLayer {
 public:
  /// Null where there is no such layer.
  static std::shared_ptr<Layer> make(const std::string& type, const Config& config);

  Augmentation(const std::string& type, const Config& config, bool draws);
  Config config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  bool supports_masking() const override { return true; }

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  bool crops() const { return type() == "RandomCrop"; }

  Config config_;
  bool draws_;
};

}  // namespace lamina
