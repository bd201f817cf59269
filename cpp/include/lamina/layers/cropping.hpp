#pragma once

#include "lamina/layers/data_format.hpp"
#include "lamina/layers/margins.hpp"
#include "lamina/layers/unary_layer.hpp"

namespace lamina {

template <int rank>
struct CroppingOptions {
  Margins cropping = rank == 2 ? 0 : 1;  // Keras's defaults
  DataFormat data_format = {};
  std::string name = {};
};
template <>
struct CroppingOptions<1> {
  Margins cropping = 1;
  std::string name = {};
};

/// Cuts off both ends of `rank` spatial axes.
template <int rank>
class LAMINA_API Cropping : public UnaryLayer {
 public:
  using Options = CroppingOptions<rank>;
  explicit Cropping(Options options = {});
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

using Cropping1D = Cropping<1>;
using Cropping2D = Cropping<2>;
using Cropping3D = Cropping<3>;

}  // namespace lamina
