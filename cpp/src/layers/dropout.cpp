#include "lamina/layers/dropout.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/dropout.hpp"
#include "layers/noise_shape.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, DropoutOptions& options) {
  visit("rate", options.rate);
  visit("noise_shape", options.noise_shape);
  visit("seed", options.seed);
}

Dropout::Dropout(DropoutOptions options)
    : UnaryLayer("Dropout", options.name), options_(std::move(options)) {
  require(options_.rate >= 0 && options_.rate <= 1, label(), "rate", options_.rate, "in [0, 1]");
}

std::shared_ptr<Layer> Dropout::from_config(const Config& config) {
  return layer_from_config<Dropout>(config, DropoutOptions{.rate = -1});
}

Config Dropout::config() const { return with_options(base_config(), options_); }

void Dropout::build(const Shape& /*input_shape*/) {
  random_ = add_random_stream("dropout");
  if (options_.seed) random_.restore(static_cast<std::uint64_t>(*options_.seed), 0);
}

Tensor Dropout::call(const Tensor& inputs, bool training) {
  if (!training || options_.rate == 0) return inputs;
  if (!options_.noise_shape) return ops::dropout(inputs, options_.rate, random_);
  const Shape shape = noise_shape(label(), *options_.noise_shape, inputs.shape());
  return inputs * ops::dropout(Tensor::full(shape, 1, inputs.dtype(), inputs.device()),
                               options_.rate, random_);
}

}  // namespace lamina
