#pragma once

#include "lamina/layers/rnn.hpp"

namespace lamina {

/// Of the layer; the cell takes those down to `seed`.
struct GRUOptions {
  std::int64_t units;
  Activation activation = "tanh";
  Activation recurrent_activation = "sigmoid";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer recurrent_initializer = "orthogonal";
  Initializer bias_initializer = "zeros";
  bool reset_after = true;  ///< whether the reset gate applies after the recurrent product
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint recurrent_constraint = {};
  Constraint bias_constraint = {};
  double dropout = 0;            ///< share of the inputs that training leaves out, in [0, 1]
  double recurrent_dropout = 0;  ///< the same of the states
  std::optional<std::int64_t> seed = {};
  Regularizer activity_regularizer = {};
  bool return_sequences = false;  ///< the outputs of all steps instead of the last
  bool return_state = false;      ///< also the last states
  bool go_backwards = false;      ///< from the last step to the first
  bool stateful = false;          ///< begin where the batch before ended
  bool unroll = false;            ///< has no effect
  bool zero_output_for_mask = false;
  std::string name = {};
};

/// One step of a gated recurrent unit (the formulas stand in backend/operations/rnn.hpp); the bias
/// is (2, 3 units) with reset_after, of the inputs and of the state, else (3 units). Cho et al.,
/// 2014.
class LAMINA_API GRUCell : public WeightedCell {
 public:
  explicit GRUCell(GRUOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool give_weights(ops::RnnWeights& weights) const override;

 protected:
  Shape bias_shape() const override;
  Tensors next(const Tensor& inputs, const Tensors& states) override;

 private:
  GRUOptions options_;
};

/// A GRUCell over sequences (batch, steps, features).
class LAMINA_API GRU : public RNN {
 public:
  explicit GRU(const GRUOptions& options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;

 private:
  GRUOptions options_;
};

}  // namespace lamina
