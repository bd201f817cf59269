// Values by hand, gradients by central differences in float64.
#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::check_gradients;
using test::error_of;
using test::spread_values;

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

}  // namespace
}  // namespace lamina
