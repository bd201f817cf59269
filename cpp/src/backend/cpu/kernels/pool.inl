// Pooling one row: windows along it, lanes along the channels. Of several extrema the first in
// row-major order counts, and a NaN before all.

// Vectors of channels that a window is walked for at once: four hide the latency of a comparison.
constexpr int pool_vectors = 4;

// Asks for the inputs a page further on, where the hardware's own fetching ahead stops: two thirds
// of the time for inputs that the second cache cannot hold (bench/kernels).
template <class T>
LAMINA_INLINE void prefetch_inputs(const T* x) {
  __builtin_prefetch(reinterpret_cast<const char*>(x) + 4096);
}

struct PoolMax {
  template <class T>
  static LAMINA_INLINE Mask<T> better(Vec<T> value, Vec<T> best) {
    return value > best;
  }
};

struct PoolMin {
  template <class T>
  static LAMINA_INLINE Mask<T> better(Vec<T> value, Vec<T> best) {
    return value < best;
  }
};

// The same among values some of which may be NaN.
template <class Op>
struct WithNan {
  template <class T>
  static LAMINA_INLINE Mask<T> better(Vec<T> value, Vec<T> best) {
    return Op::template better<T>(value, best) | ((value != value) & (best == best));
  }
};

template <class T, class Place>
LAMINA_INLINE void store_places(Place* to, Mask<T> places, int count) {
  if constexpr (sizeof(T) == 4 && sizeof(Place) == 1) {
    if (count == lanes<T>) return store_bytes(to, places);
  }
  for (int i = 0; i < count; ++i) to[i] = static_cast<Place>(places[i]);
}

template <class T, class Place>
LAMINA_INLINE Mask<T> load_places(const Place* from, int count) {
  if constexpr (sizeof(T) == 4 && sizeof(Place) == 1) {
    if (count == lanes<T>) return load_bytes(from);
  }
  Mask<T> places = {};
  for (int i = 0; i < count; ++i) places[i] = from[i];
  return places;
}

// Where the usual window is written out: its four loads, each walking on by itself, are what the
// hardware's own fetching ahead follows. Elsewhere it would only be more code.
template <class T, class Op, class Place>
constexpr bool may_be_2x2 = sizeof(T) == 4 && (__is_same(Op, PoolMax) || __is_same(Op, PoolMin)) &&
                            (__is_same(Place, void) || __is_same(Place, std::uint8_t));

template <class T>
LAMINA_INLINE Vec<T> fetched(const T* x, int count) {
  prefetch_inputs(x);
  return load_some(x, count);
}

template <class T>
struct PoolWinner {
  Vec<T> value;
  Mask<T> place;  // in the window
  Vec<T> sum;     // of all values, NaN where one is
};

// `first` is the window's first pixel, of one vector of channels.
template <class T, class Op>
LAMINA_INLINE PoolWinner<T> pool_2x2(const PoolRow<T>& row, const T* first, int count) {
  const T* const second = first + row.row_stride;
  const Vec<T> a = fetched(first, count), b = fetched(first + row.channels, count);
  const Vec<T> c = fetched(second, count), d = fetched(second + row.channels, count);
  const Mask<T> right_above = Op::template better<T>(b, a);
  const Mask<T> right_below = Op::template better<T>(d, c);
  const Vec<T> above = right_above ? b : a, below = right_below ? d : c;
  const Mask<T> is_below = Op::template better<T>(below, above);
  // A true mask is -1.
  return {is_below ? below : above,
          is_below ? static_cast<SignedOf<T>>(2) - right_below : -right_above, (a + b) + (c + d)};
}

// Place is void where places are not wanted.
// `sum` gathers all values, and so becomes NaN where one is.
template <class T, class Op, class Place, int vectors>
LAMINA_INLINE void pool_window(const PoolRow<T>& row, const PoolRange& range, std::int64_t c,
                               int count, T* y, Place* places, Vec<T> (&sum)[pool_vectors]) {
  const std::int64_t width = range.end - range.begin;
  const T* const first = row.x + range.begin * row.channels + c;
  Vec<T> best[vectors];
  Mask<T> place[vectors] = {};
  if (may_be_2x2<T, Op, Place> && row.depth == 1 && row.height == 2 && width == 2) {
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) {
      const PoolWinner<T> winner = pool_2x2<T, Op>(row, first + v * lanes<T>, count);
      best[v] = winner.value;
      place[v] = winner.place;
      sum[v] += winner.sum;
    }
  } else {
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) best[v] = load_some(first + v * lanes<T>, count);
    SignedOf<T> at = 0;
    for (std::int64_t d = 0; d < row.depth; ++d) {
      for (std::int64_t h = 0; h < row.height; ++h) {
        const T* x = first + d * row.plane_stride + h * row.row_stride;
        for (std::int64_t w = 0; w < width; ++w, ++at, x += row.channels) {
#pragma GCC unroll 4
          for (int v = 0; v < vectors; ++v) {
            const Vec<T> value = fetched(x + v * lanes<T>, count);
            const Mask<T> better = Op::template better<T>(value, best[v]);
            best[v] = better ? value : best[v];
            sum[v] += value;
            if constexpr (!__is_same(Place, void)) {
              place[v] = better ? at - Mask<T>{} : place[v];
            }
          }
        }
      }
    }
  }
#pragma GCC unroll 4
  for (int v = 0; v < vectors; ++v) {
    store_result(y + c + v * lanes<T>, best[v], count, row.streamed);
    if constexpr (!__is_same(Place, void)) {
      store_places<T>(places + c + v * lanes<T>, place[v], count);
    }
  }
}

template <class T, class Op, class Place>
LAMINA_INLINE Vec<T> pool_row(const PoolRow<T>& row, T* y, Place* places) {
  Vec<T> sum[pool_vectors] = {};
  for (std::int64_t i = 0; i < row.outputs; ++i, y += row.channels) {
    for_each_strip<T, pool_vectors>(
        row.channels, [&]<int vectors>(Constant<vectors>, std::int64_t c, int count) LAMINA_LAMBDA {
          pool_window<T, Op, Place, vectors>(row, row.ranges[i], c, count, y, places, sum);
        });
    if constexpr (!__is_same(Place, void)) places += row.channels;
  }
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

// One comparison a value is enough where none is NaN. A sum tells, at worst too often (inf - inf),
// and then the row is done again with care.
template <class T, class Op, class Place>
void pool_extremum_kernel(const PoolRow<T>& row, T* y, void* places) {
  const T sum = sum_lanes<T>(pool_row<T, Op>(row, y, static_cast<Place*>(places)));
  if (sum != sum) pool_row<T, WithNan<Op>>(row, y, static_cast<Place*>(places));
  if (row.streamed) end_streamed();
}

// The sum of each row of the window apart, so that rounding grows with its sides, not its area.
template <class T>
void pool_average_kernel(const PoolRow<T>& row, T* y, void* /*places*/) {
  for (std::int64_t i = 0; i < row.outputs; ++i, y += row.channels) {
    const std::int64_t begin = row.ranges[i].begin, width = row.ranges[i].end - begin;
    const T count_in_window = static_cast<T>(row.depth * row.height * width);
    for_each_strip<T, pool_vectors>(
        row.channels, [=]<int vectors>(Constant<vectors>, std::int64_t c, int count) LAMINA_LAMBDA {
          Vec<T> sum[vectors] = {};
          for (std::int64_t d = 0; d < row.depth; ++d) {
            for (std::int64_t h = 0; h < row.height; ++h) {
              const T* x =
                  row.x + begin * row.channels + c + d * row.plane_stride + h * row.row_stride;
              Vec<T> row_sum[vectors] = {};
              for (std::int64_t w = 0; w < width; ++w, x += row.channels) {
#pragma GCC unroll 4
                for (int v = 0; v < vectors; ++v) {
                  row_sum[v] += fetched(x + v * lanes<T>, count);
                }
              }
#pragma GCC unroll 4
              for (int v = 0; v < vectors; ++v) sum[v] += row_sum[v];
            }
          }
#pragma GCC unroll 4
          for (int v = 0; v < vectors; ++v) {
            store_result(y + c + v * lanes<T>, sum[v] / count_in_window, count, row.streamed);
          }
        });
  }
  if (row.streamed) end_streamed();
}

template <class T>
LAMINA_INLINE void zero_pixels(T* dx, std::int64_t begin, std::int64_t end, std::int64_t channels) {
  for_each_vector<T>((end - begin) * channels, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    store_some(dx + begin * channels + i, Vec<T>{}, count);
  });
}

// Walks the windows that cover one row of dx. `gradients(vectors, i, c, count)` gives what window i
// hands back to a strip of channels, as a function of the vector and of the pixel in the window.
template <class T, class Gradients>
LAMINA_INLINE void spread_row(const PoolGradientRow<T>& row, T* dx, Gradients gradients) {
  std::int64_t done = 0;
  for (std::int64_t i = 0; i < row.outputs; ++i) {
    const std::int64_t begin = row.ranges[i].begin, end = row.ranges[i].end;
    if (!row.add && begin > done) zero_pixels(dx, done, begin, row.channels);
    done = end;
    for_each_strip<T, pool_vectors>(
        row.channels, [=]<int vectors>(Constant<vectors>, std::int64_t c, int count) LAMINA_LAMBDA {
          const auto gradient = gradients(Constant<vectors>{}, i, c, count);
          for (std::int64_t w = begin; w < end; ++w) {
            T* const to = dx + w * row.channels + c;
#pragma GCC unroll 4
            for (int v = 0; v < vectors; ++v) {
              Vec<T> value = gradient(v, w - begin);
              if (row.add) value += load_some(to + v * lanes<T>, count);
              store_result(to + v * lanes<T>, value, count, row.streamed);
            }
          }
        });
  }
  if (!row.add) zero_pixels(dx, done, row.inputs, row.channels);
  if (row.streamed) end_streamed();
}

// Few channels fill no vector; one by one takes a third of the time (bench/kernels).
constexpr std::int64_t few_channels = 8;

template <class T, class Place>
void pool_route_few(const PoolGradientRow<T>& row, T* dx) {
  const Place* const places = static_cast<const Place*>(row.places);
  if (!row.add) zero_pixels(dx, 0, row.inputs, row.channels);
  for (std::int64_t i = 0; i < row.outputs; ++i) {
    const std::int64_t begin = row.ranges[i].begin, width = row.ranges[i].end - begin;
    for (std::int64_t c = 0; c < row.channels; ++c) {
      const std::int64_t from = i * row.channels + c;
      const std::int64_t w = places[from] - row.row_in_window * width;
      if (w >= 0 && w < width) dx[(begin + w) * row.channels + c] += row.dy[from];
    }
  }
}

template <class T, class Place>
void pool_route_kernel(const PoolGradientRow<T>& row, T* dx) {
  if (row.channels <= few_channels) return pool_route_few<T, Place>(row, dx);
  spread_row(
      row, dx,
      [=]<int vectors>(Constant<vectors>, std::int64_t i, std::int64_t c, int count) LAMINA_LAMBDA {
        struct {
          Vec<T> dy[vectors];
          Mask<T> place[vectors];
          SignedOf<T> first;
          LAMINA_INLINE Vec<T> operator()(int v, std::int64_t w) const {
            return place[v] == static_cast<SignedOf<T>>(first + w) ? dy[v] : Vec<T>{};
          }
        } gradient;
        const std::int64_t at = i * row.channels + c;
        gradient.first =
            static_cast<SignedOf<T>>(row.row_in_window * (row.ranges[i].end - row.ranges[i].begin));
#pragma GCC unroll 4
        for (int v = 0; v < vectors; ++v) {
          gradient.dy[v] = load_some(row.dy + at + v * lanes<T>, count);
          gradient.place[v] =
              load_places<T>(static_cast<const Place*>(row.places) + at + v * lanes<T>, count);
        }
        return gradient;
      });
}

template <class T>
void pool_share_kernel(const PoolGradientRow<T>& row, T* dx) {
  spread_row(
      row, dx,
      [=]<int vectors>(Constant<vectors>, std::int64_t i, std::int64_t c, int count) LAMINA_LAMBDA {
        struct {
          Vec<T> share[vectors];
          LAMINA_INLINE Vec<T> operator()(int v, std::int64_t) const { return share[v]; }
        } gradient;
        const T count_in_window =
            static_cast<T>(row.rows_in_window * (row.ranges[i].end - row.ranges[i].begin));
#pragma GCC unroll 4
        for (int v = 0; v < vectors; ++v) {
          const T* const from = row.dy + i * row.channels + c + v * lanes<T>;
          gradient.share[v] = load_some(from, count) / count_in_window;
        }
        return gradient;
      });
}

template <class T>
constexpr PoolKernels<T> pool_kernels = {
    {{pool_extremum_kernel<T, PoolMax, void>, pool_extremum_kernel<T, PoolMax, std::uint8_t>,
      pool_extremum_kernel<T, PoolMax, std::int32_t>},
     {pool_extremum_kernel<T, PoolMin, void>, pool_extremum_kernel<T, PoolMin, std::uint8_t>,
      pool_extremum_kernel<T, PoolMin, std::int32_t>},
     {pool_average_kernel<T>, pool_average_kernel<T>, pool_average_kernel<T>}},
    {pool_share_kernel<T>, pool_route_kernel<T, std::uint8_t>, pool_route_kernel<T, std::int32_t>},
};
