// Values by hand, gradients by central differences in float64.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::check_gradients;
using test::error_of;
using test::spread_values;

TEST(Losses, SparseLabelsHaveNoSmoothing) {
  const Tensor labels = Tensor({0, 2}).cast(Dtype::int64), logits = spread_values({2, 3}, -2, 2);
  const std::string message = test::error_of(ErrorKind::value, [&] {
    ops::sparse_categorical_crossentropy(labels, logits, {.label_smoothing = 0.1});
  });
  EXPECT_NE(message.find("no label_smoothing, got 0.1"), std::string::npos) << message;
}

TEST(Losses, Gradients) {
  const Tensor logits = spread_values({4, 3}, -2, 2), p = spread_values({4, 3}, 0.1, 0.9, 2);
  const Tensor target = ops::softmax(spread_values({4, 3}, -1, 1, 4));
  const Tensor labels = Tensor({0, 2, 1, 1}).cast(Dtype::int64);
  ops::LossOptions from_logits{.from_logits = true, .label_smoothing = 0.1};
  from_logits.sample_weight = Tensor({1, 2, 0.5, 0});
  const ops::LossOptions plain{.label_smoothing = 0.2};
  check_gradients([&](const TensorList& t) { return ops::mean_squared_error(target, t[0]); },
                  {logits});
  check_gradients(
      [&](const TensorList& t) { return ops::binary_crossentropy(target, t[0], from_logits); },
      {logits});
  check_gradients(
      [&](const TensorList& t) { return ops::binary_crossentropy(target, t[0], plain); }, {p});
  check_gradients(
      [&](const TensorList& t) { return ops::categorical_crossentropy(target, t[0], from_logits); },
      {logits});
  check_gradients(
      [&](const TensorList& t) { return ops::categorical_crossentropy(target, t[0], plain); }, {p});
  check_gradients(
      [&](const TensorList& t) {
        return ops::sparse_categorical_crossentropy(labels, t[0], {.from_logits = true});
      },
      {logits});
  check_gradients(
      [&](const TensorList& t) { return ops::sparse_categorical_crossentropy(labels, t[0]); }, {p});
}

TEST(Losses, ByHand) {
  EXPECT_NEAR(ops::mean_squared_error(Tensor({{1, 2}}), Tensor({{2, 4}})).item(), 2.5, 1e-6);
  const Tensor half({{0.5, 0.5}});
  EXPECT_NEAR(ops::binary_crossentropy(Tensor({{1, 0}}), half).item(), std::log(2.0), 1e-6);
  EXPECT_NEAR(ops::categorical_crossentropy(Tensor({{0, 1}}), Tensor({{0.2, 0.8}})).item(),
              -std::log(0.8), 1e-6);
  // Sure and wrong, far beyond where e^x overflows: the loss is the logit itself.
  EXPECT_NEAR(
      ops::binary_crossentropy(Tensor({{0}}), Tensor({{500}}), {.from_logits = true}).item(), 500,
      1e-3);
  EXPECT_TRUE(
      std::isfinite(ops::categorical_crossentropy(Tensor({{1, 0}}), Tensor({{0, 1}})).item()));
}

TEST(Losses, ATrailingAxisOfOneIsMatchedAndNothingElse) {
  const Tensor prediction({{0.5}, {0.25}});
  // (1 - 0.5)^2 = 0.25 and (0 - 0.25)^2 = 0.0625.
  EXPECT_EQ(ops::mean_squared_error(Tensor({1, 0}), prediction).item(), 0.15625);
  const std::string message =
      error_of(ErrorKind::value, [&] { ops::mean_squared_error(Tensor({{1, 0}}), prediction); });
  EXPECT_NE(message.find("(1, 2)"), std::string::npos) << message;
  EXPECT_NE(message.find("(2, 1)"), std::string::npos) << message;
}

TEST(Losses, LabelsOutOfRangeAreNamed) {
  const Tensor labels = Tensor({0, 5}).cast(Dtype::int64);
  const std::string message = error_of(ErrorKind::value, [&] {
    ops::sparse_categorical_crossentropy(labels, Tensor({{0.5, 0.5}, {0.5, 0.5}}));
  });
  EXPECT_NE(message.find("label 5 in row 1"), std::string::npos) << message;
}

}  // namespace
}  // namespace lamina
