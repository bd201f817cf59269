// A layer made of layers: models, and user-defined layers that hold others.
#pragma once

#include "lamina/layers/layer.hpp"

namespace lamina {

/// Its weights, random streams and losses are its own and those of its layers; a weight that
/// several of them share is listed once.
class LAMINA_API Composite : public Layer {
 public:
  using Layer::Layer;
  virtual const std::vector<std::shared_ptr<Layer>>& layers() const = 0;
  /// The layer's name in this composite: its own, or another if that is taken here.
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
  /// The prefix of its layers' names in the paths of weights.
  virtual std::string inner_scope() const { return scope() + name() + "/"; }
  /// Whether the layer's scope is set to that.
  virtual bool scopes(const Layer& /*layer*/) const { return true; }
  /// Sets the scope of a layer, or of all, and freezes them if the composite is frozen.
  void adopt_layer(Layer& layer) const;
  void adopt_layers();
  Dtype input_dtype(Dtype given) const override { return given; }
};

}  // namespace lamina
