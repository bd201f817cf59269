#include "lamina/layers/activation_layer.hpp"

#include <typeinfo>

#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, ActivationLayerOptions& options) {
  visit("activation", options.activation);
}

ActivationLayer::ActivationLayer(ActivationLayerOptions options)
    : UnaryLayer("Activation", options.name), options_(std::move(options)) {}

std::shared_ptr<Layer> ActivationLayer::from_config(const Config& config) {
  return layer_from_config<ActivationLayer>(config, ActivationLayerOptions{});
}

Config ActivationLayer::config() const { return with_options(base_config(), options_); }

Tensor ActivationLayer::call(const Tensor& inputs, bool /*training*/) {
  return options_.activation(inputs);
}

}  // namespace lamina
