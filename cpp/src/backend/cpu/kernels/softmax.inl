// Softmax and log-softmax of rows, and their gradients.

// The row's maximum, so that no exponential overflows, and sum of e^(x - maximum).
template <class T>
struct SoftmaxSums {
  T maximum, sum;
};

template <class T>
LAMINA_INLINE SoftmaxSums<T> softmax_sums(const T* x, std::int64_t cols) {
  constexpr T lowest = -FloatFormat<T>::infinity;
  const T top = reduce_row<T, MaxOp>(x, cols);
  Vec<T> sum = {};
  for_each_vector<T>(cols, [&](std::int64_t i, int count) LAMINA_LAMBDA {
    sum += exp_of<T>(load_some(x + i, count, lowest) - top);
  });
  return {top, sum_lanes<T>(sum)};
}

template <class T>
LAMINA_INLINE T log_scalar(T x) {
  return log_of<T>(splat(x))[0];
}

template <class T>
void softmax_kernel(const T* x, T* y, std::int64_t rows, std::int64_t cols) {
  constexpr T lowest = -FloatFormat<T>::infinity;
  for (std::int64_t row = 0; row < rows; ++row, x += cols, y += cols) {
    if (cols <= lanes<T>) {  // the usual classifier: everything stays in one register
      const int count = static_cast<int>(cols);
      const Vec<T> values = load_some(x, count, lowest);
      const Vec<T> e = exp_of<T>(values - max_lanes<T>(values));
      store_some(y, e / sum_lanes<T>(e), count);
      continue;
    }
    const T top = reduce_row<T, MaxOp>(x, cols);
    Vec<T> sum = {};
    for_each_vector<T>(cols, [&](std::int64_t i, int count) LAMINA_LAMBDA {
      const Vec<T> e = exp_of<T>(load_some(x + i, count, lowest) - top);
      store_some(y + i, e, count);
      sum += e;
    });
    const T factor = T(1) / sum_lanes<T>(sum);
    for_each_vector<T>(cols, [&](std::int64_t i, int count) LAMINA_LAMBDA {
      store_some(y + i, load_some(y + i, count) * factor, count);
    });
  }
}

template <class T>
void log_softmax_kernel(const T* x, T* y, std::int64_t rows, std::int64_t cols) {
  for (std::int64_t row = 0; row < rows; ++row, x += cols, y += cols) {
    const auto [top, sum] = softmax_sums(x, cols);
    const T log_sum = log_scalar(sum);
    for_each_vector<T>(cols, [=](std::int64_t i, int count) LAMINA_LAMBDA {
      store_some(y + i, (load_some(x + i, count) - top) - log_sum, count);
    });
  }
}

template <class T>
void softmax_backward_kernel(const T* dy, const T* y, T* dx, std::int64_t rows, std::int64_t cols) {
  for (std::int64_t row = 0; row < rows; ++row, dy += cols, y += cols, dx += cols) {
    Vec<T> products = {};
    for_each_vector<T>(cols, [&](std::int64_t i, int count) LAMINA_LAMBDA {
      products += load_some(dy + i, count) * load_some(y + i, count);
    });
    const T sum = sum_lanes<T>(products);
    for_each_vector<T>(cols, [=](std::int64_t i, int count) LAMINA_LAMBDA {
      const Vec<T> value = load_some(y + i, count) * (load_some(dy + i, count) - sum);
      store_some(dx + i, value, count);
    });
  }
}

template <class T>
void log_softmax_backward_kernel(const T* dy, const T* y, T* dx, std::int64_t rows,
                                 std::int64_t cols) {
  for (std::int64_t row = 0; row < rows; ++row, dy += cols, y += cols, dx += cols) {
    const T sum = reduce_row<T, SumOp>(dy, cols);
    for_each_vector<T>(cols, [=](std::int64_t i, int count) LAMINA_LAMBDA {
      const Vec<T> value = load_some(dy + i, count) - exp_of<T>(load_some(y + i, count)) * sum;
      store_some(dx + i, value, count);
    });
  }
}

template <class T>
constexpr SoftmaxKernels<T> softmax_kernels = {
    {softmax_kernel<T>, log_softmax_kernel<T>},
    {softmax_backward_kernel<T>, log_softmax_backward_kernel<T>},
};
