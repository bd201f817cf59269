#include <gtest/gtest.h>

#include "lamina/lamina.hpp"

namespace lamina {
namespace {

TEST(Normalization, TakesItsStatisticsFromData) {
  Normalization layer;
  layer.adapt(Tensor({{0, 10}, {2, 30}}));
  const Tensor y = layer(Tensor({{2, 10}}));
  EXPECT_FLOAT_EQ(y.values<float>()[0], 1);
  EXPECT_FLOAT_EQ(y.values<float>()[1], -1);
}

}  // namespace
}  // namespace lamina
