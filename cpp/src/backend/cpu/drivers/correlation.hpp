// What a convolution and its gradient by the input have in common: each pixel of the output is a
// sum over offsets of input pixels times a matrix.
#pragma once

#include <vector>

#include "backend/backend.hpp"
#include "backend/cpu/drivers/conv_blocks.hpp"

namespace lamina::cpu::drivers {

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
  std::int64_t channels;        // of them read, from x on
  std::vector<TapMatrix> taps;  // for every combination of the axes' offsets, row-major
  const T* kernel;
  std::int64_t cols;  // channels written
  T* y;
  std::int64_t y_image, y_step[3];
  const T* bias;
  UnaryOp activation;
};

}  // namespace lamina::cpu::drivers
