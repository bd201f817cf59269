// An optimizer to and from its configuration, given a `describe` of its own options.
#pragma once

#include "core/options.hpp"
#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

template <class Visitor>
void describe_gradients(Visitor& visit, GradientOptions& options) {
  visit("weight_decay", options.weight_decay);
  visit("clipnorm", options.clipnorm);
  visit("clipvalue", options.clipvalue);
  visit("global_clipnorm", options.global_clipnorm);
}

template <class OptimizerType, class Options>
std::shared_ptr<Optimizer> optimizer_from_config(const Config& config, Options options) {
  OptionReader read(config);
  read("learning_rate", options.learning_rate);
  describe(read, options);
  describe_gradients(read, options.gradients);
  read.expect("name");
  if (!config.is_null("name")) options.name = config.string("name");
  read.refuse_unknown(options.name);
  return std::make_shared<OptimizerType>(std::move(options));
}

/// Adds the options to the base configuration.
template <class Options>
Config with_options(Config config, Options options) {
  OptionWriter write(config);
  describe(write, options);
  return config;
}

}  // namespace lamina
