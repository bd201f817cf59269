#pragma once

#include <concepts>
#include <map>

#include "lamina/models/model.hpp"

namespace lamina {

/// Layers one after the other.
class LAMINA_API Sequential : public Model {
 public:
  explicit Sequential(std::string name = {});
  static std::shared_ptr<Layer> from_config(const Config& config);

  void add(std::shared_ptr<Layer> layer);
  template <std::derived_from<Layer> L>
  void add(L layer) {
    add(std::make_shared<L>(std::move(layer)));
  }
  void pop();

  const std::vector<std::shared_ptr<Layer>>& layers() const override { return layers_; }
  std::vector<Variable> weights() const override;
  void set_trainable(bool trainable) override;
  void set_name(const std::string& name) override;
  void set_scope(const std::string& scope) override;
  std::vector<std::pair<std::string, Variable>> named_weights() const override;
  std::vector<std::pair<std::string, RandomStream>> random_streams() const override;
  TensorList losses() const override;
  Shape output_shape(const Shape& input_shape) const override;
  Config config() const override;
  SymbolicTensors symbolic_inputs() const override;
  SymbolicTensors symbolic_outputs() const override;
  std::vector<Dtype> output_dtypes() const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;
  /// Its layers see to their inputs themselves.
  Tensor prepared(const Tensor& inputs) const override { return inputs; }

 private:
  void scope_layers();
  /// Builds the layer after those before it.
  void link(const std::shared_ptr<Layer>& layer);
  template <class Visit>
  void for_each_layer(Visit visit) const;
  std::vector<std::shared_ptr<Layer>> layers_;
  std::map<std::string, int> numbered_;  // the last number given to layers of that name
  SymbolicTensors links_;  // once built: what goes into the first layer, then what each gives
  bool nested_ = false;    // a layer of another model
};

}  // namespace lamina
