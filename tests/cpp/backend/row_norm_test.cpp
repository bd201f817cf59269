#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

struct Moments {
  double mean, inverse;
};

template <class T>
Moments moments_of(const T* x, std::int64_t n, bool centered, double epsilon) {
  double mean = 0, squares = 0;
  for (std::int64_t i = 0; i < n; ++i) mean += centered ? double(x[i]) / double(n) : 0;
  for (std::int64_t i = 0; i < n; ++i) squares += (x[i] - mean) * (x[i] - mean) / double(n);
  return {mean, 1 / std::sqrt(squares + epsilon)};
}

template <class T>
using RowNormTest = FloatTest<T>;
TYPED_TEST_SUITE(RowNormTest, FloatTypes);

constexpr double epsilon = 1e-3;

TYPED_TEST(RowNormTest, ForwardMatchesReference) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const bool centered : {false, true}) {
      for (const std::int64_t cols : {1, 2, 7, 16, 33, 64, 65, 500}) {
        constexpr std::int64_t rows = 37;
        const Array<T> x = Array<T>::random(rows * cols), gamma = Array<T>::random(cols, 0, 2, 3),
                       beta = Array<T>::random(cols, -1, 1, 4);
        Array<T> mean(rows), inverse(rows), y(rows * cols);
        drivers::row_norm(kernels,
                          {this->dtype, centered, rows, cols, epsilon, x.data(), gamma.data(),
                           beta.data(), mean.data(), inverse.data(), y.data()});
        for (std::int64_t i = 0; i < rows * cols; ++i) {
          const std::int64_t row = i / cols, col = i % cols;
          const Moments m = moments_of(x.data() + row * cols, cols, centered, epsilon);
          expect_close(y[i], (x[i] - m.mean) * m.inverse * gamma[col] + beta[col], 60, 1);
        }
      }
    }
  });
}

// From the definition: the gradient of sum(dy y) by differences in double precision.
TEST(RowNormBackwardTest, MatchesDifferences) {
  for_each_target([](const KernelTable& kernels) {
    for (const bool centered : {false, true}) {
      constexpr std::int64_t rows = 3, cols = 19;
      Array<double> x = Array<double>::random(rows * cols),
                    gamma = Array<double>::random(cols, 0, 2, 3), beta(cols);
      const Array<double> dy = Array<double>::random(rows * cols, -1, 1, 5);
      Array<double> mean(rows), inverse(rows), y(rows * cols);
      const auto loss = [&] {
        drivers::row_norm(kernels,
                          {Dtype::float64, centered, rows, cols, epsilon, x.data(), gamma.data(),
                           beta.data(), mean.data(), inverse.data(), y.data()});
        double sum = 0;
        for (std::int64_t i = 0; i < rows * cols; ++i) sum += dy[i] * y[i];
        return sum;
      };
      loss();
      Array<double> dx(rows * cols), dgamma(cols), dbeta(cols);
      drivers::row_norm_backward(
          kernels, {Dtype::float64, centered, rows, cols, x.data(), gamma.data(), mean.data(),
                    inverse.data(), dy.data(), dx.data(), dgamma.data(), dbeta.data()});
      const auto check = [&](Array<double>& by, const Array<double>& got) {
        for (std::int64_t i = 0; i < by.size(); ++i) {
          const double before = by[i], step = 1e-6;
          by[i] = before + step;
          const double above = loss();
          by[i] = before - step;
          const double below = loss();
          by[i] = before;
          EXPECT_NEAR(got[i], (above - below) / (2 * step), 1e-7);
        }
      };
      check(x, dx);
      check(gamma, dgamma);
      check(beta, dbeta);
    }
  });
}

TEST(RowNormBackwardTest, SameBitsForAnyThreads) {
  constexpr std::int64_t rows = 3000, cols = 40;
  const Array<float> x = Array<float>::random(rows * cols),
                     dy = Array<float>::random(rows * cols, -1, 1, 2),
                     mean = Array<float>::random(rows), inverse = Array<float>::random(rows, 1, 2);
  expect_same_for_any_threads<float>([&] {
    Array<float> dgamma(cols);
    drivers::row_norm_backward(kernels(),
                               {Dtype::float32, true, rows, cols, x.data(), nullptr, mean.data(),
                                inverse.data(), dy.data(), nullptr, dgamma.data(), nullptr});
    return dgamma;
  });
}

}  // namespace
}  // namespace lamina::cpu
