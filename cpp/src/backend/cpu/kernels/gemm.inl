// Matrix product: BLIS's register tile, its packing, bias and activation.
// Van Zee and van de Geijn, 2015, "BLIS: a framework for rapidly instantiating BLAS functionality".
// The target defines LAMINA_TILE_ROWS: with two vectors of columns, as many rows as leave registers
// for the two vectors of b, and on machines without broadcasting operands for one of a.

constexpr int tile_rows_max = LAMINA_TILE_ROWS;
constexpr int tile_vectors = 2;

// One tile: sum[r][v] stays in registers for the whole depth, and through a rectifier.
template <class T, int rows, int vectors, bool rows_adjacent>
void gemm_tile(const GemmBlock<T>& g, const T* a, const T* b, T* c, const T* bias,
               std::int64_t cols) {
  const int last =
      cols < vectors * lanes<T> ? static_cast<int>(cols - (vectors - 1) * lanes<T>) : lanes<T>;
  Vec<T> sum[rows][vectors] = {};
  if (bias != nullptr) {
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) {
      const Vec<T> start = load_some(bias + v * lanes<T>, v + 1 < vectors ? lanes<T> : last);
#pragma GCC unroll 16
      for (int r = 0; r < rows; ++r) sum[r][v] = start;
    }
  }
  const std::int64_t a_row = rows_adjacent ? 1 : g.a_row;
  const std::int64_t a_depth = g.a_depth, b_depth = g.b_depth;
  for (std::int64_t segment = 0; segment < g.segments; ++segment) {
    const T* at = a + g.a_offsets[segment];
    const T* bt = b + g.b_offsets[segment];
    for (std::int64_t p = g.depth; p > 0; --p) {
      Vec<T> bv[vectors];
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) bv[v] = load(bt + v * lanes<T>);
#pragma GCC unroll 16
      for (int r = 0; r < rows; ++r) {
        const Vec<T> av = splat(at[r * a_row]);
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) sum[r][v] += av * bv[v];
      }
      at += a_depth;
      bt += b_depth;
    }
  }
  const std::int64_t ldc = g.ldc;
  // A NaN stays one.
  const Vec<T> floor =
      splat(g.activation == FusedActivation::relu ? T(0) : -FloatFormat<T>::infinity);
  const auto stored = [=](Vec<T> value) LAMINA_LAMBDA { return floor > value ? floor : value; };
  if (last < lanes<T>) {
    T padded[rows][vectors * lanes<T>];
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) store(&padded[r][v * lanes<T>], sum[r][v]);
    }
#pragma GCC unroll 1
    for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 1
      for (int v = 0; v < vectors; ++v) {
        T* to = c + r * ldc + v * lanes<T>;
        const int count = v + 1 < vectors ? lanes<T> : last;
        const Vec<T> value = load(&padded[r][v * lanes<T>]);
        store_some(to, stored(g.add ? load_some(to, count) + value : value), count);
      }
    }
    return;
  }
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) {
      T* to = c + r * ldc + v * lanes<T>;
      store(to, stored(g.add ? load(to) + sum[r][v] : sum[r][v]));
    }
  }
}

template <class T>
using GemmTile = void (*)(const GemmBlock<T>& g, const T* a, const T* b, T* c, const T* bias,
                          std::int64_t cols);

template <class T, int vectors, bool rows_adjacent>
struct GemmTiles {
  GemmTile<T> of_rows[tile_rows_max + 1];
  constexpr GemmTiles() : of_rows() { fill<tile_rows_max>(); }
  template <int rows>
  constexpr void fill() {
    of_rows[rows] = gemm_tile<T, rows, vectors, rows_adjacent>;
    if constexpr (rows > 1) fill<rows - 1>();
  }
};

template <class T, bool rows_adjacent>
constexpr GemmTiles<T, 1, rows_adjacent> narrow_tiles = {};
template <class T, bool rows_adjacent>
constexpr GemmTiles<T, tile_vectors, rows_adjacent> whole_tiles = {};

template <class T, class Activation>
LAMINA_INLINE void activate_rows(T* c, std::int64_t ldc, std::int64_t rows, std::int64_t cols) {
  for (std::int64_t row = 0; row < rows; ++row, c += ldc) {
    T* const to = c;
    for_each_vector<T>(cols, [=](std::int64_t j, int count) LAMINA_LAMBDA {
      store_some(to + j, Activation::template apply<T>(load_some(to + j, count)), count);
    });
  }
}

// What a tile's registers do not hold long enough for.
template <class T>
void activate_tile(T* c, std::int64_t ldc, std::int64_t rows, std::int64_t cols,
                   FusedActivation activation) {
  switch (activation) {
    case FusedActivation::tanh: return activate_rows<T, unary::tanh>(c, ldc, rows, cols);
    case FusedActivation::sigmoid: return activate_rows<T, unary::sigmoid>(c, ldc, rows, cols);
    default: return;
  }
}

// A single row keeps too few sums to hide an addition's latency: where b is read in place, it takes
// several panels at once. Returns the columns done.
template <class T>
LAMINA_INLINE std::int64_t gemm_single_row(const GemmBlock<T>& g) {
  constexpr int vectors = 8;
  constexpr std::int64_t wide = vectors * lanes<T>;
  if (g.rows != 1 || g.b_panel != tile_vectors * lanes<T>) return 0;
  std::int64_t col = 0;
  for (; col + wide <= g.cols; col += wide) {
    const T* const bias = g.bias == nullptr ? nullptr : g.bias + col;
    gemm_tile<T, 1, vectors, false>(g, g.a, g.b + col, g.c + col, bias, wide);
    activate_tile(g.c + col, 0, 1, wide, g.activation);
  }
  return col;
}

// A panel of b stays in the first cache while the tiles of a go by.
template <class T, bool rows_adjacent>
LAMINA_INLINE void gemm_panels(const GemmBlock<T>& g) {
  constexpr std::int64_t panel_cols = tile_vectors * lanes<T>;
  const std::int64_t done = gemm_single_row(g);
  const T* b = g.b + done;
  for (std::int64_t col = done; col < g.cols; col += panel_cols, b += g.b_panel) {
    const std::int64_t cols = g.cols - col < panel_cols ? g.cols - col : panel_cols;
    const GemmTile<T>* tiles = cols > lanes<T> ? whole_tiles<T, rows_adjacent>.of_rows
                                               : narrow_tiles<T, rows_adjacent>.of_rows;
    const T* const bias = g.bias == nullptr ? nullptr : g.bias + col;
    const T* a = g.a;
    for (std::int64_t row = 0; row < g.rows; row += g.tile_rows, a += g.a_tile) {
      const std::int64_t rows = g.rows - row < g.tile_rows ? g.rows - row : g.tile_rows;
      T* const c = g.c + row * g.ldc + col;
      tiles[rows](g, a, b, c, bias, cols);
      activate_tile(c, g.ldc, rows, cols, g.activation);
    }
  }
}

template <class T>
void gemm_block_kernel(const GemmBlock<T>& g) {
  g.a_row == 1 ? gemm_panels<T, true>(g) : gemm_panels<T, false>(g);
}

template <class T>
void pack_a_kernel(const T* from, std::int64_t row_stride, std::int64_t depth_stride,
                   std::int64_t rows, std::int64_t depth, std::int64_t tile_rows, T* to) {
  if (depth_stride == 1) {
    for (std::int64_t row = 0; row < rows; row += lanes<T>) {
      const int lines = rows - row < lanes<T> ? static_cast<int>(rows - row) : lanes<T>;
      pack_turned(from + row * row_stride, row_stride, lines, depth, to + row, tile_rows, row == 0);
    }
    return;
  }
  for (std::int64_t p = 0; p < depth; ++p) {
    const T* line = from + p * depth_stride;
    T* const line_to = to + p * tile_rows;
    for_each_vector<T>(rows, [=](std::int64_t r, int count) LAMINA_LAMBDA {
      store_some(line_to + r, load_some(line + r, count), count);
    });
  }
}

template <class T>
void pack_b_kernel(const T* from, std::int64_t depth_stride, std::int64_t col_stride,
                   std::int64_t depth, std::int64_t cols, T* to) {
  constexpr std::int64_t panel_cols = tile_vectors * lanes<T>;
  for (std::int64_t col = 0; col < panel_cols; col += lanes<T>) {
    const std::int64_t left = cols - col;
    const int count = left <= 0 ? 0 : left < lanes<T> ? static_cast<int>(left) : lanes<T>;
    if (count < lanes<T>) {
      for (std::int64_t p = 0; p < depth; ++p) store(to + p * panel_cols + col, Vec<T>{});
    }
    if (count == 0) continue;
    if (col_stride != 1) {
      pack_turned(from + col * col_stride, col_stride, count, depth, to + col, panel_cols, false);
    } else {
      for (std::int64_t p = 0; p < depth; ++p) {
        store(to + p * panel_cols + col, load_some(from + p * depth_stride + col, count));
      }
    }
  }
}

// One column of output: a row's products are summed across the lanes. The results of several rows
// are gathered in a line, to be finished together.
template <class T>
void gemm_vector_kernel(const T* a, std::int64_t lda, const T* b, std::int64_t rows,
                        std::int64_t depth, T* c, std::int64_t ldc, bool add, const T* bias,
                        FusedActivation activation) {
  constexpr int rows_at_once = 4;  // they share the loads of b, and hide the additions' latency
  constexpr int line_rows = lanes<T> > rows_at_once ? lanes<T> : rows_at_once;
  T line[line_rows];
  for (std::int64_t first = 0; first < rows; first += line_rows) {
    const std::int64_t count = rows - first < line_rows ? rows - first : line_rows;
    for (std::int64_t row = 0; row < count; row += rows_at_once) {
      const T* lines[rows_at_once];
      for (int r = 0; r < rows_at_once; ++r) {
        lines[r] = a + (first + (row + r < count ? row + r : count - 1)) * lda;
      }
      Vec<T> sums[rows_at_once] = {};
      for_each_vector<T>(depth, [&](std::int64_t p, int part) LAMINA_LAMBDA {
        const Vec<T> bv = load_some(b + p, part);
#pragma GCC unroll 4
        for (int r = 0; r < rows_at_once; ++r) sums[r] += load_some(lines[r] + p, part) * bv;
      });
#pragma GCC unroll 4
      for (int r = 0; r < rows_at_once; ++r) line[row + r] = sum_lanes<T>(sums[r]);
    }
    T* const to = c + first * ldc;
    for (std::int64_t i = 0; i < count; ++i) {
      if (bias != nullptr) line[i] += *bias;
      if (add) line[i] += to[i * ldc];
      if (activation == FusedActivation::relu && T(0) > line[i]) line[i] = T(0);
    }
    activate_tile(line, 0, 1, count, activation);
    for (std::int64_t i = 0; i < count; ++i) to[i * ldc] = line[i];
  }
}

template <class T>
constexpr GemmKernels<T> gemm_kernels = {
    tile_rows_max,
    tile_vectors * lanes<T>,
    lanes<T>,
    LAMINA_GEMM_DEPTH_BYTES / sizeof(T),
    LAMINA_GEMM_BLOCK_TILES,
    gemm_block_kernel<T>,
    pack_a_kernel<T>,
    pack_b_kernel<T>,
    gemm_vector_kernel<T>,
};
