// Convolution in groups of few channels, of which depthwise convolution has one each: lanes on the
// channels of all groups.
#pragma once

#include <algorithm>
#include <vector>

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/correlation.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {

constexpr bool is_depthwise(const ConvShape& s) {
  return s.groups == s.channels && s.filters == s.channels;
}

/// Whether lanes on the channels of all groups at once beat a matrix product group by group, and
/// planes of pixels, where these serve.
template <class T>
bool suits_lanes(const FloatKernels<T>& kernels, const ConvShape& s, bool suits_planar) {
  const std::int64_t lanes = kernels.gemm.lanes;
  if (suits_planar && std::min(s.channels, s.filters) < lanes) return false;
  return is_depthwise(s) ||
         (s.groups > 1 && 4 * std::max(s.channels, s.filters) <= s.groups * lanes);
}

// Pixels of a block, by the bytes of input that stay in the first caches.
template <class T>
std::int64_t depthwise_pixels(std::int64_t channels) {
  return std::max<std::int64_t>(
      2 * chunk_bytes / static_cast<std::int64_t>(sizeof(T)) / std::max<std::int64_t>(channels, 1),
      1);
}

/// Copies what blocks read into lanes, one for each channel that is written. They hold the first
/// channel of its group, then the second, and so on: of two groups (a, b) and (c, d), to write two
/// channels each, a pixel becomes a a c c, b b d d.
template <class T>
class GroupReader {
 public:
  GroupReader(const T* x, const ConvAxis (&axes)[3], std::int64_t groups, std::int64_t channels,
              std::int64_t cols, const PixelBlocks& blocks)
      : x_(x),
        axes_(axes),
        groups_(groups),
        channels_(channels),
        cols_(cols),
        pixel_(channels * groups * cols),
        width_(RowLayout::most_read(axes[2], blocks.most(2))),
        layout_(axes, blocks, width_ * pixel_, pixel_) {}

  std::int64_t scratch_size() const { return layout_.size; }
  std::int64_t of_axis(int axis) const { return layout_.of_axis[axis]; }

  ConvInput<T> read(const PixelBlock& block, T* scratch) const noexcept {
    const std::int64_t width = axes_[2].reads(block.begin[2], block.end[2]).length();
    return copy_rows(x_, axes_, groups_ * channels_, block, layout_, scratch,
                     [&](const T* source, std::int64_t before, std::int64_t pixels, T* target) {
                       target = std::fill_n(target, before * pixel_, T(0));
                       target = spread(source, pixels, target);
                       std::fill_n(target, (width - before - pixels) * pixel_, T(0));
                     });
  }

 private:
  T* spread(const T* source, std::int64_t pixels, T* target) const noexcept {
    switch (cols_) {
      case 1: return spread_to<1>(source, pixels, target);
      case 2: return spread_to<2>(source, pixels, target);
      case 3: return spread_to<3>(source, pixels, target);
      case 4: return spread_to<4>(source, pixels, target);
      default: return spread_to<0>(source, pixels, target);
    }
  }

  // With the lanes of a group known, or 0, few instructions write them.
  template <int known_cols>
  T* spread_to(const T* source, std::int64_t pixels, T* target) const noexcept {
    const std::int64_t cols = known_cols == 0 ? cols_ : known_cols;
    for (std::int64_t i = 0; i < pixels; ++i, source += groups_ * channels_) {
      for (std::int64_t channel = 0; channel < channels_; ++channel) {
        for (std::int64_t group = 0; group < groups_; ++group) {
          target = std::fill_n(target, cols, source[group * channels_ + channel]);
        }
      }
    }
    return target;
  }

  const T* x_;
  const ConvAxis (&axes_)[3];
  std::int64_t groups_, channels_, cols_, pixel_, width_;
  RowLayout layout_;
};

/// `lanes` channels are written; those of a tap are read one after the other, `lanes` apart, and
/// their weights begin at w + w_offsets[tap].
template <class T, class Reader>
void correlate_lanes(const FloatKernels<T>& kernels, const Correlation<T>& c,
                     const PixelBlocks& blocks, const Reader& reader, std::int64_t lanes,
                     const T* w, const std::vector<std::int64_t>& w_offsets) {
  const auto line_taps = static_cast<std::int64_t>(c.axes[2].offsets.size());
  std::vector<std::int64_t> x_offsets;
  for (const std::int64_t place : tap_places(c, reader, line_taps)) {
    for (std::int64_t i = 0; i < c.channels; ++i) x_offsets.push_back(place + i * lanes);
  }
  const std::int64_t input_size = whole(reader.scratch_size(), 16);
  const int workers = num_threads();
  const Scratch scratch(static_cast<std::size_t>(workers * input_size) * sizeof(T));

  parallel_for(blocks.count(), workers, [&](std::int64_t index, int worker) noexcept {
    const PixelBlock block = blocks.block(index);
    const ConvInput<T> input = reader.read(block, scratch.as<T>() + worker * input_size);
    DepthwiseRow<T> depthwise;
    depthwise.width = block.extent(2);
    depthwise.channels = lanes;
    depthwise.x_step = c.axes[2].step * reader.of_axis(2);
    depthwise.w = w;
    depthwise.bias = c.bias;
    depthwise.y_step = c.y_step[2];
    for_each_row(c, block, input, line_taps * c.channels, [&](const CorrelationRow<T>& row) {
      depthwise.x = row.x;
      depthwise.y = row.y;
      depthwise.taps = row.count;
      depthwise.x_offsets = x_offsets.data() + row.first;
      depthwise.w_offsets = w_offsets.data() + row.first;
      depthwise.add = row.add;
      kernels.depthwise.row(depthwise);
      if (!row.is_last || c.activation == FusedActivation::none) return;
      const T none[3] = {};
      for (std::int64_t i = 0; i < depthwise.width; ++i) {
        T* const y = row.y + i * depthwise.y_step;
        kernels.elementwise.unary[static_cast<int>(unary_of(c.activation))](y, y, lanes, none);
      }
    });
  });
}

template <class T>
void correlate_groups(const FloatKernels<T>& kernels, const Correlation<T>& c) {
  const std::int64_t output[3] = {c.axes[0].output, c.axes[1].output, c.axes[2].output};
  const std::int64_t lanes = c.groups * c.cols;
  if (lanes == 0 || c.batch * output[0] * output[1] * output[2] == 0) return;
  const PixelBlocks blocks(c.batch, output, depthwise_pixels<T>(lanes * c.channels), 1);
  std::vector<std::int64_t> w_offsets;
  if (c.channels == 1 && c.cols == 1) {
    for (const TapMatrix& tap : c.taps) w_offsets.push_back(tap.offset);
    correlate_lanes(kernels, c, blocks, ConvReader<T>(c.x, c.axes, c.pixel, blocks), lanes,
                    c.kernel, w_offsets);
    return;
  }
  const auto lines = static_cast<std::int64_t>(c.taps.size()) * c.channels;
  const Scratch weights(static_cast<std::size_t>(lines * lanes) * sizeof(T));
  T* w = weights.as<T>();
  for (const TapMatrix& tap : c.taps) {
    for (std::int64_t i = 0; i < c.channels; ++i) {
      w_offsets.push_back(w - weights.as<T>());
      for (std::int64_t group = 0; group < c.groups; ++group) {
        const T* const from = c.kernel + tap.offset + i * tap.row_stride + group * c.kernel_group;
        for (std::int64_t col = 0; col < c.cols; ++col) *w++ = from[col * tap.col_stride];
      }
    }
  }
  correlate_lanes(kernels, c, blocks,
                  GroupReader<T>(c.x, c.axes, c.groups, c.channels, c.cols, blocks), lanes,
                  weights.as<T>(), w_offsets);
}

/// The gradient by the taps: blocks of pixels are summed into partial results, added in their
/// order.
template <class T, class Reader>
void lanes_filter_gradient(const FloatKernels<T>& kernels, const ConvBackwardFilterParams& p,
                           const ConvAxis (&axes)[ConvShape::axes], const PixelBlocks& blocks,
                           const Reader& reader) {
  constexpr std::int64_t most_partials = 16;
  const ConvShape& s = p.shape;
  const std::int64_t lanes = s.filters, row_taps = s.kernel[2] * (s.channels / s.groups);
  const std::int64_t size = s.kernel[0] * s.kernel[1] * row_taps * lanes;
  const std::int64_t partials = std::min(most_partials, blocks.count());
  const std::int64_t lines = blocks.most_images() * blocks.most(0) * blocks.most(1);
  const std::int64_t input_size = whole(reader.scratch_size(), 16);
  const int workers = num_threads();
  const Scratch scratch(static_cast<std::size_t>(partials * size + workers * input_size + 16) *
                        sizeof(T));
  const Scratch offsets(static_cast<std::size_t>(workers * 2 * lines) * sizeof(std::int64_t));
  T* const partial_results = scratch.as<T>();
  T* const inputs = partial_results + whole(partials * size, 16);
  std::vector<std::int64_t> taps_at;
  for (const std::int64_t w : axes[2].offsets) {
    for (std::int64_t i = 0; i < s.channels / s.groups; ++i) {
      taps_at.push_back(w * reader.of_axis(2) + i * lanes);
    }
  }

  parallel_for(partials, workers, [&](std::int64_t partial, int worker) noexcept {
    std::int64_t* const x_offsets = offsets.as<std::int64_t>() + worker * 2 * lines;
    std::int64_t* const dy_offsets = x_offsets + lines;
    const std::int64_t begin = partial * blocks.count() / partials;
    const std::int64_t end = (partial + 1) * blocks.count() / partials;
    for (std::int64_t i = begin; i < end; ++i) {
      const PixelBlock block = blocks.block(i);
      const ConvInput<T> input = reader.read(block, inputs + worker * input_size);
      DepthwiseDots<T> dots;
      dots.width = block.extent(2);
      dots.channels = lanes;
      dots.taps = row_taps;
      dots.x_step = axes[2].step * reader.of_axis(2);
      dots.x = input.data + block.begin[2] * dots.x_step;
      dots.x_offsets = x_offsets;
      dots.taps_at = taps_at.data();
      dots.dy = static_cast<const T*>(p.dy) + block.begin[2] * lanes;
      dots.dy_step = lanes;
      dots.dy_offsets = dy_offsets;
      dots.add = i > begin;
      for (std::int64_t kd = 0; kd < s.kernel[0]; ++kd) {
        for (std::int64_t kh = 0; kh < s.kernel[1]; ++kh) {
          dots.segments = 0;
          for_each_row_met(block, axes, input, kd, kh,
                           [&](std::int64_t, std::int64_t output_row, std::int64_t place) {
                             x_offsets[dots.segments] = place;
                             dy_offsets[dots.segments] = output_row * s.output[2] * lanes;
                             ++dots.segments;
                           });
          dots.dw = partial_results + partial * size + (kd * s.kernel[1] + kh) * row_taps * lanes;
          kernels.depthwise.dots(dots);
        }
      }
    }
  });
  kernels.reduce.columns[static_cast<int>(ReduceOp::sum)](partial_results, size, partials, size,
                                                          T(1), static_cast<T*>(p.dkernel));
}

template <class T>
void groups_filter_gradient(const FloatKernels<T>& kernels, const ConvBackwardFilterParams& p) {
  const ConvShape& s = p.shape;
  const std::int64_t channels = s.channels / s.groups, filters = s.filters / s.groups;
  const T* const x = static_cast<const T*>(p.x);
  ConvAxis axes[ConvShape::axes];
  list_axes(s, axes);
  const PixelBlocks blocks(s.batch, s.output, depthwise_pixels<T>(s.filters * channels), 1);
  if (is_depthwise(s)) {
    lanes_filter_gradient(kernels, p, axes, blocks, ConvReader<T>(x, axes, s.channels, blocks));
  } else {
    lanes_filter_gradient(kernels, p, axes, blocks,
                          GroupReader<T>(x, axes, s.groups, channels, filters, blocks));
  }
}

}  // namespace lamina::cpu::drivers
