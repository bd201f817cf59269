#pragma once

#include "lamina/layers/data_format.hpp"
#include "lamina/layers/unary_layer.hpp"
#include "lamina/layers/window.hpp"

namespace lamina {

template <int rank>
struct UpSamplingOptions {
  Window size = 2;
  DataFormat data_format = {};
  std::string name = {};
};
template <>
struct UpSamplingOptions<1> {
  Window size = 2;
  std::string name = {};
};
template <>
struct UpSamplingOptions<2> {
  Window size = 2;
  DataFormat data_format = {};
  std::string interpolation = "nearest";  ///< or "bilinear"
  std::string name = {};
};

/// Enlarges `rank` spatial axes `size` times: elements are repeated, or in images interpolated
/// between the centers of their neighbours.
template <int rank>
class LAMINA_API UpSampling : public UnaryLayer {
 public:
  using Options = UpSamplingOptions<rank>;
  explicit UpSampling(Options options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  Shape output_shape(const Shape& input_shape) const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  DataFormat data_format() const;
  Options options_;
};

using UpSampling1D = UpSampling<1>;
using UpSampling2D = UpSampling<2>;
using UpSampling3D = UpSampling<3>;

}  // namespace lamina
