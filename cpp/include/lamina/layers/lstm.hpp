#pragma once

#include "lamina/layers/rnn.hpp"

namespace lamina {

/// Of the layer; the cell takes those down to `seed`.
struct LSTMOptions {
  std::int64_t units;
  Activation activation = "tanh";
  Activation recurrent_activation = "sigmoid";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer recurrent_initializer = "orthogonal";
  Initializer bias_initializer = "zeros";
  bool unit_forget_bias = true;  ///< the forget gate's bias begins at 1
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

/// One step of long short-term memory (the formulas stand in backend/operations/rnn.hpp), with the
/// states h and c. Hochreiter and Schmidhuber, 1997.
class LAMINA_API LSTMCell : public WeightedCell {
 public:
  explicit LSTMCell(LSTMOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool give_weights(ops::RnnWeights& weights) const override;

 protected:
  void build(const Shapes& input_shapes) override;

  Tensors next(const Tensor& inputs, const Tensors& states) override;

 private:
  LSTMOptions options_;
};

/// An LSTMCell over sequences (batch, steps, features).
class LAMINA_API LSTM : public RNN {
 public:
  explicit LSTM(const LSTMOptions& options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;

 private:
  LSTMOptions options_;
};

}  // namespace lamina
