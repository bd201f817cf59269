// What the convolution drivers share: how an output is cut into blocks of pixels, and the part of
// the input a block reads, with zeros beside its rows where the kernel reaches over their ends.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/parallel_for.hpp"

namespace lamina::cpu::drivers {

/// Along one spatial axis, output o reads inputs o * step + offset for each offset, in ascending
/// order; those outside [0, input) are 0.
struct ConvAxis {
  std::int64_t input, output, step;
  std::vector<std::int64_t> offsets;

  std::int64_t first() const { return offsets.empty() ? 0 : offsets.front(); }
  std::int64_t last() const { return offsets.empty() ? 0 : offsets.back(); }
  bool reaches_out() const {
    return !offsets.empty() && (first() < 0 || (output - 1) * step + last() >= input);
  }
  /// The offsets whose input lies inside for output o: [begin, end).
  struct Range {
    std::int64_t begin, end;
  };
  Range inside(std::int64_t o) const {
    Range range{0, static_cast<std::int64_t>(offsets.size())};
    while (range.begin < range.end && o * step + offsets[at(range.begin)] < 0) ++range.begin;
    while (range.end > range.begin && o * step + offsets[at(range.end - 1)] >= input) --range.end;
    return range;
  }
  static std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }
};

/// Some images, and a range of their outputs along each axis.
struct PixelBlock {
  std::int64_t first_image, images;
  std::int64_t begin[3], end[3];
  std::int64_t extent(int axis) const { return end[axis] - begin[axis]; }
};

/// Cuts (batch, depth, height, width) into blocks of about `pixels`: rows first, whole images
/// together where they are small.
class PixelBlocks {
 public:
  PixelBlocks(std::int64_t batch, const std::int64_t (&output)[3], std::int64_t pixels,
              std::int64_t tile)
      : total_{batch, output[0], output[1], output[2]} {
    pixels = std::max<std::int64_t>(pixels, 1);
    // A row is cut at whole tiles.
    size_[3] = std::min(total_[3], chunk_count(pixels, tile) * tile);
    std::int64_t inner = size_[3];
    bool whole = size_[3] == total_[3];
    for (int i = 2; i >= 0; --i) {
      size_[i] = whole ? std::clamp<std::int64_t>(pixels / std::max<std::int64_t>(inner, 1), 1,
                                                  std::max<std::int64_t>(total_[i], 1))
                       : 1;
      // Of equal size, as far as possible.
      size_[i] = chunk_count(total_[i], chunk_count(total_[i], size_[i]));
      whole = whole && size_[i] == total_[i];
      inner *= size_[i];
    }
    for (int i = 0; i < 4; ++i) counts_[i] = chunk_count(total_[i], size_[i]);
  }

  std::int64_t count() const { return counts_[0] * counts_[1] * counts_[2] * counts_[3]; }
  std::int64_t most_images() const { return size_[0]; }
  std::int64_t most(int axis) const { return size_[axis + 1]; }
  PixelBlock block(std::int64_t index) const {
    std::int64_t begin[4], end[4];
    for (int i = 3; i >= 0; --i) {
      begin[i] = index % counts_[i] * size_[i];
      end[i] = std::min(begin[i] + size_[i], total_[i]);
      index /= counts_[i];
    }
    return {begin[0], end[0] - begin[0], {begin[1], begin[2], begin[3]}, {end[1], end[2], end[3]}};
  }

 private:
  std::int64_t total_[4], size_[4], counts_[4];
};

/// Where a block finds its input: in place, or copied with zeros beside each row. Element (image,
/// depth, height, width, channel) of the input lies at data[image * of_image + ... + channel], with
/// places counted from the block's first image and the input's first plane, row and pixel.
template <class T>
struct ConvInput {
  const T* data;
  std::int64_t of_image, of_axis[3];
};

template <class T>
class ConvReader {
 public:
  ConvReader(const T* x, const ConvAxis (&axes)[3], std::int64_t channels,
             const PixelBlocks& blocks)
      : x_(x), axes_(axes), channels_(channels), copies_(axes[2].reaches_out()) {
    for (int axis = 0; axis < 3; ++axis) {
      const std::int64_t most = blocks.most(axis) > 0 ? blocks.most(axis) - 1 : 0;
      window_[axis] = most * axes[axis].step + axes[axis].last() - axes[axis].first() + 1;
    }
    // Planes and rows outside the input are never read.
    for (int axis = 0; axis < 2; ++axis) window_[axis] = std::min(window_[axis], axes[axis].input);
    of_axis_[2] = channels;
    of_axis_[1] = (copies_ ? window_[2] : axes[2].input) * channels;
    of_axis_[0] = (copies_ ? window_[1] : axes[1].input) * of_axis_[1];
    of_image_ = (copies_ ? window_[0] : axes[0].input) * of_axis_[0];
    size_ = copies_ ? blocks.most_images() * of_image_ : 0;
  }

  /// Elements of scratch memory that `read` needs.
  std::int64_t scratch_size() const { return size_; }
  std::int64_t of_axis(int axis) const { return of_axis_[axis]; }

  ConvInput<T> read(const PixelBlock& block, T* scratch) const {
    const std::int64_t image_size = axes_[0].input * axes_[1].input * axes_[2].input * channels_;
    const T* const x = x_ + block.first_image * image_size;
    if (!copies_) return {x, of_image_, {of_axis_[0], of_axis_[1], of_axis_[2]}};
    std::int64_t begin[3], end[3];
    for (int axis = 0; axis < 3; ++axis) {
      begin[axis] = block.begin[axis] * axes_[axis].step + axes_[axis].first();
      end[axis] = (block.end[axis] - 1) * axes_[axis].step + axes_[axis].last() + 1;
      if (axis == 2) break;  // rows are copied with what lies beside them
      begin[axis] = std::clamp<std::int64_t>(begin[axis], 0, axes_[axis].input);
      end[axis] = std::clamp<std::int64_t>(end[axis], begin[axis], axes_[axis].input);
    }
    const std::int64_t width = end[2] - begin[2];
    const std::int64_t from = std::clamp<std::int64_t>(begin[2], 0, axes_[2].input);
    const std::int64_t to = std::clamp<std::int64_t>(end[2], from, axes_[2].input);
    const std::int64_t before = std::min(from - begin[2], width), inside = to - from;
    const auto bytes = [&](std::int64_t n) {
      return static_cast<std::size_t>(n * channels_) * sizeof(T);
    };
    for (std::int64_t image = 0; image < block.images; ++image) {
      for (std::int64_t d = begin[0]; d < end[0]; ++d) {
        for (std::int64_t h = begin[1]; h < end[1]; ++h) {
          const T* const source = x + image * image_size +
                                  ((d * axes_[1].input + h) * axes_[2].input + from) * channels_;
          T* target = scratch + image * of_image_ + (d - begin[0]) * of_axis_[0] +
                      (h - begin[1]) * of_axis_[1];
          std::memset(target, 0, bytes(before));
          target += before * channels_;
          std::memcpy(target, source, bytes(inside));
          std::memset(target + inside * channels_, 0, bytes(width - before - inside));
        }
      }
    }
    const std::int64_t place =
        begin[0] * of_axis_[0] + begin[1] * of_axis_[1] + begin[2] * channels_;
    return {scratch - place, of_image_, {of_axis_[0], of_axis_[1], of_axis_[2]}};
  }

 private:
  const T* x_;
  const ConvAxis (&axes_)[3];
  std::int64_t channels_;
  bool copies_;
  std::int64_t window_[3], of_axis_[3], of_image_ = 0, size_ = 0;
};

}  // namespace lamina::cpu::drivers
