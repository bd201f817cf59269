#pragma once

#include <optional>

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct DropoutOptions {
  double rate;
  /// Extents of what is drawn: 1 repeats it along that axis, Shape::none stands for the inputs'.
  std::optional<Shape> noise_shape = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
};

/// In training sets each input to 0 with probability `rate` and scales the others by
/// 1 / (1 - rate); otherwise passes inputs on.
class LAMINA_API Dropout : public UnaryLayer {
 public:
  explicit Dropout(DropoutOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  DropoutOptions options_;
  RandomStream random_;
};

}  // namespace lamina
