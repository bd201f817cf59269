#pragma once

#include <map>

#include "lamina/models/model.hpp"

namespace lamina {

/// A model from symbolic inputs to symbolic outputs, through the layers between them. Its layers
/// are shared with every other model made of the same symbolic tensors.
class LAMINA_API Functional : public Model {
 public:
  /// Inputs come from `input`, or are tensors within another graph, at which this model then
  /// begins. A value error names an input that the outputs need and `inputs` lacks.
  Functional(const SymbolicTensors& inputs, const SymbolicTensors& outputs, std::string name = {});
  /// The same, with the arrangement of inputs and outputs that Python uses.
  Functional(const SymbolicTensors& inputs, const SymbolicTensors& outputs, std::string name,
             Arrangement input_arrangement, Arrangement output_arrangement);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;

  const std::vector<std::shared_ptr<Layer>>& layers() const override { return layers_; }
  std::string name_of(const Layer& layer) const override;
  Arrangement input_arrangement() const override { return input_arrangement_; }
  Arrangement output_arrangement() const override { return output_arrangement_; }
  bool takes_list() const override { return input_layers_.size() > 1; }
  SymbolicTensors symbolic_inputs() const override { return inputs_; }
  SymbolicTensors symbolic_outputs() const override { return outputs_; }

  void set_scope(const std::string& scope) override;
  bool supports_masking() const override { return true; }
  Tensors compute_mask(const Tensors& /*inputs*/) const override { return {}; }
  Shapes output_shapes(const Shapes& input_shapes) const override;
  std::vector<Dtype> output_dtypes() const override;

 protected:
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  bool accepts(const Shapes& input_shapes) const override;
  std::string inner_scope() const override { return nested_ ? Model::inner_scope() : ""; }
  /// Only composites need to know that they are layers of one: others may belong to several models.
  bool scopes(const Layer& layer) const override;
  std::vector<Place> places() const override;
  bool branches() const override { return true; }

 private:
  /// One call of a layer, whose values are kept in slots.
  struct Call {
    std::size_t layer;                         // in layers_
    std::vector<std::size_t> inputs, outputs;  // keywords' tensors follow the inputs
    std::shared_ptr<const GraphNode> node;     // its arguments
    bool is_plain() const;                     // one tensor in, one out, no arguments
  };
  /// A call as it runs, with the layers fused into it and the slots to empty after it.
  struct Step;
  /// The shapes and dtypes of all slots for inputs of these shapes.
  struct Slots;
  Slots slots_for(const Shapes& input_shapes) const;
  std::vector<Shape> run_shapes(const Call& call, Slots& slots) const;
  void plan(const SymbolicTensors& inputs, const SymbolicTensors& outputs);
  void schedule();
  void name_layers();

  SymbolicTensors inputs_, outputs_;
  Arrangement input_arrangement_, output_arrangement_;
  std::vector<std::shared_ptr<Layer>> layers_, input_layers_;
  /// This model's names for layers that another model named and whose names are taken here.
  std::map<const Layer*, std::string> aliases_;
  std::vector<Call> calls_;  // in topological order
  std::shared_ptr<const std::vector<Step>> steps_;
  std::vector<std::size_t> output_slots_;
  std::size_t slots_ = 0;
  bool nested_ = false;  // a layer of another model
};

}  // namespace lamina
