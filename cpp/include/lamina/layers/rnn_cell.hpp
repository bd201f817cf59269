// What recurrence asks of its cell, and what the cells with weights of their own share.
#pragma once

#include <optional>
#include <vector>

#include "lamina/layers/layer.hpp"
#include "lamina/ops/activation.hpp"

namespace lamina {

namespace ops {
struct RnnWeights;
}

/// One step of recurrence. A layer that also is an RnnCell can be the cell of an RNN.
class LAMINA_API RnnCell {
 public:
  virtual ~RnnCell();
  /// The states' shapes for inputs of one step; the batch axis is -1.
  virtual Shapes state_shapes(const Shape& step_shape) const = 0;
  /// The states to begin with; empty: zeros.
  virtual Tensors initial_state(std::int64_t /*batch*/) const { return {}; }
  /// The output, then the states after the step.
  virtual Tensors step(const Tensor& inputs, const Tensors& states, bool training) = 0;
  /// Draws what stays the same for a whole sequence in training; `inputs` are those of a step.
  virtual void begin_sequence(const Tensor& /*inputs*/) {}
  virtual void end_sequence() {}
  /// Fills in the weights with which the backend computes whole sequences at once, if it can.
  virtual bool give_weights(ops::RnnWeights& /*weights*/) const { return false; }
};

/// The common options of a cell with a kernel, a recurrent kernel and a bias.
struct RnnCellSettings {
  std::int64_t units, gates;
  bool use_bias;
  Initializer kernel_initializer, recurrent_initializer, bias_initializer;
  Regularizer kernel_regularizer, recurrent_regularizer, bias_regularizer;
  Constraint kernel_constraint, recurrent_constraint, bias_constraint;
  double dropout, recurrent_dropout;
  std::optional<std::int64_t> seed;
};

/// A cell over vectors. Its call takes the inputs and the states, and gives the output and the
/// states after.
class LAMINA_API WeightedCell : public Layer, public RnnCell {
 public:
  bool takes_list() const override { return true; }
  Shapes output_shapes(const Shapes& input_shapes) const override;
  Shapes state_shapes(const Shape& step_shape) const override;
  Tensors step(const Tensor& inputs, const Tensors& states, bool training) override;
  void begin_sequence(const Tensor& inputs) override;
  void end_sequence() override;

 protected:
  WeightedCell(std::string type, std::string name, RnnCellSettings settings, int states);
  void build(const Shapes& input_shapes) override;
  bool accepts(const Shapes& input_shapes) const override;
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  /// One step, within a sequence.
  virtual Tensors next(const Tensor& inputs, const Tensors& states) = 0;
  virtual Shape bias_shape() const;
  /// (batch, gates * units): the inputs' share, with a bias or an undefined one; and the state's.
  Tensor of_inputs(const Tensor& inputs, const Tensor& bias) const;
  Tensor of_state(const Tensor& state) const;
  /// The values of one gate.
  Tensor gate(const Tensor& gates, std::int64_t index) const;
  /// Fills in what all kinds share.
  bool give(ops::RnnWeights& weights) const;

  const RnnCellSettings& settings() const noexcept { return settings_; }
  const Variable& kernel() const noexcept { return kernel_; }
  const Variable& recurrent_kernel() const noexcept { return recurrent_kernel_; }
  Variable& bias() noexcept { return bias_; }
  const Variable& bias() const noexcept { return bias_; }

 private:
  TensorList dropped(const Tensor& like, double rate);
  Tensor product(const Tensor& x, const Variable& weights, const TensorList& masks) const;

  RnnCellSettings settings_;
  int states_;
  Variable kernel_, recurrent_kernel_, bias_;
  RandomStream random_;
  // Of the sequence that is being walked in training: which inputs and states are left out.
  TensorList input_masks_, state_masks_;
  bool in_sequence_ = false;
};

}  // namespace lamina
