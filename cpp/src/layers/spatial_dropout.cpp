#include "lamina/layers/spatial_dropout.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/dropout.hpp"
#include "layers/data_format.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor, int rank>
void describe(Visitor& visit, SpatialDropoutOptions<rank>& options) {
  visit("rate", options.rate);
  if constexpr (rank > 1) visit("data_format", options.data_format);
  visit("seed", options.seed);
}

template <int rank>
SpatialDropout<rank>::SpatialDropout(Options options)
    : UnaryLayer(concat("SpatialDropout", rank, "D"), options.name), options_(std::move(options)) {
  require(options_.rate >= 0 && options_.rate <= 1, label(), "rate", options_.rate, "in [0, 1]");
}

template <int rank>
std::shared_ptr<Layer> SpatialDropout<rank>::from_config(const Config& config) {
  return layer_from_config<SpatialDropout>(config, Options{.rate = -1});
}

template <int rank>
Config SpatialDropout<rank>::config() const {
  return with_options(base_config(), options_);
}

template <int rank>
DataFormat SpatialDropout<rank>::data_format() const {
  if constexpr (rank > 1) return options_.data_format;
  return {};
}

template <int rank>
void SpatialDropout<rank>::build(const Shape& input_shape) {
  require_spatial(label(), input_shape, rank, data_format());
  random_ = add_random_stream("dropout");
  if (options_.seed) random_.restore(static_cast<std::uint64_t>(*options_.seed), 0);
}

template <int rank>
Tensor SpatialDropout<rank>::call(const Tensor& inputs, bool training) {
  if (!training || options_.rate == 0) return inputs;
  const int channels = data_format().channels_first() ? 1 : rank + 1;
  Shape drawn;
  for (int axis = 0; axis < inputs.rank(); ++axis) {
    drawn.push_back(axis == 0 || axis == channels ? inputs.shape()[axis] : 1);
  }
  return inputs * ops::dropout(Tensor::full(drawn, 1, inputs.dtype(), inputs.device()),
                               options_.rate, random_);
}

template <int rank>
bool SpatialDropout<rank>::accepts(const Shape& input_shape) const {
  return input_shape.rank() == rank + 2;
}

template class SpatialDropout<1>;
template class SpatialDropout<2>;
template class SpatialDropout<3>;

}  // namespace lamina
