#include "lamina/core/dtype.hpp"

#include <array>

#include "core/check.hpp"

namespace lamina {
namespace {

struct DtypeRow {
  std::string_view name;
  std::size_t size;
};

// In the order of the enumeration.
constexpr std::array<DtypeRow, 6> dtypes{
    {{"float32", 4}, {"float64", 8}, {"int32", 4}, {"int64", 8}, {"uint8", 1}, {"bool", 1}}};

}  // namespace

std::size_t size_of(Dtype dtype) noexcept { return dtypes[static_cast<std::size_t>(dtype)].size; }

std::string_view name_of(Dtype dtype) noexcept {
  return dtypes[static_cast<std::size_t>(dtype)].name;
}

Dtype dtype_from_name(std::string_view name) {
  for (std::size_t i = 0; i < dtypes.size(); ++i) {
    if (dtypes[i].name == name) return static_cast<Dtype>(i);
  }
  fail(ErrorKind::type, "unknown dtype '", name,
       "'; expected one of float32, float64, int32, int64, uint8, bool");
}

Dtype promote(Dtype a, Dtype b) {
  if (a == b) return a;
  if (is_floating(a) && is_floating(b)) {
    fail(ErrorKind::type, "an operation got ", name_of(a), " and ", name_of(b),
         "; cast one of them so that both have the same dtype");
  }
  if (is_floating(a)) return a;
  if (is_floating(b)) return b;
  if (a == Dtype::boolean) return b;
  if (b == Dtype::boolean) return a;
  return size_of(a) >= size_of(b) ? a : b;
}

}  // namespace lamina
