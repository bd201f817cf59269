#pragma once

#include <optional>

#include "lamina/layers/rnn.hpp"

namespace lamina {

struct BidirectionalOptions {
  /// "concat", "sum", "mul", "ave", or none: both outputs.
  std::optional<std::string> merge_mode = "concat";
  /// Walks backwards; by default a layer like the first.
  std::shared_ptr<Layer> backward_layer = nullptr;
  /// The initial weights, the forward layer's first; none: as their initializers say.
  TensorList weights = {};
  std::string name = {};
};

/// A recurrent layer and one that walks from the end to the beginning; their outputs are merged.
/// The layer that is given is not used itself, but says what both are like. Schuster and Paliwal,
/// 1997, "Bidirectional recurrent neural networks".
class LAMINA_API Bidirectional : public Composite {
 public:
  explicit Bidirectional(const std::shared_ptr<Layer>& layer, BidirectionalOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  /// The same, where the configuration's layers are others, or none. The last may be null.
  static std::shared_ptr<Bidirectional> with_layers(const std::shared_ptr<Layer>& layer,
                                                    const std::shared_ptr<Layer>& backward_layer,
                                                    const Config& config, TensorList weights = {});
  Config config() const override;
  const std::vector<std::shared_ptr<Layer>>& layers() const override { return parts_; }
  const std::shared_ptr<Layer>& forward_layer() const noexcept { return parts_[0]; }
  const std::shared_ptr<Layer>& backward_layer() const noexcept { return parts_[1]; }
  bool supports_masking() const override { return true; }
  Tensors compute_mask(const Tensors& inputs) const override;
  /// The forward layer's states, then the backward layer's.
  std::vector<std::string> argument_names() const override { return {"initial_state"}; }
  Shapes output_shapes(const Shapes& input_shapes) const override;
  void reset_states();

 protected:
  void build(const Shapes& input_shapes) override;
  bool accepts(const Shapes& input_shapes) const override;
  Tensors call(const Tensors& inputs, const CallContext& context) override;

 private:
  RNN& rnn(std::size_t part) const { return static_cast<RNN&>(*parts_[part]); }

  std::vector<std::shared_ptr<Layer>> parts_;
  std::optional<std::string> merge_mode_;
  TensorList initial_weights_;  // until it is built
};

}  // namespace lamina
