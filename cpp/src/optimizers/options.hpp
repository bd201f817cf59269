// An optimizer to and from its configuration, given a `describe` of its own options.
#pragma once

#include <cmath>

#include "core/options.hpp"
#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

template <class Visitor>
void describe_gradients(Visitor& visit, GradientOptions& options) {
  visit("weight_decay", options.weight_decay);
  visit("clipnorm", options.clipnorm);
  visit("clipvalue", options.clipvalue);
  visit("global_clipnorm", options.global_clipnorm);
  visit("use_ema", options.use_ema);
  visit("ema_momentum", options.ema_momentum);
  visit("ema_overwrite_frequency", options.ema_overwrite_frequency);
  visit("loss_scale_factor", options.loss_scale_factor);
  visit("gradient_accumulation_steps", options.gradient_accumulation_steps);
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

template <class Options>
void write_described(Config& config, Options options) {
  OptionWriter write(config);
  describe(write, options);
}

/// `options` with what `config` names changed.
template <class Options>
Options changed(Options options, const Config& config) {
  OptionReader read(config);
  describe(read, options);
  return options;
}

inline void require_beta(const std::string& type, const char* option, double beta) {
  require(beta >= 0 && beta < 1, type, option, beta, "in [0, 1)");
}

inline void require_not_negative(const std::string& type, const char* option, double value) {
  require(std::isfinite(value) && value >= 0, type, option, value, "finite and at least 0");
}

}  // namespace lamina
