#pragma once

#include <optional>

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct AlphaDropoutOptions {
  double rate;
  /// Extents of what is drawn: 1 repeats it along that axis, Shape::none stands for the inputs'.
  std::optional<Shape> noise_shape = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
};

/// Dropout to selu's limit at -infinity, scaled and shifted so that mean and variance stay.
/// Klambauer et al., 2017.
class LAMINA_API AlphaDropout : public UnaryLayer {
 public:
  explicit AlphaDropout(AlphaDropoutOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  AlphaDropoutOptions options_;
  RandomStream random_;
};

}  // namespace lamina
