#pragma once

#include "lamina/layers/data_format.hpp"
#include "lamina/layers/rnn.hpp"
#include "lamina/layers/window.hpp"
#include "lamina/ops/conv.hpp"

namespace lamina {

struct ConvLSTMOptions {
  std::int64_t filters;
  Window kernel_size;
  Window strides = 1;
  std::string padding = "valid";  ///< "valid" or "same", of the inputs' convolution
  DataFormat data_format = {};
  Window dilation_rate = 1;
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
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint recurrent_constraint = {};
  Constraint bias_constraint = {};
  double dropout = 0;            ///< share of the inputs that training leaves out, in [0, 1]
  double recurrent_dropout = 0;  ///< the same of the states
  std::optional<std::int64_t> seed = {};
  bool return_sequences = false;
  bool return_state = false;
  bool go_backwards = false;
  bool stateful = false;
  bool unroll = false;
  bool zero_output_for_mask = false;
  std::string name = {};
};

/// One step of an LSTM whose products with the kernels are convolutions; its states h and c have
/// the outputs' shape.
template <int rank>
class LAMINA_API ConvLSTMCell : public Layer, public RnnCell {
 public:
  explicit ConvLSTMCell(ConvLSTMOptions options);
  bool takes_list() const override { return true; }
  Shapes output_shapes(const Shapes& input_shapes) const override;
  Shapes state_shapes(const Shape& step_shape) const override;
  Tensors step(const Tensor& inputs, const Tensors& states, bool training) override;
  void begin_sequence(const Tensor& inputs) override;
  void end_sequence() override;

 protected:
  void build(const Shapes& input_shapes) override;
  Tensors call(const Tensors& inputs, const CallContext& context) override;

 private:
  Tensor convolved(const Tensor& x, const Variable& kernel, const TensorList& masks,
                   const ops::ConvSettings& settings) const;

  ConvLSTMOptions options_;
  ops::ConvSettings settings_;
  Variable kernel_, recurrent_kernel_, bias_;
  RandomStream random_;
  TensorList input_masks_, state_masks_;  // of the sequence that is being walked in training
};

/// It over sequences (batch, steps, spatial..., channels). Shi et al., 2015, "Convolutional LSTM
/// network: a machine learning approach for precipitation nowcasting".
template <int rank>
class LAMINA_API ConvLSTM : public RNN {
 public:
  explicit ConvLSTM(const ConvLSTMOptions& options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;

 private:
  ConvLSTMOptions options_;
};

extern template class ConvLSTM<1>;
extern template class ConvLSTM<2>;
extern template class ConvLSTM<3>;

using ConvLSTM1D = ConvLSTM<1>;
using ConvLSTM2D = ConvLSTM<2>;
using ConvLSTM3D = ConvLSTM<3>;

}  // namespace lamina
