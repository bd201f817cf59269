// Operations made of others: values by hand, gradients by central differences in float64.
#include "lamina/ops/composed.hpp"

#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::check_gradients;
using test::spread_values;

void expect_values(const Tensor& t, const Shape& shape, const std::vector<float>& expected) {
  EXPECT_EQ(t.shape(), shape);
  const auto values = t.values<float>();
  EXPECT_EQ(std::vector<float>(values.begin(), values.end()), expected);
}

const Tensor x({{1, 2, 3}, {4, 5, 6}});

TEST(Composed, Values) {
  expect_values(ops::exp2(Tensor({0, 3, -1})), {3}, {1, 8, 0.5F});
  expect_values(ops::trunc(Tensor({-1.5, 1.5})), {2}, {-1, 1});
  expect_values(ops::divide_no_nan(x, Tensor({0, 2, 1})), {2, 3}, {0, 1, 3, 0, 2.5F, 6});
  expect_values(ops::average(x, {1}, Tensor({1, 0, 1})), {2}, {2, 5});
  expect_values(ops::dot(x, Tensor({1, 0, -1})), {2}, {-2, -2});
  expect_values(ops::inner(x, x), {2, 2}, {14, 32, 32, 77});
  expect_values(ops::outer(Tensor({1, 2}), Tensor({3, 4})), {2, 2}, {3, 4, 6, 8});
  expect_values(ops::moveaxis(x, {0}, {1}), {3, 2}, {1, 4, 2, 5, 3, 6});
  expect_values(ops::roll(x, {1}, {1}), {2, 3}, {3, 1, 2, 6, 4, 5});
  expect_values(ops::roll(x, {-1}), {2, 3}, {2, 3, 4, 5, 6, 1});
  expect_values(ops::diff(x), {2, 2}, {1, 1, 1, 1});
  expect_values(ops::tril(x), {2, 3}, {1, 0, 0, 4, 5, 0});
  expect_values(ops::triu(x, 1), {2, 3}, {0, 2, 3, 0, 0, 6});
  expect_values(ops::diagonal(x, 1), {2}, {2, 6});
  expect_values(ops::trace(x), {}, {6});
  expect_values(ops::unstack(x, 1)[2], {2}, {3, 6});
  expect_values(ops::vstack({Tensor({1, 2}), Tensor({3, 4})}), {2, 2}, {1, 2, 3, 4});
}

TEST(Composed, Gradients) {
  const Tensor a = spread_values({2, 3}, 0.5, 2), b = spread_values({2, 3}, 0.5, 2, 2);
  using Binary = Tensor (*)(const Tensor&, const Tensor&);
  for (const Binary function :
       {ops::logaddexp, ops::divide_no_nan, ops::inner, ops::outer, ops::vdot}) {
    check_gradients([&](const TensorList& in) { return function(in[0], in[1]); }, {a, b});
  }
  using Unary = Tensor (*)(const Tensor&);
  for (const Unary function : {ops::deg2rad, ops::exp2, ops::fliplr, ops::ravel}) {
    check_gradients([&](const TensorList& in) { return function(in[0]); }, {a});
  }
  check_gradients([](const TensorList& in) { return ops::average(in[0], {}, in[1]); }, {a, b});
  check_gradients([](const TensorList& in) { return ops::normalize(in[0], {0}); }, {a});
  check_gradients([](const TensorList& in) { return ops::diff(in[0], 2); }, {a});
  check_gradients([](const TensorList& in) { return ops::trace(in[0], -1); }, {a});
  check_gradients([](const TensorList& in) { return ops::roll(in[0], {2}); }, {a});
}

}  // namespace
}  // namespace lamina
