#pragma once

#include "lamina/layers/data_format.hpp"
#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct GlobalPoolingOptions {
  DataFormat data_format = {};
  bool keepdims = false;  ///< whether the spatial axes stay, of one element each
  std::string name = {};
};

enum class LAMINA_API GlobalPoolingKind { max, average };

/// The largest or mean value of each channel over all `rank` spatial axes. The gradient of the
/// largest is shared equally among those that attain it.
template <GlobalPoolingKind kind, int rank>
class LAMINA_API GlobalPooling : public UnaryLayer {
 public:
  explicit GlobalPooling(GlobalPoolingOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  /// Averages over steps leave out those that the mask rules out.
  bool supports_masking() const override { return kind == GlobalPoolingKind::average && rank == 1; }
  Tensors compute_mask(const Tensors& /*inputs*/) const override { return {}; }

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  GlobalPoolingOptions options_;
};

using GlobalMaxPooling1D = GlobalPooling<GlobalPoolingKind::max, 1>;
using GlobalMaxPooling2D = GlobalPooling<GlobalPoolingKind::max, 2>;
using GlobalMaxPooling3D = GlobalPooling<GlobalPoolingKind::max, 3>;
using GlobalAveragePooling1D = GlobalPooling<GlobalPoolingKind::average, 1>;
using GlobalAveragePooling2D = GlobalPooling<GlobalPoolingKind::average, 2>;
using GlobalAveragePooling3D = GlobalPooling<GlobalPoolingKind::average, 3>;

}  // namespace lamina
