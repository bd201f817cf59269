// Convolution of each channel with taps of its own: lanes on channels, nothing to sum across them.

constexpr int depthwise_pixels = 4;  // they share the loads of the taps
constexpr int depthwise_taps = 8;    // at once, in the gradient by the taps

template <class T, int pixels>
LAMINA_INLINE void depthwise_pixel_block(const DepthwiseRow<T>& row, std::int64_t pixel,
                                         std::int64_t channel, int count) {
  const Vec<T> start = row.bias == nullptr ? Vec<T>{} : load_some(row.bias + channel, count);
  Vec<T> sum[pixels];
#pragma GCC unroll 4
  for (int i = 0; i < pixels; ++i) {
    sum[i] = row.add ? load_some(row.y + (pixel + i) * row.y_step + channel, count) : start;
  }
  const T* const x = row.x + pixel * row.x_step + channel;
  for (std::int64_t tap = 0; tap < row.taps; ++tap) {
    const Vec<T> wv = load_some(row.w + row.w_offsets[tap] + channel, count);
    const T* const at = x + row.x_offsets[tap];
#pragma GCC unroll 4
    for (int i = 0; i < pixels; ++i) sum[i] += load_some(at + i * row.x_step, count) * wv;
  }
#pragma GCC unroll 4
  for (int i = 0; i < pixels; ++i) {
    store_some(row.y + (pixel + i) * row.y_step + channel, sum[i], count);
  }
}

template <class T>
void depthwise_row_kernel(const DepthwiseRow<T>& row) {
  for_each_vector<T>(row.channels, [&](std::int64_t channel, int count) LAMINA_LAMBDA {
    std::int64_t pixel = 0;
    for (; pixel + depthwise_pixels <= row.width; pixel += depthwise_pixels) {
      depthwise_pixel_block<T, depthwise_pixels>(row, pixel, channel, count);
    }
    for (; pixel < row.width; ++pixel) depthwise_pixel_block<T, 1>(row, pixel, channel, count);
  });
}

template <class T, int taps>
LAMINA_INLINE void depthwise_taps_block(const DepthwiseDots<T>& d, std::int64_t first,
                                        std::int64_t channel, int count) {
  Vec<T> sum[taps] = {};
  for (std::int64_t segment = 0; segment < d.segments; ++segment) {
    const T* x = d.x + d.x_offsets[segment] + channel;
    const T* dy = d.dy + d.dy_offsets[segment] + channel;
    for (std::int64_t pixel = 0; pixel < d.width; ++pixel) {
      const Vec<T> dyv = load_some(dy, count);
#pragma GCC unroll 8
      for (int i = 0; i < taps; ++i) sum[i] += load_some(x + d.taps_at[first + i], count) * dyv;
      x += d.x_step;
      dy += d.dy_step;
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < taps; ++i) {
    T* const to = d.dw + (first + i) * d.channels + channel;
    store_some(to, d.add ? load_some(to, count) + sum[i] : sum[i], count);
  }
}

template <class T>
void depthwise_dots_kernel(const DepthwiseDots<T>& d) {
  for_each_vector<T>(d.channels, [&](std::int64_t channel, int count) LAMINA_LAMBDA {
    std::int64_t tap = 0;
    for (; tap + depthwise_taps <= d.taps; tap += depthwise_taps) {
      depthwise_taps_block<T, depthwise_taps>(d, tap, channel, count);
    }
    for (; tap + 3 <= d.taps; tap += 3) depthwise_taps_block<T, 3>(d, tap, channel, count);
    for (; tap < d.taps; ++tap) depthwise_taps_block<T, 1>(d, tap, channel, count);
  });
}

template <class T>
constexpr DepthwiseKernels<T> depthwise_kernels = {depthwise_row_kernel<T>,
                                                   depthwise_dots_kernel<T>};
