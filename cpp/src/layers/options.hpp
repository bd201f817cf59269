// A built-in layer to and from its configuration, given a `describe` of its options.
#pragma once

#include "core/options.hpp"
#include "lamina/layers/layer.hpp"

namespace lamina {

/// Makes the layer that a configuration describes.
template <class LayerType, class Options>
std::shared_ptr<Layer> layer_from_config(const Config& config, Options options) {
  OptionReader read(config);
  describe(read, options);
  read.expect("name");
  if (!config.is_null("name")) options.name = config.string("name");
  read.expect("trainable");
  read.expect("dtype");
  auto layer = std::make_shared<LayerType>(std::move(options));
  read.refuse_unknown(layer->type());
  layer->apply_base_config(config);
  return layer;
}

/// Adds the options to the base configuration.
template <class Options>
Config with_options(Config config, Options options) {
  OptionWriter write(config);
  describe(write, options);
  return config;
}

}  // namespace lamina
