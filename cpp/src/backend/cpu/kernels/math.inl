// Elementary functions over vectors, without libm. Polynomials are plain Taylor series: over the
// reduced ranges below, the terms kept leave less than a tenth of a unit in the last place (ulp).
// bench and tests measure the whole: tests/cpp/backend/accuracy_test.cpp.

template <class T>
struct FloatFormat;

template <>
struct FloatFormat<float> {
  static constexpr int mantissa_bits = 23, exponent_bias = 127;
  static constexpr float smallest_normal = 0x1p-126f, infinity = __builtin_inff();
  // Adding and subtracting 1.5 * 2^mantissa_bits rounds to the nearest integer.
  static constexpr float round = 0x1.8p23f;
  // ln 2 in two parts; the first has 9 bits, so that times an exponent it is exact.
  static constexpr float ln2_high = 0x1.63p-1f, ln2_low = -0x1.bd0106p-13f;
  // e^x: beyond these it is 0, or infinite. Terms x^n / n! up to (ln 2 / 2)^n / n! < 2^-27.
  static constexpr float exp_low = -104.0f, exp_high = 89.0f;
  static constexpr int exp_terms = 8;
  // tanh(x) rounds to 1 from here on.
  static constexpr float tanh_one = 9.1f;
  // atanh series of log: terms s^2n / (2n + 1) with s^2 < 0.0295.
  static constexpr int log_terms = 4;
};

template <>
struct FloatFormat<double> {
  static constexpr int mantissa_bits = 52, exponent_bias = 1023;
  static constexpr double smallest_normal = 0x1p-1022, infinity = __builtin_inf();
  static constexpr double round = 0x1.8p52;
  static constexpr double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
  static constexpr double exp_low = -746.0, exp_high = 710.0;
  static constexpr int exp_terms = 14;
  static constexpr double tanh_one = 19.1;
  static constexpr int log_terms = 9;
};

// 2^n for an integer-valued n within the normal exponents.
template <class T>
LAMINA_INLINE Vec<T> power_of_two(Mask<T> n) {
  return (Vec<T>)((n + FloatFormat<T>::exponent_bias) << FloatFormat<T>::mantissa_bits);
}

// x = n ln 2 + r with |r| <= ln 2 / 2.
template <class T>
struct ExpReduction {
  Mask<T> n;
  Vec<T> r;
};

template <class T>
LAMINA_INLINE ExpReduction<T> reduce_for_exp(Vec<T> x) {
  using F = FloatFormat<T>;
  const Vec<T> shifted = x * T(1.44269504088896340736) + F::round;
  const Vec<T> n = shifted - F::round;
  const Mask<T> bits = (Mask<T>)shifted - (Mask<T>)splat(F::round);
  return {bits, (x - n * F::ln2_high) - n * F::ln2_low};
}

// (e^r - 1 - r) / r^2 = 1/2! + r/3! + r^2/4! + ...
template <class T>
LAMINA_INLINE Vec<T> exp_tail(Vec<T> r) {
  constexpr int terms = FloatFormat<T>::exp_terms;
  double inverse_factorials[terms];
  double factorial = 1;
#pragma GCC unroll 16
  for (int i = 2; i < terms; ++i) inverse_factorials[i] = 1 / (factorial *= i);
  Vec<T> sum = splat(T(inverse_factorials[terms - 1]));
#pragma GCC unroll 16
  for (int i = terms - 2; i >= 2; --i) sum = sum * r + T(inverse_factorials[i]);
  return sum;
}

template <class T>
LAMINA_INLINE Vec<T> exp_of(Vec<T> x) {
  using F = FloatFormat<T>;
  x = x < F::exp_low ? splat(F::exp_low) : x;
  x = x > F::exp_high ? splat(F::exp_high) : x;
  const auto [n, r] = reduce_for_exp<T>(x);
  const Vec<T> p = r + r * r * exp_tail<T>(r) + T(1);
  // In two steps, for 2^n itself may overflow, or be denormal, where the result is neither.
  const Mask<T> half = n >> 1;
  return p * power_of_two<T>(half) * power_of_two<T>(n - half);
}

// tanh(|x|) = e / (e + 2) with e = e^(2|x|) - 1 = 2^n (e^r - 1) + (2^n - 1), accurate near 0 too.
template <class T>
LAMINA_INLINE Vec<T> tanh_of(Vec<T> x) {
  using F = FloatFormat<T>;
  const Mask<T> sign = (Mask<T>)x & (Mask<T>)splat(T(-0.0));
  const Vec<T> magnitude = (Vec<T>)((Mask<T>)x ^ sign);
  const Vec<T> clamped = magnitude > F::tanh_one ? splat(F::tanh_one) : magnitude;
  const auto [n, r] = reduce_for_exp<T>(clamped + clamped);
  const Vec<T> scale = power_of_two<T>(n);
  const Vec<T> e = (r + r * r * exp_tail<T>(r)) * scale + (scale - T(1));
  return (Vec<T>)((Mask<T>)(e / (e + T(2))) | sign);
}

template <class T>
LAMINA_INLINE Vec<T> sigmoid_of(Vec<T> x) {
  return T(1) / (exp_of<T>(-x) + T(1));
}

// x = 2^k m with m in [sqrt(1/2), sqrt(2)), f = m - 1, s = f / (2 + f); then
// log m = 2 atanh s = f - (f^2/2 - s (f^2/2 + R)), R = 2/3 s^2 + 2/5 s^4 + ..., as in FreeBSD's
// msun.
template <class T>
LAMINA_INLINE Vec<T> log_of(Vec<T> x) {
  using F = FloatFormat<T>;
  const Mask<T> is_denormal = x < F::smallest_normal;
  const Vec<T> scaled = is_denormal ? x * T(std::int64_t{1} << F::mantissa_bits) : x;
  using Bits = Vec<UnsignedOf<T>>;  // subtracting may wrap around, for numbers without logarithm
  constexpr auto sqrt_half =
      sizeof(T) == 4 ? UnsignedOf<T>(0x3F3504F3) : UnsignedOf<T>(0x3FE6A09E667F3BCD);
  const Bits offset = (Bits)scaled - sqrt_half;
  const Mask<T> k = ((Mask<T>)offset >> F::mantissa_bits) - (is_denormal & F::mantissa_bits);
  const Bits mantissa = (offset & ((UnsignedOf<T>(1) << F::mantissa_bits) - 1)) + sqrt_half;
  const Vec<T> f = (Vec<T>)mantissa - T(1);
  const Vec<T> s = f / (f + T(2));
  const Vec<T> z = s * s;
  Vec<T> series = splat(T(2.0 / (2 * F::log_terms + 1)));
#pragma GCC unroll 16
  for (int i = F::log_terms - 1; i >= 1; --i) series = series * z + T(2.0 / (2 * i + 1));
  const Vec<T> half_square = f * f * T(0.5);
  const Vec<T> kt = __builtin_convertvector(k, Vec<T>);
  Vec<T> result =
      kt * F::ln2_high - ((half_square - (s * (half_square + z * series) + kt * F::ln2_low)) - f);
  result = x == F::infinity ? x : result;
  result = x == T(0) ? splat(-F::infinity) : result;
  return ((x < T(0)) | (x != x)) ? splat(T(__builtin_nan(""))) : result;
}

// log(1 + x) for x >= 0, relatively accurate for small x: the rounding of 1 + x is divided out.
template <class T>
LAMINA_INLINE Vec<T> log1p_of(Vec<T> x) {
  const Vec<T> u = x + T(1);
  const Vec<T> step = u - T(1);
  return step == T(0) ? x : log_of<T>(u) * (x / step);
}
