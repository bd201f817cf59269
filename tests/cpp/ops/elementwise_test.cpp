// Values by hand, gradients by central differences in float64.
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::check_gradients;
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
    ::testing::Values(
        UnaryCase{"negative", ops::negative, [](double x) { return -x; }, -2, 2},
        UnaryCase{"abs", ops::abs, [](double x) { return std::abs(x); }, -2, 2},
        UnaryCase{"exp", ops::exp, [](double x) { return std::exp(x); }, -3, 3},
        UnaryCase{"log", ops::log, [](double x) { return std::log(x); }, 0.1, 4},
        UnaryCase{"sqrt", ops::sqrt, [](double x) { return std::sqrt(x); }, 0.1, 4},
        UnaryCase{"square", ops::square, [](double x) { return x * x; }, -2, 2},
        UnaryCase{"relu", ops::relu, [](double x) { return x > 0 ? x : 0; }, -2, 2},
        UnaryCase{"sinh", ops::sinh, [](double x) { return std::sinh(x); }, -3, 3},
        UnaryCase{"sin", ops::sin, [](double x) { return std::sin(x); }, -9, 9},
        UnaryCase{"cos", ops::cos, [](double x) { return std::cos(x); }, -9, 9},
        UnaryCase{"arctan", ops::arctan, [](double x) { return std::atan(x); }, -9, 9},
        UnaryCase{"tanh", ops::tanh, [](double x) { return std::tanh(x); }, -3, 3},
        UnaryCase{"sigmoid", ops::sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }, -4, 4},
        UnaryCase{"softplus", ops::softplus, [](double x) { return std::log1p(std::exp(x)); }, -4,
                  4}),
    [](const auto& tested) { return tested.param.name; });

TEST(Elementwise, NaNPassesThroughEveryActivation) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor x({nan, 1});
  for (const char* name : {"linear", "relu", "tanh", "sigmoid", "softmax", "log_softmax"}) {
    EXPECT_TRUE(std::isnan(Activation(name)(x).to_vector<float>()[0])) << name;
  }
}

}  // namespace
}  // namespace lamina
