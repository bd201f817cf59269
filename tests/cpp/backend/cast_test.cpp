#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

template <class From, class To>
void check_cast(const KernelTable& kernels, Dtype from, Dtype to) {
  SCOPED_TRACE(testing::Message() << name_of(from) << " to " << name_of(to));
  for (const std::int64_t n : {0, 1, 7, 15, 16, 33, 65, 20001}) {
    Array<From> x(n);
    for (std::int64_t i = 0; i < n; ++i) {
      x[i] = from == Dtype::boolean ? static_cast<From>(i % 2) : static_cast<From>(i % 100);
    }
    Array<To> y(n);
    drivers::cast(kernels, {from, to, n, x.data(), y.data()});
    for (std::int64_t i = 0; i < n; ++i) {
      const To expected =
          to == Dtype::boolean ? static_cast<To>(x[i] != From(0)) : static_cast<To>(x[i]);
      ASSERT_EQ(y[i], expected);
    }
  }
}

template <class From>
void check_casts_from(const KernelTable& kernels, Dtype from) {
  check_cast<From, float>(kernels, from, Dtype::float32);
  check_cast<From, double>(kernels, from, Dtype::float64);
  check_cast<From, std::int32_t>(kernels, from, Dtype::int32);
  check_cast<From, std::int64_t>(kernels, from, Dtype::int64);
  check_cast<From, std::uint8_t>(kernels, from, Dtype::uint8);
  check_cast<From, std::uint8_t>(kernels, from, Dtype::boolean);
}

TEST(CastTest, EveryPair) {
  for_each_target([](const KernelTable& kernels) {
    check_casts_from<float>(kernels, Dtype::float32);
    check_casts_from<double>(kernels, Dtype::float64);
    check_casts_from<std::int32_t>(kernels, Dtype::int32);
    check_casts_from<std::int64_t>(kernels, Dtype::int64);
    check_casts_from<std::uint8_t>(kernels, Dtype::uint8);
    check_casts_from<std::uint8_t>(kernels, Dtype::boolean);
  });
}

TEST(CastTest, NegativeAndFractionalNumbers) {
  for_each_target([](const KernelTable& kernels) {
    Array<double> x(4);
    x[0] = -1.75, x[1] = 0.5, x[2] = -0.0, x[3] = 1e-300;
    Array<std::int32_t> whole(4);
    Array<std::uint8_t> truth(4);
    drivers::cast(kernels, {Dtype::float64, Dtype::int32, 4, x.data(), whole.data()});
    drivers::cast(kernels, {Dtype::float64, Dtype::boolean, 4, x.data(), truth.data()});
    EXPECT_EQ(whole[0], -1);
    EXPECT_EQ(whole[1], 0);
    EXPECT_EQ(truth[0], 1);
    EXPECT_EQ(truth[1], 1);
    EXPECT_EQ(truth[2], 0);
    EXPECT_EQ(truth[3], 1);
  });
}

// What C++ leaves open: the nearest number that the dtype holds, 0 for NaN, on every target.
template <class From, class To>
void check_bounds(const KernelTable& kernels) {
  constexpr From infinity = std::numeric_limits<From>::infinity();
  constexpr To least = std::numeric_limits<To>::min(), most = std::numeric_limits<To>::max();
  const From given[] = {std::numeric_limits<From>::quiet_NaN(),
                        infinity,
                        -infinity,
                        From(1e30),
                        From(-1e30),
                        From(most),
                        From(least),
                        From(-0.5),
                        From(7.9)};
  const To expected[] = {0, most, least, most, least, most, least, 0, 7};
  constexpr std::int64_t count = 9, n = 20 * count;
  Array<From> x(n);
  for (std::int64_t i = 0; i < n; ++i) x[i] = given[i % count];
  Array<To> y(n);
  drivers::cast(kernels, {dtype_of<From>, dtype_of<To>, n, x.data(), y.data()});
  for (std::int64_t i = 0; i < n; ++i) ASSERT_EQ(y[i], expected[i % count]) << x[i];
}

TEST(CastTest, FractionsThatDoNotFit) {
  for_each_target([](const KernelTable& kernels) {
    check_bounds<float, std::int32_t>(kernels);
    check_bounds<float, std::int64_t>(kernels);
    check_bounds<float, std::uint8_t>(kernels);
    check_bounds<double, std::int32_t>(kernels);
    check_bounds<double, std::int64_t>(kernels);
    check_bounds<double, std::uint8_t>(kernels);
  });
}

TEST(CastTest, GatherRows) {
  for_each_target([](const KernelTable& kernels) {
    for (const std::int64_t width : {1, 3, 16, 1000}) {
      const Array<std::int32_t> x = Array<std::int32_t>::random(20 * width, -1000, 1000);
      Array<std::int64_t> indices(50);
      for (std::int64_t i = 0; i < 50; ++i) indices[i] = i * 7 % 20;
      Array<float> y(50 * width);
      drivers::gather_rows(kernels, {Dtype::int32, Dtype::float32, 1, 50, width, 20, false,
                                     indices.data(), x.data(), y.data()});
      for (std::int64_t r = 0; r < 50; ++r) {
        for (std::int64_t j = 0; j < width; ++j) {
          ASSERT_EQ(y[r * width + j], static_cast<float>(x[indices[r] * width + j]));
        }
      }
    }
  });
}

}  // namespace
}  // namespace lamina::cpu
