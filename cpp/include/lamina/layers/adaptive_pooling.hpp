#pragma once

#include "lamina/layers/data_format.hpp"
#include "lamina/layers/unary_layer.hpp"
#include "lamina/layers/window.hpp"

namespace lamina {

struct AdaptivePoolingOptions {
  Window output_size;  ///< windows along each spatial axis
  DataFormat data_format = {};
  std::string name = {};
};

enum class LAMINA_API AdaptivePoolingKind { max, average };

/// The largest or mean value of a given number of windows, whatever the inputs' extents: window i
/// of n over an axis of m covers the inputs from floor(i m / n) to ceil((i + 1) m / n).
template <AdaptivePoolingKind kind, int rank>
class LAMINA_API AdaptivePooling : public UnaryLayer {
 public:
  explicit AdaptivePooling(AdaptivePoolingOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  Shape output_shape(const Shape& input_shape) const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  AdaptivePoolingOptions options_;
};

using AdaptiveMaxPooling1D = AdaptivePooling<AdaptivePoolingKind::max, 1>;
using AdaptiveMaxPooling2D = AdaptivePooling<AdaptivePoolingKind::max, 2>;
using AdaptiveMaxPooling3D = AdaptivePooling<AdaptivePoolingKind::max, 3>;
using AdaptiveAveragePooling1D = AdaptivePooling<AdaptivePoolingKind::average, 1>;
using AdaptiveAveragePooling2D = AdaptivePooling<AdaptivePoolingKind::average, 2>;
using AdaptiveAveragePooling3D = AdaptivePooling<AdaptivePoolingKind::average, 3>;

}  // namespace lamina
