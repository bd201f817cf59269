// A layer made of layers: models, and layers of one's own that hold others.
#pragma once

#include "lamina/layers/layer.hpp"

namespace lamina {

/// Its weights, random streams and losses are its own and those of its layers; a weight that
/// several of them hold is named once.
class LAMINA_API Composite : public Layer {
 public:
  using Layer::Layer;
  virtual const std::vector<std::shared_ptr<Layer>>& layers() const = 0;
  /// What it calls one of its layers: the layer's name, or another where that is taken here.
  virtual std::string name_of(const Layer& layer) const { return layer.name(); }

  std::vector<Variable> weights() const override;
  std::vector<std::pair<std::string, Variable>> named_weights() const override;
  std::vector<std::pair<std::string, RandomStream>> random_streams() const override;
  TensorList losses() const override;
  void set_trainable(bool trainable) override;
  void set_device(Device device) override;
  void set_name(const std::string& name) override;
  void set_scope(const std::string& scope) override;

 protected:
  /// What stands before the names of its layers in the paths of weights.
  virtual std::string inner_scope() const { return scope() + name() + "/"; }
  /// Whether it tells that to the layer.
  virtual bool scopes(const Layer& /*layer*/) const { return true; }
  /// Gives a layer, or all, their scope, and freezes them where the composite is frozen.
  void adopt_layer(Layer& layer) const;
  void adopt_layers();
  Dtype input_dtype(Dtype given) const override { return given; }
};

}  // namespace lamina
