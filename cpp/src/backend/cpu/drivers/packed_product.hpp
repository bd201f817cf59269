// Matrix products on the calling thread, whose right operand is laid out once for several of them.
#pragma once

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/packing.hpp"

namespace lamina::cpu::drivers {

/// A matrix by the distances between its elements.
template <class T>
struct MatrixView {
  const T* data;
  std::int64_t row_stride, col_stride;
  MatrixView transposed() const { return {data, col_stride, row_stride}; }
};

/// Sums go as in a product of the backend's: blocks of the depth follow from it alone.
template <class T>
class PackedMatrix {
 public:
  /// Elements of memory that a matrix (depth, cols) takes.
  static std::int64_t elements(const GemmKernels<T>& kernels, std::int64_t depth,
                               std::int64_t cols) {
    return depth * chunk_count(cols, kernels.panel_cols) * kernels.panel_cols;
  }

  /// Packs b (depth, cols) into `room`: blocks of depth one after another, in each its panels. A
  /// null `room`: b is read where it lies; its columns are adjacent, and fill whole panels.
  PackedMatrix(const GemmKernels<T>& kernels, MatrixView<T> b, std::int64_t depth,
               std::int64_t cols, T* room, int workers = 1)
      : kernels_(kernels),
        depth_(depth),
        panels_(chunk_count(cols, kernels.panel_cols)),
        in_place_(room == nullptr),
        row_stride_(b.row_stride),
        data_(in_place_ ? b.data : room) {
    const std::int64_t blocks = std::max<std::int64_t>(chunk_count(depth, kernels.depth), 1);
    block_depth_ = std::max<std::int64_t>(chunk_count(depth, blocks), 1);
    if (in_place_) return;
    const auto pack = [&](std::int64_t i) noexcept {
      const std::int64_t first = i / panels_ * block_depth_;
      const std::int64_t panel = i % panels_, col = panel * kernels.panel_cols;
      const std::int64_t block = depth_of(first);
      kernels.pack_b(b.data + first * b.row_stride + col * b.col_stride, b.row_stride, b.col_stride,
                     block, std::min<std::int64_t>(kernels.panel_cols, cols - col),
                     room + place_of(first) + panel * kernels.panel_cols * block);
    };
    const std::int64_t pieces = chunk_count(depth, block_depth_) * panels_;
    if (workers > 1) {
      pack_pieces<T>(pieces, kernels.panel_cols * block_depth_, workers, pack);
    } else {
      for (std::int64_t i = 0; i < pieces; ++i) pack(i);
    }
  }

  /// c (rows, cols; row stride ldc) = a (rows, depth) b + bias, or += a b; of b's rows and columns
  /// only the first `depth` and `cols` are used.
  void multiply(MatrixView<T> a, std::int64_t rows, std::int64_t depth, std::int64_t cols, T* c,
                std::int64_t ldc, bool add, const T* bias = nullptr) const noexcept {
    GemmBlock<T> g;
    g.rows = rows;
    g.cols = cols;
    g.tile_rows = chunk_count(rows, chunk_count(rows, kernels_.tile_rows));  // of equal height
    g.a_tile = g.tile_rows * a.row_stride;
    g.a_row = a.row_stride;
    g.a_depth = a.col_stride;
    g.b_depth = in_place_ ? row_stride_ : kernels_.panel_cols;
    g.c = c;
    g.ldc = ldc;
    g.activation = FusedActivation::none;
    for (std::int64_t first = 0; first < depth; first += block_depth_) {
      g.depth = std::min(depth_of(first), depth - first);
      g.a = a.data + first * a.col_stride;
      g.b = data_ + (in_place_ ? first * row_stride_ : place_of(first));
      g.b_panel = kernels_.panel_cols * (in_place_ ? 1 : depth_of(first));
      g.add = add || first > 0;
      g.bias = first == 0 ? bias : nullptr;
      kernels_.block(g);
    }
  }

 private:
  std::int64_t depth_of(std::int64_t first) const { return std::min(block_depth_, depth_ - first); }
  std::int64_t place_of(std::int64_t first) const { return first * panels_ * kernels_.panel_cols; }

  const GemmKernels<T>& kernels_;
  std::int64_t depth_, panels_, block_depth_;
  bool in_place_;
  std::int64_t row_stride_;
  const T* data_;
};

}  // namespace lamina::cpu::drivers
