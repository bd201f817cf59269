#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

TEST(Conv2D, ItsKernelRunsOverTheImage) {
  Conv2D layer({.filters = 1, .kernel_size = {1, 2}, .kernel_initializer = "ones", .name = "c"});
  const Tensor x = Tensor({{1, 2, 3}, {4, 5, 6}}).reshape({1, 2, 3, 1});
  const Tensor y = layer(x);
  EXPECT_EQ(y.shape(), (Shape{1, 2, 2, 1}));
  const std::vector<float> expected{3, 5, 9, 11};
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), y.values<float>().begin()));
  const std::string message = error_of(ErrorKind::value, [&] { layer(x.reshape({1, 6, 1, 1})); });
  EXPECT_NE(message.find("at least 2 along axis 2, got 1"), std::string::npos) << message;
  error_of(ErrorKind::value, [] { Conv2D({.filters = 1, .kernel_size = {1, 2, 3}}); });
}

TEST(Conv2D, ATransposedOneIsItsGradient) {
  const Tensor x = test::spread_values({1, 4, 5, 2}, -1, 1).cast(Dtype::float32);
  const Tensor kernel = test::spread_values({3, 2, 2, 3}, -1, 1).cast(Dtype::float32);
  const Variable image(x, "image");
  const Tensor y = ops::conv(image, kernel, {}, {.strides = {2, 1}, .padding = "same"});
  ops::sum(y).backward();
  const Tensor back = ops::conv_transpose(Tensor::full(y.shape(), 1), kernel, {},
                                          {.strides = {2, 1}, .padding = "same"});
  ASSERT_EQ(back.shape(), x.shape());
  for (std::int64_t i = 0; i < x.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_NEAR(back.values<float>()[at], image.grad().values<float>()[at], 1e-5);
  }
}

}  // namespace
}  // namespace lamina
