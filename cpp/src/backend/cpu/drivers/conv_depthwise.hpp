// Depthwise convolution: each channel by taps of its own, straight from the image.
#pragma once

#include <algorithm>

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/correlation.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {

constexpr bool is_depthwise(const ConvShape& s) {
  return s.groups == s.channels && s.filters == s.channels;
}

// Pixels of a block, by the bytes of input that stay in the first caches.
template <class T>
std::int64_t depthwise_pixels(std::int64_t channels) {
  return std::max<std::int64_t>(
      2 * chunk_bytes / static_cast<std::int64_t>(sizeof(T)) / std::max<std::int64_t>(channels, 1),
      1);
}

/// `c` reads and writes all channels at once; a tap's matrix is one line of them.
template <class T>
void correlate_depthwise(const FloatKernels<T>& kernels, const Correlation<T>& c) {
  const std::int64_t output[3] = {c.axes[0].output, c.axes[1].output, c.axes[2].output};
  const PixelBlocks blocks(c.batch, output, depthwise_pixels<T>(c.pixel), 1);
  if (c.pixel == 0 || c.batch * output[0] * output[1] * output[2] == 0) return;
  const ConvReader<T> reader(c.x, c.axes, c.pixel, blocks);
  const auto line_taps = static_cast<std::int64_t>(c.axes[2].offsets.size());
  const std::vector<std::int64_t> x_offsets = tap_places(c, reader, line_taps);
  std::vector<std::int64_t> w_offsets;
  for (const TapMatrix& tap : c.taps) w_offsets.push_back(tap.offset);
  const std::int64_t input_size = (reader.scratch_size() + 15) / 16 * 16;
  const int workers = num_threads();
  const Scratch scratch(static_cast<std::size_t>(workers * input_size) * sizeof(T));

  parallel_for(blocks.count(), workers, [&](std::int64_t index, int worker) noexcept {
    const PixelBlock block = blocks.block(index);
    const ConvInput<T> input = reader.read(block, scratch.as<T>() + worker * input_size);
    DepthwiseRow<T> depthwise;
    depthwise.width = block.extent(2);
    depthwise.channels = c.pixel;
    depthwise.x_step = c.axes[2].step * c.pixel;
    depthwise.w = c.kernel;
    depthwise.bias = c.bias;
    depthwise.y_step = c.y_step[2];
    for_each_row(c, block, input, line_taps, [&](const CorrelationRow<T>& row) {
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
        kernels.elementwise.unary[static_cast<int>(unary_of(c.activation))](y, y, c.pixel, none);
      }
    });
  });
}

/// The gradient by the taps: blocks of pixels are summed into partial results, added in their
/// order.
template <class T>
void depthwise_filter_gradient(const FloatKernels<T>& kernels, const ConvBackwardFilterParams& p) {
  constexpr std::int64_t most_partials = 16;
  const ConvShape& s = p.shape;
  ConvAxis axes[ConvShape::axes];
  list_axes(s, axes);
  const std::int64_t taps = s.kernel[0] * s.kernel[1] * s.kernel[2], size = taps * s.channels;
  const PixelBlocks blocks(s.batch, s.output, depthwise_pixels<T>(s.channels), 1);
  const ConvReader<T> reader(static_cast<const T*>(p.x), axes, s.channels, blocks);
  const std::int64_t partials = std::min(most_partials, blocks.count());
  const std::int64_t lines = blocks.most_images() * blocks.most(0) * blocks.most(1);
  const std::int64_t input_size = (reader.scratch_size() + 15) / 16 * 16;
  const int workers = num_threads();
  const Scratch scratch(static_cast<std::size_t>(partials * size + workers * input_size + 16) *
                        sizeof(T));
  const Scratch offsets(static_cast<std::size_t>(workers * 2 * lines) * sizeof(std::int64_t));
  T* const partial_results = scratch.as<T>();
  T* const inputs = partial_results + (partials * size + 15) / 16 * 16;
  std::vector<std::int64_t> taps_at;
  for (const std::int64_t w : axes[2].offsets) taps_at.push_back(w * s.channels);

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
      dots.channels = s.channels;
      dots.taps = s.kernel[2];
      dots.x = input.data + block.begin[2] * axes[2].step * s.channels;
      dots.x_step = axes[2].step * s.channels;
      dots.x_offsets = x_offsets;
      dots.taps_at = taps_at.data();
      dots.dy = static_cast<const T*>(p.dy) + block.begin[2] * s.channels;
      dots.dy_step = s.channels;
      dots.dy_offsets = dy_offsets;
      dots.add = i > begin;
      for (std::int64_t kd = 0; kd < s.kernel[0]; ++kd) {
        for (std::int64_t kh = 0; kh < s.kernel[1]; ++kh) {
          dots.segments = 0;
          for_each_row_met(block, axes, input, kd, kh,
                           [&](std::int64_t, std::int64_t output_row, std::int64_t place) {
                             x_offsets[dots.segments] = place;
                             dy_offsets[dots.segments] = output_row * s.output[2] * s.channels;
                             ++dots.segments;
                           });
          dots.dw =
              partial_results + partial * size + (kd * s.kernel[1] + kh) * s.kernel[2] * s.channels;
          kernels.depthwise.dots(dots);
        }
      }
    }
  });
  kernels.reduce.columns[static_cast<int>(ReduceOp::sum)](partial_results, size, partials, size,
                                                          T(1), static_cast<T*>(p.dkernel));
}

}  // namespace lamina::cpu::drivers
