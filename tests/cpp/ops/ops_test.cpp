// Values by hand, gradients by central differences in float64.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::check_gradients;
using test::error_of;
using test::spread_values;

struct UnaryCase {
  const char* name;
  Tensor (*op)(const Tensor&);
  double (*reference)(double);
  double low, high;
};

class UnaryOps : public ::testing::TestWithParam<UnaryCase> {};

TEST_P(UnaryOps, ValuesAndGradients) {
  const UnaryCase& c = GetParam();
  const Tensor x = spread_values({7, 5}, c.low, c.high);
  const Tensor y = c.op(x);
  for (std::size_t i = 0; i < 35; ++i) {
    EXPECT_NEAR(y.values<double>()[i], c.reference(x.values<double>()[i]), 1e-13);
  }
  check_gradients([&](const TensorList& in) { return c.op(in[0]); }, {x});
}

INSTANTIATE_TEST_SUITE_P(
    All, UnaryOps,
    ::testing::Values(UnaryCase{"negative", ops::negative, [](double x) { return -x; }, -2, 2},
                      UnaryCase{"abs", ops::abs, [](double x) { return std::abs(x); }, -2, 2},
                      UnaryCase{"exp", ops::exp, [](double x) { return std::exp(x); }, -3, 3},
                      UnaryCase{"log", ops::log, [](double x) { return std::log(x); }, 0.1, 4},
                      UnaryCase{"sqrt", ops::sqrt, [](double x) { return std::sqrt(x); }, 0.1, 4},
                      UnaryCase{"square", ops::square, [](double x) { return x * x; }, -2, 2},
                      UnaryCase{"relu", ops::relu, [](double x) { return x > 0 ? x : 0; }, -2, 2},
                      UnaryCase{"sinh", ops::sinh, [](double x) { return std::sinh(x); }, -3, 3},
                      UnaryCase{"tanh", ops::tanh, [](double x) { return std::tanh(x); }, -3, 3},
                      UnaryCase{"sigmoid", ops::sigmoid,
                                [](double x) { return 1 / (1 + std::exp(-x)); }, -4, 4},
                      UnaryCase{"softplus", ops::softplus,
                                [](double x) { return std::log1p(std::exp(x)); }, -4, 4}),
    [](const auto& tested) { return tested.param.name; });

TEST(Elementwise, NaNPassesThroughEveryActivation) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor x({nan, 1});
  for (const char* name : {"linear", "relu", "tanh", "sigmoid", "softmax", "log_softmax"}) {
    EXPECT_TRUE(std::isnan(Activation(name)(x).to_vector<float>()[0])) << name;
  }
}

TEST(Arithmetic, BroadcastsInBothDirections) {
  const Tensor column({{1}, {2}}), row({10, 20, 30});
  const Tensor sum = column + row;
  EXPECT_EQ(sum.shape(), (Shape{2, 3}));
  EXPECT_EQ(sum.values<float>()[5], 32.0F);
}

TEST(Arithmetic, ScalarsAreWeakAndIntegersDivideToFloat) {
  const Tensor whole = Tensor({7, 2}).cast(Dtype::int32);
  EXPECT_EQ((whole / whole).dtype(), Dtype::float32);
  EXPECT_EQ((whole + whole).dtype(), Dtype::int32);
  EXPECT_EQ((whole + Tensor({1, 1})).dtype(), Dtype::float32);
  EXPECT_EQ((Tensor::scalar(1, Dtype::float64) * 2.0).dtype(), Dtype::float64);
  error_of(ErrorKind::type, [] { Tensor({1}) + Tensor::scalar(1, Dtype::float64); });
}

TEST(Arithmetic, Gradients) {
  const Tensor a = spread_values({3, 4}, 0.5, 2), b = spread_values({4}, 1, 3, 2);
  const Tensor c = spread_values({3, 1}, 1, 3, 5);
  check_gradients([](const TensorList& t) { return t[0] + t[1]; }, {a, b});
  check_gradients([](const TensorList& t) { return t[0] - t[1]; }, {b, a});
  check_gradients([](const TensorList& t) { return t[0] * t[1]; }, {c, a});
  check_gradients([](const TensorList& t) { return t[0] / t[1]; }, {a, b});
  check_gradients([](const TensorList& t) { return t[0] / t[1]; }, {b, c});
  check_gradients([](const TensorList& t) { return ops::maximum(t[0], t[1]); }, {a, b});
  check_gradients([](const TensorList& t) { return ops::minimum(t[0], t[1]); }, {a, c});
}

TEST(Arithmetic, AnExtremumSharesItsGradientBetweenEquals) {
  Tensor a({2, 5}), b({2, 1});
  a.set_requires_grad();
  b.set_requires_grad();
  ops::sum(ops::maximum(a, b)).backward();
  EXPECT_EQ(a.grad().values<float>()[0], 0.5F);
  EXPECT_EQ(b.grad().values<float>()[0], 0.5F);
  EXPECT_EQ(a.grad().values<float>()[1], 1.0F);
  EXPECT_EQ(b.grad().values<float>()[1], 0.0F);
}

TEST(Reduction, AnyAxes) {
  const Tensor x = Tensor({1, 2, 3, 4, 5, 6, 7, 8}).reshape({2, 2, 2});
  EXPECT_EQ(ops::sum(x).item(), 36);
  EXPECT_EQ(ops::sum(x, {0, 2}).to_vector<float>()[0], 1 + 2 + 5 + 6);
  EXPECT_EQ(ops::mean(x, {-1}).to_vector<float>()[3], 7.5F);
  EXPECT_EQ(ops::max(x, {1}, true).shape(), (Shape{2, 1, 2}));
  EXPECT_EQ(ops::min(x, {0}).to_vector<float>()[3], 4.0F);
  EXPECT_EQ(ops::sum(Tensor::zeros({0, 3}), {0}).to_vector<float>()[2], 0.0F);
  error_of(ErrorKind::value, [&] { ops::sum(x, {1, -2}); });
  error_of(ErrorKind::index, [&] { ops::sum(x, {3}); });
  error_of(ErrorKind::value, [] { ops::max(Tensor::zeros({0, 3}), {0}); });
}

TEST(Reduction, Gradients) {
  const Tensor x = spread_values({2, 3, 4}, -2, 2);
  check_gradients([](const TensorList& t) { return ops::sum(t[0], {0, 2}); }, {x});
  check_gradients([](const TensorList& t) { return ops::mean(t[0], {1}, true); }, {x});
  check_gradients([](const TensorList& t) { return ops::mean(t[0]); }, {x});
  check_gradients([](const TensorList& t) { return ops::max(t[0], {2}); }, {x});
  check_gradients([](const TensorList& t) { return ops::min(t[0], {0, 1}); }, {x});
}

TEST(Views, Gradients) {
  const Tensor x = spread_values({4, 3}, -2, 2);
  check_gradients([](const TensorList& t) { return ops::square(t[0].reshape({2, 6})); }, {x});
  check_gradients([](const TensorList& t) { return ops::square(t[0].slice(1, 3)); }, {x});
}

TEST(Matmul, ByHandAndGradients) {
  const Tensor y = ops::matmul(Tensor({{1, 2}, {3, 4}}), Tensor({{5, 6}, {7, 8}}));
  EXPECT_EQ(y.values<float>()[0], 19.0F);
  EXPECT_EQ(y.values<float>()[3], 50.0F);
  check_gradients([](const TensorList& t) { return ops::matmul(t[0], t[1]); },
                  {spread_values({2, 3, 4}, -1, 1), spread_values({4, 5}, -1, 1, 2)});
  error_of(ErrorKind::value, [] { ops::matmul(Tensor({{1, 2}}), Tensor({{1, 2}})); });
}

TEST(Dense, GradientsWithEveryActivation) {
  const Tensor x = spread_values({5, 3}, -1, 1), w = spread_values({3, 4}, -1, 1, 2);
  const Tensor b = spread_values({4}, -0.5, 0.5, 4);
  for (const char* name : {"linear", "relu", "tanh", "sigmoid", "softmax", "log_softmax"}) {
    SCOPED_TRACE(name);
    check_gradients([&](const TensorList& t) { return ops::dense(t[0], t[1], t[2], name); },
                    {x, w, b});
  }
}

TEST(Softmax, TheLecturesExample) {
  const Tensor y = ops::softmax(Tensor({3, 1, -3}));
  EXPECT_NEAR(y.values<float>()[0], 0.88, 0.005);
  EXPECT_NEAR(y.values<float>()[1], 0.12, 0.005);
  EXPECT_NEAR(y.values<float>()[2], 0.00, 0.005);
}

TEST(Softmax, NothingOverflowsAndRowsSumToOne) {
  const Tensor y = ops::softmax(Tensor({{1000, 1000}, {-1000, 1000}}));
  EXPECT_EQ(y.values<float>()[0], 0.5F);
  EXPECT_EQ(y.values<float>()[3], 1.0F);
  EXPECT_EQ(ops::log_softmax(Tensor({{-1000, 1000}})).to_vector<float>()[0], -2000.0F);
}

TEST(Softmax, Gradients) {
  const Tensor x = spread_values({3, 7}, -2, 2);
  check_gradients([](const TensorList& t) { return ops::softmax(t[0]); }, {x});
  check_gradients([](const TensorList& t) { return ops::log_softmax(t[0]); }, {x});
}

TEST(Dropout, KeepsTheShareAndTheMean) {
  RandomStream random = RandomStream::with_key(5);
  const Tensor y = ops::dropout(Tensor::full({100'000}, 1.0), 0.25, random);
  std::int64_t zeros = 0;
  for (float value : y.values<float>()) {
    ASSERT_TRUE(value == 0.0F || value == 1.0F / 0.75F) << value;
    zeros += value == 0.0F;
  }
  EXPECT_NEAR(static_cast<double>(zeros) / 100'000, 0.25, 0.01);
  EXPECT_EQ(random.draws(), 1U);
}

TEST(Dropout, TheGradientUsesTheSameMask) {
  RandomStream random = RandomStream::with_key(5);
  Tensor x = Tensor::full({1000}, 1.0);
  x.set_requires_grad();
  const Tensor y = ops::dropout(x, 0.5, random);
  ops::sum(y).backward();
  for (std::size_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(x.grad().values<float>()[i], y.values<float>()[i]);
  }
}

TEST(BatchNormalization, Gradients) {
  const Tensor x = spread_values({6, 3}, -2, 2);
  const Tensor gamma = spread_values({3}, 0.5, 1.5, 2), beta = spread_values({3}, -1, 1, 3);
  check_gradients(
      [](const TensorList& t) { return ops::batch_normalization(t[0], t[1], t[2], 1e-3).y; },
      {x, gamma, beta}, 1e-6);
  const Tensor mean = spread_values({3}, -1, 1, 7), variance = spread_values({3}, 0.5, 2, 8);
  check_gradients(
      [&](const TensorList& t) {
        return ops::normalize_by_statistics(t[0], mean, variance, t[1], t[2], 1e-3);
      },
      {x, gamma, beta});
}

TEST(Losses, SparseLabelsHaveNoSmoothing) {
  const Tensor labels = Tensor({0, 2}).cast(Dtype::int64), logits = spread_values({2, 3}, -2, 2);
  const std::string message = test::error_of(ErrorKind::value, [&] {
    ops::sparse_categorical_crossentropy(labels, logits, {.label_smoothing = 0.1});
  });
  EXPECT_NE(message.find("no label_smoothing, got 0.1"), std::string::npos) << message;
}

TEST(Losses, Gradients) {
  const Tensor logits = spread_values({4, 3}, -2, 2), p = spread_values({4, 3}, 0.1, 0.9, 2);
  const Tensor target = ops::softmax(spread_values({4, 3}, -1, 1, 4));
  const Tensor labels = Tensor({0, 2, 1, 1}).cast(Dtype::int64);
  ops::LossOptions from_logits{.from_logits = true, .label_smoothing = 0.1};
  from_logits.sample_weight = Tensor({1, 2, 0.5, 0});
  const ops::LossOptions plain{.label_smoothing = 0.2};
  check_gradients([&](const TensorList& t) { return ops::mean_squared_error(target, t[0]); },
                  {logits});
  check_gradients(
      [&](const TensorList& t) { return ops::binary_crossentropy(target, t[0], from_logits); },
      {logits});
  check_gradients(
      [&](const TensorList& t) { return ops::binary_crossentropy(target, t[0], plain); }, {p});
  check_gradients(
      [&](const TensorList& t) { return ops::categorical_crossentropy(target, t[0], from_logits); },
      {logits});
  check_gradients(
      [&](const TensorList& t) { return ops::categorical_crossentropy(target, t[0], plain); }, {p});
  check_gradients(
      [&](const TensorList& t) {
        return ops::sparse_categorical_crossentropy(labels, t[0], {.from_logits = true});
      },
      {logits});
  check_gradients(
      [&](const TensorList& t) { return ops::sparse_categorical_crossentropy(labels, t[0]); }, {p});
}

TEST(Losses, ByHand) {
  EXPECT_NEAR(ops::mean_squared_error(Tensor({{1, 2}}), Tensor({{2, 4}})).item(), 2.5, 1e-6);
  const Tensor half({{0.5, 0.5}});
  EXPECT_NEAR(ops::binary_crossentropy(Tensor({{1, 0}}), half).item(), std::log(2.0), 1e-6);
  EXPECT_NEAR(ops::categorical_crossentropy(Tensor({{0, 1}}), Tensor({{0.2, 0.8}})).item(),
              -std::log(0.8), 1e-6);
  // Sure and wrong, far beyond where e^x overflows: the loss is the logit itself.
  EXPECT_NEAR(
      ops::binary_crossentropy(Tensor({{0}}), Tensor({{500}}), {.from_logits = true}).item(), 500,
      1e-3);
  EXPECT_TRUE(
      std::isfinite(ops::categorical_crossentropy(Tensor({{1, 0}}), Tensor({{0, 1}})).item()));
}

TEST(Losses, ATrailingAxisOfOneIsMatchedAndNothingElse) {
  const Tensor prediction({{0.5}, {0.25}});
  // (1 - 0.5)^2 = 0.25 and (0 - 0.25)^2 = 0.0625.
  EXPECT_EQ(ops::mean_squared_error(Tensor({1, 0}), prediction).item(), 0.15625);
  const std::string message =
      error_of(ErrorKind::value, [&] { ops::mean_squared_error(Tensor({{1, 0}}), prediction); });
  EXPECT_NE(message.find("(1, 2)"), std::string::npos) << message;
  EXPECT_NE(message.find("(2, 1)"), std::string::npos) << message;
}

TEST(Losses, LabelsOutOfRangeAreNamed) {
  const Tensor labels = Tensor({0, 5}).cast(Dtype::int64);
  const std::string message = error_of(ErrorKind::value, [&] {
    ops::sparse_categorical_crossentropy(labels, Tensor({{0.5, 0.5}, {0.5, 0.5}}));
  });
  EXPECT_NE(message.find("label 5 in row 1"), std::string::npos) << message;
}

}  // namespace
}  // namespace lamina
