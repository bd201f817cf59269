#include "lamina/layers/leaky_relu.hpp"

#include "lamina/ops/activations.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, LeakyReLUOptions& options) {
  visit("negative_slope", options.negative_slope);
}

LeakyReLU::LeakyReLU(LeakyReLUOptions options)
    : UnaryLayer("LeakyReLU", options.name), options_(std::move(options)) {
  require(options_.negative_slope >= 0 && std::isfinite(options_.negative_slope), label(),
          "negative_slope", options_.negative_slope, "finite and at least 0");
}

std::shared_ptr<Layer> LeakyReLU::from_config(const Config& config) {
  return layer_from_config<LeakyReLU>(config, LeakyReLUOptions{});
}

Config LeakyReLU::config() const { return with_options(base_config(), options_); }

Tensor LeakyReLU::call(const Tensor& inputs, bool /*training*/) {
  return ops::leaky_relu(inputs, options_.negative_slope);
}

}  // namespace lamina
