// The thin vector type every kernel is written over: the compilers' own vector extension, as wide
// as the target's LAMINA_VECTOR_BYTES. Arithmetic, comparison and ?: are the language's; this file
// adds what it lacks. Included once by each targets/*.cpp, inside an anonymous namespace, after the
// headers it needs. Vectors are never passed to a function that is not inlined.

#define LAMINA_INLINE inline __attribute__((always_inline))
#define LAMINA_LAMBDA __attribute__((always_inline))

template <int size>
struct IntOf;
template <>
struct IntOf<4> {
  using Signed = std::int32_t;
  using Unsigned = std::uint32_t;
};
template <>
struct IntOf<8> {
  using Signed = std::int64_t;
  using Unsigned = std::uint64_t;
};

template <class T>
struct VectorOf {
  typedef T Type __attribute__((vector_size(LAMINA_VECTOR_BYTES)));
  // The same in memory: aligned only as its elements are, and aliasing them.
  typedef T Memory
      __attribute__((vector_size(LAMINA_VECTOR_BYTES), aligned(alignof(T)), may_alias));
};

template <class T>
using Vec = typename VectorOf<T>::Type;
template <class T>
using SignedOf = typename IntOf<sizeof(T)>::Signed;
template <class T>
using UnsignedOf = typename IntOf<sizeof(T)>::Unsigned;
/// What comparing two vectors of T gives: -1 where true.
template <class T>
using Mask = Vec<SignedOf<T>>;

template <int n>
struct Constant {};

template <class T>
constexpr int lanes = LAMINA_VECTOR_BYTES / sizeof(T);

template <class T>
LAMINA_INLINE Vec<T> load(const T* p) {
  return *reinterpret_cast<const typename VectorOf<T>::Memory*>(p);
}

template <class T>
LAMINA_INLINE void store(T* p, Vec<T> v) {
  *reinterpret_cast<typename VectorOf<T>::Memory*>(p) = v;
}

template <class T>
LAMINA_INLINE Vec<T> splat(T value) {
  return value - Vec<T>{};  // not 0 + value, which would turn -0 into 0
}

/// 0, 1, 2, ...
template <class T>
constexpr T lane_numbers[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

// Part of a vector: `count` in [1, lanes] elements; the others read as `fill`, and are not written.
#if defined(__AVX512F__)
template <class T>
LAMINA_INLINE Vec<T> load_partial(const T* p, int count, T fill) {
  if constexpr (sizeof(T) == 4) {
    const auto mask = static_cast<__mmask16>((1u << count) - 1);
    return (Vec<T>)_mm512_mask_loadu_epi32((__m512i)splat(fill), mask, p);
  } else {
    const auto mask = static_cast<__mmask8>((1u << count) - 1);
    return (Vec<T>)_mm512_mask_loadu_epi64((__m512i)splat(fill), mask, p);
  }
}

template <class T>
LAMINA_INLINE void store_partial(T* p, Vec<T> v, int count) {
  if constexpr (sizeof(T) == 4) {
    _mm512_mask_storeu_epi32(p, static_cast<__mmask16>((1u << count) - 1), (__m512i)v);
  } else {
    _mm512_mask_storeu_epi64(p, static_cast<__mmask8>((1u << count) - 1), (__m512i)v);
  }
}
#else
template <class T>
LAMINA_INLINE Vec<T> load_partial(const T* p, int count, T fill) {
  alignas(LAMINA_VECTOR_BYTES) T padded[lanes<T>];
  for (int i = 0; i < lanes<T>; ++i) padded[i] = i < count ? p[i] : fill;
  return load(padded);
}

template <class T>
LAMINA_INLINE void store_partial(T* p, Vec<T> v, int count) {
  alignas(LAMINA_VECTOR_BYTES) T padded[lanes<T>];
  store(padded, v);
  for (int i = 0; i < count; ++i) p[i] = padded[i];
}
#endif

// Both pass a NaN of either side on, as NumPy's maximum and minimum do.
template <class T>
LAMINA_INLINE Vec<T> maximum(Vec<T> a, Vec<T> b) {
  return ((a > b) | (a != a)) ? a : b;
}

template <class T>
LAMINA_INLINE Vec<T> minimum(Vec<T> a, Vec<T> b) {
  return ((a < b) | (a != a)) ? a : b;
}

LAMINA_INLINE float square_root(float x) { return __builtin_sqrtf(x); }
LAMINA_INLINE double square_root(double x) { return __builtin_sqrt(x); }

// One instruction where the compilers do not find it by themselves.
template <class T>
LAMINA_INLINE Vec<T> square_root_of(Vec<T> x) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4)
    return (Vec<T>)_mm512_sqrt_ps((__m512)x);
  else
    return (Vec<T>)_mm512_sqrt_pd((__m512d)x);
#elif defined(__AVX2__)
  if constexpr (sizeof(T) == 4)
    return (Vec<T>)_mm256_sqrt_ps((__m256)x);
  else
    return (Vec<T>)_mm256_sqrt_pd((__m256d)x);
#elif defined(__SSE2__)
  if constexpr (sizeof(T) == 4)
    return (Vec<T>)_mm_sqrt_ps((__m128)x);
  else
    return (Vec<T>)_mm_sqrt_pd((__m128d)x);
#else
  for (int i = 0; i < lanes<T>; ++i) x[i] = square_root(x[i]);
  return x;
#endif
}

#if defined(__FMA__)
// a * b - c, rounded once; that the compilers fuse it is not left to chance where it matters.
template <class T>
LAMINA_INLINE Vec<T> multiply_subtract(Vec<T> a, Vec<T> b, Vec<T> c) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4)
    return (Vec<T>)_mm512_fmsub_ps((__m512)a, (__m512)b, (__m512)c);
  else
    return (Vec<T>)_mm512_fmsub_pd((__m512d)a, (__m512d)b, (__m512d)c);
#else
  if constexpr (sizeof(T) == 4)
    return (Vec<T>)_mm256_fmsub_ps((__m256)a, (__m256)b, (__m256)c);
  else
    return (Vec<T>)_mm256_fmsub_pd((__m256d)a, (__m256d)b, (__m256d)c);
#endif
}
#endif

// The product of the lower halves of 64-bit lanes.
LAMINA_INLINE Vec<std::uint64_t> multiply_low_halves(Vec<std::uint64_t> a, Vec<std::uint64_t> b) {
  using V [[maybe_unused]] = Vec<std::uint64_t>;
#if defined(__AVX512F__)
  return (V)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
  return (V)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
  return (V)_mm_mul_epu32((__m128i)a, (__m128i)b);
#else
  return (a & 0xFFFFFFFFu) * (b & 0xFFFFFFFFu);
#endif
}

// interleave_low({a0 a1 a2 a3}, {b0 b1 b2 b3}) = {a0 b0 a1 b1}; interleave_high gives {a2 b2 a3
// b3}.
#define S __builtin_shufflevector
template <class V>
LAMINA_INLINE V interleave_low(V a, V b) {
  constexpr int count = sizeof(V) / sizeof(a[0]);
  if constexpr (count == 2)
    return S(a, b, 0, 2);
  else if constexpr (count == 4)
    return S(a, b, 0, 4, 1, 5);
  else if constexpr (count == 8)
    return S(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  else
    return S(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

template <class V>
LAMINA_INLINE V interleave_high(V a, V b) {
  constexpr int count = sizeof(V) / sizeof(a[0]);
  if constexpr (count == 2)
    return S(a, b, 1, 3);
  else if constexpr (count == 4)
    return S(a, b, 2, 6, 3, 7);
  else if constexpr (count == 8)
    return S(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  else
    return S(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
#undef S

// Transposes the square of as many vectors as each has lanes: log2(lanes) perfect shuffles.
template <class T>
LAMINA_INLINE void transpose(Vec<T> (&rows)[lanes<T>]) {
  constexpr int half = lanes<T> / 2;
#pragma GCC unroll 4
  for (int step = 1; step < lanes<T>; step *= 2) {
    Vec<T> shuffled[lanes<T>];
#pragma GCC unroll 16
    for (int i = 0; i < half; ++i) {
      shuffled[2 * i] = interleave_low(rows[i], rows[i + half]);
      shuffled[2 * i + 1] = interleave_high(rows[i], rows[i + half]);
    }
#pragma GCC unroll 16
    for (int i = 0; i < lanes<T>; ++i) rows[i] = shuffled[i];
  }
}

// Folds the lanes: each step joins lane i with lane i + half, and doubles every result.
template <class T, class Op>
LAMINA_INLINE T fold_lanes(Vec<T> v, Op op) {
#pragma GCC unroll 4
  for (int width = lanes<T>; width > 1; width /= 2) {
    v = op(interleave_low(v, v), interleave_high(v, v));
  }
  return v[0];
}

template <class T>
LAMINA_INLINE T sum_lanes(Vec<T> v) {
  return fold_lanes<T>(v, [](Vec<T> a, Vec<T> b) LAMINA_LAMBDA { return a + b; });
}

template <class T>
LAMINA_INLINE T max_lanes(Vec<T> v) {
  return fold_lanes<T>(v, [](Vec<T> a, Vec<T> b) LAMINA_LAMBDA { return maximum<T>(a, b); });
}

template <class T>
LAMINA_INLINE Vec<T> load_some(const T* p, int count, T fill = T{}) {
  return count == lanes<T> ? load(p) : load_partial(p, count, fill);
}

template <class T>
LAMINA_INLINE void store_some(T* p, Vec<T> v, int count) {
  count == lanes<T> ? store(p, v) : store_partial(p, v, count);
}

// Between the bytes in memory and lanes of 32 bits, where the compilers go byte by byte.
#if defined(__SSE4_1__)
LAMINA_INLINE Vec<std::int32_t> load_bytes(const std::uint8_t* p) {
#if defined(__AVX512F__)
  return (Vec<std::int32_t>)_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i*)p));
#elif defined(__AVX2__)
  return (Vec<std::int32_t>)_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i*)p));
#else
  return (Vec<std::int32_t>)_mm_cvtepu8_epi32(_mm_loadu_si32(p));
#endif
}

// Each lane is below 256.
LAMINA_INLINE void store_bytes(std::uint8_t* p, Vec<std::int32_t> v) {
#if defined(__AVX512F__)
  _mm_storeu_si128((__m128i*)p, _mm512_cvtepi32_epi8((__m512i)v));
#elif defined(__AVX2__)
  const __m128i words =
      _mm_packs_epi32(_mm256_castsi256_si128((__m256i)v), _mm256_extracti128_si256((__m256i)v, 1));
  _mm_storel_epi64((__m128i*)p, _mm_packus_epi16(words, words));
#else
  const __m128i words = _mm_packs_epi32((__m128i)v, (__m128i)v);
  _mm_storeu_si32(p, _mm_packus_epi16(words, words));
#endif
}
#else
LAMINA_INLINE Vec<std::int32_t> load_bytes(const std::uint8_t* p) {
  Vec<std::int32_t> v{};
  for (int i = 0; i < lanes<std::int32_t>; ++i) v[i] = p[i];
  return v;
}

LAMINA_INLINE void store_bytes(std::uint8_t* p, Vec<std::int32_t> v) {
  for (int i = 0; i < lanes<std::int32_t>; ++i) p[i] = static_cast<std::uint8_t>(v[i]);
}
#endif

// Around the caches, for a result too large to be found there when it is next read: the line is not
// fetched before it is overwritten, and what the caches hold stays. `p` lies on a vector's
// boundary; end_streamed() follows before another thread may read.
template <class T>
LAMINA_INLINE void store_streamed(T* p, Vec<T> v) {
#if defined(__AVX512F__)
  _mm512_stream_si512(reinterpret_cast<__m512i*>(p), (__m512i)v);
#elif defined(__AVX2__)
  _mm256_stream_si256(reinterpret_cast<__m256i*>(p), (__m256i)v);
#elif defined(__SSE2__)
  _mm_stream_si128(reinterpret_cast<__m128i*>(p), (__m128i)v);
#else
  store(p, v);
#endif
}

LAMINA_INLINE void end_streamed() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

template <class T>
LAMINA_INLINE void store_result(T* p, Vec<T> v, int count, bool streamed) {
  streamed ? store_streamed(p, v) : store_some(p, v, count);
}

// Calls body(i, count) for the whole vectors of [0, n), then for the rest. `count` is a constant in
// the first loop, so that load_some and store_some cost nothing there.
template <class T, class Body>
LAMINA_INLINE void for_each_vector(std::int64_t n, Body body) {
  std::int64_t i = 0;
  for (; i + lanes<T> <= n; i += lanes<T>) body(i, lanes<T>);
  if (i < n) body(i, static_cast<int>(n - i));
}
