#include "lamina/layers/batch_normalization.hpp"

#include <mutex>
#include <vector>

#include "core/tensor_impl.hpp"
#include "lamina/autograd/autograd.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/batch_normalization.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/reduction.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, BatchNormalizationOptions& options) {
  visit("axis", options.axis);
  visit("momentum", options.momentum);
  visit("epsilon", options.epsilon);
  visit("center", options.center);
  visit("scale", options.scale);
  visit("beta_initializer", options.beta_initializer);
  visit("gamma_initializer", options.gamma_initializer);
  visit("moving_mean_initializer", options.moving_mean_initializer);
  visit("moving_variance_initializer", options.moving_variance_initializer);
  visit("beta_regularizer", options.beta_regularizer);
  visit("gamma_regularizer", options.gamma_regularizer);
  visit("beta_constraint", options.beta_constraint);
  visit("gamma_constraint", options.gamma_constraint);
}

BatchNormalization::BatchNormalization(BatchNormalizationOptions options)
    : FusingLayer("BatchNormalization", options.name), options_(std::move(options)) {
  require(options_.momentum >= 0 && options_.momentum <= 1, label(), "momentum", options_.momentum,
          "in [0, 1]");
  require(options_.epsilon > 0 && std::isfinite(options_.epsilon), label(), "epsilon",
          options_.epsilon, "above 0");
}

std::shared_ptr<Layer> BatchNormalization::from_config(const Config& config) {
  return layer_from_config<BatchNormalization>(config, BatchNormalizationOptions{});
}

Config BatchNormalization::config() const { return with_options(base_config(), options_); }

namespace {

// The mean over axes, of the entries that count where there is a mask. As in Keras, which adds its
// epsilon to their number.
Tensor mean_of_counted(const Tensor& x, const Tensor& mask, const std::vector<int>& axes) {
  if (!mask.defined()) return ops::mean(x, axes, true);
  Tensor counts = mask;
  while (counts.rank() < x.rank()) counts = ops::expand_dims(counts, -1);
  counts = ops::broadcast_to(counts, x.shape());
  constexpr double epsilon = 1e-7;
  return ops::sum(ops::where(counts, x, Tensor::scalar(0, x.dtype())), axes, true) /
         (ops::sum(counts.cast(x.dtype()), axes, true) + epsilon);
}

}  // namespace

void BatchNormalization::build(const Shape& input_shape) {
  require(std::abs(options_.axis) <= Shape::max_rank, label(), "axis", options_.axis,
          "one of the inputs'");
  rank_ = input_shape.rank();
  axis_ = axis_of(input_shape, options_.axis);
  if (axis_ == 0) {
    fail(ErrorKind::value, label(),
         " normalizes an axis after the batch's, got axis=", options_.axis, " for inputs ",
         input_shape);
  }
  const Shape channels{input_shape[axis_]};
  if (options_.scale) {
    gamma_ = add_weight("gamma", channels, options_.gamma_initializer,
                        {options_.gamma_regularizer, options_.gamma_constraint});
  }
  if (options_.center) {
    beta_ = add_weight("beta", channels, options_.beta_initializer,
                       {options_.beta_regularizer, options_.beta_constraint});
  }
  moving_mean_ =
      add_weight("moving_mean", channels, options_.moving_mean_initializer, {.trainable = false});
  moving_variance_ = add_weight("moving_variance", channels, options_.moving_variance_initializer,
                                {.trainable = false});
}

Tensor BatchNormalization::call(const Tensor& inputs, bool training) {
  return call_fused(inputs, training, {});
}

bool BatchNormalization::take_option(std::string_view key, const Layer& from) {
  const auto& other = static_cast<const BatchNormalization&>(from).options_;
  if (key == "momentum") {
    options_.momentum = other.momentum;
  } else if (key == "epsilon") {
    options_.epsilon = other.epsilon;
    folded_.reset();
  } else {
    return false;
  }
  return true;
}

bool BatchNormalization::fuses(const Activation& activation) const {
  return scales_channels() && activation.name() == "relu";
}

struct BatchNormalization::Folded {
  std::vector<std::uint32_t> versions;
  ops::NormalizationFactors factors;
  bool are_finite;
};

// Computed, and waited for, when a value has changed: between two steps of inference none has.
std::shared_ptr<const BatchNormalization::Folded> BatchNormalization::folded() const {
  static auto* const mutex = new std::mutex;
  std::vector<std::uint32_t> versions;
  for (const Variable* variable : {&moving_mean_, &moving_variance_, &gamma_, &beta_}) {
    if (variable->defined()) versions.push_back(variable->value().impl()->storage->version());
  }
  {
    const std::lock_guard lock(*mutex);
    if (folded_ && folded_->versions == versions) return folded_;
  }
  const Tensor gamma = options_.scale ? gamma_.value() : Tensor();
  const Tensor beta = options_.center ? beta_.value() : Tensor();
  auto made = std::make_shared<Folded>();
  made->versions = std::move(versions);
  made->factors =
      ops::normalization_factors(moving_mean_, moving_variance_, gamma, beta, options_.epsilon);
  made->are_finite = made->factors.are_finite.item() != 0;
  const std::lock_guard lock(*mutex);
  folded_ = made;
  return made;
}

// gamma / sqrt(variance + epsilon), and what is left to add of mean and beta.
bool BatchNormalization::scale_into(Epilogue& epilogue) const {
  const auto current = folded();
  epilogue.factor = current->factors.factor;
  epilogue.offset = current->factors.offset;
  return current->are_finite;
}

Tensor BatchNormalization::call_fused(const Tensor& inputs, bool training,
                                      const Epilogue& epilogue) {
  const Activation& next = epilogue.activation;
  if (training && trainable() && inputs.size() == 0) {
    fail(ErrorKind::value, label(), " needs samples to take statistics from, got ", inputs.shape());
  }
  const Tensor gamma = options_.scale ? gamma_.value() : Tensor();
  const Tensor beta = options_.center ? beta_.value() : Tensor();
  const bool is_masked = training && trainable() && inputs.mask().defined();
  if (axis_ != rank_ - 1 || is_masked) {
    return next(call_by_operations(inputs, gamma, beta, training));
  }
  if (!training || !trainable()) {
    return ops::normalize_by_statistics(inputs, moving_mean_, moving_variance_, gamma, beta,
                                        options_.epsilon, next);
  }
  const auto [y, mean, variance] =
      ops::batch_normalization(inputs, gamma, beta, options_.epsilon, next);
  update_moving(moving_mean_, mean);
  update_moving(moving_variance_, variance);
  return y;
}

// Channels on another axis than the last, or a mask: the same formulas, from elementary operations.
Tensor BatchNormalization::call_by_operations(const Tensor& x, const Tensor& gamma,
                                              const Tensor& beta, bool training) {
  std::vector<int> others;
  Shape spread;
  for (int axis = 0; axis < rank_; ++axis) {
    if (axis != axis_) others.push_back(axis);
    spread.push_back(axis == axis_ ? x.shape()[axis] : 1);
  }
  Tensor mean = moving_mean_.value().reshape(spread);
  Tensor variance = moving_variance_.value().reshape(spread);
  if (training && trainable()) {
    mean = mean_of_counted(x, x.mask(), others);
    variance = mean_of_counted(ops::square(x - mean), x.mask(), others);
    update_moving(moving_mean_, mean.detach().reshape(moving_mean_.shape()));
    update_moving(moving_variance_, variance.detach().reshape(moving_variance_.shape()));
  }
  Tensor y = (x - mean) / ops::sqrt(variance + options_.epsilon);
  if (gamma.defined()) y = y * gamma.reshape(spread);
  return beta.defined() ? y + beta.reshape(spread) : y;
}

void BatchNormalization::update_moving(Variable& moving, const Tensor& batch) const {
  const NoGrad no_grad;
  moving.assign(moving.value() * options_.momentum + batch * (1 - options_.momentum));
}

bool BatchNormalization::accepts(const Shape& input_shape) const {
  return input_shape.rank() == rank_ && input_shape[axis_] == moving_mean_.shape()[0];
}

}  // namespace lamina
