// Batch normalization: everything is a function of a channel, that is, of a column.

// Strips of columns are walked down the rows, their sums in registers. A strip is several vectors
// wide, so that the hardware sees long enough pieces of each row to fetch ahead.
constexpr int strip_vectors = 8;

// Calls body(constant number of vectors, first column, columns in the last vector) for each strip.
template <class T, int vectors = strip_vectors, class Body>
LAMINA_INLINE void for_each_strip(std::int64_t cols, Body body) {
  constexpr std::int64_t wide = vectors * lanes<T>;
  std::int64_t c = 0;
  for (; c + wide <= cols; c += wide) body(Constant<vectors>{}, c, lanes<T>);
  for_each_vector<T>(cols - c, [=](std::int64_t i, int count)
                                   LAMINA_LAMBDA { body(Constant<1>{}, c + i, count); });
}

template <class T>
void moments_kernel(const T* x, std::int64_t rows, std::int64_t channels, T* mean, T* squares) {
  for_each_strip<T>(
      channels, [=]<int vectors>(Constant<vectors>, std::int64_t c, int count) LAMINA_LAMBDA {
        Vec<T> center[vectors] = {}, distance[vectors] = {};
        for (std::int64_t row = 0; row < rows; ++row) {
#pragma GCC unroll 8
          for (int v = 0; v < vectors; ++v) {
            center[v] += load_some(x + row * channels + c + v * lanes<T>, count);
          }
        }
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) center[v] = center[v] / T(rows);
        for (std::int64_t row = 0; row < rows; ++row) {
#pragma GCC unroll 8
          for (int v = 0; v < vectors; ++v) {
            const Vec<T> d = load_some(x + row * channels + c + v * lanes<T>, count) - center[v];
            distance[v] += d * d;
          }
        }
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) {
          store_some(mean + c + v * lanes<T>, center[v], count);
          store_some(squares + c + v * lanes<T>, distance[v], count);
        }
      });
}

template <class T>
void normalize_kernel(const T* x, std::int64_t rows, std::int64_t channels, const T* mean,
                      const T* factor, const T* offset, T* y) {
  for (std::int64_t row = 0; row < rows; ++row, x += channels, y += channels) {
    for_each_vector<T>(channels, [=](std::int64_t c, int count) LAMINA_LAMBDA {
      const Vec<T> centered = load_some(x + c, count) - load_some(mean + c, count);
      const Vec<T> value = centered * load_some(factor + c, count) + load_some(offset + c, count);
      store_some(y + c, value, count);
    });
  }
}

template <class T>
void gradient_sums_kernel(const T* dy, const T* x, std::int64_t rows, std::int64_t channels,
                          const T* mean, const T* inverse_deviation, T* dy_sum, T* dy_x_sum) {
  for_each_strip<T>(channels, [=]<int vectors>(Constant<vectors>, std::int64_t c,
                                               int count) LAMINA_LAMBDA {
    Vec<T> center[vectors], sum[vectors] = {}, product_sum[vectors] = {};
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) center[v] = load_some(mean + c + v * lanes<T>, count);
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::int64_t at = row * channels + c;
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) {
        const Vec<T> d = load_some(dy + at + v * lanes<T>, count);
        sum[v] += d;
        product_sum[v] += d * (load_some(x + at + v * lanes<T>, count) - center[v]);
      }
    }
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) {
      const std::int64_t at = c + v * lanes<T>;
      store_some(dy_sum + at, sum[v], count);
      store_some(dy_x_sum + at, product_sum[v] * load_some(inverse_deviation + at, count), count);
    }
  });
}

template <class T>
void batch_norm_gradient_kernel(const T* dy, const T* x, std::int64_t rows, std::int64_t channels,
                                const T* mean, const T* factor, const T* dy_mean, const T* slope,
                                T* dx) {
  for (std::int64_t row = 0; row < rows; ++row, x += channels, dy += channels, dx += channels) {
    for_each_vector<T>(channels, [=](std::int64_t c, int count) LAMINA_LAMBDA {
      const Vec<T> centered = load_some(x + c, count) - load_some(mean + c, count);
      const Vec<T> rest = load_some(dy + c, count) - load_some(dy_mean + c, count);
      const Vec<T> value = rest - centered * load_some(slope + c, count);
      store_some(dx + c, value * load_some(factor + c, count), count);
    });
  }
}

template <class T>
constexpr BatchNormKernels<T> batch_norm_kernels = {
    moments_kernel<T>,
    normalize_kernel<T>,
    gradient_sums_kernel<T>,
    batch_norm_gradient_kernel<T>,
};
