// The scores of some queries, made weights in place, and the gradient of that.

// What a score is where it must not count: so low that beside any that counts its exponential is 0,
// and finite, so that a row in which none counts is told by its maximum.
template <class T>
constexpr T masked_score = sizeof(T) == 4 ? T(-0.7 * __FLT_MAX__) : T(-0.7 * __DBL_MAX__);

template <class T>
LAMINA_INLINE Mask<T> load_seen(const std::uint8_t* p, int count) {
  if constexpr (sizeof(T) == 4) {
    if (count == lanes<T>) return load_bytes(p) != 0;
  }
  SignedOf<T> seen[lanes<T>];
  for (int i = 0; i < lanes<T>; ++i) seen[i] = i < count ? p[i] : 0;
  return load(seen) != SignedOf<T>(0);
}

// How many of a row's columns count before the mask is looked at.
template <class T>
LAMINA_INLINE std::int64_t seen_cols(const AttentionRows<T>& a, std::int64_t row) {
  const std::int64_t seen = a.first + row + 1;
  return a.causal && seen < a.cols ? seen : a.cols;
}

// A row's scores from its products. Without a bias or a mask, only columns that count are asked
// for.
template <class T, bool plain>
struct AttentionScores {
  const T* products;
  T scale;
  const T* bias;
  std::int64_t bias_col;
  const std::uint8_t* mask;
  std::int64_t mask_col, seen;

  LAMINA_INLINE AttentionScores(const AttentionRows<T>& a, std::int64_t row)
      : products(a.scores + row * a.stride),
        scale(a.scale),
        bias(a.bias == nullptr ? nullptr : a.bias + row * a.bias_row),
        bias_col(a.bias_col),
        mask(a.mask == nullptr ? nullptr : a.mask + row * a.mask_row),
        mask_col(a.mask_col),
        seen(seen_cols(a, row)) {}

  LAMINA_INLINE Vec<T> at(std::int64_t i, int count) const {
    Vec<T> score = load_some(products + i, count) * scale;
    if constexpr (!plain) {
      if (bias != nullptr) score += bias_col == 0 ? splat(*bias) : load_some(bias + i, count);
      Mask<T> counts = load(lane_numbers<SignedOf<T>>) < static_cast<SignedOf<T>>(seen - i);
      if (mask != nullptr) {
        counts &= mask_col == 0 ? splat(SignedOf<T>(*mask)) != SignedOf<T>(0)
                                : load_seen<T>(mask + i, count);
      }
      score = counts ? score : splat(masked_score<T>);
    }
    return score;
  }
};

// A row's last vector, with `fill` in the lanes past the row.
template <class T>
LAMINA_INLINE Vec<T> within_row(Vec<T> v, int count, T fill) {
  if (count == lanes<T>) return v;
  const Mask<T> inside = load(lane_numbers<SignedOf<T>>) < SignedOf<T>(count);
  return inside ? v : splat(fill);
}

template <class T>
LAMINA_INLINE void clear_from(T* row, std::int64_t begin, std::int64_t end) {
  for (std::int64_t i = begin; i < end; ++i) row[i] = T(0);
}

template <class T, bool plain>
void attention_weights_kernel(const AttentionRows<T>& a) {
  for (std::int64_t row = 0; row < a.rows; ++row) {
    const AttentionScores<T, plain> scores(a, row);
    const std::int64_t cols = plain ? scores.seen : a.cols;
    T* const weights = a.scores + row * a.stride;
    T highest;
    if constexpr (plain) {
      highest = reduce_row<T, MaxOp>(weights, cols) * a.scale;
    } else {
      constexpr T lowest = -FloatFormat<T>::infinity;
      Vec<T> top = splat(lowest);
      for_each_vector<T>(cols, [&](std::int64_t i, int count) LAMINA_LAMBDA {
        top = maximum<T>(top, within_row<T>(scores.at(i, count), count, lowest));
      });
      highest = max_lanes<T>(top);
    }
    Vec<T> sum = {};
    for_each_vector<T>(cols, [&](std::int64_t i, int count) LAMINA_LAMBDA {
      const Vec<T> e = exp_of<T>(scores.at(i, count) - highest);
      store_some(weights + i, e, count);
      sum += within_row<T>(e, count, 0);
    });
    const T factor = highest == masked_score<T> ? T(0) : T(1) / sum_lanes<T>(sum);
    for_each_vector<T>(cols, [=](std::int64_t i, int count) LAMINA_LAMBDA {
      store_some(weights + i, load_some(weights + i, count) * factor, count);
    });
    clear_from(weights, cols, a.cols);
    a.maxima[row] = highest;
    a.factors[row] = factor;
  }
}

// The weights again, and with them the products' gradient w (dw - sum(dw w)) scale.
template <class T, bool plain>
void attention_gradient_kernel(const AttentionRows<T>& a, T* gradients) {
  for (std::int64_t row = 0; row < a.rows; ++row) {
    const AttentionScores<T, plain> scores(a, row);
    const std::int64_t cols = plain ? scores.seen : a.cols;
    const T highest = a.maxima[row], factor = a.factors[row];
    T* const weights = a.scores + row * a.stride;
    T* const gradient = gradients + row * a.stride;
    Vec<T> products = {};
    for_each_vector<T>(cols, [&](std::int64_t i, int count) LAMINA_LAMBDA {
      const Vec<T> weight = exp_of<T>(scores.at(i, count) - highest) * factor;
      store_some(weights + i, weight, count);
      products += within_row<T>(weight, count, 0) * load_some(gradient + i, count);
    });
    const T sum = sum_lanes<T>(products);
    const T scale = a.scale;
    for_each_vector<T>(cols, [=](std::int64_t i, int count) LAMINA_LAMBDA {
      const Vec<T> below = load_some(gradient + i, count) - sum;
      store_some(gradient + i, load_some(weights + i, count) * below * scale, count);
    });
    clear_from(weights, cols, a.cols);
    clear_from(gradient, cols, a.cols);
  }
}

template <class T>
constexpr AttentionKernels<T> attention_kernels = {
    {attention_weights_kernel<T, false>, attention_weights_kernel<T, true>},
    {attention_gradient_kernel<T, false>, attention_gradient_kernel<T, true>},
};
