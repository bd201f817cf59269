// Totals in double: y += x * scale, and weighted sums of values with their weights.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

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

TEST(CountClasses, AddsWeightsOfClassesInRange) {
  double counts[] = {1, 2, 3, 4};
  const std::int64_t targets[] = {0, 1, 1, -1, 2, 0}, predictions[] = {1, 1, 1, 0, 0, -5};
  cpu().count_classes({Dtype::float64, 6, 1, 2, -1, targets, predictions, nullptr, counts});
  EXPECT_EQ((std::vector<double>(counts, counts + 4)), (std::vector<double>{1, 3, 3, 6}));
  const float weights[] = {0.5, 4, 8};
  cpu().count_classes({Dtype::float32, 6, 2, 2, 0, targets, predictions, weights, counts});
  EXPECT_EQ((std::vector<double>(counts, counts + 4)), (std::vector<double>{1, 3, 3, 6 + 0.5 + 4}));
}

struct Decided {
  std::vector<double> tp, fp, tn, fn;
};

// By definition, one limit after another.
Decided by_definition(const std::vector<float>& x, const std::vector<char>& labels,
                      const std::vector<double>& weights, const std::vector<double>& limits,
                      std::int64_t columns) {
  const std::size_t cells = limits.size() * static_cast<std::size_t>(columns);
  Decided sums{std::vector<double>(cells), std::vector<double>(cells), std::vector<double>(cells),
               std::vector<double>(cells)};
  for (std::size_t t = 0; t < limits.size(); ++t) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      const bool above = x[i] > static_cast<float>(limits[t]);
      auto& sum = labels[i] != 0 ? (above ? sums.tp : sums.fn) : (above ? sums.fp : sums.tn);
      const auto column = static_cast<std::int64_t>(i) % columns;
      sum[t * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column)] +=
          weights[i / (x.size() / weights.size())];
    }
  }
  return sums;
}

TEST(CountDecisions, GivesTheCountsOfTheDefinition) {
  for (const std::size_t limit_count : {1, 2, 3, 7, 64, 200}) {
    for (const std::int64_t columns : {1, 3}) {
      std::vector<double> limits(limit_count), weights(60);
      std::vector<float> x(180);
      std::vector<char> labels(180);
      std::uint32_t state = 7;
      const auto draw = [&] {
        return static_cast<double>((state = state * 1664525U + 1013904223U) >> 24) / 256;
      };
      for (double& limit : limits) limit = draw();
      for (double& weight : weights) weight = std::floor(draw() * 8);  // sums are exact
      for (float& value : x) value = static_cast<float>(draw());
      for (char& label : labels) label = draw() < 0.4 ? 1 : 0;
      x[3] = std::numeric_limits<float>::quiet_NaN();
      x[4] = static_cast<float>(limits[0]);
      std::vector<std::int64_t> rows(limit_count);
      std::iota(rows.begin(), rows.end(), 0);
      std::sort(rows.begin(), rows.end(), [&](auto a, auto b) {
        return limits[static_cast<std::size_t>(a)] < limits[static_cast<std::size_t>(b)];
      });
      std::vector<double> ascending = limits;
      std::sort(ascending.begin(), ascending.end());
      const Decided expected = by_definition(x, labels, weights, limits, columns);
      const std::size_t cells = expected.tp.size();
      Decided got{std::vector<double>(cells), std::vector<double>(cells),
                  std::vector<double>(cells), std::vector<double>(cells)};
      cpu().count_decisions({Dtype::float32, Dtype::float64, 180, columns, 3, x.data(),
                             reinterpret_cast<const bool*>(labels.data()), weights.data(),
                             static_cast<std::int64_t>(limit_count), ascending.data(), rows.data(),
                             got.tp.data(), got.fp.data(), got.tn.data(), got.fn.data()});
      EXPECT_EQ(got.tp, expected.tp);
      EXPECT_EQ(got.fp, expected.fp);
      EXPECT_EQ(got.tn, expected.tn);
      EXPECT_EQ(got.fn, expected.fn);
    }
  }
}

TEST(CountDecisions, LeavesOutWhatNobodyAsksFor) {
  const double x[] = {0.2, 0.8};
  const bool labels[] = {true, true};
  const double limit = 0.5;
  const std::int64_t row = 0;
  double positives = 10;
  cpu().count_decisions({Dtype::float64, Dtype::float64, 2, 1, 1, x, labels, nullptr, 1, &limit,
                         &row, &positives, nullptr, nullptr, nullptr});
  EXPECT_EQ(positives, 11);
}

}  // namespace
}  // namespace lamina
