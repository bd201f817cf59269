// What the convolution drivers share: how an output is cut into blocks of pixels, and the part of
// the input a block reads, with zeros beside its rows where the kernel reaches over their ends.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/parallel_for.hpp"

namespace lamina::cpu::drivers {

/// The least multiple of `of` that is not below n.
constexpr std::int64_t whole(std::int64_t n, std::int64_t of) { return chunk_count(n, of) * of; }

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
  struct Range {
    std::int64_t begin, end;
    std::int64_t length() const { return end - begin; }
  };
  /// The inputs that outputs [first, last) read, perhaps outside the image; and those inside it.
  Range reads(std::int64_t first_output, std::int64_t last_output) const {
    return {first_output * step + first(), (last_output - 1) * step + last() + 1};
  }
  Range clamped(Range range) const {
    const std::int64_t begin = std::clamp<std::int64_t>(range.begin, 0, input);
    return {begin, std::clamp<std::int64_t>(range.end, begin, input)};
  }
  /// The offsets whose input lies inside for output o.
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
/// depth, height, width) of channel 0 lies at data[image * of_image + depth * of_axis[0] + ...],
/// with places counted from the block's first image and the input's first plane, row and pixel.
template <class T>
struct ConvInput {
  const T* data;
  std::int64_t of_image, of_axis[3];
};

/// How copied rows lie: each takes `of_axis[1]` elements, its pixels `of_axis[2]` apart. Planes and
/// rows outside the input are never read, and not copied.
struct RowLayout {
  std::int64_t of_image, of_axis[3], size;

  RowLayout(const ConvAxis (&axes)[3], const PixelBlocks& blocks, std::int64_t row,
            std::int64_t pixel) {
    of_axis[2] = pixel;
    of_axis[1] = row;
    of_axis[0] = most_inside(axes[1], blocks.most(1)) * of_axis[1];
    of_image = most_inside(axes[0], blocks.most(0)) * of_axis[0];
    size = blocks.most_images() * of_image;
  }
  static std::int64_t most_read(const ConvAxis& axis, std::int64_t outputs) {
    return axis.reads(0, std::max<std::int64_t>(outputs, 1)).length();
  }

 private:
  static std::int64_t most_inside(const ConvAxis& axis, std::int64_t outputs) {
    return std::min(most_read(axis, outputs), axis.input);
  }
};

/// Calls copy(source, zeros before, pixels, target) for each row of x that the block reads.
template <class T, class Copy>
ConvInput<T> copy_rows(const T* x, const ConvAxis (&axes)[3], std::int64_t channels,
                       const PixelBlock& block, const RowLayout& layout, T* scratch, Copy copy) {
  ConvAxis::Range inside[3];
  for (int axis = 0; axis < 3; ++axis) {
    inside[axis] = axes[axis].clamped(axes[axis].reads(block.begin[axis], block.end[axis]));
  }
  const ConvAxis::Range row = axes[2].reads(block.begin[2], block.end[2]);
  // A block may read nothing but what lies beyond either end.
  const std::int64_t before =
      std::clamp<std::int64_t>(inside[2].begin - row.begin, 0, row.length() - inside[2].length());
  for (std::int64_t image = 0; image < block.images; ++image) {
    for (std::int64_t d = inside[0].begin; d < inside[0].end; ++d) {
      for (std::int64_t h = inside[1].begin; h < inside[1].end; ++h) {
        const std::int64_t line =
            ((block.first_image + image) * axes[0].input + d) * axes[1].input + h;
        copy(x + (line * axes[2].input + inside[2].begin) * channels, before, inside[2].length(),
             scratch + image * layout.of_image + (d - inside[0].begin) * layout.of_axis[0] +
                 (h - inside[1].begin) * layout.of_axis[1]);
      }
    }
  }
  const std::int64_t place = inside[0].begin * layout.of_axis[0] +
                             inside[1].begin * layout.of_axis[1] + row.begin * layout.of_axis[2];
  return {
      scratch - place, layout.of_image, {layout.of_axis[0], layout.of_axis[1], layout.of_axis[2]}};
}

/// Reads x where it is, unless a kernel reaches over the ends of its rows.
template <class T>
class ConvReader {
 public:
  ConvReader(const T* x, const ConvAxis (&axes)[3], std::int64_t channels,
             const PixelBlocks& blocks)
      : x_(x),
        axes_(axes),
        channels_(channels),
        copies_(axes[2].reaches_out()),
        width_(RowLayout::most_read(axes[2], blocks.most(2))),
        layout_(axes, blocks, width_ * channels, channels) {
    if (copies_) return;
    layout_.of_axis[1] = axes[2].input * channels;
    layout_.of_axis[0] = axes[1].input * layout_.of_axis[1];
    layout_.of_image = axes[0].input * layout_.of_axis[0];
    layout_.size = 0;
  }

  /// Elements of scratch memory that `read` needs.
  std::int64_t scratch_size() const { return layout_.size; }
  std::int64_t of_axis(int axis) const { return layout_.of_axis[axis]; }

  ConvInput<T> read(const PixelBlock& block, T* scratch) const noexcept {
    const std::int64_t (&of_axis)[3] = layout_.of_axis;
    if (!copies_) {
      return {x_ + block.first_image * layout_.of_image,
              layout_.of_image,
              {of_axis[0], of_axis[1], of_axis[2]}};
    }
    const std::int64_t width = axes_[2].reads(block.begin[2], block.end[2]).length();
    const auto bytes = [&](std::int64_t pixels) {
      return static_cast<std::size_t>(pixels * channels_) * sizeof(T);
    };
    return copy_rows(x_, axes_, channels_, block, layout_, scratch,
                     [&](const T* source, std::int64_t before, std::int64_t pixels, T* target) {
                       std::memset(target, 0, bytes(before));
                       target += before * channels_;
                       std::memcpy(target, source, bytes(pixels));
                       std::memset(target + pixels * channels_, 0, bytes(width - before - pixels));
                     });
  }

 private:
  const T* x_;
  const ConvAxis (&axes_)[3];
  std::int64_t channels_;
  bool copies_;
  std::int64_t width_;
  RowLayout layout_;
};

/// For one plane and line of a kernel, the rows of a block that it meets inside the image: calls
/// visit(number of the row in the block, number of the row in the output, where its input begins).
template <class T, class Visit>
void for_each_row_met(const PixelBlock& block, const ConvAxis (&axes)[3], const ConvInput<T>& input,
                      std::int64_t plane, std::int64_t line, Visit visit) {
  const std::int64_t d_offset = axes[0].offsets[ConvAxis::at(plane)];
  const std::int64_t h_offset = axes[1].offsets[ConvAxis::at(line)];
  std::int64_t row = -1;
  for (std::int64_t image = 0; image < block.images; ++image) {
    for (std::int64_t d = block.begin[0]; d < block.end[0]; ++d) {
      for (std::int64_t h = block.begin[1]; h < block.end[1]; ++h) {
        ++row;
        const std::int64_t from_d = d * axes[0].step + d_offset;
        const std::int64_t from_h = h * axes[1].step + h_offset;
        if (from_d < 0 || from_d >= axes[0].input || from_h < 0 || from_h >= axes[1].input) {
          continue;
        }
        visit(row, ((block.first_image + image) * axes[0].output + d) * axes[1].output + h,
              image * input.of_image + from_d * input.of_axis[0] + from_h * input.of_axis[1]);
      }
    }
  }
}

}  // namespace lamina::cpu::drivers
