#pragma once

#include <map>

#include "lamina/models/model.hpp"

namespace lamina {

/// A model from symbolic inputs to symbolic outputs, through the layers between them. Its layers
/// are shared with every other model made of the same symbolic tensors.
class LAMINA_API Functional : public Model {
 public:
  /// Inputs are what `input` gave, or tensors in the midst of another graph, which then begins
  /// there. A value error names an input that outputs need and `inputs` lacks.
  Functional(const SymbolicTensors& inputs, const SymbolicTensors& outputs, std::string name = {});
  /// The same with what Python hands over as lists and dictionaries.
  Functional(const SymbolicTensors& inputs, const SymbolicTensors& outputs, std::string name,
             Arrangement input_arrangement, Arrangement output_arrangement);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;

  const std::vector<std::shared_ptr<Layer>>& layers() const override { return layers_; }
  std::string name_of(const Layer& layer) const override;
  Arrangement input_arrangement() const override { return input_arrangement_; }
  Arrangement output_arrangement() const override { return output_arrangement_; }
  bool gives_one() const override { return output_slots_.size() == 1; }
  bool takes_list() const override { return input_layers_.size() > 1; }
  SymbolicTensors symbolic_inputs() const override { return inputs_; }
  SymbolicTensors symbolic_outputs() const override { return outputs_; }

  std::vector<Variable> weights() const override;
  std::vector<std::pair<std::string, Variable>> named_weights() const override;
  std::vector<std::pair<std::string, RandomStream>> random_streams() const override;
  TensorList losses() const override;
  void set_trainable(bool trainable) override;
  void set_name(const std::string& name) override;
  void set_scope(const std::string& scope) override;
  Shape output_shape(const Shape& input_shape) const override;
  std::vector<Shape> output_shapes(const std::vector<Shape>& input_shapes) const override;
  std::vector<Dtype> output_dtypes() const override;

 protected:
  Tensor call(const Tensor& inputs, bool training) override;
  TensorList call_all(const TensorList& inputs, bool training) override;
  void build_all(const std::vector<Shape>& /*input_shapes*/) override {}
  bool accepts_all(const std::vector<Shape>& input_shapes) const override;
  /// Its layers see to their inputs themselves.
  Tensor prepared(const Tensor& inputs) const override { return inputs; }
  std::vector<Place> places() const override;
  bool branches() const override { return true; }

 private:
  /// One layer at work: values stand in slots.
  struct Call {
    std::size_t layer;  // in layers_
    std::vector<std::size_t> inputs, outputs;
    bool plain;  // one tensor in, one out
  };
  /// A call as it runs, with the layers that run within it; slots nobody reads any more are left.
  struct Step;
  void plan(const SymbolicTensors& inputs, const SymbolicTensors& outputs);
  void schedule();
  void name_layers();
  void scope_layers();
  /// What stands in the slots after all calls.
  std::vector<Tensor> execute(std::size_t count, const Tensor* inputs, bool training) const;

  SymbolicTensors inputs_, outputs_;
  Arrangement input_arrangement_, output_arrangement_;
  std::vector<std::shared_ptr<Layer>> layers_, input_layers_;
  /// What it calls layers whose names, given by another model, are taken here.
  std::map<const Layer*, std::string> aliases_;
  std::vector<Call> calls_;  // each after those it takes from
  std::shared_ptr<const std::vector<Step>> steps_;
  std::vector<std::size_t> output_slots_;
  std::size_t slots_ = 0;
  bool nested_ = false;  // a layer of another model
};

}  // namespace lamina
