#include "text/hashing.hpp"

#include <bit>
#include <cstring>
#include <utility>

namespace lamina::text {
namespace {

static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");

using Word = std::uint64_t;
using Pair = std::pair<Word, Word>;

constexpr Word k0 = 0xc3a5c85c97cb3127, k1 = 0xb492b66fbe98f273, k2 = 0x9ae16a3b2f90404f;

template <class T = Word>
Word read(const char* at) {
  T word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// FarmHash writes its rotations to the right.
Word right(Word x, int bits) { return std::rotr(x, bits); }
Word folded(Word x) { return x ^ x >> 47; }
Word mixed(Word u, Word v, Word factor) {
  const Word a = folded((u ^ v) * factor);
  return folded((v ^ a) * factor) * factor;
}

Word up_to_16(const char* s, Word n) {
  const Word factor = k2 + n * 2;
  if (n >= 8) {
    const Word a = read(s) + k2, b = read(s + n - 8);
    return mixed(right(b, 37) * factor + a, (right(a, 25) + b) * factor, factor);
  }
  if (n >= 4) {
    return mixed(n + (read<std::uint32_t>(s) << 3), read<std::uint32_t>(s + n - 4), factor);
  }
  if (n == 0) return k2;
  const auto byte = [&](Word i) { return Word{static_cast<unsigned char>(s[i])}; };
  const Word y = byte(0) + (byte(n >> 1) << 8), z = n + (byte(n - 1) << 2);
  return folded(y * k2 ^ z * k0) * k2;
}

// The first half of what 33 to 64 bytes need is what 17 to 32 need.
struct Ends {
  Word a, y, tail;
  Ends(const char* s, Word n, Word first_factor, Word factor) {
    a = read(s) * first_factor;
    const Word b = read(s + 8), c = read(s + n - 8) * factor, d = read(s + n - 16) * k2;
    y = right(a + b, 43) + right(c, 30) + d;
    tail = a + right(b + k2, 18) + c;
  }
};

Word up_to_32(const char* s, Word n) {
  const Word factor = k2 + n * 2;
  const Ends ends(s, n, k1, factor);
  return mixed(ends.y, ends.tail, factor);
}

Word up_to_64(const char* s, Word n) {
  const Word factor = k2 + n * 2;
  const Ends ends(s, n, k2, factor);
  const Word z = mixed(ends.y, ends.tail, factor);
  const Word e = read(s + 16) * factor, f = read(s + 24);
  const Word g = (ends.y + read(s + n - 32)) * factor, h = (z + read(s + n - 24)) * factor;
  return mixed(right(e + f, 43) + right(g, 30) + h, e + right(f + ends.a, 18) + g, factor);
}

// 32 bytes into a pair.
Pair absorbed(const char* s, Word a, Word b) {
  const Word last = read(s + 24);
  a += read(s);
  b = right(b + a + last, 21);
  const Word first = a;
  a += read(s + 8) + read(s + 16);
  b += right(a, 44);
  return {a + last, b + first};
}

// The state of strings of more than 64 bytes.
struct Long {
  Word x = 81, y = 81 * k1 + 113, z = folded((81 * k1 + 113) * k2 + 113) * k2;
  Pair v{0, 0}, w{0, 0};

  void take(const char* s, Word factor, Word of_w, Word of_v) {
    x = right(x + y + v.first + read(s + 8), 37) * factor;
    y = right(y + v.second + read(s + 48), 42) * factor;
    x ^= w.second * of_w;
    y += v.first * of_v + read(s + 40);
    z = right(z + w.first, 33) * factor;
    v = absorbed(s, v.second * factor, x + w.first);
    w = absorbed(s + 32, z + w.second, y + read(s + 16));
    std::swap(z, x);
  }
};

Word above_64(const char* s, Word n) {
  Long state;
  state.x = state.x * k2 + read(s);
  const char* const end = s + (n - 1) / 64 * 64;
  const char* const last = end + ((n - 1) & 63) - 63;
  for (; s != end; s += 64) state.take(s, k1, 1, 1);
  const Word factor = k1 + ((state.z & 0xff) << 1);
  state.w.first += (n - 1) & 63;
  state.v.first += state.w.first;
  state.w.first += state.v.first;
  state.take(last, factor, 9, 9);
  return mixed(mixed(state.v.first, state.w.first, factor) + folded(state.y) * k0 + state.z,
               mixed(state.v.second, state.w.second, factor) + state.x, factor);
}

}  // namespace

std::uint64_t fingerprint64(std::string_view bytes) {
  const Word n = bytes.size();
  const char* const s = bytes.data();
  return n <= 16   ? up_to_16(s, n)
         : n <= 32 ? up_to_32(s, n)
         : n <= 64 ? up_to_64(s, n)
                   : above_64(s, n);
}

std::uint64_t siphash(std::string_view bytes, std::uint64_t key0, std::uint64_t key1) {
  // "somepseudorandomlygeneratedbytes"
  Word v0 = key0 ^ 0x736f6d6570736575, v1 = key1 ^ 0x646f72616e646f6d;
  Word v2 = key0 ^ 0x6c7967656e657261, v3 = key1 ^ 0x7465646279746573;
  const auto rounds = [&](int count) {
    for (int i = 0; i < count; ++i) {
      v0 += v1;
      v1 = std::rotl(v1, 13) ^ v0;
      v0 = std::rotl(v0, 32);
      v2 += v3;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 += v3;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 += v1;
      v1 = std::rotl(v1, 17) ^ v2;
      v2 = std::rotl(v2, 32);
    }
  };
  const auto take = [&](Word word) {
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  };
  const std::size_t whole = bytes.size() / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8) take(read(bytes.data() + i));
  Word rest = static_cast<Word>(bytes.size()) << 56;
  for (std::size_t i = whole; i < bytes.size(); ++i) {
    rest |= Word{static_cast<unsigned char>(bytes[i])} << 8 * (i - whole);
  }
  take(rest);
  v2 ^= 0xff;
  rounds(4);
  return v0 ^ v1 ^ v2 ^ v3;
}

}  // namespace lamina::text
