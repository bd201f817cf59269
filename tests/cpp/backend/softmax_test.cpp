#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

const std::int64_t columns[] = {1, 2, 3, 7, 8, 9, 10, 15, 16, 17, 31, 33, 100, 1000};

template <class T>
std::vector<double> softmax_row(const T* x, std::int64_t cols) {
  double top = x[0], sum = 0;
  for (std::int64_t i = 0; i < cols; ++i) top = std::max(top, double(x[i]));
  std::vector<double> y(cols);
  for (std::int64_t i = 0; i < cols; ++i) sum += y[i] = std::exp(double(x[i]) - top);
  for (double& value : y) value /= sum;
  return y;
}

template <class T>
using SoftmaxTest = FloatTest<T>;
TYPED_TEST_SUITE(SoftmaxTest, FloatTypes);

TYPED_TEST(SoftmaxTest, ForwardAndBackwardMatchReference) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const bool log : {false, true}) {
      for (const std::int64_t cols : columns) {
        const std::int64_t rows = 37;
        const Array<T> x = Array<T>::random(rows * cols, -5, 5);
        const Array<T> dy = Array<T>::random(rows * cols, -1, 1, 2);
        Array<T> y(rows * cols), dx(rows * cols);
        drivers::softmax(kernels, {this->dtype, log, rows, cols, x.data(), y.data()});
        drivers::softmax_backward(kernels,
                                  {this->dtype, log, rows, cols, dy.data(), y.data(), dx.data()});
        for (std::int64_t r = 0; r < rows; ++r) {
          const std::vector<double> p = softmax_row(&x[r * cols], cols);
          double dy_sum = 0, product = 0;
          for (std::int64_t i = 0; i < cols; ++i) {
            dy_sum += dy[r * cols + i];
            product += dy[r * cols + i] * p[i];
          }
          for (std::int64_t i = 0; i < cols; ++i) {
            const std::int64_t at = r * cols + i;
            expect_close(y[at], log ? std::log(p[i]) : p[i], 16, log ? 10 : 0.1);
            const double expected = log ? dy[at] - p[i] * dy_sum : p[i] * (dy[at] - product);
            expect_close(dx[at], expected, 32, 1);
          }
        }
      }
    }
  });
}

TYPED_TEST(SoftmaxTest, HugeLogitsDoNotOverflow) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const std::int64_t cols : {3, 40}) {
      Array<T> x(cols, T(-30000)), y(cols);
      x[1] = T(30000);
      drivers::softmax(kernels, {this->dtype, false, 1, cols, x.data(), y.data()});
      for (std::int64_t i = 0; i < cols; ++i) EXPECT_EQ(y[i], T(i == 1));
    }
  });
}

TYPED_TEST(SoftmaxTest, NanPasses) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const std::int64_t cols : {3, 40}) {
      Array<T> x(cols), y(cols);
      x[cols - 1] = std::numeric_limits<T>::quiet_NaN();
      drivers::softmax(kernels, {this->dtype, false, 1, cols, x.data(), y.data()});
      for (std::int64_t i = 0; i < cols; ++i) EXPECT_TRUE(std::isnan(y[i]));
    }
  });
}

}  // namespace
}  // namespace lamina::cpu
