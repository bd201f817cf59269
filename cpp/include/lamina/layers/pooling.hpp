#pragma once

#include "lamina/layers/data_format.hpp"
#include "lamina/layers/unary_layer.hpp"
#include "lamina/layers/window.hpp"

namespace lamina {

struct PoolingOptions {
  Window pool_size = 2;
  Window strides = {};            ///< as large as the pool when not given
  std::string padding = "valid";  ///< windows inside alone, or "same": one for each stride begun
  DataFormat data_format = {};
  std::string name = {};
};

enum class LAMINA_API PoolingKind { max, average, min };

/// The largest, mean or smallest value of each window over `rank` spatial axes; the padding of
/// "same" does not count. The gradient of an extremum goes to the first of equals.
template <PoolingKind kind, int rank>
class LAMINA_API Pooling : public UnaryLayer {
 public:
  explicit Pooling(PoolingOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  Shape output_shape(const Shape& input_shape) const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  PoolingOptions options_;
};

using MaxPooling1D = Pooling<PoolingKind::max, 1>;
using MaxPooling2D = Pooling<PoolingKind::max, 2>;
using MaxPooling3D = Pooling<PoolingKind::max, 3>;
using AveragePooling1D = Pooling<PoolingKind::average, 1>;
using AveragePooling2D = Pooling<PoolingKind::average, 2>;
using AveragePooling3D = Pooling<PoolingKind::average, 3>;
using MinPooling1D = Pooling<PoolingKind::min, 1>;
using MinPooling2D = Pooling<PoolingKind::min, 2>;
using MinPooling3D = Pooling<PoolingKind::min, 3>;

}  // namespace lamina
