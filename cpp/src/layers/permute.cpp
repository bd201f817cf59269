#include "lamina/layers/permute.hpp"

#include <algorithm>

#include "lamina/ops/arrangement.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, PermuteOptions& options) {
  visit("dims", options.dims);
}

Permute::Permute(PermuteOptions options)
    : UnaryLayer("Permute", options.name), options_(std::move(options)) {
  std::vector<std::int64_t> sorted = options_.dims;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    require(sorted[i] == static_cast<std::int64_t>(i) + 1, label(), "dims", sorted[i],
            "to name each axis from 1 on once");
  }
}

std::shared_ptr<Layer> Permute::from_config(const Config& config) {
  return layer_from_config<Permute>(config, PermuteOptions{});
}

Config Permute::config() const { return with_options(base_config(), options_); }

Shape Permute::output_shape(const Shape& input_shape) const {
  if (!accepts(input_shape)) {
    fail(ErrorKind::value, label(), " orders ", options_.dims.size(),
         " axes after the batch's, got inputs ", input_shape);
  }
  Shape shape{input_shape[0]};
  for (const std::int64_t axis : options_.dims)
    shape.push_back(input_shape[static_cast<int>(axis)]);
  return shape;
}

Tensor Permute::call(const Tensor& inputs, bool /*training*/) {
  output_shape(inputs.shape());
  std::vector<int> axes{0};
  for (const std::int64_t axis : options_.dims) axes.push_back(static_cast<int>(axis));
  return ops::transpose(inputs, axes);
}

bool Permute::accepts(const Shape& input_shape) const {
  return static_cast<std::size_t>(input_shape.rank()) == options_.dims.size() + 1;
}

}  // namespace lamina
