// Sums and products of extents. An option may be any 64-bit number, and a shape that is still
// symbolic has no memory to bound it, so every extent that is computed goes through these.
#pragma once

#include <cstdint>

#include "core/check.hpp"

namespace lamina {

namespace detail {

template <class Owner>
[[noreturn]] void fail_overflow(const Owner& owner, std::int64_t a, const char* sign,
                                std::int64_t b) {
  fail(ErrorKind::value, owner, " would make an axis of ", a, sign, b,
       " elements, which is more than can be counted; use smaller sizes");
}

}  // namespace detail

/// a + b; a value error that names `owner` where 64 bits do not hold it.
template <class Owner>
std::int64_t checked_add(const Owner& owner, std::int64_t a, std::int64_t b) {
  std::int64_t sum;
  if (__builtin_add_overflow(a, b, &sum)) detail::fail_overflow(owner, a, " + ", b);
  return sum;
}

/// a * b, likewise.
template <class Owner>
std::int64_t checked_multiply(const Owner& owner, std::int64_t a, std::int64_t b) {
  std::int64_t product;
  if (__builtin_mul_overflow(a, b, &product)) detail::fail_overflow(owner, a, " x ", b);
  return product;
}

}  // namespace lamina
