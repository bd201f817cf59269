#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

TEST(Embedding, LooksUpRows) {
  Embedding layer({.input_dim = 5, .output_dim = 2});
  const Tensor y = layer(Tensor({{0, 4}, {4, 1}}));
  EXPECT_EQ(y.shape(), (Shape{2, 2, 2}));
  EXPECT_EQ(y.values<float>()[2], y.values<float>()[4]);
  error_of(ErrorKind::index, [&] { layer(Tensor({{5}})); });
}

}  // namespace
}  // namespace lamina
