// Places of extrema, cumulative sums, sorting, and sums of rows by index.
#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

TEST(ArgReduceTest, FirstOfEqualsAndNanWin) {
  for_each_target([](const KernelTable& kernels) {
    Array<float> x(12);
    const float values[] = {1, 5, 5, 0, nan, 9, nan, 1, -1, -2, -2, -1};  // 3 rows
    for (int i = 0; i < 12; ++i) x[i] = values[i];
    Array<std::int32_t> y(3);
    drivers::arg_reduce(kernels, {Dtype::float32, true, 3, 4, 1, x.data(), y.data()});
    EXPECT_EQ(std::vector<int>(y.data(), y.data() + 3), (std::vector<int>{1, 0, 0}));
    drivers::arg_reduce(kernels, {Dtype::float32, false, 3, 4, 1, x.data(), y.data()});
    EXPECT_EQ(std::vector<int>(y.data(), y.data() + 3), (std::vector<int>{3, 0, 1}));
  });
}

TEST(ArgReduceTest, AlongAnInnerAxis) {
  for_each_target([](const KernelTable& kernels) {
    constexpr std::int64_t outer = 7, reduced = 33, inner = 19;
    const Array<double> x = Array<double>::random(outer * reduced * inner);
    Array<std::int32_t> y(outer * inner);
    drivers::arg_reduce(kernels, {Dtype::float64, true, outer, reduced, inner, x.data(), y.data()});
    for (std::int64_t i = 0; i < outer * inner; ++i) {
      const auto at = [&](std::int64_t j) {
        return x[i / inner * reduced * inner + j * inner + i % inner];
      };
      for (std::int64_t j = 0; j < reduced; ++j) EXPECT_LE(at(j), at(y[i]));
    }
  });
}

TEST(CumulativeSumTest, BothDirections) {
  for_each_target([](const KernelTable& kernels) {
    for (const std::int64_t inner : {1, 5, 40}) {
      constexpr std::int64_t outer = 3, length = 50;
      const Array<double> x = Array<double>::random(outer * length * inner);
      Array<double> y(x.size());
      for (const bool reverse : {false, true}) {
        drivers::cumulative_sum(
            kernels, {Dtype::float64, outer, length, inner, reverse, x.data(), y.data()});
        for (std::int64_t i = 0; i < outer * inner; ++i) {
          const std::int64_t base = i / inner * length * inner + i % inner;
          double sum = 0;
          for (std::int64_t j = 0; j < length; ++j) {
            const std::int64_t at = base + (reverse ? length - 1 - j : j) * inner;
            sum += x[at];
            EXPECT_DOUBLE_EQ(y[at], sum);
          }
        }
      }
    }
  });
}

TEST(SortTest, NanIsLargestEqualsInOrder) {
  Array<float> x(7), y(7);
  const float values[] = {3, nan, -1, 3, 0, nan, -0.0F};
  for (int i = 0; i < 7; ++i) x[i] = values[i];
  Array<std::int32_t> places(7);
  drivers::sort(kernels(), {Dtype::float32, 1, 7, 7, false, x.data(), y.data(), places.data()});
  EXPECT_EQ(std::vector<int>(places.data(), places.data() + 7),
            (std::vector<int>{2, 4, 6, 0, 3, 1, 5}));
  EXPECT_EQ(y[0], -1);
  drivers::sort(kernels(), {Dtype::float32, 1, 7, 7, true, x.data(), nullptr, places.data()});
  EXPECT_EQ(std::vector<int>(places.data(), places.data() + 7),
            (std::vector<int>{1, 5, 0, 3, 4, 6, 2}));
}

TEST(SortTest, KeepsTheFirst) {
  constexpr std::int64_t rows = 200, cols = 100, keep = 9;
  const Array<std::int32_t> x = Array<std::int32_t>::random(rows * cols, 0, 50);
  Array<std::int32_t> some(rows * keep), all(rows * cols), some_places(rows * keep),
      all_places(rows * cols);
  drivers::sort(kernels(),
                {Dtype::int32, rows, cols, keep, true, x.data(), some.data(), some_places.data()});
  drivers::sort(kernels(),
                {Dtype::int32, rows, cols, cols, true, x.data(), all.data(), all_places.data()});
  for (std::int64_t i = 0; i < rows * keep; ++i) {
    const std::int64_t at = i / keep * cols + i % keep;
    EXPECT_EQ(some[i], all[at]);
    EXPECT_EQ(some_places[i], all_places[at]);
  }
}

TEST(ScatterRowsTest, AddsInOrderForAnyThreads) {
  constexpr std::int64_t rows = 5000, row_size = 24, targets = 40;
  const Array<float> x = Array<float>::random(rows * row_size);
  std::vector<std::int64_t> indices(rows);
  for (std::int64_t i = 0; i < rows; ++i) indices[static_cast<std::size_t>(i)] = i * i % 37;
  Array<float> expected(targets * row_size, 1.0F);
  for (std::int64_t i = 0; i < rows * row_size; ++i) {
    expected[indices[static_cast<std::size_t>(i / row_size)] * row_size + i % row_size] += x[i];
  }
  const auto scatter = [&] {
    Array<float> y(targets * row_size, 1.0F);
    drivers::scatter_rows(kernels(), {Dtype::float32, 1, rows, row_size, targets, false,
                                      indices.data(), x.data(), y.data()});
    return y;
  };
  EXPECT_TRUE(scatter().same_bits(expected));
  expect_same_for_any_threads<float>(scatter);
}

TEST(ScatterRowsTest, ScaledSumsAndRowsOfNoTarget) {
  const float x[] = {1, 2, 3, 4, 5, 6, 7, 8};
  const std::int64_t indices[] = {1, -1, 1, 0};
  float y[] = {10, 10, 10, 10};
  drivers::scatter_rows(kernels(), {Dtype::float32, 1, 4, 2, 2, false, indices, x, y, -0.5});
  EXPECT_EQ(std::vector<float>(y, y + 4), (std::vector<float>{6.5, 6, 7, 6}));
}

TEST(ScatterRowsTest, InBlocksAndByElement) {
  const float x[] = {1, 2, 3, 4, 5, 6, 7, 8};
  const std::int64_t rows[] = {1, 1}, elements[] = {0, 1, 0, 0, 1, 1, -1, 0};
  float y[8] = {};
  drivers::scatter_rows(kernels(), {Dtype::float32, 2, 2, 2, 2, false, rows, x, y});
  EXPECT_EQ(std::vector<float>(y, y + 8), (std::vector<float>{0, 0, 4, 6, 0, 0, 12, 14}));
  float z[8] = {};
  drivers::scatter_rows(kernels(), {Dtype::float32, 2, 2, 2, 2, true, elements, x, z});
  EXPECT_EQ(std::vector<float>(z, z + 8), (std::vector<float>{4, 4, 0, 2, 0, 8, 5, 6}));
}

TEST(ResolveIndicesTest, WrapsAndRecordsTheFirstFault) {
  const std::int64_t given[] = {0, -1, 3, 4, -5, -4};
  std::int64_t y[6];
  IndexFault fault{};
  drivers::resolve_indices(kernels(), {6, 4, given, y, &fault});
  EXPECT_EQ(std::vector<std::int64_t>(y, y + 6), (std::vector<std::int64_t>{0, 3, 3, -1, -1, 0}));
  EXPECT_EQ(fault.is_recorded, 1);
  EXPECT_EQ(fault.value, 4);
  EXPECT_EQ(fault.row, 3);
  EXPECT_EQ(fault.limit, 4);
  drivers::resolve_indices(kernels(), {1, 2, given + 4, y, &fault});
  EXPECT_EQ(fault.value, 4);  // the first stays until somebody looks
}

}  // namespace
}  // namespace lamina::cpu
