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
      v -= a * a;
    }
    Vec<T> change = g * step.learning_rate / square_root_of<T>(v + step.epsilon);
    if constexpr (has_momentum) {
      change += load_some(momentum + i, count) * step.momentum;
      store_some(momentum + i, change, count);
    }
    store_some(weight + i, load_some(weight + i, count) * step.keep - change, count);
  });
}
