// The options of losses, to and from configurations. `reduction`, `name` and `dtype`, which all
// have, stand once.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/options.hpp"
#include "lamina/losses/circle.hpp"
#include "lamina/losses/ctc.hpp"
#include "lamina/losses/hinge.hpp"
#include "lamina/losses/overlap.hpp"
#include "lamina/losses/probabilistic.hpp"
#include "lamina/losses/regression.hpp"
#include "losses/reduction.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& /*visit*/, PlainLossOptions& /*options*/) {}
template <class Visitor>
void describe(Visitor& visit, HuberOptions& options) {
  visit("delta", options.delta);
}
template <class Visitor>
void describe(Visitor& visit, SmoothL1Options& options) {
  visit("beta", options.beta);
}
template <class Visitor>
void describe(Visitor& visit, CosineSimilarityLossOptions& options) {
  visit("axis", options.axis);
}
template <class Visitor>
void describe(Visitor& visit, CrossentropyOptions& options) {
  visit("from_logits", options.from_logits);
  visit("label_smoothing", options.label_smoothing);
  visit("axis", options.axis);
}
template <class Visitor>
void describe(Visitor& visit, BinaryFocalCrossentropyOptions& options) {
  visit("apply_class_balancing", options.apply_class_balancing);
  visit("alpha", options.alpha);
  visit("gamma", options.gamma);
  visit("from_logits", options.from_logits);
  visit("label_smoothing", options.label_smoothing);
  visit("axis", options.axis);
}
template <class Visitor>
void describe(Visitor& visit, CategoricalFocalCrossentropyOptions& options) {
  visit("alpha", options.alpha);
  visit("gamma", options.gamma);
  visit("from_logits", options.from_logits);
  visit("label_smoothing", options.label_smoothing);
  visit("axis", options.axis);
}
template <class Visitor>
void describe(Visitor& visit, SparseCrossentropyOptions& options) {
  visit("from_logits", options.from_logits);
  visit("ignore_class", options.ignore_class);
  visit("axis", options.axis);
}
template <class Visitor>
void describe(Visitor& visit, GeneralizedCrossentropyOptions& options) {
  visit("q", options.q);
}
template <class Visitor>
void describe(Visitor& visit, DiceOptions& options) {
  visit("axis", options.axis);
}
template <class Visitor>
void describe(Visitor& visit, TverskyOptions& options) {
  visit("alpha", options.alpha);
  visit("beta", options.beta);
  visit("axis", options.axis);
}
template <class Visitor>
void describe(Visitor& visit, CircleOptions& options) {
  visit("gamma", options.gamma);
  visit("margin", options.margin);
  visit("remove_diagonal", options.remove_diagonal);
}

template <class Options>
Options loss_options_from(const Config& config, const std::string& type) {
  Options options;
  OptionReader read(config);
  describe(read, options);
  for (const char* common : {"reduction", "name", "dtype"}) read.expect(common);
  // Keras's None is "none".
  if (config.has("reduction")) {
    options.reduction = config.is_null("reduction") ? "none" : config.string("reduction");
  }
  if (!config.is_null("name")) options.name = config.string("name");
  if (!config.is_null("dtype")) options.dtype = dtype_from_name(config.string("dtype"));
  read.refuse_unknown(type);
  return options;
}

/// What a loss says of itself, and what all losses have.
struct LossDescription {
  const char* type;
  std::string name;
  LossReduction reduction;
  std::optional<Dtype> dtype;
  Config config;
};

/// The function's name of a built-in type.
const char* default_loss_name(const char* type);

template <class Options>
LossDescription described(const char* type, Options options) {
  if (options.dtype && !is_floating(*options.dtype)) {
    fail(ErrorKind::value, type,
         " computes in float32 or float64, got dtype=", name_of(*options.dtype));
  }
  Config config;
  OptionWriter write(config);
  describe(write, options);
  config.set("reduction", options.reduction);
  if (options.dtype) config.set("dtype", name_of(*options.dtype));
  const std::string name = options.name.empty() ? default_loss_name(type) : options.name;
  config.set("name", name);
  return {type, name, loss_reduction(type, options.reduction), options.dtype, config};
}

/// An axis that some tensor has.
inline int loss_axis(const char* type, std::int64_t axis) {
  require(-Shape::max_rank <= axis && axis < Shape::max_rank, type, "axis", axis,
          "one of the predictions'");
  return static_cast<int>(axis);
}

inline double share(const char* type, const char* option, double value) {
  require(value >= 0 && value <= 1, type, option, value, "in [0, 1]");
  return value;
}

inline double not_negative(const char* type, const char* option, double value) {
  require(value >= 0 && std::isfinite(value), type, option, value, "finite and not below 0");
  return value;
}

}  // namespace lamina
