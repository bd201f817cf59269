#include "lamina/layers/global_pooling.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/reduction.hpp"
#include "layers/data_format.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, GlobalPoolingOptions& options) {
  visit("data_format", options.data_format);
  visit("keepdims", options.keepdims);
}

template <GlobalPoolingKind kind, int rank>
GlobalPooling<kind, rank>::GlobalPooling(GlobalPoolingOptions options)
    : UnaryLayer(concat("Global", kind == GlobalPoolingKind::max ? "Max" : "Average", "Pooling",
                        rank, "D"),
                 options.name),
      options_(std::move(options)) {}

template <GlobalPoolingKind kind, int rank>
std::shared_ptr<Layer> GlobalPooling<kind, rank>::from_config(const Config& config) {
  return layer_from_config<GlobalPooling>(config, GlobalPoolingOptions{});
}

template <GlobalPoolingKind kind, int rank>
Config GlobalPooling<kind, rank>::config() const {
  return with_options(base_config(), options_);
}

template <GlobalPoolingKind kind, int rank>
Shape GlobalPooling<kind, rank>::output_shape(const Shape& input_shape) const {
  require_spatial(label(), input_shape, rank, options_.data_format);
  Shape shape{input_shape[0]};
  const bool first = options_.data_format.channels_first();
  for (int axis = 1; axis < input_shape.rank(); ++axis) {
    const bool channels = axis == (first ? 1 : rank + 1);
    if (!channels && input_shape[axis] == 0) {
      fail(ErrorKind::value, label(), " needs inputs of at least 1 along axis ", axis, ", got ",
           input_shape);
    }
    if (channels || options_.keepdims) shape.push_back(channels ? input_shape[axis] : 1);
  }
  return shape;
}

template <GlobalPoolingKind kind, int rank>
void GlobalPooling<kind, rank>::build(const Shape& input_shape) {
  output_shape(input_shape);
}

template <GlobalPoolingKind kind, int rank>
Tensor GlobalPooling<kind, rank>::call(const Tensor& inputs, bool /*training*/) {
  output_shape(inputs.shape());
  std::vector<int> spatial;
  for (int i = 0; i < rank; ++i) {
    spatial.push_back(i + (options_.data_format.channels_first() ? 2 : 1));
  }
  if constexpr (kind == GlobalPoolingKind::max) {
    return ops::max(inputs, spatial, options_.keepdims);
  } else {
    if (rank == 1 && inputs.mask().defined()) {
      const Tensor counts = ops::expand_dims(inputs.mask(), -1);
      const Tensor none = Tensor::scalar(0, inputs.dtype());
      return ops::sum(ops::where(counts, inputs, none), spatial, options_.keepdims) /
             ops::sum(counts.cast(inputs.dtype()), spatial, options_.keepdims);
    }
    return ops::mean(inputs, spatial, options_.keepdims);
  }
}

template <GlobalPoolingKind kind, int rank>
bool GlobalPooling<kind, rank>::accepts(const Shape& input_shape) const {
  return input_shape.rank() == rank + 2;
}

template class GlobalPooling<GlobalPoolingKind::max, 1>;
template class GlobalPooling<GlobalPoolingKind::max, 2>;
template class GlobalPooling<GlobalPoolingKind::max, 3>;
template class GlobalPooling<GlobalPoolingKind::average, 1>;
template class GlobalPooling<GlobalPoolingKind::average, 2>;
template class GlobalPooling<GlobalPoolingKind::average, 3>;

}  // namespace lamina
