#include <numeric>

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {
namespace {

constexpr std::int64_t chunk_elements = 4 * 1024;

// NaN counts as the largest; equals stand in their order.
template <class T, bool descending>
struct Before {
  const T* x;
  bool operator()(std::int32_t a, std::int32_t b) const noexcept {
    const T left = x[a], right = x[b];
    if (left < right) return !descending;
    if (left > right) return descending;
    const bool left_is_nan = left != left, right_is_nan = right != right;
    if (left_is_nan != right_is_nan) return descending ? left_is_nan : right_is_nan;
    return a < b;
  }
};

template <class T, bool descending>
void sort_rows(const SortParams& p) {
  const Scratch scratch(static_cast<std::size_t>(p.rows * p.cols) * sizeof(std::int32_t));
  std::int32_t* const places = scratch.as<std::int32_t>();
  const T* x = static_cast<const T*>(p.x);
  T* values = static_cast<T*>(p.values);
  for_rows(p.rows, p.cols, chunk_elements, [=](std::int64_t begin, std::int64_t end) noexcept {
    for (std::int64_t row = begin; row < end; ++row) {
      const T* from = x + row * p.cols;
      std::int32_t* const order = places + row * p.cols;
      std::iota(order, order + p.cols, 0);
      const Before<T, descending> before{from};
      if (p.keep < p.cols) {
        std::partial_sort(order, order + p.keep, order + p.cols, before);
      } else {
        std::sort(order, order + p.cols, before);
      }
      for (std::int64_t i = 0; i < p.keep; ++i) {
        if (values != nullptr) values[row * p.keep + i] = from[order[i]];
        if (p.indices != nullptr) p.indices[row * p.keep + i] = order[i];
      }
    }
  });
}

}  // namespace

void sort(const KernelTable&, const SortParams& p) {
  if (p.rows == 0 || p.cols == 0) return;
  const auto run = [&]<class T>(T) {
    p.descending ? sort_rows<T, true>(p) : sort_rows<T, false>(p);
  };
  switch (p.dtype) {
    case Dtype::float32: return run(float{});
    case Dtype::float64: return run(double{});
    case Dtype::int32: return run(std::int32_t{});
    case Dtype::int64: return run(std::int64_t{});
    default: unsupported("sort", p.dtype);
  }
}

}  // namespace lamina::cpu::drivers
