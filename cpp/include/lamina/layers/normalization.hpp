#pragma once

#include <vector>

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct NormalizationOptions {
  std::vector<std::int64_t> axis = {-1};  ///< kept; none for one mean of all
  std::vector<double> mean =
      {};  ///< given instead of adapted, with variance: one, or one for each kept place
  std::vector<double> variance = {};
  bool invert = false;
  std::string name = {};
};

/// (x - mean) / sqrt(variance), with statistics that `adapt` takes from data, one for each place of
/// the kept axes; inverted, sqrt(variance) x + mean.
class LAMINA_API Normalization : public UnaryLayer {
 public:
  explicit Normalization(NormalizationOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }
  /// Takes mean and variance from samples, building the layer for them if need be.
  void adapt(const Tensor& samples);

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  NormalizationOptions options_;
  Shape spread_;  // the statistics' shape, broadcastable to inputs
  Variable mean_, variance_;
  /// Of each axis, whether it is one of those that have a mean for each of their places.
  std::vector<bool> kept_axes(const Shape& input_shape) const;
  Tensor given(const std::vector<double>& values) const;
};

}  // namespace lamina
