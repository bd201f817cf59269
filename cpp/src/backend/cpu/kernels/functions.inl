// What the rows of unary.def and binary.def compute, as functors over vectors. A NaN passes through
// every one of them.

/// The numbers a function may depend on beside its argument, such as a slope.
template <class T>
struct Parameters {
  T a, b, c;
};

#define LAMINA_OP(name, expression)                                                      \
  struct name {                                                                          \
    template <class T>                                                                   \
    static LAMINA_INLINE Vec<T> apply(Vec<T> x, [[maybe_unused]] Parameters<T> p = {}) { \
      return expression;                                                                 \
    }                                                                                    \
  };

// Limits of products such as x * sigmoid(x) at -infinity: below, they are 0 in this format.
template <class T>
LAMINA_INLINE Vec<T> above_exp_low(Vec<T> x) {
  return x < FloatFormat<T>::exp_low ? splat(FloatFormat<T>::exp_low) : x;
}

// x * slope, and 0 for a slope of 0, be x infinite.
template <class T>
LAMINA_INLINE Vec<T> sloped(Vec<T> x, T slope) {
  return splat(slope) == T(0) ? Vec<T>{} : x * slope;
}

template <class T>
LAMINA_INLINE Vec<T> positive_part(Vec<T> x) {
  return x < T(0) ? Vec<T>{} : x;
}

// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), which overflows nowhere.
template <class T>
LAMINA_INLINE Vec<T> softplus_of(Vec<T> x) {
  return positive_part<T>(x) + log1p_of_fraction<T>(exp_of_negative<T>(-absolute<T>(x)));
}

// 2 sqrt(2 / pi) (x + 0.044715 x^3): gelu's approximation is x sigmoid of it.
template <class T>
LAMINA_INLINE Vec<T> gelu_argument(Vec<T> x) {
  return x * T(1.5957691216057307118) + x * x * x * T(0.071354816272600248776);
}

constexpr double selu_scale = 1.0507009873554804934, selu_alpha = 1.6732632423543772848;

// tanh(softplus(x)) = n / (n + 2) with n = e^x (e^x + 2).
template <class T>
LAMINA_INLINE Vec<T> mish_term(Vec<T> x) {
  constexpr T high = FloatFormat<T>::expm1_plain + 2;  // n / (n + 2) rounds to 1 from there on
  const Vec<T> e = exp_of<T>(x > high ? splat(high) : x);
  return e * (e + T(2));
}

template <class T>
LAMINA_INLINE Vec<T> mish_ratio(Vec<T> x) {
  const Vec<T> n = mish_term<T>(x);
  return n / (n + T(2));
}

// sqrt(x^2 + b), where x^2 does not overflow.
template <class T>
constexpr T squareplus_large = sizeof(T) == 4 ? T(0x1p60) : T(0x1p500);
template <class T>
LAMINA_INLINE Vec<T> squareplus_root(Vec<T> x, T b) {
  const Vec<T> magnitude = absolute<T>(x);
  const Mask<T> is_plain = (magnitude > squareplus_large<T>) | (splat(b) == T(0));
  return is_plain ? magnitude : square_root_of<T>(x * x + b);
}

// (x + root) / 2, and for negative x the same without cancellation: b / 2 / (root - x).
template <class T>
LAMINA_INLINE Vec<T> squareplus_of(Vec<T> x, T b) {
  const Vec<T> root = squareplus_root<T>(x, b);
  return x >= T(0) ? x * T(0.5) + root * T(0.5) : T(0.5) * b / (root - x);
}

namespace unary {
LAMINA_OP(identity, x)
LAMINA_OP(negative, -x)
LAMINA_OP(abs, absolute<T>(x))
LAMINA_OP(sign, (x > T(0) ? splat(T(1)) : x < T(0) ? splat(T(-1)) : x))
LAMINA_OP(floor, floor_of<T>(x))
LAMINA_OP(ceil, ceil_of<T>(x))
LAMINA_OP(round, round_of<T>(x))
LAMINA_OP(square, (x * x))
LAMINA_OP(sqrt, square_root_of<T>(x))
LAMINA_OP(rsqrt, T(1) / square_root_of<T>(x))
LAMINA_OP(reciprocal, T(1) / x)
LAMINA_OP(exp, exp_of<T>(x))
LAMINA_OP(expm1, expm1_of<T>(x))
LAMINA_OP(log, log_of<T>(x))
LAMINA_OP(log2, log2_of<T>(x))
LAMINA_OP(log1p, (x == FloatFormat<T>::infinity ? x : log1p_of<T>(x)))
LAMINA_OP(erf, erf_of<T>(x))
LAMINA_OP(clip, (minimum<T>(maximum<T>(x, splat(p.a)), splat(p.b))))
LAMINA_OP(step, (x >= T(0) ? splat(T(1)) : x < T(0) ? Vec<T>{} : x))
LAMINA_OP(relu, positive_part<T>(x))
// Keras's three arguments: a slope below the threshold, a maximum, a threshold.
LAMINA_OP(bounded_relu, (x <= p.c ? sloped<T>(x - p.c, p.a) : x > p.b ? splat(p.b) : x))
LAMINA_OP(leaky_relu, (x < T(0) ? sloped<T>(x, p.a) : x))
LAMINA_OP(elu, (x > T(0) ? x : expm1_of_negative<T>(x) * p.a))
LAMINA_OP(selu,
          (x > T(0) ? x * T(selu_scale) : expm1_of_negative<T>(x) * T(selu_scale * selu_alpha)))
LAMINA_OP(celu, (x > T(0) ? x : expm1_of_negative<T>(x / p.a) * p.a))
LAMINA_OP(gelu, above_exp_low<T>(x) * normal_cdf<T>(x))
LAMINA_OP(gelu_tanh, above_exp_low<T>(x) * sigmoid_of<T>(gelu_argument<T>(x)))
LAMINA_OP(sinh, sinh_of<T>(x))
LAMINA_OP(sin, sin_of<T>(x))
LAMINA_OP(cos, cos_of<T>(x))
LAMINA_OP(arctan, arctan_of<T>(x))
LAMINA_OP(tanh, tanh_of<T>(x))
LAMINA_OP(sigmoid, sigmoid_of<T>(x))
LAMINA_OP(softplus, softplus_of<T>(x))
LAMINA_OP(softsign,
          (absolute<T>(x) == FloatFormat<T>::infinity ? (x > T(0) ? splat(T(1)) : splat(T(-1)))
                                                      : x / (absolute<T>(x) + T(1))))
LAMINA_OP(silu, above_exp_low<T>(x) / (exp_of<T>(-x) + T(1)))
LAMINA_OP(mish, above_exp_low<T>(x) * mish_ratio<T>(x))
LAMINA_OP(hard_sigmoid, minimum<T>(maximum<T>(x + T(3), Vec<T>{}), splat(T(6))) / T(6))
LAMINA_OP(hard_silu, (x < T(-3) ? Vec<T>{} : x > T(3) ? x : x * (x + T(3)) / T(6)))
LAMINA_OP(log_sigmoid, -softplus_of<T>(-x))
LAMINA_OP(threshold, (x <= p.a ? splat(p.b) : x))
LAMINA_OP(tanh_shrink, tanh_shrink_of<T>(x))
LAMINA_OP(soft_shrink, (x < -p.a ? x + p.a : x <= p.a ? Vec<T>{} : x - p.a))
LAMINA_OP(hard_shrink, (absolute<T>(x) <= p.a ? Vec<T>{} : x))
LAMINA_OP(squareplus, squareplus_of<T>(x, p.a))
LAMINA_OP(sparse_plus, (x <= T(-1) ? Vec<T>{} : x < T(1) ? (x + T(1)) * (x + T(1)) * T(0.25) : x))
LAMINA_OP(sparse_sigmoid, (minimum<T>(maximum<T>(x + T(1), Vec<T>{}), splat(T(2))) * T(0.5)))
}  // namespace unary
#undef LAMINA_OP

// dx from dy and s, the value unary.def says the gradient is computed from.
#define LAMINA_OP(name, expression)                                         \
  struct name {                                                             \
    template <class T>                                                      \
    static LAMINA_INLINE Vec<T> apply(Vec<T> dy, [[maybe_unused]] Vec<T> s, \
                                      [[maybe_unused]] Parameters<T> p) {   \
      return expression;                                                    \
    }                                                                       \
  };

// dy where `inside`, else 0, and NaN where s is one.
template <class T>
LAMINA_INLINE Vec<T> where_inside(Mask<T> inside, Vec<T> dy, Vec<T> s) {
  return inside ? dy : (s == s ? Vec<T>{} : s);
}

// sigmoid(x), and x times its slope, where x may be infinite.
template <class T>
LAMINA_INLINE Vec<T> sigmoid_times(Vec<T> x, Vec<T> argument_slope, Vec<T> sigmoid) {
  const Vec<T> flat = sigmoid * (T(1) - sigmoid);
  return sigmoid + (flat == T(0) ? Vec<T>{} : x * flat * argument_slope);
}

template <class T>
LAMINA_INLINE Vec<T> gelu_slope(Vec<T> x) {
  constexpr T inverse_sqrt_2_pi = T(0.39894228040143267794);
  const Vec<T> density = exp_of_negative_square<T>(x, T(0.5));
  const Vec<T> flat = density == T(0) ? Vec<T>{} : x * density * inverse_sqrt_2_pi;
  return normal_cdf<T>(x) + flat;
}

// (x tanh(softplus(x)))' = t + x (1 - t^2) sigmoid(x), t = n / (n + 2).
template <class T>
LAMINA_INLINE Vec<T> mish_slope(Vec<T> x) {
  const Vec<T> n = mish_term<T>(x);
  const Vec<T> inverse = T(1) / (n + T(2));
  const Vec<T> rest = (n + T(1)) * T(4) * inverse * inverse * sigmoid_of<T>(x);
  return n * inverse + above_exp_low<T>(x > T(80) ? splat(T(80)) : x) * rest;
}

template <class T>
LAMINA_INLINE Vec<T> squareplus_slope(Vec<T> x, T b) {
  const Vec<T> finite = x > squareplus_large<T> ? splat(squareplus_large<T>) : x;
  const Vec<T> root = squareplus_root<T>(finite, b);
  return root == T(0) ? splat(T(0.5)) : squareplus_of<T>(finite, b) / root;
}

namespace gradient {
LAMINA_OP(identity, dy)
LAMINA_OP(negative, -dy)
LAMINA_OP(abs, (s > T(0) ? dy : s < T(0) ? -dy : s * T(0)))  // 0 at 0, NaN at NaN
LAMINA_OP(sign, dy* T(0))
LAMINA_OP(floor, dy* T(0))
LAMINA_OP(ceil, dy* T(0))
LAMINA_OP(round, dy* T(0))
LAMINA_OP(square, (dy * (s + s)))
LAMINA_OP(sqrt, (dy * (T(0.5) / s)))
LAMINA_OP(rsqrt, (dy * (s * T(-0.5) * s * s)))
LAMINA_OP(reciprocal, -(dy*(s* s)))
LAMINA_OP(exp, (dy * s))
LAMINA_OP(expm1, (dy * (s + T(1))))
LAMINA_OP(log, dy / s)
LAMINA_OP(log2, (dy * T(1.44269504088896340736)) / s)
LAMINA_OP(log1p, dy / (s + T(1)))
LAMINA_OP(erf, (dy * T(1.1283791670955125739) * exp_of_negative_square<T>(s, T(1))))
LAMINA_OP(clip, where_inside<T>((s >= p.a) & (s <= p.b), dy, s))
LAMINA_OP(step, dy* T(0))
LAMINA_OP(relu, (s > T(0) ? dy : s * T(0)))  // likewise
LAMINA_OP(bounded_relu, (s < p.c ? dy * p.a : where_inside<T>((s > p.c) & (s < p.b), dy, s)))
LAMINA_OP(leaky_relu, (s < T(0) ? dy * p.a : s == s ? dy : s))
LAMINA_OP(elu, (s > T(0) ? dy : dy * (s + p.a)))
LAMINA_OP(selu, (s > T(0) ? dy * T(selu_scale) : dy * (s + T(selu_scale * selu_alpha))))
LAMINA_OP(celu, (s > T(0) ? dy : dy * (s / p.a + T(1))))
LAMINA_OP(gelu, (dy * gelu_slope<T>(s)))
LAMINA_OP(gelu_tanh,
          (dy * sigmoid_times<T>(s, s * s * T(0.21406444881780074633) + T(1.5957691216057307118),
                                 sigmoid_of<T>(gelu_argument<T>(s)))))
LAMINA_OP(sinh, (dy * cosh_of<T>(s)))
LAMINA_OP(sin, (dy * cos_of<T>(s)))
LAMINA_OP(cos, -(dy* sin_of<T>(s)))
LAMINA_OP(arctan, dy / (s * s + T(1)))
LAMINA_OP(tanh, (dy * (T(1) - s * s)))
LAMINA_OP(sigmoid, (dy * (s * (T(1) - s))))
LAMINA_OP(softplus, (dy * sigmoid_of<T>(s)))
LAMINA_OP(softsign, dy / ((absolute<T>(s) + T(1)) * (absolute<T>(s) + T(1))))
LAMINA_OP(silu, (dy * sigmoid_times<T>(s, splat(T(1)), sigmoid_of<T>(s))))
LAMINA_OP(mish, (dy * mish_slope<T>(s)))
LAMINA_OP(hard_sigmoid, where_inside<T>((s > T(-3)) & (s < T(3)), dy* T(1.0 / 6), s))
LAMINA_OP(hard_silu,
          (s > T(3) ? dy
                    : where_inside<T>((s >= T(-3)) & (s <= T(3)), dy*(s* T(1.0 / 3) + T(0.5)), s)))
LAMINA_OP(log_sigmoid, (dy * sigmoid_of<T>(-s)))
LAMINA_OP(threshold, (s > p.a ? dy : where_inside<T>(s != s, s, s)))
LAMINA_OP(tanh_shrink, (dy * (tanh_of<T>(s) * tanh_of<T>(s))))
LAMINA_OP(soft_shrink, where_inside<T>(absolute<T>(s) > p.a, dy, s))
LAMINA_OP(hard_shrink, where_inside<T>(absolute<T>(s) > p.a, dy, s))
LAMINA_OP(squareplus, (dy * squareplus_slope<T>(s, p.a)))
LAMINA_OP(sparse_plus, (s >= T(1) ? dy : where_inside<T>(s > T(-1), dy*(s + T(1)) * T(0.5), s)))
LAMINA_OP(sparse_sigmoid, where_inside<T>((s > T(-1)) & (s < T(1)), dy* T(0.5), s))
}  // namespace gradient
#undef LAMINA_OP

#define LAMINA_OP(name, expression)                         \
  struct name {                                             \
    template <class T>                                      \
    static LAMINA_INLINE Vec<T> apply(Vec<T> a, Vec<T> b) { \
      return expression;                                    \
    }                                                       \
  };
// Of whole numbers: by squaring. Exponents are at least 0.
template <class T>
LAMINA_INLINE Vec<T> whole_power_of(Vec<T> base, Vec<T> exponent) {
  Vec<T> result = splat(T(1));
  for (int bit = 0; bit < 8 * static_cast<int>(sizeof(T)) - 1; ++bit) {
    result = (exponent & 1) != 0 ? result * base : result;
    base *= base;
    exponent >>= 1;
  }
  return result;
}

template <class T>
LAMINA_INLINE Vec<T> any_power_of(Vec<T> base, Vec<T> exponent) {
  if constexpr (T(0.5) != T(0))
    return power_of<T>(base, exponent);
  else
    return whole_power_of<T>(base, exponent);
}

namespace binary {
LAMINA_OP(add, a + b)
LAMINA_OP(subtract, a - b)
LAMINA_OP(multiply, (a * b))
LAMINA_OP(divide, a / b)
LAMINA_OP(maximum, (::lamina::cpu::maximum<T>(a, b)))
LAMINA_OP(minimum, (::lamina::cpu::minimum<T>(a, b)))
LAMINA_OP(power, any_power_of<T>(a, b))
}  // namespace binary
#undef LAMINA_OP
