#include "lamina/layers/pooling.hpp"

#include "lamina/ops/pooling.hpp"
#include "layers/conv_windows.hpp"
#include "layers/data_format.hpp"
#include "layers/options.hpp"
#include "ops/pooling_shape.hpp"

namespace lamina {
namespace {

constexpr const char* name_of(PoolingKind kind) {
  return kind == PoolingKind::max ? "Max" : kind == PoolingKind::average ? "Average" : "Min";
}

}  // namespace

template <class Visitor>
void describe(Visitor& visit, PoolingOptions& options) {
  visit("pool_size", options.pool_size);
  visit("strides", options.strides);
  visit("padding", options.padding);
  visit("data_format", options.data_format);
}

template <PoolingKind kind, int rank>
Pooling<kind, rank>::Pooling(PoolingOptions options)
    : Layer(concat(name_of(kind), "Pooling", rank, "D"), options.name),
      options_(std::move(options)) {
  Window& strides = options_.strides;
  options_.pool_size = options_.pool_size.expanded(rank, label(), "pool_size");
  strides = strides.empty() ? options_.pool_size : strides.expanded(rank, label(), "strides");
  options_.padding = padding_from(options_.padding);
  ops::window_padding(label(), options_.padding);
}

template <PoolingKind kind, int rank>
std::shared_ptr<Layer> Pooling<kind, rank>::from_config(const Config& config) {
  return layer_from_config<Pooling>(config, PoolingOptions{});
}

template <PoolingKind kind, int rank>
Config Pooling<kind, rank>::config() const {
  return with_options(base_config(), options_);
}

template <PoolingKind kind, int rank>
Shape Pooling<kind, rank>::output_shape(const Shape& input_shape) const {
  require_spatial(label(), input_shape, rank, options_.data_format);
  const ops::WindowPadding padding = ops::window_padding(label(), options_.padding);
  const int first = options_.data_format.channels_first() ? 2 : 1;
  Shape shape = input_shape;
  for (int i = 0; i < rank; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const int axis = first + i;
    shape = shape.with(
        axis, ops::window_count(label(), axis, input_shape[axis], options_.pool_size.extents[at],
                                options_.strides.extents[at], padding));
  }
  return shape;
}

template <PoolingKind kind, int rank>
void Pooling<kind, rank>::build(const Shape& input_shape) {
  output_shape(input_shape);
}

template <PoolingKind kind, int rank>
Tensor Pooling<kind, rank>::call(const Tensor& inputs, bool /*training*/) {
  output_shape(inputs.shape());
  constexpr auto pool = kind == PoolingKind::max       ? ops::max_pool
                        : kind == PoolingKind::average ? ops::average_pool
                                                       : ops::min_pool;
  const Tensor y = pool(to_channels_last(inputs, options_.data_format), options_.pool_size.extents,
                        options_.strides.extents, options_.padding);
  return from_channels_last(y, options_.data_format);
}

template <PoolingKind kind, int rank>
bool Pooling<kind, rank>::accepts(const Shape& input_shape) const {
  return input_shape.rank() == rank + 2;
}

template class Pooling<PoolingKind::max, 1>;
template class Pooling<PoolingKind::max, 2>;
template class Pooling<PoolingKind::max, 3>;
template class Pooling<PoolingKind::average, 1>;
template class Pooling<PoolingKind::average, 2>;
template class Pooling<PoolingKind::average, 3>;
template class Pooling<PoolingKind::min, 1>;
template class Pooling<PoolingKind::min, 2>;
template class Pooling<PoolingKind::min, 3>;

}  // namespace lamina
