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
  // e^x is denormal below this.
  static constexpr float exp_normal = -87.3365447f;
  static constexpr int exp_terms = 8;
  // tanh(x) rounds to 1 from here on.
  static constexpr float tanh_one = 9.1f;
  // atanh series of log: terms s^2n / (2n + 1) with s^2 < 0.0295.
  static constexpr int log_terms = 4;
  // e^x - 1 rounds to -1, or to e^x, from here on.
  static constexpr float expm1_plain = 18.0f;
  // By tests/golden/make_polynomials.py; see scaled_erfc, erf_of, tanh_shrink_of and
  // log1p_of_fraction.
  static constexpr float erfc_a = -1.42780749f, erfc_b = 4.85561497f, erfc_c = 2.0f;
  static constexpr float erfc_terms[] = {1.15152368f,    0.649597092f,    0.199802467f,
                                         0.0109806232f,  -0.0118151247f,  -0.00111517921f,
                                         0.00109714293f, 2.73269408e-05f, -9.81049425e-05f};
  static constexpr float erf_terms[] = {1.12837917f,    -0.376126195f,  0.112833865f,
                                        -0.0268351146f, 0.00511533211f, -0.000675647957f};
  static constexpr float tanh_shrink_terms[] = {0.333333333f,   -0.133333226f,  0.0539651677f,
                                                -0.0218357814f, 0.00868471699f, -0.00308992639f,
                                                0.000696533033f};
  static constexpr float log1p_terms[] = {0.333333337f, 0.199998532f, 0.14296179f, 0.108532879f,
                                          0.116121646f};
};

template <>
struct FloatFormat<double> {
  static constexpr int mantissa_bits = 52, exponent_bias = 1023;
  static constexpr double smallest_normal = 0x1p-1022, infinity = __builtin_inf();
  static constexpr double round = 0x1.8p52;
  static constexpr double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
  static constexpr double exp_low = -746.0, exp_high = 710.0;
  static constexpr double exp_normal = -708.39641853226408;
  static constexpr int exp_terms = 14;
  static constexpr double tanh_one = 19.1;
  static constexpr int log_terms = 9;
  // e^x - 1 rounds to -1, or to e^x, from here on.
  static constexpr double expm1_plain = 38.0;
  // By tests/golden/make_polynomials.py; see scaled_erfc, erf_of, tanh_shrink_of and
  // log1p_of_fraction.
  static constexpr double erfc_a = -1.1202103681442523, erfc_b = 3.392336589030804, erfc_c = 1.6;
  static constexpr double erfc_terms[] = {
      1.0106071869217137,     0.5310611452320484,      0.09812135924149173,
      -0.03491639120867438,   -0.010512548273297867,   0.006041877557298225,
      0.0004171807724669491,  -0.0011569164655583818,  0.0003049055504954986,
      0.00011487155888196872, -0.00011371067647642557, 2.7740223321520942e-05,
      1.235459704344712e-05,  -1.3317482239299008e-05, 4.481462479333539e-06,
      7.493607461631581e-07,  -1.631052062316661e-06,  8.416717100724577e-07,
      -1.363425026261849e-07, -1.351110223241338e-07,  1.6850811199881492e-07,
      -9.034348079589313e-08, -1.3095115166634996e-08, 4.202645714738623e-08,
      -1.146226398551316e-08, -5.748947720539702e-09,  2.577375158400125e-09};
  static constexpr double erf_terms[] = {1.1283791670955126,     -0.3761263890318123,
                                         0.11283791670806737,    -0.02686617061128781,
                                         0.005223977232952475,   -0.0008548300832069432,
                                         0.00012054266028326731, -1.489862284147446e-05,
                                         1.6044523839624666e-06, -1.2711547089821422e-07};
  static constexpr double tanh_shrink_terms[] = {
      0.3333333333333333,    -0.13333333333333294,   0.0539682539682076,    -0.021869488534033452,
      0.008863235479105364,  -0.003592127305771337,  0.0014558275482916571, -0.0005899837682081133,
      0.0002389332673687292, -9.628953316427487e-05, 3.784864316675998e-05, -1.3601729022897116e-05,
      3.833589294501544e-06, -5.985399672039163e-07};
  static constexpr double log1p_terms[] = {
      0.3333333333333333,  0.20000000000007292, 0.1428571428355438,  0.11111111358713932,
      0.09090894718066429, 0.07692785032479312, 0.06657072104827468, 0.06000536404795356,
      0.04400369243072337, 0.08082022805971766};
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

// 2^n e^r. In two steps, for 2^n itself may overflow, or be denormal, where the result is neither.
template <class T>
LAMINA_INLINE Vec<T> exp_from(Mask<T> n, Vec<T> r) {
  const Vec<T> p = r + r * r * exp_tail<T>(r) + T(1);
  const Mask<T> half = n >> 1;
  return p * power_of_two<T>(half) * power_of_two<T>(n - half);
}

template <class T>
LAMINA_INLINE Vec<T> clamp_for_exp(Vec<T> x) {
  using F = FloatFormat<T>;
  x = x < F::exp_low ? splat(F::exp_low) : x;
  return x > F::exp_high ? splat(F::exp_high) : x;
}

template <class T>
LAMINA_INLINE Vec<T> exp_of(Vec<T> x) {
  const auto [n, r] = reduce_for_exp<T>(clamp_for_exp<T>(x));
  return exp_from<T>(n, r);
}

// e^(x + low), where low is small beside 1.
template <class T>
LAMINA_INLINE Vec<T> exp_of_sum(Vec<T> x, Vec<T> low) {
  const auto [n, r] = reduce_for_exp<T>(clamp_for_exp<T>(x));
  return exp_from<T>(n, r + low);
}

// 2^n e^r for x = n ln 2 + r <= 0, and 0 where that would be denormal.
template <class T>
LAMINA_INLINE Vec<T> exp_of_negative(Vec<T> x, Mask<T> n, Vec<T> r) {
  const Vec<T> result = ((exp_tail<T>(r) * r + T(1)) * r + T(1)) * power_of_two<T>(n);
  return x < FloatFormat<T>::exp_normal ? Vec<T>{} : result;
}

template <class T>
LAMINA_INLINE Vec<T> exp_of_negative(Vec<T> x) {
  const auto [n, r] = reduce_for_exp<T>(x);
  return exp_of_negative<T>(x, n, r);
}

// e^x - 1 = 2^n (e^r - 1) + (2^n - 1), accurate near 0 too; 2^n must be a normal number.
template <class T>
LAMINA_INLINE Vec<T> expm1_reduced(Vec<T> x) {
  const auto [n, r] = reduce_for_exp<T>(x);
  const Vec<T> scale = power_of_two<T>(n);
  return (r + r * r * exp_tail<T>(r)) * scale + (scale - T(1));
}

template <class T>
LAMINA_INLINE Vec<T> expm1_of_negative(Vec<T> x) {
  constexpr T low = -FloatFormat<T>::expm1_plain;
  return expm1_reduced<T>(x < low ? splat(low) : x);
}

template <class T>
LAMINA_INLINE Vec<T> expm1_of(Vec<T> x) {
  constexpr T high = FloatFormat<T>::expm1_plain;
  const Vec<T> result = x > high ? exp_of<T>(x) : expm1_of_negative<T>(x > high ? splat(high) : x);
  return x == T(0) ? x : result;  // keeps the sign of zero
}

// tanh(|x|) = e / (e + 2) with e = e^(2|x|) - 1.
template <class T>
LAMINA_INLINE Vec<T> tanh_of(Vec<T> x) {
  using F = FloatFormat<T>;
  const Mask<T> sign = (Mask<T>)x & (Mask<T>)splat(T(-0.0));
  const Vec<T> magnitude = (Vec<T>)((Mask<T>)x ^ sign);
  const Vec<T> clamped = magnitude > F::tanh_one ? splat(F::tanh_one) : magnitude;
  const Vec<T> e = expm1_reduced<T>(clamped + clamped);
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

// The exponent and log of the mantissa apart, so that powers of 2 give whole numbers.
template <class T>
LAMINA_INLINE Vec<T> log2_of(Vec<T> x) {
  using F = FloatFormat<T>;
  using Bits = Vec<UnsignedOf<T>>;
  constexpr auto sqrt_half =
      sizeof(T) == 4 ? UnsignedOf<T>(0x3F3504F3) : UnsignedOf<T>(0x3FE6A09E667F3BCD);
  const Bits offset = (Bits)x - sqrt_half;
  const Vec<T> exponent = __builtin_convertvector((Mask<T>)offset >> F::mantissa_bits, Vec<T>);
  const Vec<T> mantissa =
      (Vec<T>)((offset & ((UnsignedOf<T>(1) << F::mantissa_bits) - 1)) + sqrt_half);
  const Vec<T> result = log_of<T>(mantissa) * T(1.44269504088896340736) + exponent;
  return ((x >= F::smallest_normal) & (x != F::infinity)) ? result : log_of<T>(x);
}

template <class T, int terms>
LAMINA_INLINE Vec<T> polynomial(Vec<T> x, const T (&coefficients)[terms]) {
  Vec<T> sum = splat(coefficients[terms - 1]);
#pragma GCC unroll 32
  for (int i = terms - 2; i >= 0; --i) sum = sum * x + coefficients[i];
  return sum;
}

// log(1 + x) for finite x, relatively accurate for small x: the rounding of 1 + x is divided out.
template <class T>
LAMINA_INLINE Vec<T> log1p_of(Vec<T> x) {
  const Vec<T> u = x + T(1);
  const Vec<T> step = u - T(1);
  return step == T(0) ? x : log_of<T>(u) * (x / step);
}

// log(1 + x) for x in [0, 1]: with s = x / (2 + x) it is 2 atanh s = 2 s (1 + s^2/3 + s^4/5 + ...).
template <class T>
LAMINA_INLINE Vec<T> log1p_of_fraction(Vec<T> x) {
  const Vec<T> twice_s = (x + x) / (x + T(2));
  const Vec<T> square = twice_s * twice_s * T(0.25);
  return twice_s + twice_s * square * polynomial<T>(square, FloatFormat<T>::log1p_terms);
}

template <class T>
LAMINA_INLINE Vec<T> absolute(Vec<T> x) {
  if constexpr (T(0.5) != T(0)) {
    return (Vec<T>)((Mask<T>)x & ~(Mask<T>)splat(T(-0.0)));
  } else {
    return x < T(0) ? -x : x;
  }
}

// e^x / 2 for x >= 0, infinite only where that is.
template <class T>
LAMINA_INLINE Vec<T> half_exp_of_positive(Vec<T> x) {
  constexpr T high = FloatFormat<T>::exp_high + 1;
  const auto [n, r] = reduce_for_exp<T>(x > high ? splat(high) : x);
  return exp_from<T>(n - 1, r);
}

// h - 1 / (4 h) with h = e^|x| / 2, which cancels for small x: below 1 it is x + x^3/3! + x^5/5! +
// ..., up to the term below a tenth of an ulp.
template <class T>
LAMINA_INLINE Vec<T> sinh_of(Vec<T> x) {
  constexpr int terms = sizeof(T) == 4 ? 5 : 9;
  double inverse_factorials[terms];
  double factorial = 1;
#pragma GCC unroll 16
  for (int i = 0; i < terms; ++i) {
    inverse_factorials[i] = 1 / (factorial *= (2 * i + 2) * (2 * i + 3));
  }
  const Vec<T> square = x * x;
  Vec<T> tail = splat(T(inverse_factorials[terms - 1]));
#pragma GCC unroll 16
  for (int i = terms - 2; i >= 0; --i) tail = tail * square + T(inverse_factorials[i]);
  const Mask<T> sign = (Mask<T>)x & (Mask<T>)splat(T(-0.0));
  const Vec<T> magnitude = absolute<T>(x);
  const Vec<T> half = half_exp_of_positive<T>(magnitude);
  const Vec<T> far = (Vec<T>)((Mask<T>)(half - T(0.25) / half) | sign);
  return magnitude < T(1) ? x + x * square * tail : far;
}

template <class T>
LAMINA_INLINE Vec<T> cosh_of(Vec<T> x) {
  const Vec<T> half = half_exp_of_positive<T>(absolute<T>(x));
  return half + T(0.25) / half;
}

// To the nearest integer, halves to the even one, as NumPy's rint; keeps the sign of zero. From
// 2^mantissa_bits on every number is an integer.
template <class T>
LAMINA_INLINE Vec<T> round_of(Vec<T> x) {
  constexpr T whole = T(std::int64_t{1} << FloatFormat<T>::mantissa_bits);
  const Mask<T> sign = (Mask<T>)x & (Mask<T>)splat(T(-0.0));
  const Vec<T> magnitude = absolute<T>(x);
  const Vec<T> rounded = (magnitude + whole) - whole;
  return magnitude < whole ? (Vec<T>)((Mask<T>)rounded | sign) : x;
}

template <class T>
LAMINA_INLINE Vec<T> floor_of(Vec<T> x) {
  const Vec<T> r = round_of<T>(x);
  return r > x ? r - T(1) : r;
}

// -floor(-x), which keeps the sign of zero.
template <class T>
LAMINA_INLINE Vec<T> ceil_of(Vec<T> x) {
  return -floor_of<T>(-x);
}

// x with the lower half of its mantissa cleared: its square, and its product with another such
// number, are exact.
template <class T>
LAMINA_INLINE Vec<T> upper_half(Vec<T> x) {
  constexpr int cleared = (FloatFormat<T>::mantissa_bits + 2) / 2;
  return (Vec<T>)((Mask<T>)x & ~((SignedOf<T>(1) << cleared) - 1));
}

// a * b = product + error; `product` is a * b rounded.
template <class T>
LAMINA_INLINE Vec<T> product_error(Vec<T> a, Vec<T> b, Vec<T> product) {
#if defined(__FMA__)
  return multiply_subtract<T>(a, b, product);
#else
  const Vec<T> a_high = upper_half<T>(a), b_high = upper_half<T>(b);
  const Vec<T> a_low = a - a_high, b_low = b - b_high;
  const Vec<T> error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high);
  return error + a_low * b_low;
#endif
}

// e^(-factor x^2), factor a power of two: the rounding of x^2 would be multiplied by x^2.
template <class T>
LAMINA_INLINE Vec<T> exp_of_negative_square(Vec<T> x, T factor) {
  const Vec<T> square = x * x;
  const Vec<T> exponent = square * -factor;
  const auto [n, r] = reduce_for_exp<T>(exponent);
  return exp_of_negative<T>(exponent, n, r - product_error<T>(x, x, square) * factor);
}

// factor erfc(x) e^(x^2) for x >= 0 as long as e^(-x^2) is normal: times x + c it is nearly
// constant, and a polynomial in s = a + b / (x + c), which runs from 1 to -1.
template <class T>
LAMINA_INLINE Vec<T> scaled_erfc(Vec<T> x, T factor) {
  using F = FloatFormat<T>;
  const Vec<T> quotient = factor / (x + F::erfc_c);
  const Vec<T> s = quotient * (F::erfc_b / factor) + F::erfc_a;
  return polynomial<T>(s, F::erfc_terms) * quotient;
}

template <class T>
LAMINA_INLINE Vec<T> erf_of(Vec<T> x) {
  using F = FloatFormat<T>;
  const Vec<T> magnitude = absolute<T>(x);
  const Mask<T> sign = (Mask<T>)x & (Mask<T>)splat(T(-0.0));
  const Vec<T> rest = scaled_erfc<T>(magnitude, T(1)) * exp_of_negative_square<T>(x, T(1));
  const Vec<T> far = (Vec<T>)((Mask<T>)(T(1) - rest) | sign);
  return magnitude < T(0.75) ? x * polynomial<T>(x * x, F::erf_terms) : far;
}

// x - tanh(x), which cancels for small x.
template <class T>
LAMINA_INLINE Vec<T> tanh_shrink_of(Vec<T> x) {
  const Vec<T> square = x * x;
  const Vec<T> near = x * square * polynomial<T>(square, FloatFormat<T>::tanh_shrink_terms);
  return absolute<T>(x) < T(0.75) ? near : x - tanh_of<T>(x);
}

// The normal distribution's function, relatively accurate in its lower tail.
template <class T>
LAMINA_INLINE Vec<T> normal_cdf(Vec<T> x) {
  constexpr T sqrt_half = T(0.70710678118654752440);
  const Vec<T> half = scaled_erfc<T>(absolute<T>(x) * sqrt_half, T(0.5));
  const Vec<T> tail = half * exp_of_negative_square<T>(x, T(0.5));
  return x > T(0) ? T(1) - tail : tail;
}

// A number as a sum of two, of about twice the digits.
template <class T>
struct Pair {
  Vec<T> high, low;
};

template <class T>
LAMINA_INLINE Pair<T> two_product(Vec<T> a, Vec<T> b) {
  const Vec<T> product = a * b;
  return {product, product_error<T>(a, b, product)};
}

// |a| >= |b|, or a = 0.
template <class T>
LAMINA_INLINE Pair<T> two_sum(Vec<T> a, Vec<T> b) {
  const Vec<T> sum = a + b;
  return {sum, b - (sum - a)};
}

// The logarithm of a positive finite number, with the notation of log_of; s as a pair.
template <class T>
LAMINA_INLINE Pair<T> log_pair(Vec<T> x) {
  using F = FloatFormat<T>;
  using Bits = Vec<UnsignedOf<T>>;
  constexpr auto sqrt_half =
      sizeof(T) == 4 ? UnsignedOf<T>(0x3F3504F3) : UnsignedOf<T>(0x3FE6A09E667F3BCD);
  const Bits offset = (Bits)x - sqrt_half;
  const Mask<T> k = (Mask<T>)offset >> F::mantissa_bits;
  const Vec<T> m = (Vec<T>)((offset & ((UnsignedOf<T>(1) << F::mantissa_bits) - 1)) + sqrt_half);
  const Vec<T> f = m - T(1), divisor = m + T(1);
  const Vec<T> s = f / divisor;
  const Pair<T> back = two_product<T>(s, divisor);
  const Vec<T> divisor_low = m - (divisor - T(1));
  const Vec<T> s_low = ((f - back.high) - back.low - s * divisor_low) / divisor;
  const Vec<T> z = s * s;
  constexpr int terms = F::log_terms + 2;
  Vec<T> series = splat(T(2.0 / (2 * terms + 1)));
#pragma GCC unroll 16
  for (int i = terms - 1; i >= 1; --i) series = series * z + T(2.0 / (2 * i + 1));
  const Vec<T> kt = __builtin_convertvector(k, Vec<T>);
  const Pair<T> sum = two_sum<T>(kt * F::ln2_high, s + s);
  const Vec<T> low = sum.low + (kt * F::ln2_low + (s_low + s_low) + s * z * series);
  return two_sum<T>(sum.high, low);
}

// x^y as IEEE 754 and NumPy define it.
template <class T>
LAMINA_INLINE Vec<T> power_of(Vec<T> x, Vec<T> y) {
  using F = FloatFormat<T>;
  const Vec<T> magnitude = absolute<T>(x);
  const Pair<T> log = log_pair<T>(magnitude);
  const Pair<T> product = two_product<T>(log.high, y);
  const Mask<T> is_far = (product.high > F::exp_high) | (product.high < F::exp_low);
  const Vec<T> low = is_far ? Vec<T>{} : product.low + log.low * y;
  Vec<T> result = exp_of_sum<T>(product.high, low);
  const Mask<T> is_extreme = (magnitude < F::smallest_normal) | (magnitude == F::infinity);
  const Mask<T> gives_zero = (magnitude == F::infinity) ^ (y > T(0));
  result = is_extreme ? (gives_zero ? Vec<T>{} : splat(F::infinity)) : result;
  result = magnitude == T(1) ? splat(T(1)) : result;
  const Vec<T> half = y * T(0.5);
  const Mask<T> is_whole = round_of<T>(y) == y;
  const Mask<T> is_odd = is_whole & (round_of<T>(half) != half);
  result = (Vec<T>)((Mask<T>)result | ((Mask<T>)x & is_odd & (Mask<T>)splat(T(-0.0))));
  const Mask<T> no_result = (x < T(0)) & ~is_whole & (magnitude != F::infinity);
  result = (no_result | (x != x) | (y != y)) ? splat(T(__builtin_nan(""))) : result;
  return ((y == T(0)) | (x == T(1))) ? splat(T(1)) : result;
}
