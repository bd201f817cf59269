#include "lamina/layers/layer_normalization.hpp"

#include "lamina/ops/layer_normalization.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, LayerNormalizationOptions& options) {
  visit("axis", options.axis);
  visit("epsilon", options.epsilon);
  visit("center", options.center);
  visit("scale", options.scale);
  visit("beta_initializer", options.beta_initializer);
  visit("gamma_initializer", options.gamma_initializer);
  visit("beta_regularizer", options.beta_regularizer);
  visit("gamma_regularizer", options.gamma_regularizer);
  visit("beta_constraint", options.beta_constraint);
  visit("gamma_constraint", options.gamma_constraint);
}

LayerNormalization::LayerNormalization(LayerNormalizationOptions options)
    : UnaryLayer("LayerNormalization", options.name), options_(std::move(options)) {
  require(options_.epsilon > 0 && std::isfinite(options_.epsilon), label(), "epsilon",
          options_.epsilon, "finite and above 0");
}

std::shared_ptr<Layer> LayerNormalization::from_config(const Config& config) {
  return layer_from_config<LayerNormalization>(config, LayerNormalizationOptions{});
}

Config LayerNormalization::config() const { return with_options(base_config(), options_); }

bool LayerNormalization::take_option(std::string_view key, const Layer& from) {
  if (key != "epsilon") return false;
  options_.epsilon = static_cast<const LayerNormalization&>(from).options_.epsilon;
  return true;
}

void LayerNormalization::build(const Shape& input_shape) {
  axes_ = AxesLast(label(), input_shape, options_.axis);
  if (options_.scale) {
    gamma_ = add_weight("gamma", axes_.normalized(), options_.gamma_initializer,
                        {options_.gamma_regularizer, options_.gamma_constraint});
  }
  if (options_.center) {
    beta_ = add_weight("beta", axes_.normalized(), options_.beta_initializer,
                       {options_.beta_regularizer, options_.beta_constraint});
  }
}

Tensor LayerNormalization::call(const Tensor& inputs, bool /*training*/) {
  return axes_.apply(inputs, [&](const Tensor& x) {
    return ops::layer_normalization(x, options_.scale ? gamma_.value() : Tensor(),
                                    options_.center ? beta_.value() : Tensor(), options_.epsilon,
                                    axes_.count());
  });
}

bool LayerNormalization::accepts(const Shape& input_shape) const {
  return axes_.accepts(input_shape);
}

}  // namespace lamina
