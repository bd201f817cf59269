#include "lamina/layers/group_normalization.hpp"

#include "lamina/layers/axes_last.hpp"
#include "lamina/ops/group_normalization.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, GroupNormalizationOptions& options) {
  visit("groups", options.groups);
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

GroupNormalization::GroupNormalization(GroupNormalizationOptions options)
    : UnaryLayer("GroupNormalization", options.name), options_(std::move(options)) {
  require(options_.groups > 0 || options_.groups == -1, label(), "groups", options_.groups,
          "above 0, or -1");
  require(std::abs(options_.axis) <= Shape::max_rank, label(), "axis", options_.axis,
          "one of the inputs'");
  require(options_.epsilon > 0 && std::isfinite(options_.epsilon), label(), "epsilon",
          options_.epsilon, "finite and above 0");
}

std::shared_ptr<Layer> GroupNormalization::from_config(const Config& config) {
  return layer_from_config<GroupNormalization>(config, GroupNormalizationOptions{});
}

Config GroupNormalization::config() const { return with_options(base_config(), options_); }

void GroupNormalization::build(const Shape& input_shape) {
  rank_ = input_shape.rank();
  axis_ = axis_of(input_shape, options_.axis);
  channels_ = input_shape[axis_];
  groups_ = options_.groups == -1 ? channels_ : options_.groups;
  if (axis_ == 0 || channels_ < 1 || channels_ % groups_ != 0) {
    fail(ErrorKind::value, label(), " needs channels that ", groups_, " groups divide, got ",
         input_shape, " with the channels at axis ", options_.axis);
  }
  const Shape channels{channels_};
  if (options_.scale) {
    gamma_ = add_weight("gamma", channels, options_.gamma_initializer,
                        {options_.gamma_regularizer, options_.gamma_constraint});
  }
  if (options_.center) {
    beta_ = add_weight("beta", channels, options_.beta_initializer,
                       {options_.beta_regularizer, options_.beta_constraint});
  }
}

Tensor GroupNormalization::call(const Tensor& inputs, bool /*training*/) {
  const Tensor gamma = options_.scale ? gamma_.value() : Tensor();
  const Tensor beta = options_.center ? beta_.value() : Tensor();
  const AxesLast channels_last(label(), inputs.shape(), {axis_});
  return channels_last.apply(inputs, [&](const Tensor& x) {
    return ops::group_normalization(x, groups_, gamma, beta, options_.epsilon);
  });
}

bool GroupNormalization::accepts(const Shape& input_shape) const {
  return input_shape.rank() == rank_ && input_shape[axis_] == channels_;
}

}  // namespace lamina
