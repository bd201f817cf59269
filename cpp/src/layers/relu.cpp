#include "lamina/layers/relu.hpp"

#include <limits>
#include <typeinfo>

#include "lamina/ops/activations.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, ReLUOptions& options) {
  visit("max_value", options.max_value);
  visit("negative_slope", options.negative_slope);
  visit("threshold", options.threshold);
}

ReLU::ReLU(ReLUOptions options) : UnaryLayer("ReLU", options.name), options_(std::move(options)) {
  require(options_.negative_slope >= 0 && std::isfinite(options_.negative_slope), label(),
          "negative_slope", options_.negative_slope, "finite and at least 0");
  require(options_.max_value.value_or(0) >= 0, label(), "max_value", options_.max_value.value_or(0),
          "at least 0");
  require(options_.threshold >= 0 && std::isfinite(options_.threshold), label(), "threshold",
          options_.threshold, "finite and at least 0");
}

std::shared_ptr<Layer> ReLU::from_config(const Config& config) {
  return layer_from_config<ReLU>(config, ReLUOptions{});
}

Config ReLU::config() const { return with_options(base_config(), options_); }

bool ReLU::is_plain() const {
  return !options_.max_value && options_.negative_slope == 0 && options_.threshold == 0;
}

Tensor ReLU::call(const Tensor& inputs, bool /*training*/) {
  return ops::relu(inputs, options_.negative_slope,
                   options_.max_value.value_or(std::numeric_limits<double>::infinity()),
                   options_.threshold);
}

}  // namespace lamina
