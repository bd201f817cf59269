#include "lamina/layers/alpha_dropout.hpp"

#include <cmath>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/comparison.hpp"
#include "layers/noise_shape.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, AlphaDropoutOptions& options) {
  visit("rate", options.rate);
  visit("noise_shape", options.noise_shape);
  visit("seed", options.seed);
}

AlphaDropout::AlphaDropout(AlphaDropoutOptions options)
    : UnaryLayer("AlphaDropout", options.name), options_(std::move(options)) {
  require(options_.rate >= 0 && options_.rate < 1, label(), "rate", options_.rate, "in [0, 1)");
}

std::shared_ptr<Layer> AlphaDropout::from_config(const Config& config) {
  return layer_from_config<AlphaDropout>(config, AlphaDropoutOptions{.rate = -1});
}

Config AlphaDropout::config() const { return with_options(base_config(), options_); }

void AlphaDropout::build(const Shape& /*input_shape*/) {
  random_ = add_random_stream("dropout");
  if (options_.seed) random_.restore(static_cast<std::uint64_t>(*options_.seed), 0);
}

Tensor AlphaDropout::call(const Tensor& inputs, bool training) {
  if (!training || options_.rate == 0) return inputs;
  constexpr double limit = -1.0507009873554804934 * 1.6732632423543772848;
  const double rate = options_.rate;
  const double scale = 1 / std::sqrt((1 - rate) * (1 + rate * limit * limit));
  const Shape shape = options_.noise_shape
                          ? noise_shape(label(), *options_.noise_shape, inputs.shape())
                          : inputs.shape();
  const Tensor drawn = random_.uniform(shape, 0, 1, inputs.dtype());
  const Tensor kept =
      ops::greater_equal(drawn, Tensor::scalar(rate, inputs.dtype(), inputs.device()));
  return ops::where(kept, inputs, Tensor::scalar(limit, inputs.dtype(), inputs.device())) * scale -
         scale * limit * rate;
}

}  // namespace lamina
