#include "lamina/layers/unit_normalization.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/reduction.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, UnitNormalizationOptions& options) {
  visit("axis", options.axis);
}

UnitNormalization::UnitNormalization(UnitNormalizationOptions options)
    : UnaryLayer("UnitNormalization", options.name), options_(std::move(options)) {}

std::shared_ptr<Layer> UnitNormalization::from_config(const Config& config) {
  return layer_from_config<UnitNormalization>(config, UnitNormalizationOptions{});
}

Config UnitNormalization::config() const { return with_options(base_config(), options_); }

Tensor UnitNormalization::call(const Tensor& inputs, bool /*training*/) {
  std::vector<int> axes;
  for (const std::int64_t axis : options_.axis) axes.push_back(axis_of(inputs.shape(), axis));
  // Keras's bound: a sample of length 1e-12 and below is not scaled to 1.
  const Tensor least = Tensor::scalar(1e-24, inputs.dtype(), inputs.device());
  const Tensor squares = ops::sum(ops::square(inputs), axes, true);
  return inputs * ops::rsqrt(ops::maximum(squares, least));
}

}  // namespace lamina
