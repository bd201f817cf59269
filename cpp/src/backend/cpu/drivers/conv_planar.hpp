// Correlation for few channels of output, in all or in each group: lanes on neighbouring pixels,
// images held in planes.
#pragma once

#include <algorithm>
#include <cstring>

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/correlation.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {

/// Copies what blocks read of an image into planes of rows, (image, depth, height, channel, width),
/// with zeros where rows end.
template <class T>
class PlaneReader {
 public:
  PlaneReader(const GemmKernels<T>& kernels, const T* x, const ConvAxis (&axes)[3],
              std::int64_t channels, const PixelBlocks& blocks)
      : kernels_(kernels),
        x_(x),
        axes_(axes),
        channels_(channels),
        plane_(whole(whole(blocks.most(2), kernels.lanes) + axes[2].last() - axes[2].first(),
                     kernels.lanes)),
        layout_(axes, blocks, channels * plane_, 1) {}

  std::int64_t scratch_size() const { return layout_.size; }
  std::int64_t of_axis(int axis) const { return layout_.of_axis[axis]; }
  std::int64_t plane() const { return plane_; }

  ConvInput<T> read(const PixelBlock& block, T* scratch) const noexcept {
    return copy_rows(x_, axes_, channels_, block, layout_, scratch,
                     [&](const T* source, std::int64_t before, std::int64_t pixels, T* target) {
                       read_row(source, before, pixels, target);
                     });
  }

 private:
  void read_row(const T* source, std::int64_t before, std::int64_t pixels, T* row) const noexcept {
    if (channels_ == 1) {
      std::memcpy(row + before, source, static_cast<std::size_t>(pixels) * sizeof(T));
    } else {
      kernels_.pack_a(source, channels_, 1, pixels, channels_, plane_, row + before);
    }
    const std::int64_t after = plane_ - before - pixels;
    for (std::int64_t c = 0; c < channels_; ++c, row += plane_) {
      std::memset(row, 0, static_cast<std::size_t>(before) * sizeof(T));
      std::memset(row + before + pixels, 0, static_cast<std::size_t>(after) * sizeof(T));
    }
  }

  const GemmKernels<T>& kernels_;
  const T* x_;
  const ConvAxis (&axes_)[3];
  std::int64_t channels_, plane_;
  RowLayout layout_;
};

/// Whether lanes on pixels are better used than lanes on channels.
template <class T>
bool suits_planar(const PlanarKernels<T>& kernels, const Correlation<T>& c) {
  const std::int64_t width = c.axes[2].output;
  return c.cols > 0 && c.cols <= most_planar_cols && 2 * c.cols <= kernels.lanes &&
         c.channels > 0 && c.axes[2].step == 1 && c.y_step[2] == c.groups * c.cols &&
         3 * c.cols * whole(width, kernels.lanes) <= 2 * width * kernels.lanes &&
         !c.axes[0].offsets.empty() && !c.axes[1].offsets.empty() && !c.axes[2].offsets.empty();
}

template <class T>
class PlanarCorrelation {
 public:
  PlanarCorrelation(const FloatKernels<T>& kernels, const Correlation<T>& c)
      : kernels_(kernels), c_(c) {}

  void run() {
    const std::int64_t output[3] = {c_.axes[0].output, c_.axes[1].output, c_.axes[2].output};
    const std::int64_t pixels = c_.batch * output[0] * output[1] * output[2];
    if (pixels == 0) return;
    const int workers = num_threads();
    // A block's input stays in the second cache, and each thread finds several blocks.
    const std::int64_t fitting = most_input_bytes / static_cast<std::int64_t>(sizeof(T)) / c_.pixel;
    const std::int64_t products = c_.cols * c_.pixel * static_cast<std::int64_t>(c_.taps.size());
    const PixelBlocks blocks(
        c_.batch, output,
        std::min(std::max<std::int64_t>(fitting, 1),
                 std::max<std::int64_t>(pixels / (workers * blocks_per_worker),
                                        block_products / std::max<std::int64_t>(products, 1))),
        kernels_.planar.lanes);
    const PlaneReader<T> reader(kernels_.gemm, c_.x, c_.axes, c_.pixel, blocks);
    std::vector<std::int64_t> offsets;
    const auto line_taps = static_cast<std::int64_t>(c_.axes[2].offsets.size());
    for (const std::int64_t place : tap_places(c_, reader, line_taps)) {
      for (std::int64_t c = 0; c < c_.channels; ++c) offsets.push_back(place + c * reader.plane());
    }
    const std::int64_t matrix = c_.pixel * c_.cols;
    const std::int64_t weights = whole(static_cast<std::int64_t>(c_.taps.size()) * matrix, 16);
    const std::int64_t y_plane = whole(blocks.most(2), kernels_.planar.lanes);
    const std::int64_t of_worker = whole(reader.scratch_size() + c_.groups * c_.cols * y_plane, 16);
    const Scratch scratch(static_cast<std::size_t>(weights + workers * of_worker) * sizeof(T));
    T* const w = scratch.as<T>();
    gather_weights(w);
    parallel_for(blocks.count(), workers, [&](std::int64_t index, int worker) noexcept {
      T* const input = w + weights + worker * of_worker;
      run_block(blocks.block(index), reader, offsets.data(), w, input,
                input + reader.scratch_size(), y_plane);
    });
  }

 private:
  static constexpr std::int64_t most_input_bytes = 256 * 1024;
  static constexpr std::int64_t blocks_per_worker = 8, block_products = 256 * 1024;

  void gather_weights(T* w) const {
    for (std::int64_t group = 0; group < c_.groups; ++group) {
      for (const TapMatrix& tap : c_.taps) {
        const T* const from = c_.kernel + group * c_.kernel_group + tap.offset;
        for (std::int64_t row = 0; row < c_.channels; ++row) {
          for (std::int64_t col = 0; col < c_.cols; ++col) {
            *w++ = from[row * tap.row_stride + col * tap.col_stride];
          }
        }
      }
    }
  }

  void run_block(const PixelBlock& block, const PlaneReader<T>& reader, const std::int64_t* offsets,
                 const T* w, T* input_scratch, T* planes, std::int64_t y_plane) const noexcept {
    const ConvInput<T> input = reader.read(block, input_scratch);
    PlanarRow<T> planar;
    planar.width = block.extent(2);
    planar.y_plane = y_plane;
    const auto kernel = kernels_.planar.row[c_.cols - 1];
    const auto line_taps = static_cast<std::int64_t>(c_.axes[2].offsets.size()) * c_.channels;
    const auto group_taps = static_cast<std::int64_t>(c_.taps.size()) * c_.channels;
    for_each_row(c_, block, input, line_taps, [&](const CorrelationRow<T>& row) {
      planar.taps = row.count;
      planar.offsets = offsets + row.first;
      planar.add = row.add;
      for (std::int64_t group = 0; group < c_.groups; ++group) {
        planar.x = row.x + group * c_.channels * reader.plane();
        planar.w = w + (group * group_taps + row.first) * c_.cols;
        planar.bias = c_.bias == nullptr ? nullptr : c_.bias + group * c_.cols;
        planar.y = planes + group * c_.cols * y_plane;
        kernel(planar);
      }
      if (row.is_last) store_row(planes, y_plane, planar.width, row.y);
    });
  }

  void store_row(const T* planes, std::int64_t y_plane, std::int64_t width, T* y) const noexcept {
    const std::int64_t cols = c_.groups * c_.cols;
    if (cols == 1) {
      std::memcpy(y, planes, static_cast<std::size_t>(width) * sizeof(T));
    } else {
      kernels_.gemm.pack_a(planes, y_plane, 1, cols, width, cols, y);
    }
    if (c_.activation == FusedActivation::none) return;
    const T none[3] = {};
    kernels_.elementwise.unary[static_cast<int>(unary_of(c_.activation))](y, y, width * cols, none);
  }

  const FloatKernels<T>& kernels_;
  const Correlation<T>& c_;
};

}  // namespace lamina::cpu::drivers
