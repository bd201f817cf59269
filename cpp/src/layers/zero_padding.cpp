#include "lamina/layers/zero_padding.hpp"

#include "core/extents.hpp"
#include "lamina/ops/arrangement.hpp"
#include "layers/data_format.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, ZeroPaddingOptions& options) {
  visit("padding", options.padding);
  visit("data_format", options.data_format);
}

template <int rank>
ZeroPadding<rank>::ZeroPadding(ZeroPaddingOptions options)
    : Layer(concat("ZeroPadding", rank, "D"), options.name), options_(std::move(options)) {
  options_.padding = options_.padding.expanded(rank, label(), "padding");
}

template <int rank>
std::shared_ptr<Layer> ZeroPadding<rank>::from_config(const Config& config) {
  return layer_from_config<ZeroPadding>(config, ZeroPaddingOptions{});
}

template <int rank>
Config ZeroPadding<rank>::config() const {
  return with_options(base_config(), options_);
}

template <int rank>
Shape ZeroPadding<rank>::output_shape(const Shape& input_shape) const {
  require_spatial(label(), input_shape, rank, options_.data_format);
  const int first = options_.data_format.channels_first() ? 2 : 1;
  Shape shape = input_shape;
  for (int i = 0; i < rank; ++i) {
    const Margin& margin = options_.padding.each[static_cast<std::size_t>(i)];
    const std::int64_t extent = input_shape[first + i];
    if (extent == Shape::none) continue;
    const std::int64_t padded = checked_add(label(), extent, margin.before + margin.after);
    shape = shape.with(first + i, padded);
  }
  return shape;
}

template <int rank>
void ZeroPadding<rank>::build(const Shape& input_shape) {
  output_shape(input_shape);
}

template <int rank>
Tensor ZeroPadding<rank>::call(const Tensor& inputs, bool /*training*/) {
  std::vector<ops::Padding> padding(rank + 2, {0, 0});
  const std::size_t first = options_.data_format.channels_first() ? 2 : 1;
  for (std::size_t i = 0; i < rank; ++i) {
    padding[first + i] = {options_.padding.each[i].before, options_.padding.each[i].after};
  }
  return ops::pad(inputs, padding);
}

template <int rank>
bool ZeroPadding<rank>::accepts(const Shape& input_shape) const {
  return input_shape.rank() == rank + 2;
}

template class ZeroPadding<1>;
template class ZeroPadding<2>;
template class ZeroPadding<3>;

}  // namespace lamina
