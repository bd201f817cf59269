// Totals in double: y += x * scale, and weighted sums of values with their weights.
#include <gtest/gtest.h>

#include "backend/backend.hpp"

namespace lamina {
namespace {

Backend& cpu() { return backend_for(Device{}); }

TEST(Accumulate, AddsInDouble) {
  double total = 1e9;
  const float third = 1.0F / 3;
  cpu().accumulate({Dtype::float32, &third, 3, &total});
  EXPECT_EQ(total, 1e9 + static_cast<double>(third) * 3);
  const double quarter = 0.25;
  cpu().accumulate({Dtype::float64, &quarter, 1, &total});
  EXPECT_EQ(total, 1e9 + static_cast<double>(third) * 3 + 0.25);
}

TEST(AccumulateMean, CountsEachValueOnceWithoutWeights) {
  double total = 1, count = 2;
  const float x[] = {1, 2, 3, 4};
  cpu().accumulate_mean({Dtype::float32, Dtype::float64, 4, 1, 0.5, x, nullptr, &total, &count});
  EXPECT_EQ(total, 1 + 10 * 0.5);
  EXPECT_EQ(count, 2 + 4 * 0.5);
}

TEST(AccumulateMean, AWeightHoldsForItsNeighbours) {
  double total = 0, count = 0;
  const double x[] = {1, 2, 3, 4};
  const float weights[] = {10, 0.5};
  cpu().accumulate_mean({Dtype::float64, Dtype::float32, 4, 2, 1, x, weights, &total, &count});
  EXPECT_EQ(total, 10 * (1 + 2) + 0.5 * (3 + 4));
  EXPECT_EQ(count, 2 * 10 + 2 * 0.5);
}

}  // namespace
}  // namespace lamina
