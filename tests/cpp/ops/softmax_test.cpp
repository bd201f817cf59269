// Values by hand, gradients by central differences in float64.
#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::check_gradients;
using test::spread_values;

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

}  // namespace
}  // namespace lamina
