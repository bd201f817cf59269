// A matrix that many products of a few rows share, one after the other: it is laid out once.
#pragma once

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/packing.hpp"

namespace lamina::cpu::drivers {

/// b (depth, cols), whose elements lie `row_stride` and `col_stride` apart. Sums go as in a product
/// of the backend's: blocks of the depth follow from it alone.
template <class T>
class RepeatedProduct {
 public:
  /// `in_place`: b is read where it lies, if its columns fill whole panels.
  RepeatedProduct(const GemmKernels<T>& kernels, const T* b, std::int64_t row_stride,
                  std::int64_t col_stride, std::int64_t depth, std::int64_t cols, bool in_place)
      : kernels_(kernels),
        b_(b),
        row_stride_(row_stride),
        col_stride_(col_stride),
        depth_(depth),
        cols_(cols),
        panels_(chunk_count(cols, kernels.panel_cols)),
        in_place_(in_place && col_stride == 1 && cols % kernels.panel_cols == 0) {
    const std::int64_t blocks = std::max<std::int64_t>(chunk_count(depth, kernels.depth), 1);
    block_depth_ = std::max<std::int64_t>(chunk_count(depth, blocks), 1);
  }

  /// Elements that `pack` needs room for: whole cache lines.
  std::int64_t room() const {
    return in_place_ ? 0 : chunk_count(panels_ * kernels_.panel_cols * depth_, 16) * 16;
  }

  void pack(T* room, int workers) {
    if (in_place_) return;
    packed_ = room;
    const std::int64_t panel = kernels_.panel_cols, blocks = chunk_count(depth_, block_depth_);
    pack_pieces<T>(blocks * panels_, panel * block_depth_, workers, [&](std::int64_t i) noexcept {
      const std::int64_t first = i / panels_ * block_depth_, col = i % panels_ * panel;
      const std::int64_t depth = std::min(block_depth_, depth_ - first);
      kernels_.pack_b(b_ + first * row_stride_ + col * col_stride_, row_stride_, col_stride_, depth,
                      std::min(panel, cols_ - col), room + first * panels_ * panel + col * depth);
    });
  }

  /// c (rows, cols) = a b + bias, or c += a b.
  void run(const T* a, std::int64_t lda, std::int64_t rows, T* c, std::int64_t ldc, bool add,
           const T* bias = nullptr) const noexcept {
    GemmBlock<T> block;
    block.rows = rows;
    block.cols = cols_;
    block.tile_rows = chunk_count(rows, chunk_count(rows, kernels_.tile_rows));
    block.a_tile = block.tile_rows * lda;
    block.a_row = lda;
    block.a_depth = 1;
    block.c = c;
    block.ldc = ldc;
    block.activation = FusedActivation::none;
    for (std::int64_t first = 0; first < depth_; first += block_depth_) {
      block.depth = std::min(block_depth_, depth_ - first);
      block.a = a + first;
      block.b =
          in_place_ ? b_ + first * row_stride_ : packed_ + first * panels_ * kernels_.panel_cols;
      block.b_panel = in_place_ ? kernels_.panel_cols : kernels_.panel_cols * block.depth;
      block.b_depth = in_place_ ? row_stride_ : kernels_.panel_cols;
      block.add = add || first > 0;
      block.bias = first == 0 ? bias : nullptr;
      kernels_.block(block);
    }
  }

 private:
  const GemmKernels<T>& kernels_;
  const T* b_;
  std::int64_t row_stride_, col_stride_, depth_, cols_, panels_, block_depth_;
  bool in_place_;
  const T* packed_ = nullptr;
};

}  // namespace lamina::cpu::drivers
