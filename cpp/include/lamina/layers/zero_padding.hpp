#pragma once

#include "lamina/layers/data_format.hpp"
#include "lamina/layers/margins.hpp"
#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct ZeroPaddingOptions {
  Margins padding = 1;
  DataFormat data_format = {};
  std::string name = {};
};

/// Zeros around `rank` spatial axes.
template <int rank>
class LAMINA_API ZeroPadding : public UnaryLayer {
 public:
  explicit ZeroPadding(ZeroPaddingOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  Shape output_shape(const Shape& input_shape) const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  ZeroPaddingOptions options_;
};

using ZeroPadding1D = ZeroPadding<1>;
using ZeroPadding2D = ZeroPadding<2>;
using ZeroPadding3D = ZeroPadding<3>;

}  // namespace lamina
