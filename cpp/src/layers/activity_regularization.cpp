#include "lamina/layers/activity_regularization.hpp"

#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, ActivityRegularizationOptions& options) {
  visit("l1", options.l1);
  visit("l2", options.l2);
}

ActivityRegularization::ActivityRegularization(ActivityRegularizationOptions options)
    : UnaryLayer("ActivityRegularization", options.name), options_(std::move(options)) {
  regularizer_ = Regularizer::l1_l2(options_.l1, options_.l2);
}

std::shared_ptr<Layer> ActivityRegularization::from_config(const Config& config) {
  return layer_from_config<ActivityRegularization>(config, ActivityRegularizationOptions{});
}

Config ActivityRegularization::config() const { return with_options(base_config(), options_); }

Tensor ActivityRegularization::call(const Tensor& inputs, bool /*training*/) {
  regularize_activity(regularizer_, inputs);
  return inputs;
}

}  // namespace lamina
