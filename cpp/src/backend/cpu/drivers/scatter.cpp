#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "core/scratch.hpp"

namespace lamina::cpu::drivers {
namespace {

constexpr std::int64_t chunk_elements = 8 * 1024;

template <class T>
void add_row(const T* x, T* y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) y[i] += x[i];
}

// The rows in the order of their targets, equals in their own order: then every target's sum is one
// run, added by one thread in one order.
void order_by_target(const ScatterRowsParams& p, std::int64_t* order) {
  for (std::int64_t row = 0; row < p.rows; ++row) order[row] = row;
  std::sort(order, order + p.rows, [&](std::int64_t a, std::int64_t b) noexcept {
    return p.indices[a] != p.indices[b] ? p.indices[a] < p.indices[b] : a < b;
  });
}

}  // namespace

void scatter_rows(const KernelTable& kernels, const ScatterRowsParams& p) {
  with_number(kernels, p.dtype, "a sum of rows", [&]<class T>(const auto&, T) {
    const T* x = static_cast<const T*>(p.x);
    T* y = static_cast<T*>(p.y);
    const Scratch scratch(static_cast<std::size_t>(p.rows) * sizeof(std::int64_t));
    std::int64_t* const order = scratch.as<std::int64_t>();
    order_by_target(p, order);
    const auto target_at = [&](std::int64_t place) { return p.indices[order[place]]; };
    for_rows(p.rows, p.row_size, chunk_elements,
             [&](std::int64_t begin, std::int64_t end) noexcept {
               // A run belongs to the chunk that it begins in.
               while (begin > 0 && begin < end && target_at(begin) == target_at(begin - 1)) ++begin;
               if (begin == end) return;
               while (end < p.rows && target_at(end) == target_at(end - 1)) ++end;
               for (std::int64_t i = begin; i < end; ++i) {
                 add_row(x + order[i] * p.row_size, y + target_at(i) * p.row_size, p.row_size);
               }
             });
  });
}

}  // namespace lamina::cpu::drivers
