// A layer with one input and one output, as most are.
#pragma once

#include "lamina/layers/layer.hpp"

namespace lamina {

/// Subclass it, override `call`, and `build`, `output_shape`, `accepts` and `config` as needed.
class LAMINA_API UnaryLayer : public Layer {
 public:
  using Layer::Layer;
  Tensor operator()(const Tensor& inputs, const CallContext& context = {}) {
    return Layer::operator()(inputs, context);
  }
  /// Shape given for inputs of a shape, where -1 stands for unknown extents.
  virtual Shape output_shape(const Shape& input_shape) const { return input_shape; }
  Shapes output_shapes(const Shapes& input_shapes) const final;

 protected:
  /// Makes the weights for inputs of that shape; the batch axis is -1.
  virtual void build(const Shape& /*input_shape*/) {}
  virtual Tensor call(const Tensor& inputs, bool training) = 0;
  /// Whether a built layer can take inputs of that shape.
  virtual bool accepts(const Shape& /*input_shape*/) const { return true; }

 private:
  void build(const Shapes& input_shapes) final;
  Tensors call(const Tensors& inputs, const CallContext& context) final;
  bool accepts(const Shapes& input_shapes) const final;
  const Shape& only(const Shapes& input_shapes) const;
};

}  // namespace lamina
