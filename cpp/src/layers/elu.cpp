#include "lamina/layers/elu.hpp"

#include "lamina/ops/activations.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, ELUOptions& options) {
  visit("alpha", options.alpha);
}

ELU::ELU(ELUOptions options) : UnaryLayer("ELU", options.name), options_(std::move(options)) {
  require(options_.alpha >= 0 && std::isfinite(options_.alpha), label(), "alpha", options_.alpha,
          "finite and at least 0");
}

std::shared_ptr<Layer> ELU::from_config(const Config& config) {
  return layer_from_config<ELU>(config, ELUOptions{});
}

Config ELU::config() const { return with_options(base_config(), options_); }

Tensor ELU::call(const Tensor& inputs, bool /*training*/) {
  return ops::elu(inputs, options_.alpha);
}

}  // namespace lamina
