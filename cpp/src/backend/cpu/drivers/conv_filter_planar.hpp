// A convolution's gradient by its kernel, for few filters, in all or in each group.
#pragma once

#include <algorithm>
#include <cstring>

#include "backend/cpu/drivers/conv_planar.hpp"

namespace lamina::cpu::drivers {

/// By dot products of rows of pixels, with lanes on the pixels; blocks of pixels are summed into
/// partial results, added in their order.
template <class T>
class PlanarFilterGradient {
 public:
  static bool suits(const PlanarKernels<T>& kernels, const ConvShape& s) {
    const std::int64_t width = s.output[2], cols = s.filters / s.groups;
    return s.stride[2] == 1 && 2 * cols <= kernels.lanes && cols <= most_planar_cols &&
           3 * cols * whole(width, kernels.lanes) <= 2 * width * kernels.lanes &&
           s.kernel[2] * (s.channels / s.groups) <= most_shifts;
  }

  PlanarFilterGradient(const FloatKernels<T>& kernels, const ConvBackwardFilterParams& p)
      : kernels_(kernels),
        p_(p),
        s_(p.shape),
        channels_(s_.channels / s_.groups),
        cols_(s_.filters / s_.groups) {
    list_axes(s_, axes_);
  }

  void run() {
    const std::int64_t rows = s_.kernel[2] * channels_;
    const std::int64_t size = s_.kernel[0] * s_.kernel[1] * rows * s_.filters;
    const PixelBlocks blocks(s_.batch, s_.output, block_pixels, kernels_.planar.lanes);
    const PlaneReader<T> reader(kernels_.gemm, static_cast<const T*>(p_.x), axes_, s_.channels,
                                blocks);
    const std::int64_t partials = std::min(most_partials, blocks.count());
    const std::int64_t lines = blocks.most_images() * blocks.most(0) * blocks.most(1);
    const std::int64_t plane = whole(blocks.most(2), kernels_.planar.lanes);
    const std::int64_t of_worker = whole(reader.scratch_size() + lines * s_.filters * plane, 16);
    const std::int64_t kept = whole(partials * size, 16);
    const int workers = num_threads();
    const Scratch scratch(static_cast<std::size_t>(kept + workers * of_worker) * sizeof(T));
    const Scratch offsets(static_cast<std::size_t>(workers * 2 * lines) * sizeof(std::int64_t));
    for (std::int64_t w = 0; w < s_.kernel[2]; ++w) {
      for (std::int64_t c = 0; c < channels_; ++c) {
        shifts_[w * channels_ + c] = axes_[2].offsets[ConvAxis::at(w)] + c * reader.plane();
      }
    }
    parallel_for(partials, workers, [&](std::int64_t partial, int worker) noexcept {
      T* const input = scratch.as<T>() + kept + worker * of_worker;
      const std::int64_t begin = partial * blocks.count() / partials;
      const std::int64_t end = (partial + 1) * blocks.count() / partials;
      for (std::int64_t i = begin; i < end; ++i) {
        run_block(blocks.block(i), reader, input, input + reader.scratch_size(), plane,
                  offsets.as<std::int64_t>() + worker * 2 * lines, lines,
                  scratch.as<T>() + partial * size, i > begin);
      }
    });
    kernels_.reduce.columns[static_cast<int>(ReduceOp::sum)](scratch.as<T>(), size, partials, size,
                                                             T(1), static_cast<T*>(p_.dkernel));
  }

 private:
  static constexpr std::int64_t most_shifts = 256, most_partials = 16, block_pixels = 2048;

  void run_block(const PixelBlock& block, const PlaneReader<T>& reader, T* x, T* dy,
                 std::int64_t plane, std::int64_t* offsets, std::int64_t most_lines, T* target,
                 bool add) const noexcept {
    const ConvInput<T> input = reader.read(block, x);
    const std::int64_t width = block.extent(2), rows = s_.kernel[2] * channels_;
    PlanarDots<T> dots;
    dots.rows = rows;
    dots.cols = cols_;
    dots.width = whole(width, kernels_.planar.lanes);
    dots.a_offsets = offsets;
    dots.a_shifts = shifts_;
    dots.b_offsets = offsets + most_lines;
    dots.b_plane = plane;
    dots.ldc = s_.filters;
    dots.add = add;
    read_gradient(block, dy, plane);
    for (std::int64_t kd = 0; kd < s_.kernel[0]; ++kd) {
      for (std::int64_t kh = 0; kh < s_.kernel[1]; ++kh) {
        dots.segments = 0;
        for_each_row_met(block, axes_, input, kd, kh,
                         [&](std::int64_t row, std::int64_t, std::int64_t place) {
                           offsets[dots.segments] = place;
                           offsets[most_lines + dots.segments] = row * s_.filters * plane;
                           ++dots.segments;
                         });
        T* const taps = target + (kd * s_.kernel[1] + kh) * rows * s_.filters;
        for (std::int64_t group = 0; group < s_.groups; ++group) {
          dots.a = input.data + block.begin[2] + group * channels_ * reader.plane();
          dots.b = dy + group * cols_ * plane;
          dots.c = taps + group * cols_;
          kernels_.planar.dots(dots);
        }
      }
    }
  }

  // The block's rows of dy, in planes that end in zeros.
  void read_gradient(const PixelBlock& block, T* planes, std::int64_t plane) const noexcept {
    const std::int64_t width = block.extent(2);
    for (std::int64_t image = 0; image < block.images; ++image) {
      for (std::int64_t d = block.begin[0]; d < block.end[0]; ++d) {
        for (std::int64_t h = block.begin[1]; h < block.end[1]; ++h) {
          const std::int64_t place =
              (((block.first_image + image) * s_.output[0] + d) * s_.output[1] + h) * s_.output[2] +
              block.begin[2];
          kernels_.gemm.pack_a(static_cast<const T*>(p_.dy) + place * s_.filters, s_.filters, 1,
                               width, s_.filters, plane, planes);
          for (std::int64_t f = 0; f < s_.filters; ++f, planes += plane) {
            std::memset(planes + width, 0, static_cast<std::size_t>(plane - width) * sizeof(T));
          }
        }
      }
    }
  }

  const FloatKernels<T>& kernels_;
  const ConvBackwardFilterParams& p_;
  const ConvShape& s_;
  const std::int64_t channels_, cols_;  // of a group
  ConvAxis axes_[3];
  std::int64_t shifts_[most_shifts];
};

}  // namespace lamina::cpu::drivers
