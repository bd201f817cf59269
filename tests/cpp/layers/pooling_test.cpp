#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

TEST(Pooling, TheLecturesImage) {
  const Tensor x = Tensor({1, 3, 5, 3, 4, 2, 3, 1, 3, 1, 1, 3, 0, 1, 0, 4}).reshape({1, 4, 4, 1});
  const Tensor y = MaxPooling2D({.pool_size = 2})(x);
  EXPECT_EQ(y.shape(), (Shape{1, 2, 2, 1}));
  const std::vector<float> expected{4, 5, 3, 4};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(y.values<float>()[i], expected[i]);
}

TEST(Pooling, WorksAlongOneAndThreeAxes) {
  const Tensor x = Tensor({9, 4, 2, 9, 0, 9, 0, 3, 6});
  EXPECT_EQ(MaxPooling1D()(x.reshape({1, 9, 1})).shape(), (Shape{1, 4, 1}));
  EXPECT_EQ(MaxPooling1D({.padding = "same"})(x.reshape({1, 9, 1})).shape(), (Shape{1, 5, 1}));
  const Tensor volume = x.reshape({1, 1, 3, 3, 1});
  EXPECT_EQ(AveragePooling3D({.pool_size = {1, 3, 3}})(volume).item(), 42.0F / 9);
  EXPECT_EQ(GlobalMaxPooling3D()(volume).item(), 9);
  EXPECT_EQ(ZeroPadding3D({.padding = {1, 0, 2}})(volume).shape(), (Shape{1, 3, 3, 7, 1}));
  EXPECT_EQ(ZeroPadding1D({.padding = {1, 2}})(x.reshape({1, 9, 1})).shape(), (Shape{1, 12, 1}));
  EXPECT_EQ(Cropping1D({.cropping = {3, 1}})(x.reshape({1, 9, 1})).shape(), (Shape{1, 5, 1}));
  EXPECT_EQ(UpSampling3D({.size = {3, 1, 2}})(volume).shape(), (Shape{1, 3, 3, 6, 1}));
}

TEST(Pooling, SaysWhatDoesNotFit) {
  EXPECT_EQ(error_of(ErrorKind::value,
                     [] {
                       MaxPooling2D({.pool_size = 3, .strides = 2, .name = "pool"})(
                           Tensor::zeros({1, 2, 5, 1}));
                     }),
            "MaxPooling2D 'pool' needs inputs of at least 3 along axis 1, got 2: there are "
            "floor((2 - 3) / 2) + 1 < 1 windows");
  EXPECT_EQ(error_of(ErrorKind::value, [] { MaxPooling2D({.pool_size = {2, 0}}); }),
            "MaxPooling2D 'max_pooling2d' needs pool_size of one integer or 2, at least 1, got "
            "pool_size=(2, 0)");
}

}  // namespace
}  // namespace lamina
