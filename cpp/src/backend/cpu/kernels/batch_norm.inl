// Batch normalization: everything is a function of a channel, that is, of a column.

// Strips of columns are walked down the rows, their sums in registers.
template <class T>
void moments_kernel(const T* x, std::int64_t rows, std::int64_t channels, T* mean, T* squares) {
  for_each_vector<T>(channels, [=](std::int64_t c, int count) LAMINA_LAMBDA {
    Vec<T> sum = {};
    for (std::int64_t row = 0; row < rows; ++row) sum += load_some(x + row * channels + c, count);
    const Vec<T> center = sum / T(rows);
    Vec<T> distance = {};
    for (std::int64_t row = 0; row < rows; ++row) {
      const Vec<T> d = load_some(x + row * channels + c, count) - center;
      distance += d * d;
    }
    store_some(mean + c, center, count);
    store_some(squares + c, distance, count);
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
  for_each_vector<T>(channels, [=](std::int64_t c, int count) LAMINA_LAMBDA {
    const Vec<T> center = load_some(mean + c, count);
    Vec<T> sum = {}, product_sum = {};
    for (std::int64_t row = 0; row < rows; ++row) {
      const Vec<T> d = load_some(dy + row * channels + c, count);
      sum += d;
      product_sum += d * (load_some(x + row * channels + c, count) - center);
    }
    store_some(dy_sum + c, sum, count);
    store_some(dy_x_sum + c, product_sum * load_some(inverse_deviation + c, count), count);
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
