#include <gtest/gtest.h>

#include "lamina/lamina.hpp"

namespace lamina {
namespace {

TEST(Flatten, JoinsAllAxesButTheBatch) {
  Flatten layer;
  EXPECT_EQ(layer(Tensor::zeros({5, 2, 3})).shape(), (Shape{5, 6}));
  EXPECT_EQ(layer.output_shape({Shape::none, 4, 4}), (Shape{Shape::none, 16}));
}

}  // namespace
}  // namespace lamina
