#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

constexpr double epsilon = 1e-3;

template <class T>
using BatchNormTest = FloatTest<T>;
TYPED_TEST_SUITE(BatchNormTest, FloatTypes);

struct Extents {
  std::int64_t rows, channels;
};
const Extents shapes[] = {{1, 1}, {2, 3}, {5, 16}, {64, 17}, {33, 130}, {20000, 5}, {900, 200}};

TYPED_TEST(BatchNormTest, TrainingAndItsGradientMatchReference) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const auto& [rows, channels] : shapes) {
      const std::int64_t n = rows * channels;
      const Array<T> x = Array<T>::random(n, 3, 5), dy = Array<T>::random(n, -1, 1, 2);
      const Array<T> gamma = Array<T>::random(channels, 0.5, 2, 3);
      const Array<T> beta = Array<T>::random(channels, -1, 1, 4);
      Array<T> mean(channels), variance(channels), y(n), dx(n), dgamma(channels), dbeta(channels);
      drivers::batch_norm(
          kernels, {this->dtype, true, rows, channels, epsilon, x.data(), gamma.data(), beta.data(),
                    mean.data(), variance.data(), y.data()});
      drivers::batch_norm_backward(
          kernels, {this->dtype, true, rows, channels, epsilon, x.data(), gamma.data(), mean.data(),
                    variance.data(), dy.data(), dx.data(), dgamma.data(), dbeta.data()});
      for (std::int64_t c = 0; c < channels; ++c) {
        long double m = 0, v = 0, dy_sum = 0, dy_x_sum = 0;
        for (std::int64_t r = 0; r < rows; ++r) m += x[r * channels + c];
        m /= rows;
        for (std::int64_t r = 0; r < rows; ++r) {
          const long double d = x[r * channels + c] - m;
          v += d * d / rows;
        }
        const long double inverse = 1 / std::sqrt(v + epsilon);
        for (std::int64_t r = 0; r < rows; ++r) {
          const std::int64_t at = r * channels + c;
          dy_sum += dy[at];
          dy_x_sum += dy[at] * (x[at] - m) * inverse;
          expect_close(y[at], (x[at] - m) * inverse * gamma[c] + beta[c], 64, 4);
        }
        expect_close(mean[c], m, 16);
        expect_close(variance[c], v, 64);
        expect_close(dbeta[c], dy_sum, 64, std::sqrt(double(rows)));
        expect_close(dgamma[c], dy_x_sum, 256, std::sqrt(double(rows)));
        for (std::int64_t r = 0; r < rows; ++r) {
          const std::int64_t at = r * channels + c;
          const long double normal = (x[at] - m) * inverse;
          const long double expected =
              gamma[c] * inverse * (dy[at] - dy_sum / rows - normal * dy_x_sum / rows);
          expect_close(dx[at], expected, 512, gamma[c] * inverse);
        }
      }
    }
  });
}

TYPED_TEST(BatchNormTest, InferenceUsesGivenStatistics) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    const std::int64_t rows = 7, channels = 19;
    const Array<T> x = Array<T>::random(rows * channels);
    Array<T> mean(channels, T(2)), variance(channels, T(4)), y(rows * channels);
    drivers::batch_norm(kernels, {this->dtype, false, rows, channels, 0, x.data(), nullptr, nullptr,
                                  mean.data(), variance.data(), y.data()});
    for (std::int64_t i = 0; i < x.size(); ++i) expect_close(y[i], (double(x[i]) - 2) / 2, 4);
  });
}

TYPED_TEST(BatchNormTest, SameBitsForAnyThreads) {
  using T = TypeParam;
  const std::int64_t rows = 9000, channels = 33;
  const Array<T> x = Array<T>::random(rows * channels), dy = Array<T>::random(rows * channels);
  for_each_target([&](const KernelTable& kernels) {
    expect_same_for_any_threads<T>([&] {
      Array<T> all(4 * channels + rows * channels), y(rows * channels);
      T* mean = all.data();
      drivers::batch_norm(kernels, {this->dtype, true, rows, channels, epsilon, x.data(), nullptr,
                                    nullptr, mean, mean + channels, y.data()});
      drivers::batch_norm_backward(
          kernels,
          {this->dtype, true, rows, channels, epsilon, x.data(), nullptr, mean, mean + channels,
           dy.data(), mean + 4 * channels, mean + 2 * channels, mean + 3 * channels});
      return all;
    });
  });
}

}  // namespace
}  // namespace lamina::cpu
