#include "lamina/layers/gaussian_dropout.hpp"

#include <cmath>

#include "lamina/ops/arithmetic.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, GaussianDropoutOptions& options) {
  visit("rate", options.rate);
  visit("seed", options.seed);
}

GaussianDropout::GaussianDropout(GaussianDropoutOptions options)
    : UnaryLayer("GaussianDropout", options.name), options_(std::move(options)) {
  require(options_.rate >= 0 && options_.rate < 1, label(), "rate", options_.rate, "in [0, 1)");
}

std::shared_ptr<Layer> GaussianDropout::from_config(const Config& config) {
  return layer_from_config<GaussianDropout>(config, GaussianDropoutOptions{.rate = -1});
}

Config GaussianDropout::config() const { return with_options(base_config(), options_); }

void GaussianDropout::build(const Shape& /*input_shape*/) {
  random_ = add_random_stream("noise");
  if (options_.seed) random_.restore(static_cast<std::uint64_t>(*options_.seed), 0);
}

Tensor GaussianDropout::call(const Tensor& inputs, bool training) {
  if (!training || options_.rate == 0) return inputs;
  const double deviation = std::sqrt(options_.rate / (1 - options_.rate));
  return inputs * random_.normal(inputs.shape(), 1, deviation, inputs.dtype());
}

}  // namespace lamina
