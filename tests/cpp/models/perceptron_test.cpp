#include <gtest/gtest.h>

#include <limits>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;
using Classes = std::vector<std::int64_t>;

const Tensor corners({{0, 0}, {0, 1}, {1, 0}, {1, 1}});

Classes classes_of(const Perceptron& perceptron) {
  const Tensor predicted = perceptron.predict(corners);
  const auto values = predicted.values<std::int64_t>();
  return {values.begin(), values.end()};
}

std::vector<double> weights_of(const Perceptron& perceptron) {
  const Tensor weights = perceptron.weights();
  std::vector<double> values(weights.values<double>().begin(), weights.values<double>().end());
  values.push_back(perceptron.bias());
  return values;
}

// The epochs were worked by hand.
TEST(Perceptron, LearnsAndAndOr) {
  Perceptron gate;
  gate.fit(corners, {0, 0, 0, 1});
  EXPECT_EQ(gate.errors(), (Classes{2, 3, 3, 2, 1, 0}));
  EXPECT_EQ(weights_of(gate), (std::vector<double>{2, 1, -3}));
  EXPECT_EQ(classes_of(gate), (Classes{0, 0, 0, 1}));
  EXPECT_TRUE(gate.converged());
  EXPECT_EQ(gate.n_epochs(), 6);

  gate.fit(corners, Tensor({{0}, {1}, {1}, {1}}));
  EXPECT_EQ(gate.errors(), (Classes{2, 2, 1, 0}));
  EXPECT_EQ(weights_of(gate), (std::vector<double>{1, 1, -1}));
  EXPECT_EQ(gate.score(corners, {0, 1, 1, 0}), 0.75);
}

TEST(Perceptron, SignTellsMinusOneFromOne) {
  Perceptron gate({.activation = "sign", .learning_rate = 0.5});
  gate.fit(corners, {-1, -1, -1, 1});
  // Its errors are 2 and -2, so half the learning rate takes the steps of "step".
  EXPECT_EQ(weights_of(gate), (std::vector<double>{2, 1, -3}));
  EXPECT_EQ(classes_of(gate), (Classes{-1, -1, -1, 1}));
}

TEST(Perceptron, DoesNotLearnXor) {
  Perceptron gate({.max_epochs = 50});
  gate.fit(corners, {0, 1, 1, 0});
  EXPECT_FALSE(gate.converged());
  EXPECT_EQ(gate.n_epochs(), 50);
  EXPECT_GT(gate.errors().back(), 0);
  EXPECT_LT(gate.score(corners, {0, 1, 1, 0}), 1);
}

TEST(Perceptron, GatesOfTheLecturesNeedNoTraining) {
  Perceptron gate;
  gate.set_weights({0.5, 0.5}, -0.8);
  EXPECT_EQ(classes_of(gate), (Classes{0, 0, 0, 1}));
  gate.set_weights({0.5, 0.5}, -0.3);
  EXPECT_EQ(classes_of(gate), (Classes{0, 1, 1, 1}));
  EXPECT_DOUBLE_EQ(gate.decision_function(corners).to_vector<double>()[3], 0.7);
  EXPECT_EQ(gate.n_epochs(), 0);
  EXPECT_FALSE(gate.converged());
}

TEST(Perceptron, BeginsWithGivenWeights) {
  Perceptron gate;
  gate.fit(corners, {0, 0, 0, 1}, {.weights = {0.5, 0.5}, .bias = -0.8});
  EXPECT_EQ(gate.errors(), Classes{0});
  EXPECT_EQ(weights_of(gate), (std::vector<double>{0.5, 0.5, -0.8}));
}

TEST(Perceptron, ASeedRepeatsTheOrders) {
  const Tensor x = test::spread_values({40, 3}, -1, 1);
  const Tensor y = ops::greater(ops::sum(x, {1}), Tensor::scalar(0, Dtype::float64));
  const auto learnt = [&](const PerceptronOptions& options) {
    Perceptron perceptron(options);
    perceptron.fit(x, y);
    EXPECT_EQ(perceptron.score(x, y), 1);
    return weights_of(perceptron);
  };
  EXPECT_EQ(learnt({.shuffle = true, .seed = 3}), learnt({.shuffle = true, .seed = 3}));
  EXPECT_NE(learnt({.shuffle = true, .seed = 3}), learnt({.shuffle = true, .seed = 4}));
  EXPECT_NE(learnt({.shuffle = true, .seed = 3}), learnt({}));
  set_random_seed(5);
  const auto once = learnt({.shuffle = true});
  EXPECT_NE(once, learnt({.shuffle = true}));
  set_random_seed(5);
  EXPECT_EQ(once, learnt({.shuffle = true}));
}

TEST(Perceptron, WhatAnEpochThrowsLeavesItAsItWas) {
  Perceptron gate;
  gate.set_weights({1, 2}, 3);
  const PerceptronFitOptions options{.on_epoch = [] { throw std::runtime_error("stop"); }};
  EXPECT_THROW(gate.fit(corners, {0, 0, 0, 1}, options), std::runtime_error);
  EXPECT_EQ(weights_of(gate), (std::vector<double>{1, 2, 3}));
}

TEST(Perceptron, RefusesWhatItCannotLearnFrom) {
  const Tensor y{0, 0, 0, 1};
  const auto refused = [](const Tensor& samples, const Tensor& labels,
                          const PerceptronFitOptions& start = {}) {
    return error_of(ErrorKind::value, [&] { Perceptron().fit(samples, labels, start); });
  };
  EXPECT_EQ(refused(corners, {0, 0, 0, 2}),
            "Perceptron with activation 'step' needs labels 0 and 1, got 2 for sample 3");
  EXPECT_NE(refused(corners, {-1, 1, 1, 1}).find("activation='sign'"), std::string::npos);
  EXPECT_EQ(refused(corners, {0, 1}),
            "Perceptron needs y of shape (4,), a label a sample, got (2,)");
  EXPECT_EQ(refused({1, 2}, y), "Perceptron needs x of shape (samples, features), got (2,)");
  EXPECT_NE(refused(Tensor::zeros({0, 2}), Tensor::zeros({0})).find("no samples"),
            std::string::npos);
  EXPECT_EQ(refused({{1, 2}, {std::numeric_limits<double>::quiet_NaN(), 0}}, {0, 1}),
            "Perceptron needs finite numbers, got nan in feature 0 of sample 1");
  EXPECT_EQ(refused(corners, y, {.weights = {1, 2, 3}}),
            "Perceptron has 3 weights, but got x of shape (4, 2)");
  refused(corners, y, {.weights = {{1, 2}}});
  refused(corners, y, {.bias = std::numeric_limits<double>::infinity()});
  refused(Tensor(), y);
  refused(corners, Tensor());
  Perceptron fast({.learning_rate = 10});
  const Tensor huge = Tensor::full({2, 1}, 1e308, Dtype::float64);
  EXPECT_NE(
      error_of(ErrorKind::value, [&] { fast.fit(huge, {0, 1}); }).find("overflowed in epoch 1"),
      std::string::npos);
}

TEST(Perceptron, RefusesBadOptionsAndEarlyPredictions) {
  const auto refused = [](const PerceptronOptions& options) {
    return error_of(ErrorKind::value, [&] { Perceptron{options}; });
  };
  EXPECT_EQ(refused({.activation = "relu"}),
            "Perceptron needs activation step or sign, got activation='relu'");
  refused({.learning_rate = 0});
  refused({.learning_rate = std::numeric_limits<double>::infinity()});
  refused({.max_epochs = 0});
  error_of(ErrorKind::state, [] { Perceptron().predict(corners); });
  error_of(ErrorKind::state, [] { Perceptron().weights(); });
  Perceptron gate;
  gate.set_weights({1, 1, 1}, 0);
  error_of(ErrorKind::value, [&] { gate.predict(corners); });
}

}  // namespace
}  // namespace lamina
