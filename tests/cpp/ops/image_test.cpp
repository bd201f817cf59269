// Values by hand, gradients by central differences in float64.
#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::check_gradients;
using test::error_of;
using test::spread_values;

// Centers of four pixels lie at -1/4, 1/4, 3/4 and 5/4 of two.
TEST(Resize, ByHand) {
  const Tensor x = Tensor({0, 10}).reshape({1, 2, 1});
  const auto row = [&](const ops::ResizeOptions& options) {
    return ops::resize(x, 1, 4, options).to_vector<float>();
  };
  EXPECT_EQ(row({}), (std::vector<float>{0, 2.5F, 7.5F, 10}));
  EXPECT_EQ(row({.interpolation = "nearest"}), (std::vector<float>{0, 0, 10, 10}));
  const Tensor first = x.reshape({1, 1, 2});
  EXPECT_EQ(ops::resize(first, 3, 4, {.channels_first = true}).shape(), (Shape{1, 3, 4}));
}

TEST(Resize, WholeNumbersStayWholeAndInRange) {
  const Tensor x = Tensor({0, 255}).reshape({1, 2, 1}).cast(Dtype::uint8);
  const Tensor y = ops::resize(x, 1, 3, {.interpolation = "bicubic"});
  EXPECT_EQ(y.to_vector<std::uint8_t>(), (std::vector<std::uint8_t>{0, 128, 255}));
}

TEST(Resize, CropsOrPadsInsteadOfDistorting) {
  const Tensor x = Tensor({1, 2, 3, 4}).reshape({1, 4, 1});
  const Tensor cropped = ops::resize(x, 2, 2, {.crop_to_aspect_ratio = true});
  EXPECT_EQ(cropped.to_vector<float>(), (std::vector<float>{2, 2, 2, 2}));
  const Tensor padded = ops::resize(
      x, 4, 4, {.interpolation = "nearest", .pad_to_aspect_ratio = true, .fill_value = 9});
  EXPECT_EQ(padded.to_vector<float>()[0], 9.0F);
}

TEST(Resize, Gradients) {
  const Tensor x = spread_values({2, 3, 4, 2}, -1, 1);
  for (const char* method : {"nearest", "bilinear", "bicubic", "lanczos3"}) {
    check_gradients(
        [&](const TensorList& t) {
          return ops::resize(t[0], 5, 2, {.interpolation = method, .antialias = true});
        },
        {x});
  }
}

TEST(Resize, SaysWhatItTakes) {
  const Tensor x = Tensor::zeros({2, 3, 4, 1});
  EXPECT_NE(error_of(ErrorKind::value, [&] { ops::resize(x, 0, 2); }).find("(0, 2)"),
            std::string::npos);
  error_of(ErrorKind::value, [&] { ops::resize(x, 2, 2, {.interpolation = "cubic"}); });
  error_of(ErrorKind::value, [&] { ops::resize(x.reshape({6, 4}), 2, 2); });
}

TEST(CenterCrop, TakesTheMiddleOrResizes) {
  const Tensor x = Tensor({1, 2, 3, 4}).reshape({1, 4, 1});
  EXPECT_EQ(ops::center_crop(x, 1, 2).to_vector<float>(), (std::vector<float>{2, 3}));
  EXPECT_EQ(ops::center_crop(x, 2, 2).shape(), (Shape{2, 2, 1}));
  error_of(ErrorKind::value, [&] { ops::center_crop(x, -1, 2); });
}

}  // namespace
}  // namespace lamina
