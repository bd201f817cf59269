// Matrix products on the calling thread, whose right operand is packed once for several of them.
#pragma once

#include "backend/cpu/drivers/common.hpp"

namespace lamina::cpu::drivers {

/// A matrix by the distances between its elements.
template <class T>
struct MatrixView {
  const T* data;
  std::int64_t row_stride, col_stride;
  MatrixView transposed() const { return {data, col_stride, row_stride}; }
};

template <class T>
class PackedMatrix {
 public:
  /// Elements of memory that a matrix (depth, cols) takes.
  static std::int64_t elements(const GemmKernels<T>& kernels, std::int64_t depth,
                               std::int64_t cols) {
    return depth * chunk_count(cols, kernels.panel_cols) * kernels.panel_cols;
  }

  /// Packs b (depth, cols) into `room`: blocks of depth one after another, in each its panels.
  PackedMatrix(const GemmKernels<T>& kernels, MatrixView<T> b, std::int64_t depth,
               std::int64_t cols, T* room)
      : kernels_(kernels),
        depth_(depth),
        panels_(chunk_count(cols, kernels.panel_cols)),
        packed_(room) {
    for (std::int64_t first = 0; first < depth; first += kernels.depth) {
      const std::int64_t block = block_depth(first);
      for (std::int64_t panel = 0; panel < panels_; ++panel) {
        const std::int64_t col = panel * kernels.panel_cols;
        kernels.pack_b(b.data + first * b.row_stride + col * b.col_stride, b.row_stride,
                       b.col_stride, block, std::min<std::int64_t>(kernels.panel_cols, cols - col),
                       room + place_of(first) + panel * kernels.panel_cols * block);
      }
    }
  }

  /// c (rows, cols; row stride ldc) = or += a (rows, depth) b, of whose rows and columns only the
  /// first `depth` and `cols` are used.
  void multiply(MatrixView<T> a, std::int64_t rows, std::int64_t depth, std::int64_t cols, T* c,
                std::int64_t ldc, bool add) const noexcept {
    GemmBlock<T> g;
    g.rows = rows;
    g.cols = cols;
    g.tile_rows = chunk_count(rows, chunk_count(rows, kernels_.tile_rows));  // of equal height
    g.a_tile = g.tile_rows * a.row_stride;
    g.a_row = a.row_stride;
    g.a_depth = a.col_stride;
    g.b_depth = kernels_.panel_cols;
    g.c = c;
    g.ldc = ldc;
    g.bias = nullptr;
    g.activation = FusedActivation::none;
    for (std::int64_t first = 0; first < depth; first += kernels_.depth) {
      g.depth = std::min(block_depth(first), depth - first);
      g.a = a.data + first * a.col_stride;
      g.b = packed_ + place_of(first);
      g.b_panel = kernels_.panel_cols * block_depth(first);
      g.add = add || first > 0;
      kernels_.block(g);
    }
  }

 private:
  std::int64_t block_depth(std::int64_t first) const {
    return std::min(kernels_.depth, depth_ - first);
  }
  std::int64_t place_of(std::int64_t first) const { return first * panels_ * kernels_.panel_cols; }

  const GemmKernels<T>& kernels_;
  std::int64_t depth_, panels_;
  const T* packed_;
};

}  // namespace lamina::cpu::drivers
