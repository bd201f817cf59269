// Values by hand, gradients by central differences in float64.
#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::check_gradients;
using test::spread_values;

TEST(BatchNormalization, Gradients) {
  const Tensor x = spread_values({6, 3}, -2, 2);
  const Tensor gamma = spread_values({3}, 0.5, 1.5, 2), beta = spread_values({3}, -1, 1, 3);
  check_gradients(
      [](const TensorList& t) { return ops::batch_normalization(t[0], t[1], t[2], 1e-3).y; },
      {x, gamma, beta}, 1e-6);
  const Tensor mean = spread_values({3}, -1, 1, 7), variance = spread_values({3}, 0.5, 2, 8);
  check_gradients(
      [&](const TensorList& t) {
        return ops::normalize_by_statistics(t[0], mean, variance, t[1], t[2], 1e-3);
      },
      {x, gamma, beta});
}

}  // namespace
}  // namespace lamina
