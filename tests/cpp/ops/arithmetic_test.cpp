// Values by hand, gradients by central differences in float64.
#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::check_gradients;
using test::error_of;
using test::spread_values;

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
  EXPECT_EQ((whole + 1).dtype(), Dtype::int32);
  EXPECT_EQ((whole + 1.0).dtype(), Dtype::float32);
  EXPECT_EQ((1 - whole.cast(Dtype::uint8)).to_vector<std::int32_t>()[0], -6);
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

}  // namespace
}  // namespace lamina
