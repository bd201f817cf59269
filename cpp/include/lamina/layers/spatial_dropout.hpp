#pragma once

#include <optional>

#include "lamina/layers/data_format.hpp"
#include "lamina/layers/unary_layer.hpp"

namespace lamina {

template <int rank>
struct SpatialDropoutOptions {
  double rate;
  DataFormat data_format = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
};
template <>
struct SpatialDropoutOptions<1> {
  double rate;
  std::optional<std::int64_t> seed = {};
  std::string name = {};
};

/// Dropout of whole channels: in training a sample's channel is 0 at all places, with probability
/// `rate`, or scaled by 1 / (1 - rate). Tompson et al., 2015.
template <int rank>
class LAMINA_API SpatialDropout : public UnaryLayer {
 public:
  using Options = SpatialDropoutOptions<rank>;
  explicit SpatialDropout(Options options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  DataFormat data_format() const;
  Options options_;
  RandomStream random_;
};

extern template class SpatialDropout<1>;
extern template class SpatialDropout<2>;
extern template class SpatialDropout<3>;

using SpatialDropout1D = SpatialDropout<1>;
using SpatialDropout2D = SpatialDropout<2>;
using SpatialDropout3D = SpatialDropout<3>;

}  // namespace lamina
