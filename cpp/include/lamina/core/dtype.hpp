// The element types a tensor can hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lamina/export.hpp"

namespace lamina {

enum class Dtype : std::uint8_t { float32, float64, int32, int64, uint8, boolean };

/// Bytes of one element.
LAMINA_API std::size_t size_of(Dtype dtype) noexcept;

/// NumPy's name for it: "float32", "bool", ...
LAMINA_API std::string_view name_of(Dtype dtype) noexcept;

/// The dtype with that NumPy name; a value error naming the known ones otherwise.
LAMINA_API Dtype dtype_from_name(std::string_view name);

constexpr bool is_floating(Dtype dtype) noexcept {
  return dtype == Dtype::float32 || dtype == Dtype::float64;
}

/// The dtype that two tensors meet in: the wider of two integers; an integer beside a float takes
/// the float's. float32 with float64 is a type error that names both.
LAMINA_API Dtype promote(Dtype a, Dtype b);

/// Dtype of a C++ type: `dtype_of<float>` is Dtype::float32.
template <class T>
struct DtypeOf;
template <>
struct DtypeOf<float> {
  static constexpr Dtype value = Dtype::float32;
};
template <>
struct DtypeOf<double> {
  static constexpr Dtype value = Dtype::float64;
};
template <>
struct DtypeOf<std::int32_t> {
  static constexpr Dtype value = Dtype::int32;
};
template <>
struct DtypeOf<std::int64_t> {
  static constexpr Dtype value = Dtype::int64;
};
template <>
struct DtypeOf<std::uint8_t> {
  static constexpr Dtype value = Dtype::uint8;
};
template <>
struct DtypeOf<bool> {
  static constexpr Dtype value = Dtype::boolean;
};
template <class T>
inline constexpr Dtype dtype_of = DtypeOf<T>::value;

}  // namespace lamina
