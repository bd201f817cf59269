#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

template <class T>
bool apply(CompareOp op, T a, T b) {
  switch (op) {
    case CompareOp::equal: return a == b;
    case CompareOp::not_equal: return a != b;
    case CompareOp::less: return a < b;
    case CompareOp::less_equal: return a <= b;
  }
  return false;
}

template <class T>
void check_compare(const KernelTable& kernels, std::int64_t n) {
  for (const CompareOp op :
       {CompareOp::equal, CompareOp::not_equal, CompareOp::less, CompareOp::less_equal}) {
    for (const std::int64_t step : {0, 1}) {
      Array<T> a(n), b(n);
      for (std::int64_t i = 0; i < n; ++i) {
        a[i] = static_cast<T>(i % 3);
        b[i] = static_cast<T>(i % 2 + 1);
      }
      if constexpr (!std::is_integral_v<T>) a[n / 2] = std::numeric_limits<T>::quiet_NaN();
      Array<std::uint8_t> out(n);
      drivers::compare(kernels,
                       {dtype_of<T>, op, 1, {n}, {1}, {step}, a.data(), b.data(), out.data()});
      for (std::int64_t i = 0; i < n; ++i) EXPECT_EQ(out[i], apply(op, a[i], b[step * i]));
    }
  }
}

TEST(CompareTest, EveryDtypeAndLength) {
  for_each_target([](const KernelTable& kernels) {
    for (const std::int64_t n : lengths()) {
      if (n == 0) continue;
      check_compare<float>(kernels, n);
      check_compare<double>(kernels, n);
      check_compare<std::int32_t>(kernels, n);
      check_compare<std::int64_t>(kernels, n);
    }
  });
}

template <class T>
void check_select(const KernelTable& kernels, std::int64_t n) {
  Array<std::uint8_t> condition(n);
  for (std::int64_t i = 0; i < n; ++i)
    condition[i] = i % 3 == 0 ? 0 : static_cast<std::uint8_t>(i % 5);
  const Array<T> a = Array<T>::random(n, 0, 100, 1), b = Array<T>::random(n, 0, 100, 2);
  for (const bool a_repeated : {false, true}) {
    for (const bool b_repeated : {false, true}) {
      Array<T> out(n);
      drivers::select(kernels, {sizeof(T), n, condition.data(), a.data(), a_repeated, b.data(),
                                b_repeated, out.data()});
      for (std::int64_t i = 0; i < n; ++i) {
        EXPECT_EQ(out[i], condition[i] != 0 ? a[a_repeated ? 0 : i] : b[b_repeated ? 0 : i]);
      }
    }
  }
}

TEST(SelectTest, EverySizeAndLength) {
  for_each_target([](const KernelTable& kernels) {
    for (const std::int64_t n : lengths()) {
      if (n == 0) continue;
      check_select<float>(kernels, n);
      check_select<double>(kernels, n);
      check_select<std::uint8_t>(kernels, n);
    }
  });
}

}  // namespace
}  // namespace lamina::cpu
