#include "lamina/optimizers/loss_scale_optimizer.hpp"

#include "core/tensor_impl.hpp"
#include "lamina/autograd/autograd.hpp"
#include "lamina/core/interruption.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/reduction.hpp"
#include "optimizers/options.hpp"

namespace lamina {
namespace {

// 0 times a number that is not finite is NaN, and so is every sum with it.
bool are_finite(const std::vector<Variable>& weights) {
  Tensor total;
  for (const Variable& weight : weights) {
    if (!weight.grad().defined()) continue;
    const Tensor sum = ops::sum(weight.grad() * 0.0);
    if (!total.defined()) total = Tensor::zeros({}, Dtype::float64, sum.device());
    backend_of(sum).accumulate(
        {sum.dtype(), sum.data(), 1, static_cast<double*>(total.mutable_data())});
  }
  return !total.defined() || total.item() == 0;
}

}  // namespace

LossScaleOptimizer::LossScaleOptimizer(LossScaleOptimizerOptions options)
    : Optimizer("LossScaleOptimizer", options.name, 0.0, {}),
      options_(std::move(options)),
      inner_(options_.inner_optimizer.pointer()),
      step_counter_(Tensor::zeros({}, Dtype::int64, Device()), "step_counter", false) {
  if (!inner_) fail(ErrorKind::value, type(), " needs an inner_optimizer");
  require(std::isfinite(options_.initial_scale) && options_.initial_scale > 0, type(),
          "initial_scale", options_.initial_scale, "finite and above 0");
  require(options_.dynamic_growth_steps >= 1, type(), "dynamic_growth_steps",
          options_.dynamic_growth_steps, "at least 1");
  dynamic_scale_ = Variable(Tensor::scalar(options_.initial_scale, Dtype::float32, Device()),
                            "dynamic_scale", false);
  inner_->set_loss_scale_factor({});
}

std::shared_ptr<Optimizer> LossScaleOptimizer::from_config(const Config& config) {
  OptionReader read(config);
  LossScaleOptimizerOptions options;
  read("initial_scale", options.initial_scale);
  read("dynamic_growth_steps", options.dynamic_growth_steps);
  read.expect("inner_optimizer");
  read.expect("name");
  const Config inner = config.child("inner_optimizer");
  options.inner_optimizer = Optimizer::make(inner.string("class_name"), inner.child("config"));
  if (!config.is_null("name")) options.name = config.string("name");
  read.refuse_unknown("LossScaleOptimizer");
  return std::make_shared<LossScaleOptimizer>(std::move(options));
}

double LossScaleOptimizer::dynamic_scale() const {
  return static_cast<double>(dynamic_scale_.value().values<float>()[0]);
}

Tensor LossScaleOptimizer::scale_loss(const Tensor& loss) const { return loss * dynamic_scale(); }

void LossScaleOptimizer::build(const std::vector<Variable>& weights) { inner_->build(weights); }

void LossScaleOptimizer::step(const std::vector<Variable>& weights) {
  const Uninterrupted whole;
  const NoGrad no_grad;
  const double scale = dynamic_scale();
  auto& steps = *static_cast<std::int64_t*>(step_counter_.begin_update());
  auto& next = *static_cast<float*>(dynamic_scale_.begin_update());
  if (!are_finite(weights)) {
    steps = 0;
    next *= 0.5F;
    return;
  }
  // The inner optimizer divides the gradients in its own pass.
  inner_->set_loss_scale_factor(scale);
  inner_->step(weights);
  inner_->set_loss_scale_factor({});
  if (++steps < options_.dynamic_growth_steps) return;
  steps = 0;
  next *= 2;
}

void LossScaleOptimizer::finalize_variable_values(const std::vector<Variable>& weights) {
  inner_->finalize_variable_values(weights);
}

// The base class sets its own rate before there is an inner optimizer.
void LossScaleOptimizer::set_learning_rate(LearningRate learning_rate) {
  inner_->set_learning_rate(std::move(learning_rate));
}

const LearningRate& LossScaleOptimizer::given_learning_rate() const {
  return inner_->given_learning_rate();
}

Config LossScaleOptimizer::config() const {
  Config config;
  config.set("name", name())
      .set("inner_optimizer", class_config(inner_->type(), inner_->config()))
      .set("initial_scale", options_.initial_scale)
      .set("dynamic_growth_steps", options_.dynamic_growth_steps);
  return config;
}

Config LossScaleOptimizer::options() const {
  Config options;
  options.set("initial_scale", options_.initial_scale)
      .set("dynamic_growth_steps", options_.dynamic_growth_steps);
  return options;
}

void LossScaleOptimizer::set_options(const Config& options) {
  for (const std::string& key : options.keys()) {
    if (key != "dynamic_growth_steps") {
      fail(ErrorKind::value, type(), " takes no option '", key, "' later; set it on its ",
           "inner_optimizer, or make a new one");
    }
  }
  const std::int64_t steps = options.integer("dynamic_growth_steps");
  require(steps >= 1, type(), "dynamic_growth_steps", steps, "at least 1");
  options_.dynamic_growth_steps = steps;
}

std::vector<std::pair<std::string, Variable>> LossScaleOptimizer::own_variables() const {
  std::vector<std::pair<std::string, Variable>> result{{"step_counter", step_counter_},
                                                       {"dynamic_scale", dynamic_scale_}};
  const auto inner = inner_->own_variables();
  result.insert(result.end(), inner.begin(), inner.end());
  return result;
}

std::vector<Variable> LossScaleOptimizer::variables() const {
  std::vector<Variable> result{step_counter_, dynamic_scale_};
  const std::vector<Variable> inner = inner_->variables();
  result.insert(result.end(), inner.begin(), inner.end());
  return result;
}

std::vector<OptimizerWeightState> LossScaleOptimizer::weight_states() const {
  return inner_->weight_states();
}

void LossScaleOptimizer::restore(const std::vector<OptimizerWeightState>& states) {
  inner_->restore(states);
}

}  // namespace lamina
