// Normalization of rows: by their mean and deviation (layer normalization), or by their root mean
// square alone.

// The sum over a row of value(x), in as many running sums as hide an addition's latency.
template <class T, class Value>
LAMINA_INLINE T sum_of_row(std::int64_t cols, Value value) {
  constexpr int parallel_sums = 4;
  Vec<T> sums[parallel_sums] = {};
  std::int64_t i = 0;
  for (; i + parallel_sums * lanes<T> <= cols; i += parallel_sums * lanes<T>) {
#pragma GCC unroll 4
    for (int j = 0; j < parallel_sums; ++j) sums[j] += value(i + j * lanes<T>, lanes<T>);
  }
  for (; i + lanes<T> <= cols; i += lanes<T>) sums[0] += value(i, lanes<T>);
  if (i < cols) {
    // What lies past the row counts as 0, whatever value() makes of it.
    const int count = static_cast<int>(cols - i);
    const Mask<T> inside = load(lane_numbers<SignedOf<T>>) < SignedOf<T>(count);
    sums[1] += inside ? value(i, count) : Vec<T>{};
  }
  return sum_lanes<T>((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

template <class T, bool centered>
void row_norm_kernel(const T* x, std::int64_t rows, std::int64_t cols, T epsilon, const T* gamma,
                     const T* beta, T* means, T* inverses, T* y) {
  const T share = T(1) / static_cast<T>(cols);
  for (std::int64_t row = 0; row < rows; ++row, x += cols, y += cols) {
    T mean = 0;
    if constexpr (centered) {
      mean = share * sum_of_row<T>(cols, [=](std::int64_t i, int count)
                                             LAMINA_LAMBDA { return load_some(x + i, count); });
      means[row] = mean;
    }
    const T squares = sum_of_row<T>(cols, [=](std::int64_t i, int count) LAMINA_LAMBDA {
      const Vec<T> d = load_some(x + i, count) - mean;
      return d * d;
    });
    const T inverse = T(1) / square_root(squares * share + epsilon);
    inverses[row] = inverse;
    for_each_vector<T>(cols, [=](std::int64_t i, int count) LAMINA_LAMBDA {
      Vec<T> value = (load_some(x + i, count) - mean) * inverse;
      if (gamma != nullptr) value *= load_some(gamma + i, count);
      if (beta != nullptr) value += load_some(beta + i, count);
      store_some(y + i, value, count);
    });
  }
}

// With n = (x - mean) * inverse and g = dy * gamma: dx = inverse (g - mean(g) - n mean(g n)), the
// mean of g only where rows were centered; dgamma += dy n and dbeta += dy, row after row.
template <class T, bool centered>
void row_norm_backward_kernel(const T* dy, const T* x, std::int64_t rows, std::int64_t cols,
                              const T* gamma, const T* means, const T* inverses, T* dx, T* dgamma,
                              T* dbeta) {
  const T share = T(1) / static_cast<T>(cols);
  for (std::int64_t row = 0; row < rows; ++row, dy += cols, x += cols) {
    const T mean = centered ? means[row] : T(0), inverse = inverses[row];
    const auto scaled = [=](std::int64_t i, int count) LAMINA_LAMBDA {
      const Vec<T> g = load_some(dy + i, count);
      return gamma != nullptr ? g * load_some(gamma + i, count) : g;
    };
    const auto normalized = [=](std::int64_t i, int count) LAMINA_LAMBDA {
      return (load_some(x + i, count) - mean) * inverse;
    };
    if (dx != nullptr) {
      const T along = share * sum_of_row<T>(cols, [=](std::int64_t i, int count) LAMINA_LAMBDA {
                        return scaled(i, count) * normalized(i, count);
                      });
      T offset = 0;
      if constexpr (centered) {
        offset = share * sum_of_row<T>(cols, [=](std::int64_t i, int count)
                                                 LAMINA_LAMBDA { return scaled(i, count); });
      }
      T* const to = dx + row * cols;
      for_each_vector<T>(cols, [=](std::int64_t i, int count) LAMINA_LAMBDA {
        const Vec<T> value = scaled(i, count) - offset - normalized(i, count) * along;
        store_some(to + i, value * inverse, count);
      });
    }
    if (dgamma != nullptr) {
      for_each_vector<T>(cols, [=](std::int64_t i, int count) LAMINA_LAMBDA {
        const Vec<T> sum = load_some(dgamma + i, count);
        store_some(dgamma + i, sum + load_some(dy + i, count) * normalized(i, count), count);
      });
    }
    if (dbeta != nullptr) {
      for_each_vector<T>(cols, [=](std::int64_t i, int count) LAMINA_LAMBDA {
        store_some(dbeta + i, load_some(dbeta + i, count) + load_some(dy + i, count), count);
      });
    }
  }
}

template <class T>
constexpr RowNormKernels<T> row_norm_kernels = {
    {row_norm_kernel<T, false>, row_norm_kernel<T, true>},
    {row_norm_backward_kernel<T, false>, row_norm_backward_kernel<T, true>},
};
