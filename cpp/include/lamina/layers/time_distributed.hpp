#pragma once

#include "lamina/layers/composite.hpp"

namespace lamina {

/// A layer applied to every step of sequences (batch, steps, ...) by itself.
class LAMINA_API TimeDistributed : public Composite {
 public:
  explicit TimeDistributed(std::shared_ptr<Layer> layer, std::string name = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  /// The same, where the configuration's layer is another, or none.
  static std::shared_ptr<TimeDistributed> with_layer(std::shared_ptr<Layer> layer,
                                                     const Config& config);
  Config config() const override;
  const std::vector<std::shared_ptr<Layer>>& layers() const override { return parts_; }
  const std::shared_ptr<Layer>& layer() const noexcept { return parts_.front(); }
  bool supports_masking() const override { return true; }
  Shapes output_shapes(const Shapes& input_shapes) const override;

 protected:
  void build(const Shapes& input_shapes) override;
  Tensors call(const Tensors& inputs, const CallContext& context) override;

 private:
  /// Shapes of a step of the inputs.
  Shapes steps_of(const Shapes& input_shapes) const;

  std::vector<std::shared_ptr<Layer>> parts_;
};

}  // namespace lamina
