// What the kernel tests share: every target of this machine, or that which $LAMINA_ISA names;
// arrays that begin at odd addresses, and comparison with a reference computed in double precision.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "backend/cpu/dispatch.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "lamina/core/error.hpp"
#include "lamina/core/parallel.hpp"

namespace lamina::cpu {

/// What $LAMINA_ISA names, or empty.
inline std::string_view forced_target() {
  const char* name = std::getenv("LAMINA_ISA");
  return name == nullptr ? "" : name;
}

/// Passes over all tests where the machine cannot run the forced target.
class ForcedTarget : public testing::Environment {
 public:
  void SetUp() override {
    const auto targets = available_targets();
    if (forced_target().empty() || std::ranges::count(targets, forced_target()) == 1) return;
    GTEST_SKIP() << "this machine lacks " << forced_target();
  }
};
inline testing::Environment* const forced_target_environment =
    testing::AddGlobalTestEnvironment(new ForcedTarget);

inline void for_each_target(const std::function<void(const KernelTable&)>& body) {
  for (const std::string_view name : available_targets()) {
    if (!forced_target().empty() && name != forced_target()) continue;
    SCOPED_TRACE(name);
    body(kernels_of(name));
  }
}

// n elements that begin one element after a 64-byte boundary, followed by sentinels that no kernel
// may touch.
template <class T>
class Array {
 public:
  explicit Array(std::int64_t n, T value = T{}) : n_(n), storage_(size(n) + 32) {
    const auto address = reinterpret_cast<std::uintptr_t>(storage_.data());
    begin_ = storage_.data() + (64 - address % 64) % 64 / sizeof(T) + 1;
    for (std::int64_t i = 0; i < n; ++i) begin_[i] = value;
    for (int i = 0; i < guards; ++i) begin_[n + i] = sentinel;
  }
  Array(const Array& other) : Array(other.n_) { std::copy_n(other.begin_, n_, begin_); }
  ~Array() {
    for (int i = 0; i < guards; ++i) EXPECT_EQ(begin_[n_ + i], sentinel) << "written past the end";
  }
  Array& operator=(const Array&) = delete;

  static Array random(std::int64_t n, double low = -2, double high = 2, unsigned seed = 1) {
    Array a(n);
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> draw(low, high);
    for (std::int64_t i = 0; i < n; ++i) a[i] = static_cast<T>(draw(generator));
    return a;
  }

  T* data() { return begin_; }
  const T* data() const { return begin_; }
  T& operator[](std::int64_t i) { return begin_[i]; }
  const T& operator[](std::int64_t i) const { return begin_[i]; }
  std::int64_t size() const { return n_; }
  bool same_bits(const Array& other) const {
    return n_ == other.n_ && std::memcmp(begin_, other.begin_, n_ * sizeof(T)) == 0;
  }

 private:
  static constexpr int guards = 8;
  static constexpr T sentinel = T(77);
  static std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n) + 64; }
  std::int64_t n_;
  std::vector<T> storage_;
  T* begin_;
};

// |got - expected| within `tolerance` units of rounding of max(|expected|, scale).
template <class T>
void expect_close(T got, double expected, double tolerance, double scale = 1) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(got)) << "got " << got << ", expected NaN";
  } else if (std::isinf(expected)) {
    EXPECT_EQ(static_cast<double>(got), expected);
  } else {
    const double unit = std::numeric_limits<T>::epsilon() * std::max(std::fabs(expected), scale);
    EXPECT_NEAR(static_cast<double>(got), expected, tolerance * unit);
  }
}

// Lengths around every vector width, and one that takes several chunks.
inline const std::vector<std::int64_t>& lengths() {
  static const std::vector<std::int64_t> all = [] {
    std::vector<std::int64_t> result;
    for (std::int64_t n = 0; n <= 40; ++n) result.push_back(n);
    for (std::int64_t n : {63, 64, 65, 127, 130, 1000, 100003}) result.push_back(n);
    return result;
  }();
  return all;
}

// `compute` must give the same bits for any number of threads.
template <class T>
void expect_same_for_any_threads(const std::function<Array<T>()>& compute) {
  set_num_threads(1);
  const Array<T> expected = compute();
  for (const int threads : {2, 3, 7}) {
    set_num_threads(threads);
    EXPECT_TRUE(compute().same_bits(expected)) << threads << " threads";
  }
}

template <class T>
class FloatTest : public testing::Test {
 public:
  static constexpr Dtype dtype = dtype_of<T>;
};
using FloatTypes = testing::Types<float, double>;

}  // namespace lamina::cpu
