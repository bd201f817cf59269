#include "lamina/layers/adaptive_pooling.hpp"

#include "lamina/ops/pooling.hpp"
#include "layers/data_format.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, AdaptivePoolingOptions& options) {
  visit("output_size", options.output_size);
  visit("data_format", options.data_format);
}

template <AdaptivePoolingKind kind, int rank>
AdaptivePooling<kind, rank>::AdaptivePooling(AdaptivePoolingOptions options)
    : UnaryLayer(concat("Adaptive", kind == AdaptivePoolingKind::max ? "Max" : "Average", "Pooling",
                        rank, "D"),
                 options.name),
      options_(std::move(options)) {
  options_.output_size = options_.output_size.expanded(rank, label(), "output_size");
}

template <AdaptivePoolingKind kind, int rank>
std::shared_ptr<Layer> AdaptivePooling<kind, rank>::from_config(const Config& config) {
  return layer_from_config<AdaptivePooling>(config, AdaptivePoolingOptions{});
}

template <AdaptivePoolingKind kind, int rank>
Config AdaptivePooling<kind, rank>::config() const {
  return with_options(base_config(), options_);
}

template <AdaptivePoolingKind kind, int rank>
Shape AdaptivePooling<kind, rank>::output_shape(const Shape& input_shape) const {
  require_spatial(label(), input_shape, rank, options_.data_format);
  const int first = options_.data_format.channels_first() ? 2 : 1;
  Shape shape = input_shape;
  for (int i = 0; i < rank; ++i) {
    if (input_shape[first + i] == 0) {
      fail(ErrorKind::value, label(), " needs inputs of at least 1 along axis ", first + i,
           ", got ", input_shape);
    }
    shape = shape.with(first + i, options_.output_size.extents[static_cast<std::size_t>(i)]);
  }
  return shape;
}

template <AdaptivePoolingKind kind, int rank>
void AdaptivePooling<kind, rank>::build(const Shape& input_shape) {
  output_shape(input_shape);
}

template <AdaptivePoolingKind kind, int rank>
Tensor AdaptivePooling<kind, rank>::call(const Tensor& inputs, bool /*training*/) {
  output_shape(inputs.shape());
  constexpr auto pool =
      kind == AdaptivePoolingKind::max ? ops::adaptive_max_pool : ops::adaptive_average_pool;
  const Tensor y =
      pool(to_channels_last(inputs, options_.data_format), options_.output_size.extents);
  return from_channels_last(y, options_.data_format);
}

template <AdaptivePoolingKind kind, int rank>
bool AdaptivePooling<kind, rank>::accepts(const Shape& input_shape) const {
  return input_shape.rank() == rank + 2;
}

template class AdaptivePooling<AdaptivePoolingKind::max, 1>;
template class AdaptivePooling<AdaptivePoolingKind::max, 2>;
template class AdaptivePooling<AdaptivePoolingKind::max, 3>;
template class AdaptivePooling<AdaptivePoolingKind::average, 1>;
template class AdaptivePooling<AdaptivePoolingKind::average, 2>;
template class AdaptivePooling<AdaptivePoolingKind::average, 3>;

}  // namespace lamina
