// Running along an axis: the place of an extremum, and cumulative sums. x is (length, inner).

// A NaN counts as the extremum, and the first of equals wins, as in NumPy.
template <class T, bool is_max>
LAMINA_INLINE bool is_better(T value, T best) {
  return (is_max ? value > best : value < best) || (value != value && best == best);
}

/// y[i] = where column i attains its extremum; `best` holds `inner` values meanwhile.
template <class T, bool is_max>
void arg_kernel(const T* x, std::int64_t length, std::int64_t inner, T* best, std::int32_t* y) {
  for (std::int64_t i = 0; i < inner; ++i) {
    best[i] = x[i];
    y[i] = 0;
  }
  for (std::int64_t j = 1; j < length; ++j) {
    x += inner;
    for (std::int64_t i = 0; i < inner; ++i) {
      const bool better = is_better<T, is_max>(x[i], best[i]);
      best[i] = better ? x[i] : best[i];
      y[i] = better ? static_cast<std::int32_t>(j) : y[i];
    }
  }
}

/// y[j] = x[0] + ... + x[j], or from the end.
template <class T>
void cumulative_sum_kernel(const T* x, std::int64_t length, std::int64_t inner, bool reverse,
                           T* y) {
  const std::int64_t step = reverse ? -inner : inner;
  if (reverse) {
    x += (length - 1) * inner;
    y += (length - 1) * inner;
  }
  for (std::int64_t i = 0; i < inner; ++i) y[i] = x[i];
  for (std::int64_t j = 1; j < length; ++j) {
    x += step;
    y += step;
    for (std::int64_t i = 0; i < inner; ++i) y[i] = y[i - step] + x[i];
  }
}

template <class T>
constexpr ScanKernels<T> scan_kernels = {
    {arg_kernel<T, false>, arg_kernel<T, true>},
    cumulative_sum_kernel<T>,
};
