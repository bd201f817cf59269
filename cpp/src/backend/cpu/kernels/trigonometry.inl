// Sine, cosine and inverse tangent over vectors, for arguments of any size: the angle's rest of
// quarter turns is found to twice a double's digits, be it large (Payne and Hanek) or not (Cody and
// Waite). float is computed in double. tests/cpp/backend/accuracy_test.cpp measures them.

// x = turns pi/2 + (high + low) with |high| <= pi/4.
struct Angle {
  Mask<double> turns;
  Vec<double> high, low;
};

// pi/2 in three parts, the first two of 33 bits: times fewer than 2^20 turns they are exact.
constexpr double quarter_turn[] = {0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2e037073p-69};
constexpr double near_angle = 0x1p20;

LAMINA_INLINE Angle reduce_near_angle(Vec<double> x) {
  using F = FloatFormat<double>;
  const Vec<double> shifted = x * 0.63661977236758134308 + F::round;
  const Vec<double> n = shifted - F::round;
  const Vec<double> first = x - n * quarter_turn[0], second = n * quarter_turn[1];
  const Vec<double> high = first - second;
  const Vec<double> low = ((first - high) - second) - n * quarter_turn[2];
  const Vec<double> sum = high + low;
  return {(Mask<double>)shifted - (Mask<double>)splat(F::round), sum, (high - sum) + low};
}

// The binary digits of 2/pi, after 64 zeros.
constexpr std::uint64_t two_over_pi[] = {
    0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
    0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e,
    0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
    0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab};

__extension__ typedef unsigned __int128 Wide;

struct FarAngle {
  std::int64_t turns;
  double high, low;
};

// x = m 2^e with whole m. Of 2/pi the digits before place e - 2 make multiples of four turns; of
// the 192 after them, the product with m leaves 2 digits for the turns and 190 for the rest, whose
// error is below 2^-137 while no double comes nearer to a multiple of pi/2 than 2^-61.
__attribute__((noinline)) FarAngle reduce_far_angle(double x) {
  std::uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  const int biased = static_cast<int>(bits >> 52 & 0x7FF);
  if (biased == 0x7FF) return {0, __builtin_nan(""), 0};
  const std::uint64_t m = (bits & ((std::uint64_t{1} << 52) - 1)) | std::uint64_t{1} << 52;
  const int begin = biased - 1075 - 2 + 64, word = begin / 64, shift = begin % 64;
  const auto digits = [=](int i) {
    const std::uint64_t first = two_over_pi[word + i], next = two_over_pi[word + i + 1];
    return shift == 0 ? first : first << shift | next >> (64 - shift);
  };
  const Wide low = Wide{m} * digits(2);
  const Wide middle = Wide{m} * digits(1) + (low >> 64);
  const std::uint64_t top = m * digits(0) + static_cast<std::uint64_t>(middle >> 64);
  const Wide above = Wide{top} << 64 | static_cast<std::uint64_t>(middle);
  Wide rest = above << 2 | static_cast<std::uint64_t>(low) >> 62;  // of a turn, in 2^-128
  const bool rounds_up = static_cast<std::uint64_t>(rest >> 127) != 0;
  const auto turns = static_cast<std::int64_t>(top >> 62) + rounds_up;
  if (rounds_up) rest = -rest;
  const auto upper = static_cast<std::uint64_t>(rest >> 64);
  const int zeros = upper != 0 ? __builtin_clzll(upper)
                               : 64 + __builtin_clzll(static_cast<std::uint64_t>(rest) | 1);
  rest <<= zeros;
  // Its first 27 digits times the first 26 of pi/2 are exact.
  const std::uint64_t scale_bits = static_cast<std::uint64_t>(1023 - zeros) << 52;
  double scale;
  __builtin_memcpy(&scale, &scale_bits, sizeof scale);
  const double head = static_cast<double>(static_cast<std::uint64_t>(rest >> 101)) * 0x1p-27;
  const double tail =
      static_cast<double>(static_cast<std::uint64_t>(rest >> 48) & ((std::uint64_t{1} << 53) - 1)) *
      0x1p-80;
  const double product = head * scale * 0x1.921fb5p+0;
  const double others = head * scale * 0x1.110b4611a6263p-26 + tail * scale * 0x1.921fb54442d18p+0;
  const double high = product + others, remainder = (product - high) + others;
  const bool is_negative = (bits >> 63) != 0;
  const double sign = is_negative != rounds_up ? -1 : 1;
  return {is_negative ? -turns : turns, sign * high, sign * remainder};
}

LAMINA_INLINE Angle reduce_angle(Vec<double> x) {
  Angle angle = reduce_near_angle(x);
  const Mask<double> is_far = absolute<double>(x) > near_angle;
  if (sum_lanes<double>(is_far ? splat(1.0) : Vec<double>{}) == 0) return angle;
  for (int i = 0; i < lanes<double>; ++i) {
    if (is_far[i] == 0) continue;
    const FarAngle far = reduce_far_angle(x[i]);
    angle.turns[i] = far.turns;
    angle.high[i] = far.high;
    angle.low[i] = far.low;
  }
  return angle;
}

// first / n! - z first / (n + 2)! + z^2 first / (n + 4)! - ..., with n! = factorial.
template <int terms>
LAMINA_INLINE Vec<double> alternating_series(Vec<double> z, double first, int n, double factorial) {
  double coefficients[terms];
#pragma GCC unroll 16
  for (int i = 0; i < terms; ++i) {
    coefficients[i] = first / factorial;
    first = -first;
    factorial *= (n + 1) * (n + 2);
    n += 2;
  }
  Vec<double> sum = splat(coefficients[terms - 1]);
#pragma GCC unroll 16
  for (int i = terms - 2; i >= 0; --i) sum = sum * z + coefficients[i];
  return sum;
}

// sin(x + shift pi/2). The first terms left out are below (pi/4)^(2 terms + 3) / (2 terms + 3)!.
template <int terms>
LAMINA_INLINE Vec<double> sine_of_shifted(Vec<double> x, std::int64_t shift) {
  const Angle angle = reduce_angle(x);
  const Vec<double> r = angle.high, z = r * r, half = z * 0.5;
  const Vec<double> sine =
      r + (r * z * alternating_series<terms>(z, -1, 3, 6) + (angle.low - angle.low * half));
  const Vec<double> rough = 1.0 - half;
  const Vec<double> cosine =
      rough +
      (((1.0 - rough) - half) + (z * z * alternating_series<terms>(z, 1, 4, 24) - r * angle.low));
  const Mask<double> turns = angle.turns + shift;
  const Vec<double> result = (turns & 1) != 0 ? cosine : sine;
  return (Vec<double>)((Mask<double>)result ^ ((turns & 2) << 62));
}

// The lower and the upper lanes of a vector of float, as double, and back.
typedef float HalfVector __attribute__((vector_size(LAMINA_VECTOR_BYTES / 2)));
struct Halves {
  HalfVector low, high;
};

template <class T>
LAMINA_INLINE Vec<T> sine_of_shifted(Vec<T> x, std::int64_t shift) {
  if constexpr (sizeof(T) == 8) {
    return sine_of_shifted<8>(x, shift);
  } else {
    Halves halves;
    __builtin_memcpy(&halves, &x, sizeof x);
    const auto low = __builtin_convertvector(halves.low, Vec<double>);
    const auto high = __builtin_convertvector(halves.high, Vec<double>);
    halves.low = __builtin_convertvector(sine_of_shifted<4>(low, shift), HalfVector);
    halves.high = __builtin_convertvector(sine_of_shifted<4>(high, shift), HalfVector);
    Vec<T> result;
    __builtin_memcpy(&result, &halves, sizeof result);
    return result;
  }
}

template <class T>
LAMINA_INLINE Vec<T> sin_of(Vec<T> x) {
  return x == T(0) ? x : sine_of_shifted<T>(x, 0);  // keeps the sign of zero
}

template <class T>
LAMINA_INLINE Vec<T> cos_of(Vec<T> x) {
  return sine_of_shifted<T>(x, 1);
}

template <class T>
struct ArctanSeries;
// (atan(x) / x - 1) / x^2 in x^2 over [0, tan(pi/8)^2], and pi/2 in two parts.
template <>
struct ArctanSeries<float> {
  static constexpr float half_pi = 0x1.921fb6p+0f, half_pi_low = -0x1.777a5cp-25f;
  static constexpr float terms[] = {-0.333333318f, 0.199995405f, -0.142639556f, 0.107437315f,
                                    -0.0645192821f};
};
template <>
struct ArctanSeries<double> {
  static constexpr double half_pi = 0x1.921fb54442d18p+0, half_pi_low = 0x1.1a62633145c07p-54;
  static constexpr double terms[] = {
      -0.3333333333333333322,  0.1999999999999980453,   -0.1428571428565982761,
      0.1111111110515544656,   -0.09090908753500876844, 0.07692296375032142399,
      -0.06666424885738255333, 0.05878928997834775133,  -0.05230454270650244518,
      0.04551593220626549169,  -0.03457056198142774688, 0.01628575685522102829};
};

// Of x, of pi/4 + atan((x - 1) / (x + 1)) or of pi/2 + atan(-1 / x), whichever has the argument
// within tan(pi/8).
template <class T>
LAMINA_INLINE Vec<T> arctan_of(Vec<T> x) {
  using S = ArctanSeries<T>;
  const Mask<T> sign = (Mask<T>)x & (Mask<T>)splat(T(-0.0));
  const Vec<T> a = absolute<T>(x);
  const Mask<T> is_middle = a > T(0.41421356237309504880), is_far = a > T(2.4142135623730950488);
  const Vec<T> numerator = is_far ? splat(T(-1)) : is_middle ? a - T(1) : a;
  const Vec<T> divisor = is_far ? a : is_middle ? a + T(1) : splat(T(1));
  const Vec<T> part = is_far ? splat(T(1)) : is_middle ? splat(T(0.5)) : Vec<T>{};
  const Vec<T> t = numerator / divisor, z = t * t;
  const Vec<T> rest = t * z * polynomial<T>(z, S::terms) + part * S::half_pi_low;
  return (Vec<T>)((Mask<T>)(part * S::half_pi + (t + rest)) | sign);
}
