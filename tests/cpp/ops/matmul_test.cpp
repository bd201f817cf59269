// Values by hand, gradients by central differences in float64.
#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::check_gradients;
using test::error_of;
using test::spread_values;

TEST(Matmul, ByHandAndGradients) {
  const Tensor y = ops::matmul(Tensor({{1, 2}, {3, 4}}), Tensor({{5, 6}, {7, 8}}));
  EXPECT_EQ(y.values<float>()[0], 19.0F);
  EXPECT_EQ(y.values<float>()[3], 50.0F);
  check_gradients([](const TensorList& t) { return ops::matmul(t[0], t[1]); },
                  {spread_values({2, 3, 4}, -1, 1), spread_values({4, 5}, -1, 1, 2)});
  error_of(ErrorKind::value, [] { ops::matmul(Tensor({{1, 2}}), Tensor({{1, 2}})); });
}

}  // namespace
}  // namespace lamina
