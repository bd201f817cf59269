// Steps worked by hand from the formulas.
#include <gtest/gtest.h>

#include <cmath>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

// One weight of 1 whose gradient is always 2.
double after_steps(Optimizer& optimizer, int steps) {
  Variable w(Tensor::scalar(1, Dtype::float64), "w");
  for (int i = 0; i < steps; ++i) {
    w.zero_grad();
    (w.value() * 2.0).backward();
    optimizer.step({w});
  }
  return w.value().item();
}

TEST(SGD, Plain) {
  SGD optimizer({.learning_rate = 0.1});
  EXPECT_NEAR(after_steps(optimizer, 2), 1 - 0.2 - 0.2, 1e-15);
  EXPECT_EQ(optimizer.iterations(), 2);
}

TEST(SGD, Momentum) {
  SGD optimizer({.learning_rate = 0.1, .momentum = 0.5});
  // m: -0.2, then -0.1 - 0.2 = -0.3
  EXPECT_NEAR(after_steps(optimizer, 2), 1 - 0.2 - 0.3, 1e-15);
}

TEST(SGD, Nesterov) {
  SGD optimizer({.learning_rate = 0.1, .momentum = 0.5, .nesterov = true});
  // m: -0.2, w += 0.5 * -0.2 - 0.2; m: -0.3, w += -0.15 - 0.2
  EXPECT_NEAR(after_steps(optimizer, 2), 1 - 0.3 - 0.35, 1e-15);
}

TEST(Adam, FirstStepIsTheLearningRate) {
  Adam optimizer({.learning_rate = 0.1, .epsilon = 0});
  EXPECT_NEAR(after_steps(optimizer, 1), 0.9, 1e-12);
}

// Both steps have m_hat / sqrt(v_hat) worked from m = 1, 1.5 and v_hat = 4, with the momenta
// u_1 = 0.26, u_2 = 0.2696 and u_3 = 0.278816 of beta_1 = 1/2.
TEST(Nadam, TwoStepsByHand) {
  Nadam optimizer({.learning_rate = 0.1, .beta_1 = 0.5, .epsilon = 0});
  const double u1 = 0.26, u2 = 0.2696, u3 = 0.278816;
  const double first = u2 * 1 / (1 - u1 * u2) + (1 - u1) * 2 / (1 - u1);
  const double second = u3 * 1.5 / (1 - u1 * u2 * u3) + (1 - u2) * 2 / (1 - u1 * u2);
  EXPECT_NEAR(after_steps(optimizer, 2), 1 - 0.1 * (first + second) / 2, 1e-12);
}

// The product of the momenta is not in files: it follows from the number of steps.
TEST(Nadam, GoesOnFromAnyNumberOfSteps) {
  for (const int steps : {3, 0}) {
    Nadam through({.learning_rate = 0.1, .beta_1 = 0.99}),
        set({.learning_rate = 0.1, .beta_1 = 0.99});
    after_steps(through, 5);
    through.set_batches(steps);
    set.set_batches(steps);
    EXPECT_EQ(after_steps(through, 2), after_steps(set, 2));
  }
}

TEST(Optimizer, ClipsByValueByNormAndGlobally) {
  SGD by_value({.learning_rate = 1, .gradients = {.clipvalue = 0.5}});
  EXPECT_NEAR(after_steps(by_value, 1), 0.5, 1e-15);
  SGD by_norm({.learning_rate = 1, .gradients = {.clipnorm = 0.25}});
  EXPECT_NEAR(after_steps(by_norm, 1), 0.75, 1e-15);
  SGD global({.learning_rate = 1, .gradients = {.global_clipnorm = 0.25}});
  EXPECT_NEAR(after_steps(global, 1), 0.75, 1e-15);
  error_of(ErrorKind::value, [] { SGD({.gradients = {.clipnorm = 1, .clipvalue = 1}}); });
}

TEST(Optimizer, DecaysWeights) {
  SGD optimizer({.learning_rate = 0.1, .gradients = {.weight_decay = 0.5}});
  EXPECT_NEAR(after_steps(optimizer, 1), 1 - 0.1 * 0.5 - 0.2, 1e-15);
}

TEST(Optimizer, NonFiniteOptionsAreRefused) {
  error_of(ErrorKind::value, [] { SGD({.learning_rate = NAN}); });
  error_of(ErrorKind::value, [] { SGD({.learning_rate = -1}); });
  error_of(ErrorKind::value, [] { SGD({.momentum = 2}); });
  error_of(ErrorKind::value, [] { Adam({.beta_1 = 1}); });
  error_of(ErrorKind::value, [] { Adam({.epsilon = INFINITY}); });
}

TEST(Optimizer, CountsTheStepsOfEachWeight) {
  Adam optimizer({.learning_rate = 0.1, .epsilon = 0});
  Variable early(Tensor::scalar(1, Dtype::float64), "early"),
      late(Tensor::scalar(1, Dtype::float64), "late");
  const Tensor two = Tensor::scalar(2, Dtype::float64);
  for (int i = 0; i < 30; ++i) optimizer.apply({two}, {early});
  optimizer.apply({two, two}, {early, late});
  EXPECT_NEAR(late.value().item(), 0.9, 1e-12);  // a first step is the learning rate
  EXPECT_EQ(optimizer.weight_states()[1].steps, 1);
  EXPECT_EQ(optimizer.weight_states()[0].steps, 31);
}

TEST(Optimizer, AccumulatesBatchesToOneStep) {
  SGD optimizer({.learning_rate = 0.5, .gradients = {.gradient_accumulation_steps = 2}});
  Variable w(Tensor::scalar(1, Dtype::float64), "w");
  optimizer.apply({Tensor::scalar(1, Dtype::float64)}, {w});
  EXPECT_EQ(w.value().item(), 1);
  EXPECT_EQ(optimizer.iterations(), 0);
  optimizer.apply({Tensor::scalar(3, Dtype::float64)}, {w});
  EXPECT_EQ(w.value().item(), 0);
  EXPECT_EQ(optimizer.iterations(), 1);
}

TEST(Optimizer, GivesWeightsTheirMeans) {
  SGD optimizer({.learning_rate = 0.5, .gradients = {.use_ema = true, .ema_momentum = 0.5}});
  Variable w(Tensor::scalar(1, Dtype::float64), "w");
  const Tensor one = Tensor::scalar(1, Dtype::float64);
  for (int i = 0; i < 2; ++i) optimizer.apply({one}, {w});
  // w: 0.5, 0; its mean: 0.5, 0.25
  optimizer.finalize_variable_values({w});
  EXPECT_EQ(w.value().item(), 0.25);
}

TEST(Optimizer, SettingsAreChangedLaterOrRefused) {
  SGD optimizer({.learning_rate = 1});
  optimizer.set_options(Config::parse(R"({"clipvalue": 0.5})"));
  EXPECT_NEAR(after_steps(optimizer, 1), 0.5, 1e-15);
  error_of(ErrorKind::state, [&] { optimizer.set_options(Config::parse(R"({"momentum": 0.5})")); });
  error_of(ErrorKind::value, [&] { optimizer.set_options(Config::parse(R"({"speed": 1})")); });
  EXPECT_NEAR(after_steps(optimizer, 1), 0.5, 1e-15);
}

TEST(Schedule, IsAskedForEachStep) {
  SGD optimizer(
      {.learning_rate = PiecewiseConstantDecay({.boundaries = {0, 1}, .values = {1, 0.5, 0.25}})});
  EXPECT_EQ(after_steps(optimizer, 3), 1 - 2 * (1 + 0.5 + 0.25));
  error_of(ErrorKind::type, [&] { optimizer.set_learning_rate(0.5); });
  error_of(ErrorKind::value, [] { ExponentialDecay({.initial_learning_rate = 0.1}); });
}

TEST(LossScaleOptimizer, LeavesOutStepsThatOverflow) {
  LossScaleOptimizer optimizer({.inner_optimizer = SGD({.learning_rate = 1}),
                                .initial_scale = 4,
                                .dynamic_growth_steps = 2});
  Variable w(Tensor::scalar(1, Dtype::float64), "w");
  const auto step = [&](double gradient) {
    optimizer.apply({Tensor::scalar(gradient, Dtype::float64)}, {w});
  };
  step(1);
  EXPECT_EQ(w.value().item(), 0.75);
  step(INFINITY);
  EXPECT_EQ(w.value().item(), 0.75);
  EXPECT_EQ(optimizer.dynamic_scale(), 2);
  step(1);
  step(1);
  EXPECT_EQ(w.value().item(), -0.25);
  EXPECT_EQ(optimizer.dynamic_scale(), 4);
  EXPECT_EQ(optimizer.iterations(), 3);
}

TEST(MultiOptimizer, ChoosesByPath) {
  const auto slow = std::make_shared<SGD>(SGDOptions{.learning_rate = 0.25});
  MultiOptimizer optimizer({.default_optimizer = SGD({.learning_rate = 1}),
                            .optimizer_map = {{"encoder/.*/kernel", slow}, {".*/x", "adam"}}});
  EXPECT_EQ(optimizer.optimizer_for("encoder/a/b/kernel"), slow);
  EXPECT_NE(optimizer.optimizer_for("encoder/kernel"), slow);
  EXPECT_EQ(optimizer.optimizer_for("decoder/x")->type(), "Adam");
  Variable w(Tensor::scalar(1, Dtype::float64), "encoder/dense/kernel");
  optimizer.apply({Tensor::scalar(1, Dtype::float64)}, {w});
  EXPECT_EQ(w.value().item(), 0.75);
  const auto again = Optimizer::make("MultiOptimizer", optimizer.config());
  EXPECT_EQ(again->config(), optimizer.config());
  error_of(ErrorKind::value, [] {
    MultiOptimizer({.default_optimizer = "sgd", .optimizer_map = {{"(a|b)", "adam"}}});
  });
}

}  // namespace
}  // namespace lamina
