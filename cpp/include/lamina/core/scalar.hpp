// A number as a program writes it beside tensors.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "lamina/core/dtype.hpp"

namespace lamina {

/// A number without a dtype: whole ones are kept exactly, all others as a double.
class Scalar {
 public:
  constexpr Scalar() = default;  // 0
  template <class T>
    requires std::is_arithmetic_v<T>
  constexpr Scalar(T value) : value_(static_cast<double>(value)) {
    is_whole_ =
        std::is_integral_v<T> && (std::is_signed_v<T> || static_cast<std::uint64_t>(value) <= most);
    if (is_whole_) whole_ = static_cast<std::int64_t>(value);
  }

  /// Whether it was written as a whole number that int64 holds.
  constexpr bool is_whole() const noexcept { return is_whole_; }
  /// That number.
  constexpr std::int64_t whole() const noexcept { return whole_; }
  /// The nearest double.
  constexpr double value() const noexcept { return value_; }

  /// Whether a tensor of `dtype` can hold it, cut towards 0 where the dtype is whole. NaN fits no
  /// whole dtype but bool, to which all numbers are 0 or not.
  constexpr bool fits(Dtype dtype) const noexcept {
    switch (dtype) {
      case Dtype::int32: return within(-0x1p31, 0x1p31);
      case Dtype::int64: return is_whole_ || (value_ >= -0x1p63 && value_ < 0x1p63);
      case Dtype::uint8: return within(0, 0x1p8);
      default: return true;
    }
  }

  /// As an element of a dtype that it fits.
  template <class T>
  constexpr T as() const noexcept {
    return is_whole_ ? static_cast<T>(whole_) : static_cast<T>(value_);
  }

 private:
  static constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

  // From the first whole number of a dtype to the one after its last: fractions just below the
  // first are cut to it. Doubles tell whole numbers of this size apart.
  constexpr bool within(double first, double end) const noexcept {
    return value_ > first - 1 && value_ < end;
  }

  double value_ = 0;
  std::int64_t whole_ = 0;
  bool is_whole_ = true;
};

/// The first that holds all whole numbers from `least` to `most`: `wanted`, int32, int64. bool
/// holds no number but as int32; floating dtypes hold all, rounded.
constexpr Dtype dtype_holding(std::int64_t least, std::int64_t most, Dtype wanted) noexcept {
  const auto holds = [=](Dtype dtype) {
    return Scalar(least).fits(dtype) && Scalar(most).fits(dtype);
  };
  if (wanted != Dtype::boolean && holds(wanted)) return wanted;
  return holds(Dtype::int32) ? Dtype::int32 : Dtype::int64;
}

/// The dtype that a number takes beside a tensor of `peer`: that one, but a fraction makes whole
/// numbers float32, and a whole number that they cannot hold makes them wider.
constexpr Dtype dtype_beside(const Scalar& number, Dtype peer) noexcept {
  if (is_floating(peer)) return peer;
  if (!number.is_whole()) return Dtype::float32;
  return dtype_holding(number.whole(), number.whole(), peer);
}

}  // namespace lamina
