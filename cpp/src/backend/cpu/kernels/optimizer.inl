// One optimizer step on a stretch of one weight: one pass over weight, gradient and slots.

enum class Momentum { none, plain, nesterov };

// The gradient scaled and clipped, and the weight decayed, as every step begins.
template <class T>
LAMINA_INLINE Vec<T> used_gradient(const OptimizerStep<T>& step, Vec<T> grad) {
  const Vec<T> g = grad * step.grad_scale;
  const Vec<T> above = g < -step.clip ? splat(-step.clip) : g;
  return above > step.clip ? splat(step.clip) : above;
}

// v + (g^2 - v) share. An average that once overflowed stays infinite, and its weight stays as it
// is: infinity minus itself would make both NaN for ever.
template <class T>
LAMINA_INLINE Vec<T> moving_square(Vec<T> v, Vec<T> g, T share) {
  return v + (v != FloatFormat<T>::infinity ? g * g - v : v) * share;
}

template <class T, Momentum kind>
void sgd_kernel(const OptimizerStep<T>& options, T* weight, const T* grad, T* const slots[3],
                std::int64_t n) {
  const OptimizerStep<T> step = options;
  T* const momentum = slots[0];
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> g = used_gradient<T>(step, load_some(grad + i, count));
    Vec<T> w = load_some(weight + i, count) * step.keep;
    if constexpr (kind == Momentum::none) {
      w -= g * step.learning_rate;
    } else {
      const Vec<T> m = load_some(momentum + i, count) * step.momentum - g * step.learning_rate;
      store_some(momentum + i, m, count);
      w += kind == Momentum::plain ? m : m * step.momentum - g * step.learning_rate;
    }
    store_some(weight + i, w, count);
  });
}

template <class T, bool amsgrad>
void adam_kernel(const OptimizerStep<T>& options, T* weight, const T* grad, T* const slots[3],
                 std::int64_t n) {
  const OptimizerStep<T> step = options;
  T* const mean = slots[0];
  T* const square = slots[1];
  T* const highest_square = slots[2];
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> g = used_gradient<T>(step, load_some(grad + i, count));
    Vec<T> m = load_some(mean + i, count);
    Vec<T> v = load_some(square + i, count);
    m += (g - m) * step.one_minus_beta_1;
    v = moving_square<T>(v, g, step.one_minus_beta_2);
    store_some(mean + i, m, count);
    store_some(square + i, v, count);
    if constexpr (amsgrad) {
      v = maximum<T>(load_some(highest_square + i, count), v);
      store_some(highest_square + i, v, count);
    }
    const Vec<T> w = load_some(weight + i, count) * step.keep;
    const Vec<T> change = m * step.learning_rate / (square_root_of<T>(v) + step.epsilon);
    store_some(weight + i, w - change, count);
  });
}

template <class T>
void nadam_kernel(const OptimizerStep<T>& options, T* weight, const T* grad, T* const slots[3],
                  std::int64_t n) {
  const OptimizerStep<T> step = options;
  T* const mean = slots[0];
  T* const square = slots[1];
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> g = used_gradient<T>(step, load_some(grad + i, count));
    Vec<T> m = load_some(mean + i, count);
    Vec<T> v = load_some(square + i, count);
    m += (g - m) * step.one_minus_beta_1;
    v = moving_square<T>(v, g, step.one_minus_beta_2);
    store_some(mean + i, m, count);
    store_some(square + i, v, count);
    const Vec<T> w = load_some(weight + i, count) * step.keep;
    const Vec<T> ahead = m * step.learning_rate + g * step.gradient_rate;
    store_some(weight + i, w - ahead / (square_root_of<T>(v) + step.epsilon), count);
  });
}

template <class T, bool has_momentum, bool centered>
void rmsprop_kernel(const OptimizerStep<T>& options, T* weight, const T* grad, T* const slots[3],
                    std::int64_t n) {
  const OptimizerStep<T> step = options;
  T* const square = slots[0];
  T* const momentum = slots[1];
  T* const average = slots[has_momentum ? 2 : 1];
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> g = used_gradient<T>(step, load_some(grad + i, count));
    Vec<T> v = load_some(square + i, count);
    v = moving_square<T>(v, g, step.one_minus_beta_2);
    store_some(square + i, v, count);
    if constexpr (centered) {
      Vec<T> a = load_some(average + i, count);
      a += (g - a) * step.one_minus_beta_2;
      store_some(average + i, a, count);
      // The variance. Rounding may leave less than 0, where epsilon too is lost beside the squares;
      // where they overflowed it stays infinite.
      const Vec<T> variance = v - a * a;
      v = v == FloatFormat<T>::infinity ? v : variance <= -step.epsilon ? Vec<T>{} : variance;
    }
    Vec<T> change = g * step.learning_rate / square_root_of<T>(v + step.epsilon);
    if constexpr (has_momentum) {
      change += load_some(momentum + i, count) * step.momentum;
      store_some(momentum + i, change, count);
    }
    store_some(weight + i, load_some(weight + i, count) * step.keep - change, count);
  });
}

template <class T>
void adamax_kernel(const OptimizerStep<T>& options, T* weight, const T* grad, T* const slots[3],
                   std::int64_t n) {
  const OptimizerStep<T> step = options;
  T* const mean = slots[0];
  T* const largest = slots[1];
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> g = used_gradient<T>(step, load_some(grad + i, count));
    Vec<T> m = load_some(mean + i, count);
    m += (g - m) * step.one_minus_beta_1;
    const Vec<T> magnitude = g < T(0) ? -g : g;
    const Vec<T> u = maximum<T>(load_some(largest + i, count) * step.momentum, magnitude);
    store_some(mean + i, m, count);
    store_some(largest + i, u, count);
    const Vec<T> w = load_some(weight + i, count) * step.keep;
    store_some(weight + i, w - m * step.learning_rate / (u + step.epsilon), count);
  });
}

template <class T>
void adagrad_kernel(const OptimizerStep<T>& options, T* weight, const T* grad, T* const slots[3],
                    std::int64_t n) {
  const OptimizerStep<T> step = options;
  T* const squares = slots[0];
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> g = used_gradient<T>(step, load_some(grad + i, count));
    const Vec<T> s = load_some(squares + i, count) + g * g;
    store_some(squares + i, s, count);
    const Vec<T> w = load_some(weight + i, count) * step.keep;
    const Vec<T> change = g * step.learning_rate / square_root_of<T>(s + step.epsilon);
    store_some(weight + i, w - change, count);
  });
}

template <class T>
void adadelta_kernel(const OptimizerStep<T>& options, T* weight, const T* grad, T* const slots[3],
                     std::int64_t n) {
  const OptimizerStep<T> step = options;
  T* const squares = slots[0];
  T* const changes = slots[1];
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> g = used_gradient<T>(step, load_some(grad + i, count));
    const Vec<T> s = moving_square<T>(load_some(squares + i, count), g, step.one_minus_beta_2);
    const Vec<T> d = load_some(changes + i, count);
    const Vec<T> change =
        g * square_root_of<T>(d + step.epsilon) / square_root_of<T>(s + step.epsilon);
    store_some(squares + i, s, count);
    store_some(changes + i, moving_square<T>(d, change, step.one_minus_beta_2), count);
    const Vec<T> w = load_some(weight + i, count) * step.keep;
    store_some(weight + i, w - change * step.learning_rate, count);
  });
}

template <class T>
constexpr T largest_number = T(sizeof(T) == 4 ? 0x1.fffffep127 : 0x1.fffffffffffffp1023);

// s^p, where s is at least 0.
template <class T, bool any_power>
LAMINA_INLINE Vec<T> ftrl_root(Vec<T> s, T power) {
  if constexpr (any_power) {
    return power_of<T>(s, splat(power));
  } else {
    return square_root_of<T>(s);
  }
}

template <class T, bool any_power>
void ftrl_kernel(const OptimizerStep<T>& options, T* weight, const T* grad, T* const slots[3],
                 std::int64_t n) {
  const OptimizerStep<T> step = options;
  T* const squares = slots[0];
  T* const linear = slots[1];
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> g = used_gradient<T>(step, load_some(grad + i, count));
    const Vec<T> w = load_some(weight + i, count) * step.keep;
    const Vec<T> s = load_some(squares + i, count);
    // The largest number stands for a sum that overflows: infinity less itself would be NaN.
    const Vec<T> sum = s + g * g;
    const Vec<T> more = sum > largest_number<T> ? splat(largest_number<T>) : sum;
    const Vec<T> root = ftrl_root<T, any_power>(more, step.momentum);
    const Vec<T> growth = root - ftrl_root<T, any_power>(s, step.momentum);
    const Vec<T> z =
        load_some(linear + i, count) + (g + w * step.shrinkage - growth * step.inverse_rate * w);
    const Vec<T> low = z < -step.l1 ? splat(-step.l1) : z;
    const Vec<T> clipped = low > step.l1 ? splat(step.l1) : low;
    store_some(squares + i, more, count);
    store_some(linear + i, z, count);
    store_some(weight + i, (clipped - z) / (root * step.inverse_rate + step.l2), count);
  });
}

template <class T>
void lion_kernel(const OptimizerStep<T>& options, T* weight, const T* grad, T* const slots[3],
                 std::int64_t n) {
  const OptimizerStep<T> step = options;
  T* const momentum = slots[0];
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> g = used_gradient<T>(step, load_some(grad + i, count));
    const Vec<T> m = load_some(momentum + i, count);
    const Vec<T> direction = m * step.beta_1 + g * step.one_minus_beta_1;
    // 0 for 0, and NaN for NaN.
    const Vec<T> rate = splat(step.learning_rate);
    const Vec<T> change = direction > T(0) ? rate : direction < T(0) ? -rate : direction;
    store_some(momentum + i, m + (g - m) * step.one_minus_beta_2, count);
    store_some(weight + i, load_some(weight + i, count) * step.keep - change, count);
  });
}

template <class T>
void schedule_free_kernel(const OptimizerStep<T>& options, T* weight, const T* grad,
                          T* const slots[3], std::int64_t n) {
  const OptimizerStep<T> step = options;
  T* const place = slots[0];
  T* const square = slots[1];
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> g = used_gradient<T>(step, load_some(grad + i, count));
    const Vec<T> w = load_some(weight + i, count) * step.keep;
    const Vec<T> z = load_some(place + i, count);
    const Vec<T> v = moving_square<T>(load_some(square + i, count), g, step.one_minus_beta_2);
    const Vec<T> old_mean = (w - z * step.one_minus_beta_1) / step.beta_1;
    const Vec<T> next = z - g * step.learning_rate / (square_root_of<T>(v) + step.epsilon);
    const Vec<T> mean = old_mean * (T(1) - step.gradient_rate) + next * step.gradient_rate;
    store_some(place + i, next, count);
    store_some(square + i, v, count);
    store_some(weight + i, next * step.one_minus_beta_1 + mean * step.beta_1, count);
  });
}

template <class T>
void adam_direction_kernel(const OptimizerStep<T>& options, T* weight, const T* grad,
                           T* const slots[3], std::int64_t n) {
  const OptimizerStep<T> step = options;
  T* const mean = slots[0];
  T* const square = slots[1];
  T* const direction = slots[2];
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> g = used_gradient<T>(step, load_some(grad + i, count));
    Vec<T> m = load_some(mean + i, count);
    m += (g - m) * step.one_minus_beta_1;
    const Vec<T> v = moving_square<T>(load_some(square + i, count), g, step.one_minus_beta_2);
    store_some(mean + i, m, count);
    store_some(square + i, v, count);
    store_some(direction + i, m * step.learning_rate / (square_root_of<T>(v) + step.epsilon),
               count);
    store_some(weight + i, load_some(weight + i, count) * step.keep, count);
  });
}

template <class T>
void accumulate_kernel(const OptimizerStep<T>& options, T* weight, const T* grad, T* const*,
                       std::int64_t n) {
  const OptimizerStep<T> step = options;
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> g = load_some(grad + i, count) * step.grad_scale;
    store_some(weight + i, load_some(weight + i, count) + g, count);
  });
}

template <class T>
void average_kernel(const OptimizerStep<T>& options, T* weight, const T* grad, T* const*,
                    std::int64_t n) {
  const OptimizerStep<T> step = options;
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> next = load_some(grad + i, count) * step.gradient_rate;
    store_some(weight + i, load_some(weight + i, count) * step.momentum + next, count);
  });
}
