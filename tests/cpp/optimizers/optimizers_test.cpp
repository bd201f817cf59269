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

}  // namespace
}  // namespace lamina
