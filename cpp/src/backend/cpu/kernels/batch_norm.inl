// Batch normalization: everything is a function of a channel, that is, of a column.

// Strips of columns are walked down the rows, their sums in registers. A strip is several vectors
// wide, so that the hardware sees long enough pieces of each row to fetch ahead.
constexpr int strip_vectors = 8;

// Calls body(constant number of vectors, first column, columns in the last vector) for each strip:
// the widest ones first, then half as wide, down to a part of one vector.
template <class T, int vectors = strip_vectors, class Body>
LAMINA_INLINE void for_each_strip(std::int64_t cols, Body body) {
  constexpr std::int64_t wide = vectors * lanes<T>;
  std::int64_t c = 0;
  for (; c + wide <= cols; c += wide) body(Constant<vectors>{}, c, lanes<T>);
  if constexpr (vectors > 1) {
    for_each_strip<T, vectors / 2>(
        cols - c, [=]<int fewer>(Constant<fewer> constant, std::int64_t i, int count)
                      LAMINA_LAMBDA { body(constant, c + i, count); });
  } else if (c < cols) {
    body(Constant<1>{}, c, static_cast<int>(cols - c));
  }
}

// Sums of a strip's columns: a narrow strip takes several rows at once, so that there are always
// strip_vectors sums to hide an addition's latency. `value(row, v)` gives what vector v adds.
template <class T, int vectors, class Value>
LAMINA_INLINE void sum_strip(std::int64_t rows, Vec<T> (&sum)[vectors], Value value) {
  constexpr int together = strip_vectors / vectors;
  Vec<T> sums[together][vectors] = {};
  std::int64_t row = 0;
  for (; row + together <= rows; row += together) {
#pragma GCC unroll 8
    for (int j = 0; j < together; ++j) {
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) sums[j][v] += value(row + j, v);
    }
  }
  for (; row < rows; ++row) {
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) sums[0][v] += value(row, v);
  }
#pragma GCC unroll 8
  for (int v = 0; v < vectors; ++v) {
    sum[v] = sums[0][v];
#pragma GCC unroll 8
    for (int j = 1; j < together; ++j) sum[v] += sums[j][v];
  }
}

// Bytes of a strip whose mean is taken before its squared distances: they stay in the first cache.
constexpr std::int64_t moments_block_bytes = 16 * 1024;

// Blocks of rows are joined as in drivers/batch_norm.cpp.
template <class T>
void moments_kernel(const T* x, std::int64_t rows, std::int64_t channels, T* mean, T* squares) {
  for_each_strip<T>(
      channels, [=]<int vectors>(Constant<vectors>, std::int64_t c, int count) LAMINA_LAMBDA {
        constexpr std::int64_t block = moments_block_bytes / (vectors * LAMINA_VECTOR_BYTES);
        Vec<T> center[vectors] = {}, distance[vectors] = {};
        for (std::int64_t begin = 0; begin < rows; begin += block) {
          const std::int64_t n = rows - begin < block ? rows - begin : block;
          const auto at = [=](std::int64_t row, int v) LAMINA_LAMBDA {
            return load_some(x + (begin + row) * channels + c + v * lanes<T>, count);
          };
          Vec<T> block_center[vectors], block_distance[vectors];
          sum_strip<T, vectors>(n, block_center, at);
#pragma GCC unroll 8
          for (int v = 0; v < vectors; ++v) block_center[v] = block_center[v] / T(n);
          sum_strip<T, vectors>(n, block_distance, [&](std::int64_t row, int v) LAMINA_LAMBDA {
            __builtin_prefetch(x + (begin + block + row) * channels + c + v * lanes<T>);
            const Vec<T> d = at(row, v) - block_center[v];
            return d * d;
          });
          const T share = T(n) / T(begin + n), weight = T(begin) * share;
#pragma GCC unroll 8
          for (int v = 0; v < vectors; ++v) {
            const Vec<T> difference = block_center[v] - center[v];
            center[v] += difference * share;
            // The first block's difference is its mean, whose square may overflow: it counts for
            // nothing, and infinity times nothing is not a number.
            distance[v] += begin == 0 ? block_distance[v]
                                      : block_distance[v] + difference * difference * weight;
          }
        }
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) {
          store_some(mean + c + v * lanes<T>, center[v], count);
          store_some(squares + c + v * lanes<T>, distance[v], count);
        }
      });
}

// dy where a rectifier after (x - mean) * factor + offset lets it through; a NaN stays one.
template <class T>
LAMINA_INLINE Vec<T> rectified_gradient(Vec<T> dy, Vec<T> y) {
  return y > T(0) ? dy : (y == y ? Vec<T>{} : y);
}

template <class T, bool rectified>
void normalize_kernel(const T* x, std::int64_t rows, std::int64_t channels, const T* mean,
                      const T* factor, const T* offset, T* y, bool streamed) {
  for (std::int64_t row = 0; row < rows; ++row, x += channels, y += channels) {
    for_each_vector<T>(channels, [=](std::int64_t c, int count) LAMINA_LAMBDA {
      const Vec<T> centered = load_some(x + c, count) - load_some(mean + c, count);
      const Vec<T> value = centered * load_some(factor + c, count) + load_some(offset + c, count);
      store_result(y + c, rectified ? positive_part<T>(value) : value, count, streamed);
    });
  }
  if (streamed) end_streamed();
}

template <class T, bool rectified>
void gradient_sums_kernel(const T* dy, const T* x, std::int64_t rows, std::int64_t channels,
                          const T* mean, [[maybe_unused]] const T* factor,
                          [[maybe_unused]] const T* offset, const T* inverse_deviation, T* dy_sum,
                          T* dy_x_sum) {
  for_each_strip<T, strip_vectors / 2>(channels, [=]<int vectors>(Constant<vectors>, std::int64_t c,
                                                                  int count) LAMINA_LAMBDA {
    constexpr int together = strip_vectors / 2 / vectors;
    Vec<T> center[vectors], sum[together][vectors] = {}, product[together][vectors] = {};
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) center[v] = load_some(mean + c + v * lanes<T>, count);
    [[maybe_unused]] Vec<T> scale[vectors], start[vectors];
    if constexpr (rectified) {
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) {
        scale[v] = load_some(factor + c + v * lanes<T>, count);
        start[v] = load_some(offset + c + v * lanes<T>, count);
      }
    }
    const auto add = [&](std::int64_t row, int j) LAMINA_LAMBDA {
      const std::int64_t at = row * channels + c;
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) {
        const Vec<T> centered = load_some(x + at + v * lanes<T>, count) - center[v];
        Vec<T> d = load_some(dy + at + v * lanes<T>, count);
        if constexpr (rectified) {
          d = rectified_gradient<T>(d, centered * scale[v] + start[v]);
        }
        sum[j][v] += d;
        product[j][v] += d * centered;
      }
    };
    std::int64_t row = 0;
    for (; row + together <= rows; row += together) {
#pragma GCC unroll 8
      for (int j = 0; j < together; ++j) add(row + j, j);
    }
    for (; row < rows; ++row) add(row, 0);
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) {
#pragma GCC unroll 8
      for (int j = 1; j < together; ++j) {
        sum[0][v] += sum[j][v];
        product[0][v] += product[j][v];
      }
      const std::int64_t at = c + v * lanes<T>;
      store_some(dy_sum + at, sum[0][v], count);
      store_some(dy_x_sum + at, product[0][v] * load_some(inverse_deviation + at, count), count);
    }
  });
}

template <class T, bool rectified>
void batch_norm_gradient_kernel(const T* dy, const T* x, std::int64_t rows, std::int64_t channels,
                                const T* mean, const T* factor, [[maybe_unused]] const T* offset,
                                const T* shift, const T* slope, T* dx, bool streamed) {
  for (std::int64_t row = 0; row < rows; ++row, x += channels, dy += channels, dx += channels) {
    for_each_vector<T>(channels, [=](std::int64_t c, int count) LAMINA_LAMBDA {
      const Vec<T> centered = load_some(x + c, count) - load_some(mean + c, count);
      const Vec<T> rest = load_some(shift + c, count) + centered * load_some(slope + c, count);
      const Vec<T> scale = load_some(factor + c, count);
      Vec<T> d = load_some(dy + c, count);
      if constexpr (rectified) {
        d = rectified_gradient<T>(d, centered * scale + load_some(offset + c, count));
      }
      store_result(dx + c, d * scale - rest, count, streamed);
    });
  }
  if (streamed) end_streamed();
}

template <class T>
constexpr BatchNormKernels<T> batch_norm_kernels = {
    moments_kernel<T>,
    {normalize_kernel<T, false>, normalize_kernel<T, true>},
    {gradient_sums_kernel<T, false>, gradient_sums_kernel<T, true>},
    {batch_norm_gradient_kernel<T, false>, batch_norm_gradient_kernel<T, true>},
};
