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

TEST(Matmul, WholeNumbersWrapAround) {
  const std::int64_t big = (std::int64_t{1} << 62) + 1;
  const Tensor a = Tensor::full({2, 3}, big, Dtype::int64),
               b = Tensor::full({3, 1}, 3, Dtype::int64);
  // 9 (2^62 + 1) = 2^65 + 2^62 + 9, of which 64 bits stay.
  EXPECT_EQ(ops::matmul(a, b).to_vector<std::int64_t>()[1], (std::int64_t{1} << 62) + 9);
  const Tensor root = Tensor::full({1, 1}, 46341, Dtype::int32);  // 46341^2 = 2^31 + 4633
  EXPECT_EQ(ops::matmul(root, root).to_vector<std::int32_t>()[0], -2147479015);
}

}  // namespace
}  // namespace lamina
