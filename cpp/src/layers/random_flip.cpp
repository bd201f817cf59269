#include "lamina/layers/random_flip.hpp"

#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "layers/call_scope.hpp"
#include "layers/image_axes.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, RandomFlipOptions& options) {
  visit("mode", options.mode);
  visit("seed", options.seed);
  visit("data_format", options.data_format);
}

RandomFlip::RandomFlip(RandomFlipOptions options)
    : UnaryLayer("RandomFlip", options.name), options_(std::move(options)) {
  const std::string& mode = options_.mode;
  require(mode == "horizontal" || mode == "vertical" || mode == "horizontal_and_vertical", label(),
          "mode", mode, "'horizontal', 'vertical' or 'horizontal_and_vertical'");
}

std::shared_ptr<Layer> RandomFlip::from_config(const Config& config) {
  return layer_from_config<RandomFlip>(config, RandomFlipOptions{});
}

Config RandomFlip::config() const { return with_options(base_config(), options_); }

void RandomFlip::build(const Shape& input_shape) {
  height_axis(label(), input_shape, options_.data_format);
  random_ = add_random_stream("flip");
  if (options_.seed) random_.restore(static_cast<std::uint64_t>(*options_.seed), 0);
}

Tensor RandomFlip::call(const Tensor& inputs, bool /*training*/) {
  if (!CallScope::augments()) return inputs;
  const int height = height_axis(label(), inputs.shape(), options_.data_format);
  std::vector<int> axes;
  if (options_.mode != "horizontal") axes.push_back(height);
  if (options_.mode != "vertical") axes.push_back(height + 1);
  Shape of_each;
  for (int axis = 0; axis < inputs.rank(); ++axis) {
    of_each.push_back(axis == 0 && inputs.rank() == 4 ? inputs.shape()[0] : 1);
  }
  const Tensor draws = random_.uniform(of_each, 0, 1);
  return ops::where(ops::less(draws, Tensor::scalar(0.5)), ops::flip(inputs, axes), inputs);
}

bool RandomFlip::accepts(const Shape& input_shape) const {
  return input_shape.rank() == 3 || input_shape.rank() == 4;
}

}  // namespace lamina
