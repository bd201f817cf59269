// What a convolution and its gradient by the input have in common: each pixel of the output is a
// sum over offsets of input pixels times a matrix.
#pragma once

#include <vector>

#include "backend/backend.hpp"
#include "backend/cpu/drivers/conv_blocks.hpp"

namespace lamina::cpu::drivers {

/// The axes of a convolution: which inputs each output reads.
inline void list_axes(const ConvShape& s, ConvAxis (&axes)[ConvShape::axes]) {
  for (int axis = 0; axis < ConvShape::axes; ++axis) {
    axes[axis] = {s.input[axis], s.output[axis], s.stride[axis], {}};
    for (std::int64_t k = 0; k < s.kernel[axis]; ++k) {
      axes[axis].offsets.push_back(k * s.dilation[axis] - s.padding[axis]);
    }
  }
}

// One tap of the kernel: where its matrix (channels read, channels written) lies.
struct TapMatrix {
  std::int64_t offset, row_stride, col_stride;
};

template <class T>
struct Correlation {
  std::int64_t batch;
  ConvAxis axes[3];
  const T* x;
  std::int64_t pixel;           // channels of x
  std::int64_t groups;          // of channels that are read together
  std::int64_t channels;        // of a group
  std::vector<TapMatrix> taps;  // for every combination of the axes' offsets, row-major
  const T* kernel;
  std::int64_t kernel_group;  // from one group's matrices to the next one's
  std::int64_t cols;          // channels that a group writes
  T* y;
  std::int64_t y_image, y_step[3];
  const T* bias;
  FusedActivation activation;
};

/// Where taps begin, for every combination of the axes' offsets, row-major; of a row only the first
/// `row_taps`.
template <class T, class Reader>
std::vector<std::int64_t> tap_places(const Correlation<T>& c, const Reader& reader,
                                     std::int64_t row_taps) {
  std::vector<std::int64_t> places;
  for (const std::int64_t d : c.axes[0].offsets) {
    for (const std::int64_t h : c.axes[1].offsets) {
      for (std::int64_t i = 0; i < row_taps; ++i) {
        places.push_back(d * reader.of_axis(0) + h * reader.of_axis(1) +
                         c.axes[2].offsets[ConvAxis::at(i)] * reader.of_axis(2));
      }
    }
  }
  return places;
}

/// One row of output, or one plane of the kernel's share of it: taps [first, first + count) of
/// those that a row of the kernel has `row_taps` of.
template <class T>
struct CorrelationRow {
  const T* x;
  T* y;
  std::int64_t first, count;
  bool add, is_last;  // to what earlier planes gave; of the planes
};

/// Calls body(row) for every row of the block, and every plane of the kernel that lies inside the
/// image: at least once, without taps where there is none.
template <class T, class Body>
void for_each_row(const Correlation<T>& c, const PixelBlock& block, const ConvInput<T>& input,
                  std::int64_t row_taps, Body body) {
  const auto lines = static_cast<std::int64_t>(c.axes[1].offsets.size());
  for (std::int64_t image = 0; image < block.images; ++image) {
    for (std::int64_t d = block.begin[0]; d < block.end[0]; ++d) {
      const ConvAxis::Range in_d = c.axes[0].inside(d);
      for (std::int64_t h = block.begin[1]; h < block.end[1]; ++h) {
        const ConvAxis::Range in_h = c.axes[1].inside(h);
        CorrelationRow<T> row;
        row.x = input.data + image * input.of_image + d * c.axes[0].step * input.of_axis[0] +
                h * c.axes[1].step * input.of_axis[1] +
                block.begin[2] * c.axes[2].step * input.of_axis[2];
        row.y = c.y + (block.first_image + image) * c.y_image + d * c.y_step[0] + h * c.y_step[1] +
                block.begin[2] * c.y_step[2];
        row.count = in_d.length() == 0 ? 0 : in_h.length() * row_taps;
        std::int64_t plane = in_d.begin;
        do {
          row.first = (plane * lines + in_h.begin) * row_taps;
          row.add = plane > in_d.begin;
          row.is_last = plane + 1 >= in_d.end;
          body(row);
        } while (++plane < in_d.end);
      }
    }
  }
}

}  // namespace lamina::cpu::drivers
