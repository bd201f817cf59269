#include "lamina/layers/gaussian_noise.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, GaussianNoiseOptions& options) {
  visit("stddev", options.stddev);
  visit("seed", options.seed);
}

GaussianNoise::GaussianNoise(GaussianNoiseOptions options)
    : UnaryLayer("GaussianNoise", options.name), options_(std::move(options)) {
  require(options_.stddev >= 0 && std::isfinite(options_.stddev), label(), "stddev",
          options_.stddev, "finite and at least 0");
}

std::shared_ptr<Layer> GaussianNoise::from_config(const Config& config) {
  return layer_from_config<GaussianNoise>(config, GaussianNoiseOptions{.stddev = -1});
}

Config GaussianNoise::config() const { return with_options(base_config(), options_); }

void GaussianNoise::build(const Shape& /*input_shape*/) {
  random_ = add_random_stream("noise");
  if (options_.seed) random_.restore(static_cast<std::uint64_t>(*options_.seed), 0);
}

Tensor GaussianNoise::call(const Tensor& inputs, bool training) {
  if (!training || options_.stddev == 0) return inputs;
  return inputs + random_.normal(inputs.shape(), 0, options_.stddev, inputs.dtype());
}

}  // namespace lamina
