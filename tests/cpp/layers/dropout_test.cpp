#include <gtest/gtest.h>

#include "lamina/lamina.hpp"

namespace lamina {
namespace {

TEST(Dropout, OnlyTrainsAndDoesNothingOtherwise) {
  Dropout layer({.rate = 0.5});
  const Tensor x = Tensor::full({10, 10}, 1);
  EXPECT_EQ(layer(x).data(), x.data());
  EXPECT_NE(layer(x, true).data(), x.data());
}

}  // namespace
}  // namespace lamina
