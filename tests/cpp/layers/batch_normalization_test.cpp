#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <vector>

#include "lamina/lamina.hpp"

namespace lamina {
namespace {

TEST(BatchNormalization, NormalizesAndRemembers) {
  BatchNormalization layer({.momentum = 0.9, .epsilon = 1e-3});
  const Tensor x({{1, 10}, {3, 30}});
  const Tensor y = layer(x, true);
  // mean 2, variance 1: (1 - 2) / sqrt(1 + 0.001)
  EXPECT_NEAR(y.values<float>()[0], -1 / std::sqrt(1.001), 1e-6);
  EXPECT_NEAR(layer.weights()[2].value().values<float>()[0], 0.2, 1e-6);       // 0.9*0 + 0.1*2
  EXPECT_NEAR(layer.weights()[3].value().values<float>()[1], 0.9 + 10, 1e-4);  // 0.9*1 + 0.1*100
  const Tensor z = layer(Tensor({{0.2, 2}}), false);
  EXPECT_NEAR(z.values<float>()[0], 0, 1e-6);
}

TEST(BatchNormalization, AnInnerAxisGivesWhatTheLastOneGives) {
  const Tensor x = RandomStream::with_key(3).normal({6, 4, 5}, 1, 2);
  // The same values with the last two axes exchanged, by hand.
  std::vector<float> turned(120);
  for (std::size_t b = 0; b < 6; ++b) {
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = 0; j < 5; ++j) {
        turned[b * 20 + j * 4 + i] = x.values<float>()[b * 20 + i * 5 + j];
      }
    }
  }
  BatchNormalization inner({.axis = 1, .momentum = 0.5}), last({.momentum = 0.5});
  for (const bool training : {true, false}) {
    const Tensor y = inner(x, training);
    const Tensor z = last(Tensor::copy_of<float>(turned, {6, 5, 4}), training);
    for (std::size_t b = 0; b < 6; ++b) {
      for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t j = 0; j < 5; ++j) {
          EXPECT_NEAR(y.values<float>()[b * 20 + i * 5 + j], z.values<float>()[b * 20 + j * 4 + i],
                      1e-5);
        }
      }
    }
  }
}

}  // namespace
}  // namespace lamina
