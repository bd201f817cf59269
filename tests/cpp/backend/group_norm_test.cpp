#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

constexpr double epsilon = 1e-3;

template <class T>
using GroupNormTest = FloatTest<T>;
TYPED_TEST_SUITE(GroupNormTest, FloatTypes);

struct Extents {
  std::int64_t images, rows, channels, groups;
};
const Extents shapes[] = {{1, 1, 2, 1}, {3, 7, 6, 3},    {2, 9, 16, 4}, {2, 30, 33, 11},
                          {4, 1, 8, 1}, {1, 5000, 8, 2}, {2, 5, 130, 5}};

TYPED_TEST(GroupNormTest, ForwardAndGradientsMatchReference) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const auto& [images, rows, channels, groups] : shapes) {
      const std::int64_t n = images * rows * channels, members = channels / groups;
      const Array<T> x = Array<T>::random(n, 3, 5), dy = Array<T>::random(n, -1, 1, 2);
      const Array<T> gamma = Array<T>::random(channels, 0.5, 2, 3);
      const Array<T> beta = Array<T>::random(channels, -1, 1, 4);
      Array<T> mean(images * groups), inverse(images * groups), y(n), dx(n);
      Array<T> dgamma(channels), dbeta(channels);
      drivers::group_norm(
          kernels, {this->dtype, images, rows, channels, groups, epsilon, x.data(), gamma.data(),
                    beta.data(), mean.data(), inverse.data(), y.data()});
      drivers::group_norm_backward(kernels, {this->dtype, images, rows, channels, groups, x.data(),
                                             gamma.data(), mean.data(), inverse.data(), dy.data(),
                                             dx.data(), dgamma.data(), dbeta.data()});
      std::vector<long double> by_gamma(static_cast<std::size_t>(channels)), by_beta = by_gamma;
      for (std::int64_t image = 0; image < images; ++image) {
        for (std::int64_t group = 0; group < groups; ++group) {
          const auto for_each = [&](auto body) {
            for (std::int64_t r = 0; r < rows; ++r) {
              for (std::int64_t c = group * members; c < (group + 1) * members; ++c) {
                body((image * rows + r) * channels + c, c);
              }
            }
          };
          const long double count = rows * members;
          long double m = 0, v = 0, sum = 0, product = 0;
          for_each([&](std::int64_t at, std::int64_t) { m += x[at] / count; });
          for_each([&](std::int64_t at, std::int64_t) { v += (x[at] - m) * (x[at] - m) / count; });
          const long double factor = 1 / std::sqrt(v + epsilon);
          expect_close(mean[image * groups + group], m, 32);
          expect_close(inverse[image * groups + group], factor, 128);
          for_each([&](std::int64_t at, std::int64_t c) {
            const long double h = (x[at] - m) * factor;
            expect_close(y[at], h * gamma[c] + beta[c], 128, 4);
            sum += gamma[c] * dy[at] / count;
            product += gamma[c] * dy[at] * h / count;
            by_beta[static_cast<std::size_t>(c)] += dy[at];
            by_gamma[static_cast<std::size_t>(c)] += dy[at] * h;
          });
          for_each([&](std::int64_t at, std::int64_t c) {
            const long double h = (x[at] - m) * factor;
            expect_close(dx[at], factor * (gamma[c] * dy[at] - sum - h * product), 512,
                         2 * double(factor));
          });
        }
      }
      for (std::int64_t c = 0; c < channels; ++c) {
        const double scale = std::sqrt(double(images * rows));
        expect_close(dbeta[c], by_beta[static_cast<std::size_t>(c)], 64, scale);
        expect_close(dgamma[c], by_gamma[static_cast<std::size_t>(c)], 256, scale);
      }
    }
  });
}

TYPED_TEST(GroupNormTest, SameBitsForAnyThreads) {
  using T = TypeParam;
  const std::int64_t images = 9, rows = 1500, channels = 12, groups = 3;
  const std::int64_t n = images * rows * channels;
  const Array<T> x = Array<T>::random(n), dy = Array<T>::random(n);
  for_each_target([&](const KernelTable& kernels) {
    expect_same_for_any_threads<T>([&] {
      Array<T> all(2 * n + 2 * channels), mean(images * groups), inverse(images * groups);
      T* const dx = all.data() + n;
      drivers::group_norm(kernels, {this->dtype, images, rows, channels, groups, epsilon, x.data(),
                                    nullptr, nullptr, mean.data(), inverse.data(), all.data()});
      drivers::group_norm_backward(
          kernels, {this->dtype, images, rows, channels, groups, x.data(), nullptr, mean.data(),
                    inverse.data(), dy.data(), dx, dx + n, dx + n + channels});
      return all;
    });
  });
}

}  // namespace
}  // namespace lamina::cpu
