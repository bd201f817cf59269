#include "lamina/layers/cropping.hpp"

#include "lamina/ops/arrangement.hpp"
#include "layers/data_format.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor, int rank>
void describe(Visitor& visit, CroppingOptions<rank>& options) {
  visit("cropping", options.cropping);
  if constexpr (rank > 1) visit("data_format", options.data_format);
}

template <int rank>
Cropping<rank>::Cropping(Options options)
    : UnaryLayer(concat("Cropping", rank, "D"), options.name), options_(std::move(options)) {
  options_.cropping = options_.cropping.expanded(rank, label(), "cropping");
}

template <int rank>
std::shared_ptr<Layer> Cropping<rank>::from_config(const Config& config) {
  return layer_from_config<Cropping>(config, Options{});
}

template <int rank>
Config Cropping<rank>::config() const {
  return with_options(base_config(), options_);
}

template <int rank>
DataFormat Cropping<rank>::data_format() const {
  if constexpr (rank > 1) return options_.data_format;
  return {};
}

template <int rank>
Shape Cropping<rank>::output_shape(const Shape& input_shape) const {
  require_spatial(label(), input_shape, rank, data_format());
  const int first = data_format().channels_first() ? 2 : 1;
  Shape shape = input_shape;
  for (int i = 0; i < rank; ++i) {
    const auto [before, after] = options_.cropping.each[static_cast<std::size_t>(i)];
    const std::int64_t extent = input_shape[first + i];
    if (extent == Shape::none) continue;
    if (before + after >= extent) {
      fail(ErrorKind::value, label(), " cuts ", before, " and ", after, " of ", extent,
           " along axis ", first + i, " of inputs ", input_shape, ", which leaves nothing");
    }
    shape = shape.with(first + i, extent - before - after);
  }
  return shape;
}

template <int rank>
void Cropping<rank>::build(const Shape& input_shape) {
  output_shape(input_shape);
}

template <int rank>
Tensor Cropping<rank>::call(const Tensor& inputs, bool /*training*/) {
  const Shape cropped = output_shape(inputs.shape());
  const int first = data_format().channels_first() ? 2 : 1;
  std::vector<ops::Range> ranges;
  for (int axis = 0; axis < rank + 2; ++axis) {
    const bool spatial = axis >= first && axis < first + rank;
    const std::int64_t begin =
        spatial ? options_.cropping.each[static_cast<std::size_t>(axis - first)].before : 0;
    ranges.push_back({begin, cropped[axis]});
  }
  return ops::slice(inputs, ranges);
}

template <int rank>
bool Cropping<rank>::accepts(const Shape& input_shape) const {
  return input_shape.rank() == rank + 2;
}

template class Cropping<1>;
template class Cropping<2>;
template class Cropping<3>;

}  // namespace lamina
