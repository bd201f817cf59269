// Philox 4x32-10 on vectors, one block of four words in each 64-bit lane; core/philox.hpp is the
// reference. Then dropout over it.

using Words = Vec<std::uint64_t>;
constexpr int words_at_once = 4 * lanes<std::uint64_t>;

// Words of `lanes<uint64_t>` successive blocks, in the order of elements.
LAMINA_INLINE void philox_words(std::uint64_t key, std::uint64_t draw, std::uint64_t block,
                                std::uint32_t* words) {
  const Words low_half = splat(std::uint64_t{0xFFFFFFFF});
  const Words blocks = load(lane_numbers<std::uint64_t>) + block;
  Words c0 = blocks & low_half, c1 = blocks >> 32;
  Words c2 = splat(draw & 0xFFFFFFFF), c3 = splat(draw >> 32);
  std::uint32_t k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const Words p0 = multiply_low_halves(c0, splat(std::uint64_t{0xD2511F53}));
    const Words p1 = multiply_low_halves(c2, splat(std::uint64_t{0xCD9E8D57}));
    c0 = (p1 >> 32) ^ c1 ^ std::uint64_t{k0};
    c1 = p1 & low_half;
    c2 = (p0 >> 32) ^ c3 ^ std::uint64_t{k1};
    c3 = p0 & low_half;
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  const Words first = c0 | (c1 << 32), second = c2 | (c3 << 32);
  store(reinterpret_cast<std::uint64_t*>(words), interleave_low(first, second));
  store(reinterpret_cast<std::uint64_t*>(words) + lanes<std::uint64_t>,
        interleave_high(first, second));
}

template <class T>
void dropout_kernel(const T* x, T* y, std::int64_t first, std::int64_t n, std::uint64_t key,
                    std::uint64_t draw, std::uint64_t threshold, T scale) {
  alignas(LAMINA_VECTOR_BYTES) std::uint32_t words[words_at_once];
  if (threshold > 0xFFFFFFFF) return fill_kernel<T>(y, T(0), n);  // no word reaches it
  const auto lowest_kept = static_cast<std::uint32_t>(threshold);
  std::int64_t i = 0;
  for (; i + words_at_once <= n; i += words_at_once) {
    philox_words(key, draw, static_cast<std::uint64_t>(first + i) / 4, words);
    for (int j = 0; j < words_at_once; ++j) {
      y[i + j] = words[j] >= lowest_kept ? x[i + j] * scale : T(0);
    }
  }
  if (i < n) {
    philox_words(key, draw, static_cast<std::uint64_t>(first + i) / 4, words);
    for (int j = 0; j < n - i; ++j) {
      y[i + j] = words[j] >= lowest_kept ? x[i + j] * scale : T(0);
    }
  }
}
