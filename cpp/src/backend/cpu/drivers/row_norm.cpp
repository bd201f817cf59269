#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {
namespace {

// Elements of the rows whose gradients for gamma and beta are summed one after the other; the sums
// of such pieces are added in their order.
constexpr std::int64_t piece_elements = 32 * 1024;

}  // namespace

void row_norm(const KernelTable& kernels, const RowNormParams& p) {
  with_float(kernels, p.dtype, "normalization", [&]<class T>(const auto& k, T) {
    if (p.cols == 0) return;
    const auto kernel = k.row_norm.forward[p.centered];
    const auto at = [](const void* base, std::int64_t i) {
      return base == nullptr ? nullptr : static_cast<const T*>(base) + i;
    };
    for_rows(p.rows, p.cols, chunk_bytes / (2 * sizeof(T)),
             [&](std::int64_t begin, std::int64_t end) noexcept {
               kernel(at(p.x, begin * p.cols), end - begin, p.cols, T(p.epsilon), at(p.gamma, 0),
                      at(p.beta, 0), const_cast<T*>(at(p.mean, begin)),
                      static_cast<T*>(p.inverse) + begin, static_cast<T*>(p.y) + begin * p.cols);
             });
  });
}

void row_norm_backward(const KernelTable& kernels, const RowNormBackwardParams& p) {
  with_float(kernels, p.dtype, "normalization", [&]<class T>(const auto& k, T) {
    if (p.cols == 0) return;
    const auto kernel = k.row_norm.backward[p.centered];
    const std::int64_t cols = p.cols;
    const std::int64_t piece_rows = std::max<std::int64_t>(piece_elements / cols, 1);
    const std::int64_t pieces = chunk_count(p.rows, piece_rows);
    const int sums = (p.dgamma != nullptr) + (p.dbeta != nullptr);
    const Scratch scratch(static_cast<std::size_t>(sums * pieces * cols) * sizeof(T));
    T* const partial = scratch.as<T>();
    T* const dgamma_partial = p.dgamma != nullptr ? partial : nullptr;
    T* const dbeta_partial =
        p.dbeta != nullptr ? partial + (p.dgamma != nullptr ? pieces * cols : 0) : nullptr;
    const auto at = [](const void* base, std::int64_t i) {
      return base == nullptr ? nullptr : static_cast<const T*>(base) + i;
    };
    parallel_for(pieces, num_threads(), [&](std::int64_t piece, int) noexcept {
      const std::int64_t row = piece * piece_rows;
      T* const dgamma = dgamma_partial == nullptr ? nullptr : dgamma_partial + piece * cols;
      T* const dbeta = dbeta_partial == nullptr ? nullptr : dbeta_partial + piece * cols;
      if (dgamma != nullptr) std::fill(dgamma, dgamma + cols, T(0));
      if (dbeta != nullptr) std::fill(dbeta, dbeta + cols, T(0));
      kernel(at(p.dy, row * cols), at(p.x, row * cols), std::min(piece_rows, p.rows - row), cols,
             at(p.gamma, 0), at(p.mean, row), at(p.inverse, row),
             const_cast<T*>(at(p.dx, row * cols)), dgamma, dbeta);
    });
    const auto add_pieces = [&](const T* from, void* to) {
      reduce(kernels, {p.dtype, ReduceOp::sum, 1, pieces, cols, from, to});
    };
    if (p.dgamma != nullptr) add_pieces(dgamma_partial, p.dgamma);
    if (p.dbeta != nullptr) add_pieces(dbeta_partial, p.dbeta);
  });
}

}  // namespace lamina::cpu::drivers
