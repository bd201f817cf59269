#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {
namespace {

// Elements of a sum that one kernel call adds. A longer sum is cut into pieces of this length,
// whose results are added in their order: by the length alone, whatever the threads. Short pieces
// also keep rounding errors from growing with the length.
constexpr std::int64_t piece_elements = 32 * 1024;

template <class T>
void reduce_rows(const ReduceKernels<T>& kernels, const ReduceParams& p, const T* x, T* y) {
  const auto kernel = kernels.rows[static_cast<int>(p.op)];
  const std::int64_t pieces = chunk_count(p.reduced, piece_elements);
  const T scale = static_cast<T>(p.scale);
  if (pieces == 1) {
    return for_rows(p.outer, p.reduced, piece_elements,
                    [=](std::int64_t begin, std::int64_t end) noexcept {
                      kernel(x + begin * p.reduced, end - begin, p.reduced, scale, y + begin);
                    });
  }
  const Scratch scratch(static_cast<std::size_t>(p.outer * pieces) * sizeof(T));
  T* const partial = scratch.as<T>();
  parallel_for(p.outer * pieces, num_threads(), [=](std::int64_t chunk, int) noexcept {
    const std::int64_t row = chunk / pieces, begin = chunk % pieces * piece_elements;
    const std::int64_t length = std::min(piece_elements, p.reduced - begin);
    kernel(x + row * p.reduced + begin, 1, length, T(1), partial + chunk);
  });
  for_rows(p.outer, pieces, piece_elements, [=](std::int64_t begin, std::int64_t end) noexcept {
    kernel(partial + begin * pieces, end - begin, pieces, scale, y + begin);
  });
}

// Strips of columns this wide are one chunk; 64 elements, so that threads share no cache line.
constexpr std::int64_t strip_cols = 64;

template <class T>
void reduce_columns(const ReduceKernels<T>& kernels, const ReduceParams& p, const T* x, T* y) {
  const auto kernel = kernels.columns[static_cast<int>(p.op)];
  const T scale = static_cast<T>(p.scale);
  // Rows of one piece: fixed by the shape.
  const std::int64_t piece_rows =
      std::max<std::int64_t>(piece_elements / std::min<std::int64_t>(p.inner, 512), 1);
  const std::int64_t pieces = chunk_count(p.reduced, piece_rows);
  // Whole rows of small pieces, strips of wide ones.
  const std::int64_t strip = std::max(
      strip_cols, piece_elements / std::min(piece_rows, p.reduced) / strip_cols * strip_cols);
  const std::int64_t strips = chunk_count(p.inner, strip);
  const auto reduce_piece = [=](std::int64_t outer, std::int64_t piece, std::int64_t s, T factor,
                                T* to) noexcept {
    const std::int64_t row = piece * piece_rows, col = s * strip;
    kernel(x + (outer * p.reduced + row) * p.inner + col, p.inner,
           std::min(piece_rows, p.reduced - row), std::min(strip, p.inner - col), factor, to + col);
  };
  if (pieces == 1) {
    const std::int64_t cost = p.reduced * std::min(strip, p.inner);
    return for_rows(p.outer * strips, cost, piece_elements,
                    [=](std::int64_t begin, std::int64_t end) noexcept {
                      for (std::int64_t i = begin; i < end; ++i) {
                        const std::int64_t outer = i / strips;
                        reduce_piece(outer, 0, i % strips, scale, y + outer * p.inner);
                      }
                    });
  }
  const Scratch scratch(static_cast<std::size_t>(p.outer * pieces * p.inner) * sizeof(T));
  T* const partial = scratch.as<T>();
  parallel_for(p.outer * pieces * strips, num_threads(), [=](std::int64_t chunk, int) noexcept {
    const std::int64_t outer = chunk / (pieces * strips), rest = chunk % (pieces * strips);
    const std::int64_t piece = rest / strips;
    reduce_piece(outer, piece, rest % strips, T(1), partial + (outer * pieces + piece) * p.inner);
  });
  for_rows(p.outer, pieces * p.inner, piece_elements,
           [=](std::int64_t begin, std::int64_t end) noexcept {
             for (std::int64_t outer = begin; outer < end; ++outer) {
               kernel(partial + outer * pieces * p.inner, p.inner, pieces, p.inner, scale,
                      y + outer * p.inner);
             }
           });
}

}  // namespace

void reduce(const KernelTable& kernels, const ReduceParams& p) {
  with_number(kernels, p.dtype, "a reduction", [&]<class T>(const auto& k, T) {
    const T* x = static_cast<const T*>(p.x);
    T* y = static_cast<T*>(p.y);
    if (p.outer == 0 || p.inner == 0) return;
    if (p.reduced == 0) {
      // A mean of nothing is 0 times infinity.
      const T nothing = p.op == ReduceOp::product ? T(1) : p.scale == 1 ? T(0) : T(0 * p.scale);
      std::fill(y, y + p.outer * p.inner, nothing);
    } else if (p.inner == 1) {
      reduce_rows<T>(k.reduce, p, x, y);
    } else {
      reduce_columns<T>(k.reduce, p, x, y);
    }
  });
}

}  // namespace lamina::cpu::drivers
