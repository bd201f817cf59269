// Correlation for few channels of output: lanes on neighbouring pixels, images held in planes.
#pragma once

#include <algorithm>
#include <cstring>

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/correlation.hpp"
#include "core/scratch.hpp"

namespace lamina::cpu::drivers {

constexpr std::int64_t whole(std::int64_t n, std::int64_t of) { return chunk_count(n, of) * of; }

/// Copies what blocks read of an image into planes of rows, (image, depth, height, channel, width),
/// with zeros where rows end. Places count as ConvInput's do.
template <class T>
class PlaneReader {
 public:
  PlaneReader(const GemmKernels<T>& kernels, const T* x, const ConvAxis (&axes)[3],
              std::int64_t channels, const PixelBlocks& blocks)
      : kernels_(kernels), x_(x), axes_(axes), channels_(channels) {
    const std::int64_t lanes = kernels.lanes;
    for (int axis = 0; axis < 2; ++axis) {
      const std::int64_t most = blocks.most(axis) > 0 ? blocks.most(axis) - 1 : 0;
      window_[axis] = std::min(most * axes[axis].step + axes[axis].last() - axes[axis].first() + 1,
                               axes[axis].input);
    }
    span_ = axes[2].last() - axes[2].first();
    plane_ = whole(whole(blocks.most(2), lanes) + span_, lanes);
    of_axis_[1] = channels * plane_;
    of_axis_[0] = window_[1] * of_axis_[1];
    of_image_ = window_[0] * of_axis_[0];
    size_ = blocks.most_images() * of_image_;
  }

  std::int64_t scratch_size() const { return size_; }
  std::int64_t of_axis(int axis) const { return axis == 2 ? 1 : of_axis_[axis]; }
  std::int64_t plane() const { return plane_; }

  ConvInput<T> read(const PixelBlock& block, T* scratch) const noexcept {
    const std::int64_t image_size = axes_[0].input * axes_[1].input * axes_[2].input * channels_;
    std::int64_t begin[2], end[2];
    for (int axis = 0; axis < 2; ++axis) {
      begin[axis] = std::clamp<std::int64_t>(
          block.begin[axis] * axes_[axis].step + axes_[axis].first(), 0, axes_[axis].input);
      end[axis] = std::clamp<std::int64_t>(
          (block.end[axis] - 1) * axes_[axis].step + axes_[axis].last() + 1, begin[axis],
          axes_[axis].input);
    }
    const std::int64_t left = block.begin[2] + axes_[2].first();
    const std::int64_t from = std::clamp<std::int64_t>(left, 0, axes_[2].input);
    const std::int64_t to =
        std::clamp<std::int64_t>(left + block.extent(2) + span_, from, axes_[2].input);
    for (std::int64_t image = 0; image < block.images; ++image) {
      for (std::int64_t d = begin[0]; d < end[0]; ++d) {
        for (std::int64_t h = begin[1]; h < end[1]; ++h) {
          const T* const source = x_ + (block.first_image + image) * image_size +
                                  ((d * axes_[1].input + h) * axes_[2].input + from) * channels_;
          read_row(source, std::min(from - left, plane_), to - from,
                   scratch + image * of_image_ + (d - begin[0]) * of_axis_[0] +
                       (h - begin[1]) * of_axis_[1]);
        }
      }
    }
    const std::int64_t place = begin[0] * of_axis_[0] + begin[1] * of_axis_[1] + left;
    return {scratch - place, of_image_, {of_axis_[0], of_axis_[1], 1}};
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
  std::int64_t channels_, window_[2], of_axis_[2], of_image_, plane_, span_, size_;
};

/// Whether lanes on pixels are better used than lanes on channels.
template <class T>
bool suits_planar(const PlanarKernels<T>& kernels, const Correlation<T>& c) {
  const std::int64_t width = c.axes[2].output;
  return c.cols > 0 && c.cols <= most_planar_cols && 2 * c.cols <= kernels.lanes &&
         c.channels == c.pixel && c.channels > 0 && c.axes[2].step == 1 && c.y_step[2] == c.cols &&
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
    const std::int64_t products = c_.cols * c_.channels * static_cast<std::int64_t>(c_.taps.size());
    const PixelBlocks blocks(
        c_.batch, output,
        std::min(std::max<std::int64_t>(fitting, 1),
                 std::max<std::int64_t>(pixels / (workers * blocks_per_worker),
                                        block_products / std::max<std::int64_t>(products, 1))),
        kernels_.planar.lanes);
    const PlaneReader<T> reader(kernels_.gemm, c_.x, c_.axes, c_.pixel, blocks);
    std::vector<std::int64_t> offsets;
    for (const std::int64_t d : c_.axes[0].offsets) {
      for (const std::int64_t h : c_.axes[1].offsets) {
        for (const std::int64_t w : c_.axes[2].offsets) {
          for (std::int64_t c = 0; c < c_.channels; ++c) {
            offsets.push_back(d * reader.of_axis(0) + h * reader.of_axis(1) + w +
                              c * reader.plane());
          }
        }
      }
    }
    const std::int64_t matrix = c_.channels * c_.cols;
    const std::int64_t weights = whole(static_cast<std::int64_t>(c_.taps.size()) * matrix, 16);
    const std::int64_t y_plane = whole(blocks.most(2), kernels_.planar.lanes);
    const std::int64_t of_worker = whole(reader.scratch_size() + c_.cols * y_plane, 16);
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
    for (const TapMatrix& tap : c_.taps) {
      const T* const from = c_.kernel + tap.offset;
      for (std::int64_t row = 0; row < c_.channels; ++row) {
        for (std::int64_t col = 0; col < c_.cols; ++col) {
          *w++ = from[row * tap.row_stride + col * tap.col_stride];
        }
      }
    }
  }

  void run_block(const PixelBlock& block, const PlaneReader<T>& reader, const std::int64_t* offsets,
                 const T* w, T* input_scratch, T* planes, std::int64_t y_plane) const noexcept {
    const ConvInput<T> input = reader.read(block, input_scratch);
    const auto lines = static_cast<std::int64_t>(c_.axes[1].offsets.size());
    const auto line_taps = static_cast<std::int64_t>(c_.axes[2].offsets.size()) * c_.channels;
    PlanarRow<T> row;
    row.width = block.extent(2);
    row.bias = c_.bias;
    row.y = planes;
    row.y_plane = y_plane;
    const auto kernel = kernels_.planar.row[c_.cols - 1];
    for (std::int64_t image = 0; image < block.images; ++image) {
      for (std::int64_t d = block.begin[0]; d < block.end[0]; ++d) {
        const ConvAxis::Range in_d = c_.axes[0].inside(d);
        for (std::int64_t h = block.begin[1]; h < block.end[1]; ++h) {
          const ConvAxis::Range in_h = c_.axes[1].inside(h);
          row.x = input.data + image * input.of_image + d * c_.axes[0].step * input.of_axis[0] +
                  h * c_.axes[1].step * input.of_axis[1] + block.begin[2];
          row.taps = in_d.begin == in_d.end ? 0 : (in_h.end - in_h.begin) * line_taps;
          std::int64_t plane = in_d.begin;
          do {
            const std::int64_t first = (plane * lines + in_h.begin) * line_taps;
            row.offsets = offsets + first;
            row.w = w + first * c_.cols;
            row.add = plane > in_d.begin;
            kernel(row);
          } while (++plane < in_d.end);
          store_row(planes, y_plane, row.width,
                    c_.y + (block.first_image + image) * c_.y_image + d * c_.y_step[0] +
                        h * c_.y_step[1] + block.begin[2] * c_.cols);
        }
      }
    }
  }

  void store_row(const T* planes, std::int64_t y_plane, std::int64_t width, T* y) const noexcept {
    if (c_.cols == 1) {
      std::memcpy(y, planes, static_cast<std::size_t>(width) * sizeof(T));
    } else {
      kernels_.gemm.pack_a(planes, y_plane, 1, c_.cols, width, c_.cols, y);
    }
    if (c_.activation == UnaryOp::identity) return;
    const T none[3] = {};
    kernels_.elementwise.unary[static_cast<int>(c_.activation)](y, y, width * c_.cols, none);
  }

  const FloatKernels<T>& kernels_;
  const Correlation<T>& c_;
};

}  // namespace lamina::cpu::drivers
