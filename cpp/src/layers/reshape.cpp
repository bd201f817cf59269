#include "lamina/layers/reshape.hpp"

#include <algorithm>

#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, ReshapeOptions& options) {
  visit("target_shape", options.target_shape);
}

Reshape::Reshape(ReshapeOptions options)
    : UnaryLayer("Reshape", options.name), options_(std::move(options)) {
  const Shape checked(options_.target_shape);  // refuses extents that are none
  require(std::count(checked.begin(), checked.end(), Shape::none) <= 1, label(), "target_shape",
          checked, "with one -1 at most");
}

std::shared_ptr<Layer> Reshape::from_config(const Config& config) {
  return layer_from_config<Reshape>(config, ReshapeOptions{});
}

Config Reshape::config() const { return with_options(base_config(), options_); }

Shape Reshape::output_shape(const Shape& input_shape) const {
  const Shape sample = input_shape.from(1);
  Shape target(options_.target_shape);
  for (int axis = 0; axis < target.rank(); ++axis) {
    const std::int64_t rest = target.with(axis, 1).is_known() ? target.with(axis, 1).size() : 0;
    if (target[axis] == Shape::none && rest > 0 && sample.is_known()) {
      target = target.with(axis, sample.size() / rest);
    }
  }
  if (sample.is_known() && (!target.is_known() || target.size() != sample.size())) {
    fail(ErrorKind::value, label(), " cannot make samples of shape ", Shape(options_.target_shape),
         " from inputs ", input_shape);
  }
  Shape shape{input_shape[0]};
  for (const std::int64_t extent : target) shape.push_back(extent);
  return shape;
}

Tensor Reshape::call(const Tensor& inputs, bool /*training*/) {
  return inputs.reshape(output_shape(inputs.shape()));
}

}  // namespace lamina
