#include "lamina/layers/group_normalization.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/layer_normalization.hpp"
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
    : Layer("GroupNormalization", options.name), options_(std::move(options)) {
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

// Samples as (batch, groups, the rest of a group): each group is a row to normalize.
Tensor GroupNormalization::call(const Tensor& inputs, bool /*training*/) {
  std::vector<int> to_front{0, axis_}, back(static_cast<std::size_t>(rank_));
  for (int axis = 1; axis < rank_; ++axis) {
    if (axis != axis_) to_front.push_back(axis);
  }
  for (std::size_t i = 0; i < to_front.size(); ++i) {
    back[static_cast<std::size_t>(to_front[i])] = static_cast<int>(i);
  }
  const Tensor channels_first = ops::transpose(inputs, to_front);
  const std::int64_t batch = inputs.shape()[0];
  const std::int64_t places = inputs.size() == 0 ? 0 : inputs.size() / (batch * channels_);
  const Tensor rows = channels_first.reshape({batch * groups_, channels_ / groups_ * places});
  Tensor y =
      ops::layer_normalization(rows, {}, {}, options_.epsilon).reshape({batch, channels_, places});
  if (options_.scale) y = y * gamma_.value().reshape({channels_, 1});
  if (options_.center) y = y + beta_.value().reshape({channels_, 1});
  return ops::transpose(y.reshape(channels_first.shape()), back);
}

bool GroupNormalization::accepts(const Shape& input_shape) const {
  return input_shape.rank() == rank_ && input_shape[axis_] == channels_;
}

}  // namespace lamina
