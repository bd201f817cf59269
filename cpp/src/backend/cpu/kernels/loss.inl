// Losses of rows with their gradients, and accuracies. Formulas and clipping are Keras 3's.

template <class T>
constexpr T clip_low = T(1e-7);
template <class T>
constexpr T clip_high = T(1) - T(1e-7);

template <class T>
LAMINA_INLINE Vec<T> clip_probability(Vec<T> p) {
  p = p < clip_low<T> ? splat(clip_low<T>) : p;
  return p > clip_high<T> ? splat(clip_high<T>) : p;
}

template <class T>
LAMINA_INLINE Mask<T> is_clipped(Vec<T> p) {
  return (p < clip_low<T>) | (p > clip_high<T>);
}

// Losses that are a mean over the columns of a function of (prediction, target). `Element` gives
// that function and its derivative by the prediction.
template <class T, class Element>
void mean_loss_kernel(const LossRows<T>& g) {
  const T* targets = static_cast<const T*>(g.target);
  const LossNumbers<T> numbers = g.numbers;
  for (std::int64_t row = 0; row < g.rows; ++row) {
    const T* p = g.prediction + row * g.cols;
    const T* t = targets + row * g.cols;
    T* const grad = g.grad == nullptr ? nullptr : g.grad + row * g.cols;
    const T factor = g.scale * (g.weights ? g.weights[row] : T(1)) / T(g.cols);
    Vec<T> sum = {};
    for_each_vector<T>(g.cols, [&](std::int64_t i, int count) LAMINA_LAMBDA {
      const auto [loss, slope] =
          Element::template apply<T>(load_some(p + i, count), load_some(t + i, count), numbers);
      const Vec<T> positions = load(lane_numbers<T>);
      sum += positions < T(count) ? loss : Vec<T>{};
      if (grad != nullptr) store_some(grad + i, slope * factor, count);
    });
    g.losses[row] = sum_lanes<T>(sum) / T(g.cols);
  }
}

template <class T>
struct LossAndSlope {
  Vec<T> loss, slope;
};

struct SquaredError {
  template <class T>
  static LAMINA_INLINE LossAndSlope<T> apply(Vec<T> p, Vec<T> t, const LossNumbers<T>&) {
    const Vec<T> difference = p - t;
    return {difference * difference, difference + difference};
  }
};

struct AbsoluteError {
  template <class T>
  static LAMINA_INLINE LossAndSlope<T> apply(Vec<T> p, Vec<T> t, const LossNumbers<T>&) {
    const Vec<T> e = p - t;
    return {absolute<T>(e), e > T(0) ? splat(T(1)) : e < T(0) ? splat(T(-1)) : e};
  }
};

// Huber, 1964, "Robust estimation of a location parameter"; `unit` divides by delta (Girshick,
// 2015, "Fast R-CNN").
template <bool unit>
struct HuberError {
  template <class T>
  static LAMINA_INLINE LossAndSlope<T> apply(Vec<T> p, Vec<T> t, const LossNumbers<T>& numbers) {
    const T delta = numbers.of[0];
    const Vec<T> e = p - t, magnitude = absolute<T>(e);
    const T scale = unit ? T(1) / delta : T(1);
    const Vec<T> inner = minimum<T>(magnitude, splat(delta));
    const Vec<T> loss = (inner * inner * T(0.5) + (magnitude - inner) * delta) * scale;
    return {loss, minimum<T>(maximum<T>(e, splat(-delta)), splat(delta)) * scale};
  }
};

// With a = |e|, t = e^-a and m = t - 1: a - log 2 + log(1 + t^2), which overflows nowhere but
// cancels for small a. There it is log(1 + m^2 / (2 t)), as cosh(a) - 1 = (1 - t)^2 / (2 t). For
// a < 1 that quotient is below 0.55, so one log1p_of_fraction serves both.
struct LogCoshError {
  template <class T>
  static LAMINA_INLINE LossAndSlope<T> apply(Vec<T> p, Vec<T> t, const LossNumbers<T>&) {
    constexpr T log_2 = T(0.69314718055994530942);
    const Vec<T> e = p - t, magnitude = absolute<T>(e);
    const Mask<T> near = magnitude < T(1);
    const Vec<T> m = expm1_of_negative<T>(-magnitude), power = m + T(1);
    const Vec<T> fraction = near ? m * m / (power + power) : power * power;
    const Vec<T> rest = near ? Vec<T>{} : magnitude - log_2;
    return {rest + log1p_of_fraction<T>(fraction), tanh_of<T>(e)};
  }
};

struct CrossEntropyOfProbability {
  template <class T>
  static LAMINA_INLINE LossAndSlope<T> apply(Vec<T> p, Vec<T> t, const LossNumbers<T>& numbers) {
    const T smoothing = numbers.of[0];
    t = t * (T(1) - smoothing) + T(0.5) * smoothing;
    const Vec<T> q = clip_probability<T>(p);
    const Vec<T> rest = T(1) - q;
    const Vec<T> slope = (q - t) / (q * rest);
    return {-(t * log_of<T>(q) + (T(1) - t) * log_of<T>(rest)),
            is_clipped<T>(p) ? Vec<T>{} : slope};
  }
};

// max(x, 0) - x t + log(1 + e^-|x|)
struct CrossEntropyOfLogit {
  template <class T>
  static LAMINA_INLINE LossAndSlope<T> apply(Vec<T> x, Vec<T> t, const LossNumbers<T>& numbers) {
    const T smoothing = numbers.of[0];
    t = t * (T(1) - smoothing) + T(0.5) * smoothing;
    const Vec<T> positive = x < T(0) ? Vec<T>{} : x;
    const Vec<T> loss = positive - x * t + log1p_of<T>(exp_of<T>(-absolute<T>(x)));
    return {loss, sigmoid_of<T>(x) - t};
  }
};

// The target distribution of one row: dense values, or a label seen as one. The label is read
// once, whatever the compiler makes of it: its owner may change it.
template <class T>
struct DenseTarget {
  const T* values;
  T smoothing, cols;
  LAMINA_INLINE DenseTarget(const LossRows<T>& g, std::int64_t row)
      : values(static_cast<const T*>(g.target) + row * g.cols),
        smoothing(g.numbers.of[0]),
        cols(T(g.cols)) {}
  LAMINA_INLINE bool is_valid(const LossRows<T>&, std::int64_t) const { return true; }
  LAMINA_INLINE Vec<T> at(std::int64_t i, int count) const {
    const Vec<T> smoothed = load_some(values + i, count) * (T(1) - smoothing) + smoothing / cols;
    return load(lane_numbers<T>) < T(count) ? smoothed : Vec<T>{};
  }
};

template <class T>
struct LabelTarget {
  std::int64_t label;
  LAMINA_INLINE LabelTarget(const LossRows<T>& g, std::int64_t row)
      : label(static_cast<const volatile std::int64_t*>(g.target)[row]) {}
  LAMINA_INLINE bool is_valid(const LossRows<T>& g, std::int64_t row) const {
    if (label >= 0 && label < g.cols) return true;
    if (g.fault->row < 0) *g.fault = {row, label};
    g.losses[row] = T(0);
    for (std::int64_t i = 0; g.grad != nullptr && i < g.cols; ++i) g.grad[row * g.cols + i] = T(0);
    return false;
  }
  LAMINA_INLINE Vec<T> at(std::int64_t i, int) const {
    const std::int64_t lane = label - i;
    const T where = lane >= 0 && lane < lanes<T> ? T(lane) : T(-1);
    return load(lane_numbers<T>) == where ? splat(T(1)) : Vec<T>{};
  }
};

// -sum t log softmax(x) = sum(t) log_sum - sum t (x - max); slope softmax(x) sum(t) - t.
template <class T, class Target>
void logit_crossentropy_kernel(const LossRows<T>& g) {
  for (std::int64_t row = 0; row < g.rows; ++row) {
    const Target target(g, row);
    if (!target.is_valid(g, row)) continue;
    const T* x = g.prediction + row * g.cols;
    const auto [top, sum] = softmax_sums(x, g.cols);
    Vec<T> target_sums = {}, products = {};
    for_each_vector<T>(g.cols, [&](std::int64_t i, int count) LAMINA_LAMBDA {
      const Vec<T> t = target.at(i, count);
      target_sums += t;
      // A class of target 0 may have a logit of minus infinity.
      const Vec<T> product = t * (load_some(x + i, count) - top);
      products += t == T(0) ? Vec<T>{} : product;
    });
    const T target_sum = sum_lanes<T>(target_sums);
    g.losses[row] = target_sum * log_scalar(sum) - sum_lanes<T>(products);
    if (g.grad == nullptr) continue;
    T* const grad = g.grad + row * g.cols;
    const T factor = g.scale * (g.weights ? g.weights[row] : T(1));
    const T share = target_sum / sum;
    for_each_vector<T>(g.cols, [&](std::int64_t i, int count) LAMINA_LAMBDA {
      const Vec<T> e = exp_of<T>(load_some(x + i, count) - top);
      store_some(grad + i, (e * share - target.at(i, count)) * factor, count);
    });
  }
}

// q = p / S with S = sum p, clipped; loss -sum t log q. With s = -t / q (0 where clipped), the
// slope is (s - sum s q) / S.
template <class T, class Target>
void probability_crossentropy_kernel(const LossRows<T>& g) {
  for (std::int64_t row = 0; row < g.rows; ++row) {
    const Target target(g, row);
    if (!target.is_valid(g, row)) continue;
    const T* p = g.prediction + row * g.cols;
    const T inverse_sum = T(1) / reduce_row<T, SumOp>(p, g.cols);
    Vec<T> losses = {}, kept = {};
    for_each_vector<T>(g.cols, [&](std::int64_t i, int count) LAMINA_LAMBDA {
      const Vec<T> t = target.at(i, count);
      const Vec<T> q = load_some(p + i, count) * inverse_sum;
      losses -= t * log_of<T>(clip_probability<T>(q));
      kept += is_clipped<T>(q) ? Vec<T>{} : t;
    });
    g.losses[row] = sum_lanes<T>(losses);
    if (g.grad == nullptr) continue;
    T* const grad = g.grad + row * g.cols;
    const T factor = g.scale * (g.weights ? g.weights[row] : T(1)) * inverse_sum;
    const T kept_sum = sum_lanes<T>(kept);
    for_each_vector<T>(g.cols, [&](std::int64_t i, int count) LAMINA_LAMBDA {
      const Vec<T> q = load_some(p + i, count) * inverse_sum;
      const Vec<T> ratio = target.at(i, count) / q;
      const Vec<T> slope = kept_sum - (is_clipped<T>(q) ? Vec<T>{} : ratio);
      store_some(grad + i, slope * factor, count);
    });
  }
}

// The first position of the largest value; that of a NaN, if there is one.
template <class T>
LAMINA_INLINE std::int64_t first_largest(const T* x, std::int64_t n) {
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < n && x[best] == x[best]; ++i) {
    if (x[i] > x[best] || x[i] != x[i]) best = i;
  }
  return best;
}

template <class T>
void binary_accuracy_kernel(const T* prediction, const void* target, T threshold, std::int64_t rows,
                            std::int64_t cols, T* matches) {
  const T* t = static_cast<const T*>(target);
  for (std::int64_t row = 0; row < rows; ++row, prediction += cols, t += cols) {
    std::int64_t right = 0;
    for (std::int64_t i = 0; i < cols; ++i) {
      right += t[i] == (prediction[i] > threshold ? T(1) : T(0));
    }
    matches[row] = T(right) / T(cols);
  }
}

template <class T>
void exact_accuracy_kernel(const T* prediction, const void* target, T, std::int64_t rows,
                           std::int64_t cols, T* matches) {
  const T* t = static_cast<const T*>(target);
  for (std::int64_t row = 0; row < rows; ++row, prediction += cols, t += cols) {
    std::int64_t right = 0;
    for (std::int64_t i = 0; i < cols; ++i) right += prediction[i] == t[i];
    matches[row] = T(right) / T(cols);
  }
}

template <class T>
void categorical_accuracy_kernel(const T* prediction, const void* target, T, std::int64_t rows,
                                 std::int64_t cols, T* matches) {
  const T* t = static_cast<const T*>(target);
  for (std::int64_t row = 0; row < rows; ++row, prediction += cols, t += cols) {
    matches[row] = first_largest(prediction, cols) == first_largest(t, cols) ? T(1) : T(0);
  }
}

template <class T>
void sparse_accuracy_kernel(const T* prediction, const void* target, T, std::int64_t rows,
                            std::int64_t cols, T* matches) {
  const std::int64_t* labels = static_cast<const std::int64_t*>(target);
  for (std::int64_t row = 0; row < rows; ++row, prediction += cols) {
    matches[row] = first_largest(prediction, cols) == labels[row] ? T(1) : T(0);
  }
}

template <class T>
constexpr LossKernels<T> loss_kernels = {
    {
        {mean_loss_kernel<T, SquaredError>, mean_loss_kernel<T, SquaredError>},
        {mean_loss_kernel<T, CrossEntropyOfProbability>, mean_loss_kernel<T, CrossEntropyOfLogit>},
        {probability_crossentropy_kernel<T, DenseTarget<T>>,
         logit_crossentropy_kernel<T, DenseTarget<T>>},
        {probability_crossentropy_kernel<T, LabelTarget<T>>,
         logit_crossentropy_kernel<T, LabelTarget<T>>},
        {mean_loss_kernel<T, AbsoluteError>, mean_loss_kernel<T, AbsoluteError>},
        {mean_loss_kernel<T, HuberError<false>>, mean_loss_kernel<T, HuberError<false>>},
        {mean_loss_kernel<T, HuberError<true>>, mean_loss_kernel<T, HuberError<true>>},
        {mean_loss_kernel<T, LogCoshError>, mean_loss_kernel<T, LogCoshError>},
    },
    {binary_accuracy_kernel<T>, categorical_accuracy_kernel<T>, sparse_accuracy_kernel<T>,
     exact_accuracy_kernel<T>},
};
