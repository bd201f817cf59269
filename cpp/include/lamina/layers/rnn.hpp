#pragma once

#include "lamina/layers/composite.hpp"
#include "lamina/layers/rnn_cell.hpp"

namespace lamina {

struct RNNOptions {
  bool return_sequences = false;      ///< the outputs of all steps instead of the last
  bool return_state = false;          ///< also the last states
  bool go_backwards = false;          ///< from the last step to the first, and so are the outputs
  bool stateful = false;              ///< begin where the batch before ended
  bool unroll = false;                ///< has no effect
  bool zero_output_for_mask = false;  ///< a masked step gives 0, not the output before it
  Regularizer activity_regularizer = {};
  std::string name = {};
};

/// A cell over sequences (batch, steps, ...): its outputs (batch, ...), or of all steps (batch,
/// steps, ...), then perhaps the states after the last. A step that the inputs' mask (batch, steps)
/// leaves out keeps the states. The keyword `initial_state` gives those to begin with. Standard
/// cells run as one call of the backend for the whole sequence; any other goes step by step.
class LAMINA_API RNN : public Composite {
 public:
  explicit RNN(std::shared_ptr<Layer> cell, RNNOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  /// The same, where the configuration's cell is another, or none.
  static std::shared_ptr<RNN> with_cell(std::shared_ptr<Layer> cell, const Config& config);
  Config config() const override;
  const std::vector<std::shared_ptr<Layer>>& layers() const override { return parts_; }
  const std::shared_ptr<Layer>& cell() const noexcept { return parts_.front(); }
  const RNNOptions& walk() const noexcept { return walk_; }
  bool supports_masking() const override { return true; }
  Tensors compute_mask(const Tensors& inputs) const override;
  std::vector<std::string> argument_names() const override { return {"initial_state"}; }
  Shapes output_shapes(const Shapes& input_shapes) const override;
  NamedTensors carried() const override;
  bool can_carry(const NamedTensors& tensors) const override;
  void carry(const NamedTensors& tensors) override;

  /// Of a stateful layer, once it ran: where its next batch begins.
  const std::vector<Variable>& states() const noexcept { return states_; }
  /// Sets them to zero.
  void reset_states();
  void set_zero_output_for_mask(bool zero) { walk_.zero_output_for_mask = zero; }

 protected:
  RNN(std::string type, std::shared_ptr<Layer> cell, RNNOptions options);
  void build(const Shapes& input_shapes) override;
  bool accepts(const Shapes& input_shapes) const override;
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  Dtype input_dtype(Dtype /*given*/) const override { return dtype(); }

 private:
  struct Walked;
  Tensors first_states(const Tensor& x, const CallContext& context);
  Walked walk_at_once(const Tensor& x, const Tensors& states, const ops::RnnWeights& weights) const;
  Walked walk_by_steps(const Tensor& x, const Tensors& states, bool training) const;
  void keep(const Tensors& states);
  Tensor masked_outputs(const Tensor& outputs, const Tensor& mask) const;

  std::vector<std::shared_ptr<Layer>> parts_;
  RnnCell* steps_;
  RNNOptions walk_;
  std::vector<Variable> states_;
};

}  // namespace lamina
