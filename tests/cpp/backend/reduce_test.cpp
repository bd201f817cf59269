#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

template <class T>
void check_reduce(const KernelTable& kernels, ReduceOp op, std::int64_t outer, std::int64_t reduced,
                  std::int64_t inner, double scale = 1) {
  SCOPED_TRACE(testing::Message() << "(" << outer << ", " << reduced << ", " << inner << ")");
  const double bound = std::is_integral_v<T> ? 100 : 1;
  const Array<T> x = Array<T>::random(outer * reduced * inner, -bound, bound);
  Array<T> y(outer * inner);
  drivers::reduce(kernels, {dtype_of<T>, op, outer, reduced, inner, x.data(), y.data(), scale});
  for (std::int64_t o = 0; o < outer; ++o) {
    for (std::int64_t i = 0; i < inner; ++i) {
      const T* line = x.data() + o * reduced * inner + i;
      long double expected = op == ReduceOp::sum ? 0 : line[0];
      for (std::int64_t r = 0; r < reduced; ++r) {
        const long double value = line[r * inner];
        if (op == ReduceOp::sum) expected += value;
        if (op == ReduceOp::max) expected = std::max(expected, value);
        if (op == ReduceOp::min) expected = std::min(expected, value);
      }
      if (op == ReduceOp::sum) expected *= scale;
      const T got = y[o * inner + i];
      if (std::is_integral_v<T> || op != ReduceOp::sum) {
        EXPECT_EQ(got, static_cast<T>(expected));
      } else {
        const double unit =
            std::numeric_limits<T>::epsilon() * std::sqrt(static_cast<double>(reduced)) * scale;
        EXPECT_NEAR(got, static_cast<double>(expected), 16 * unit);
      }
    }
  }
}

TEST(ReduceTest, MatchesReference) {
  for_each_target([](const KernelTable& kernels) {
    for (const ReduceOp op : {ReduceOp::sum, ReduceOp::max, ReduceOp::min}) {
      for (const std::int64_t n : {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 127, 128, 129, 300, 70001}) {
        check_reduce<float>(kernels, op, 1, n, 1);
        check_reduce<double>(kernels, op, 3, n, 1);
        check_reduce<float>(kernels, op, 2, n, 3);
        check_reduce<double>(kernels, op, 1, n, 10);
        check_reduce<std::int32_t>(kernels, op, 2, n, 1);
        check_reduce<std::int64_t>(kernels, op, 1, n, 5);
      }
      for (const std::int64_t inner : {15, 16, 17, 63, 64, 65, 200, 600, 3000}) {
        check_reduce<float>(kernels, op, 1, 70, inner);
        check_reduce<double>(kernels, op, 2, 9, inner);
      }
    }
    check_reduce<float>(kernels, ReduceOp::sum, 5, 1000, 1, 1e-3);
    check_reduce<float>(kernels, ReduceOp::sum, 1, 40000, 7, 1e-3);
  });
}

TEST(ReduceTest, Products) {
  for_each_target([](const KernelTable& kernels) {
    for (const std::int64_t inner : {1, 20}) {
      for (const std::int64_t n : {1, 5, 16, 17, 200}) {
        const Array<double> x = Array<double>::random(n * inner, 0.9, 1.1);
        Array<double> y(inner);
        drivers::reduce(kernels,
                        {Dtype::float64, ReduceOp::product, 1, n, inner, x.data(), y.data()});
        for (std::int64_t i = 0; i < inner; ++i) {
          double expected = 1;
          for (std::int64_t j = 0; j < n; ++j) expected *= x[j * inner + i];
          expect_close(y[i], expected, static_cast<double>(n));
        }
      }
    }
  });
}

TEST(ReduceTest, EmptySumIsZero) {
  Array<float> y(6, 5.0f);
  drivers::reduce(kernels(), {Dtype::float32, ReduceOp::sum, 2, 0, 3, nullptr, y.data()});
  for (int i = 0; i < 6; ++i) EXPECT_EQ(y[i], 0.0f);
}

TEST(ReduceTest, MaximumAndMinimumPassNan) {
  for_each_target([](const KernelTable& kernels) {
    for (const ReduceOp op : {ReduceOp::max, ReduceOp::min}) {
      for (const std::int64_t where : {0, 1, 15, 16, 40, 199}) {
        Array<float> x = Array<float>::random(200);
        x[where] = std::numeric_limits<float>::quiet_NaN();
        Array<float> y(1);
        drivers::reduce(kernels, {Dtype::float32, op, 1, 200, 1, x.data(), y.data()});
        EXPECT_TRUE(std::isnan(y[0])) << where;
        Array<float> columns(2);
        drivers::reduce(kernels, {Dtype::float32, op, 1, 100, 2, x.data(), columns.data()});
        EXPECT_TRUE(std::isnan(columns[where % 2])) << where;
        EXPECT_FALSE(std::isnan(columns[1 - where % 2])) << where;
      }
    }
  });
}

TEST(ReduceTest, SameBitsForAnyThreads) {
  for_each_target([](const KernelTable& kernels) {
    const Array<float> x = Array<float>::random(3 * 100000);
    for (const std::int64_t inner : {1, 3, 100, 1500}) {
      expect_same_for_any_threads<float>([&] {
        Array<float> y(3 * inner);
        drivers::reduce(
            kernels, {Dtype::float32, ReduceOp::sum, 3, 100000 / inner, inner, x.data(), y.data()});
        return y;
      });
    }
  });
}

}  // namespace
}  // namespace lamina::cpu
