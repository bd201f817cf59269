#include "lamina/layers/rms_normalization.hpp"

#include "lamina/ops/layer_normalization.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, RMSNormalizationOptions& options) {
  visit("axis", options.axis);
  visit("epsilon", options.epsilon);
}

RMSNormalization::RMSNormalization(RMSNormalizationOptions options)
    : UnaryLayer("RMSNormalization", options.name), options_(std::move(options)) {
  require(options_.epsilon > 0 && std::isfinite(options_.epsilon), label(), "epsilon",
          options_.epsilon, "finite and above 0");
}

std::shared_ptr<Layer> RMSNormalization::from_config(const Config& config) {
  return layer_from_config<RMSNormalization>(config, RMSNormalizationOptions{});
}

Config RMSNormalization::config() const { return with_options(base_config(), options_); }

void RMSNormalization::build(const Shape& input_shape) {
  axes_ = AxesLast(label(), input_shape, options_.axis);
  scale_ = add_weight("scale", axes_.normalized(), "ones");
}

Tensor RMSNormalization::call(const Tensor& inputs, bool /*training*/) {
  return axes_.apply(inputs, [&](const Tensor& x) {
    return ops::rms_normalization(x, scale_, options_.epsilon, axes_.count());
  });
}

bool RMSNormalization::accepts(const Shape& input_shape) const {
  return axes_.accepts(input_shape);
}

}  // namespace lamina
