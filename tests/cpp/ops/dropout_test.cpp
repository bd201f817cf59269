// Values by hand, gradients by central differences in float64.
#include <gtest/gtest.h>

#include <cstddef>

#include "lamina/lamina.hpp"

namespace lamina {
namespace {

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

}  // namespace
}  // namespace lamina
