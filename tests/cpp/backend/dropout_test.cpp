#include "backend/kernel_testing.hpp"
#include "core/philox.hpp"

namespace lamina::cpu {
namespace {

template <class T>
using DropoutTest = FloatTest<T>;
TYPED_TEST_SUITE(DropoutTest, FloatTypes);

TYPED_TEST(DropoutTest, KeepsWhatThePhiloxReferenceKeeps) {
  using T = TypeParam;
  const std::uint64_t key = 0x123456789ABCDEF, draw = 0xFEDCBA9876543210;
  for_each_target([&](const KernelTable& kernels) {
    for (const double rate : {0.0, 0.1, 0.5, 0.9}) {
      for (const std::int64_t n : lengths()) {
        const Array<T> x = Array<T>::random(n, 1, 2);
        Array<T> y(n);
        drivers::dropout(kernels, {this->dtype, n, rate, key, draw, x.data(), y.data()});
        for (std::int64_t i = 0; i < n; ++i) {
          const bool is_kept = philox(key, draw, i / 4)[i % 4] >= rate * 0x1p32;
          expect_close(y[i], is_kept ? x[i] / (1 - rate) : 0, 2);
        }
      }
    }
  });
}

TYPED_TEST(DropoutTest, RateJustBelowOneDropsAll) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    const Array<T> x(50, T(1));
    Array<T> y(50);
    const double rate = std::nextafter(1.0, 0.0);
    drivers::dropout(kernels, {this->dtype, 50, rate, 1, 2, x.data(), y.data()});
    for (int i = 0; i < 50; ++i) EXPECT_EQ(y[i], T(0));
  });
}

TYPED_TEST(DropoutTest, BlockNumbersBeyond32BitsAreReached) {
  using T = TypeParam;
  const std::int64_t first = (std::int64_t{1} << 34) - 32;  // block 2^32 - 8 and on
  for_each_target([&](const KernelTable& kernels) {
    const Array<T> x(96, T(1));
    Array<T> y(96);
    const auto kernel = [&] {
      if constexpr (sizeof(T) == 4)
        return kernels.float32.dropout;
      else
        return kernels.float64.dropout;
    }();
    kernel(x.data(), y.data(), first, 96, 7, 9, 0x80000000, T(1));
    for (std::int64_t i = 0; i < 96; ++i) {
      const bool is_kept = philox(7, 9, (first + i) / 4)[i % 4] >= 0x80000000;
      EXPECT_EQ(y[i], T(is_kept));
    }
  });
}

}  // namespace
}  // namespace lamina::cpu
