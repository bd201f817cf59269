#include <gtest/gtest.h>

#include <cstddef>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

TEST(SpatialDropout, DropsWholeChannels) {
  SpatialDropout2D layer({.rate = 0.5, .data_format = "channels_first", .seed = 1});
  const Tensor y = layer(Tensor::full({20, 5, 3, 4}, 1), true);
  const auto values = y.values<float>();
  int kept = 0;
  for (std::size_t channel = 0; channel < 100; ++channel) {
    for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(values[channel * 12 + i], values[channel * 12]);
    EXPECT_TRUE(values[channel * 12] == 0 || values[channel * 12] == 2);
    kept += values[channel * 12] == 2;
  }
  EXPECT_GT(kept, 25);
  EXPECT_LT(kept, 75);
  EXPECT_EQ(error_of(ErrorKind::value, [&] { SpatialDropout1D({.rate = 0.5})(Tensor({{1}})); }),
            "SpatialDropout1D 'spatial_dropout1d' needs inputs (batch, steps, channels), got "
            "(None, 1)");
}

}  // namespace
}  // namespace lamina
