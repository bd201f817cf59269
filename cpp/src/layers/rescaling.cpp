#include "lamina/layers/rescaling.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, RescalingOptions& options) {
  visit("scale", options.scale);
  visit("offset", options.offset);
}

Rescaling::Rescaling(RescalingOptions options)
    : UnaryLayer("Rescaling", options.name), options_(std::move(options)) {
  require(std::isfinite(options_.scale), label(), "scale", options_.scale, "finite");
  require(std::isfinite(options_.offset), label(), "offset", options_.offset, "finite");
}

std::shared_ptr<Layer> Rescaling::from_config(const Config& config) {
  return layer_from_config<Rescaling>(config, RescalingOptions{.scale = 1});
}

Config Rescaling::config() const { return with_options(base_config(), options_); }

Tensor Rescaling::call(const Tensor& inputs, bool /*training*/) {
  return inputs * options_.scale + options_.offset;
}

}  // namespace lamina
