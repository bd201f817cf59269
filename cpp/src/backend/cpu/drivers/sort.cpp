// Sorting rows: values become unsigned keys of the same order, each beside its place. Short rows
// are sorted one by one; a long one by counting its keys' digits, last digit first, which keeps
// equals in their order whatever the chunks are.
#include <bit>
#include <limits>
#include <utility>

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {
namespace {

// Elements of short rows that a chunk sorts.
constexpr std::int64_t chunk_elements = 4 * 1024;

// From here on counting digits is faster than comparing, and a row alone has work for several
// threads.
constexpr std::int64_t long_row = 32 * 1024;

// A byte a pass: 256 places to write to stay in the first cache and the translation buffer.
constexpr int digit_bits = 8;
constexpr std::int64_t digits = std::int64_t{1} << digit_bits;

// Chunks of a long row: enough elements that counting pays, and few enough counters.
constexpr std::int64_t digit_chunk = 64 * 1024;
constexpr std::int64_t most_digit_chunks = 256;

template <class T>
using KeyOf = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

// NaN counts as the largest, zeros as equal; denormal numbers, which arithmetic here would flush,
// keep their order as bits.
template <class T, bool descending>
KeyOf<T> key_of(T value) noexcept {
  using Key = KeyOf<T>;
  constexpr Key sign = Key{1} << (8 * sizeof(Key) - 1);
  Key key = std::bit_cast<Key>(value);
  if constexpr (std::is_floating_point_v<T>) {
    if (value != value) {
      key = std::numeric_limits<Key>::max();
    } else {
      key = key > sign ? ~key : key | sign;  // -0.0 is the sign alone
    }
  } else {
    key ^= sign;
  }
  return descending ? ~key : key;
}

template <class Key>
struct Entry {
  Key key;
  std::int32_t place;
  bool operator<(const Entry& other) const noexcept {
    return key != other.key ? key < other.key : place < other.place;
  }
};

template <class T>
void store(const SortParams& p, std::int64_t row, const Entry<KeyOf<T>>* sorted, std::int64_t begin,
           std::int64_t end) noexcept {
  const T* const from = static_cast<const T*>(p.x) + row * p.cols;
  for (std::int64_t i = begin; i < end; ++i) {
    const std::int64_t to = row * p.keep + i;
    if (p.values != nullptr) static_cast<T*>(p.values)[to] = from[sorted[i].place];
    if (p.indices != nullptr) p.indices[to] = sorted[i].place;
  }
}

template <class T, bool descending>
void sort_short_rows(const SortParams& p) {
  using Item = Entry<KeyOf<T>>;
  const int workers = num_threads();
  const Scratch scratch(static_cast<std::size_t>(workers * p.cols) * sizeof(Item));
  const std::int64_t rows = std::max<std::int64_t>(chunk_elements / p.cols, 1);
  const auto sort_chunk = [&](std::int64_t chunk, int worker) noexcept {
    Item* const items = scratch.as<Item>() + worker * p.cols;
    for (std::int64_t row = chunk * rows; row < std::min(p.rows, (chunk + 1) * rows); ++row) {
      const T* const x = static_cast<const T*>(p.x) + row * p.cols;
      for (std::int64_t i = 0; i < p.cols; ++i) {
        items[i] = {key_of<T, descending>(x[i]), static_cast<std::int32_t>(i)};
      }
      if (p.keep < p.cols) {
        std::partial_sort(items, items + p.keep, items + p.cols);
      } else {
        std::sort(items, items + p.cols);
      }
      store<T>(p, row, items, 0, p.keep);
    }
  };
  parallel_for(chunk_count(p.rows, rows), workers, sort_chunk);
}

// One row after another, each by all threads.
template <class T, bool descending>
void sort_long_rows(const SortParams& p) {
  using Key = KeyOf<T>;
  using Item = Entry<Key>;
  const std::int64_t n = p.cols;
  const std::int64_t length = std::max(digit_chunk, chunk_count(n, most_digit_chunks));
  const std::int64_t chunks = chunk_count(n, length);
  const Scratch scratch(static_cast<std::size_t>(2 * n) * sizeof(Item));
  const Scratch counters(static_cast<std::size_t>(chunks * digits) * sizeof(std::uint32_t));
  std::uint32_t* const counts = counters.as<std::uint32_t>();
  for (std::int64_t row = 0; row < p.rows; ++row) {
    Item* items = scratch.as<Item>();
    Item* sorted = items + n;
    const auto for_chunks = [&](const auto& body) {
      parallel_for(chunks, num_threads(), [&](std::int64_t chunk, int) noexcept {
        body(chunk * length, std::min(n, (chunk + 1) * length), counts + chunk * digits);
      });
    };
    const T* const x = static_cast<const T*>(p.x) + row * n;
    for_chunks([&](std::int64_t begin, std::int64_t end, std::uint32_t*) noexcept {
      for (std::int64_t i = begin; i < end; ++i) {
        items[i] = {key_of<T, descending>(x[i]), static_cast<std::int32_t>(i)};
      }
    });
    for (unsigned shift = 0; shift < 8 * sizeof(Key); shift += digit_bits) {
      const auto digit_of = [shift](Key key) { return (key >> shift) & Key{digits - 1}; };
      for_chunks([&](std::int64_t begin, std::int64_t end, std::uint32_t* count) noexcept {
        std::fill(count, count + digits, 0U);
        for (std::int64_t i = begin; i < end; ++i) ++count[digit_of(items[i].key)];
      });
      // Counts become the places where each chunk's share of a digit begins.
      std::uint32_t place = 0;
      bool all_equal = false;
      for (std::int64_t digit = 0; digit < digits; ++digit) {
        const std::uint32_t first = place;
        for (std::int64_t chunk = 0; chunk < chunks; ++chunk) {
          place += std::exchange(counts[chunk * digits + digit], place);
        }
        all_equal = all_equal || place - first == static_cast<std::uint32_t>(n);
      }
      if (all_equal) continue;
      for_chunks([&](std::int64_t begin, std::int64_t end, std::uint32_t* next) noexcept {
        for (std::int64_t i = begin; i < end; ++i)
          sorted[next[digit_of(items[i].key)]++] = items[i];
      });
      std::swap(items, sorted);
    }
    for_chunks([&](std::int64_t begin, std::int64_t end, std::uint32_t*) noexcept {
      store<T>(p, row, items, begin, std::min(end, p.keep));
    });
  }
}

// A few of the first are found in one pass over the row, without sorting it.
bool sorts_as_long(const SortParams& p) { return p.cols >= long_row && p.keep >= p.cols / 16; }

}  // namespace

void sort(const KernelTable&, const SortParams& p) {
  if (p.rows == 0 || p.cols == 0) return;
  const auto run = [&]<class T>(T) {
    if (sorts_as_long(p)) {
      p.descending ? sort_long_rows<T, true>(p) : sort_long_rows<T, false>(p);
    } else {
      p.descending ? sort_short_rows<T, true>(p) : sort_short_rows<T, false>(p);
    }
  };
  switch (p.dtype) {
    case Dtype::float32: return run(float{});
    case Dtype::float64: return run(double{});
    case Dtype::int32: return run(std::int32_t{});
    case Dtype::int64: return run(std::int64_t{});
    default: unsupported("sort", p.dtype);
  }
}

}  // namespace lamina::cpu::drivers
