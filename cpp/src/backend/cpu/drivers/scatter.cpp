#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/scratch.hpp"

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

// An index for each element: columns never meet, so that each adds its elements in their order.
template <class T>
void scatter_elements(const ScatterRowsParams& p) {
  const T* x = static_cast<const T*>(p.x);
  T* y = static_cast<T*>(p.y);
  for_rows(p.outer * p.row_size, p.rows, chunk_elements,
           [&](std::int64_t begin, std::int64_t end) noexcept {
             for (std::int64_t column = begin; column < end; ++column) {
               const std::int64_t outer = column / p.row_size, at = column % p.row_size;
               const std::int64_t from = outer * p.rows * p.row_size + at;
               T* const to = y + outer * p.targets * p.row_size + at;
               for (std::int64_t row = 0; row < p.rows; ++row) {
                 const std::int64_t place = from + row * p.row_size;
                 const std::int64_t index = p.indices[place];
                 if (index >= 0) to[index * p.row_size] += x[place];
               }
             }
           });
}

// y += scale * (sum of rows of x), the sum begun at 0 as a gradient is.
template <class T>
void add_scaled_sum(const T* x, const std::int64_t* rows, std::int64_t count, std::int64_t n,
                    T scale, T* sum, T* y) {
  std::fill(sum, sum + n, T(0));
  for (std::int64_t i = 0; i < count; ++i) add_row(x + rows[i] * n, sum, n);
  for (std::int64_t i = 0; i < n; ++i) y[i] += sum[i] * scale;
}

}  // namespace

void scatter_rows(const KernelTable& kernels, const ScatterRowsParams& p) {
  with_number(kernels, p.dtype, "a sum of rows", [&]<class T>(const auto&, T) {
    if (p.each_element) return scatter_elements<T>(p);
    const int workers = num_threads();
    const bool is_scaled = p.scale != 1;
    // A sum's room begins on a cache line of its own.
    constexpr auto line = static_cast<std::int64_t>(64 / sizeof(T));
    const std::int64_t room = is_scaled ? chunk_count(p.row_size, line) * line : 0;
    const Scratch sums(static_cast<std::size_t>(workers * room) * sizeof(T));
    const Scratch scratch(static_cast<std::size_t>(p.rows) * sizeof(std::int64_t));
    std::int64_t* const order = scratch.as<std::int64_t>();
    order_by_target(p, order);
    const auto target_at = [&](std::int64_t place) { return p.indices[order[place]]; };
    const std::int64_t length =
        std::max<std::int64_t>(chunk_elements / std::max<std::int64_t>(p.row_size, 1), 1);
    const std::int64_t chunks = chunk_count(p.rows, length);
    parallel_for(p.outer * chunks, workers, [&](std::int64_t chunk, int worker) noexcept {
      const T* x = static_cast<const T*>(p.x) + chunk / chunks * p.rows * p.row_size;
      T* y = static_cast<T*>(p.y) + chunk / chunks * p.targets * p.row_size;
      std::int64_t begin = chunk % chunks * length;
      std::int64_t end = std::min(begin + length, p.rows);
      // A run of one target belongs to the chunk that it begins in.
      while (begin > 0 && begin < end && target_at(begin) == target_at(begin - 1)) ++begin;
      if (begin == end) return;
      while (end < p.rows && target_at(end) == target_at(end - 1)) ++end;
      while (begin < end && target_at(begin) < 0) ++begin;
      while (begin < end) {
        const std::int64_t target = target_at(begin);
        std::int64_t next = begin + 1;
        while (next < end && target_at(next) == target) ++next;
        T* const to = y + target * p.row_size;
        if (is_scaled) {
          add_scaled_sum(x, order + begin, next - begin, p.row_size, static_cast<T>(p.scale),
                         sums.as<T>() + worker * room, to);
        } else {
          for (std::int64_t i = begin; i < next; ++i) {
            add_row(x + order[i] * p.row_size, to, p.row_size);
          }
        }
        begin = next;
      }
    });
  });
}

}  // namespace lamina::cpu::drivers
