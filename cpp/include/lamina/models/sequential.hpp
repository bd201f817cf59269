#pragma once

#include <concepts>
#include <map>

#include "lamina/models/model.hpp"

namespace lamina {

class FusedLayers;

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
  void set_scope(const std::string& scope) override;
  bool supports_masking() const override { return true; }
  Tensors compute_mask(const Tensors& inputs) const override;
  Shapes output_shapes(const Shapes& input_shapes) const override;
  Config config() const override;
  SymbolicTensors symbolic_inputs() const override;
  SymbolicTensors symbolic_outputs() const override;
  std::vector<Dtype> output_dtypes() const override;

 protected:
  void build(const Shapes& input_shapes) override;
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  std::string inner_scope() const override { return nested_ ? Model::inner_scope() : ""; }

 private:
  /// Builds the layer after those before it.
  void link(const std::shared_ptr<Layer>& layer);
  /// Decides which layers run as one: for all layers, or for one that was added.
  void schedule();
  void append_step(const std::shared_ptr<Layer>& layer);

  std::vector<std::shared_ptr<Layer>> layers_;
  std::map<std::string, int> numbered_;  // the last number given to layers of that name
  SymbolicTensors links_;  // once built: what goes into the first layer, then what each gives
  std::shared_ptr<std::vector<FusedLayers>> steps_;
  bool nested_ = false;  // a layer of another model
};

}  // namespace lamina
