// Convolution with the vector's lanes on neighbouring pixels, for so few channels of output that
// lanes on channels would idle. Images are held in planes, one a channel.

// Some vectors of pixels of one row, for all outputs. Taps are dealt out to `splits` sums, which
// hide the latency of an addition where there are few outputs; how many depends on these alone.
template <class T, int cols, int splits, int vectors>
LAMINA_INLINE void planar_pixels(const PlanarRow<T>& row, std::int64_t pixel) {
  Vec<T> sum[splits][cols][vectors] = {};
  const T* const x = row.x + pixel;
  const auto multiply = [&](std::int64_t tap, int split) LAMINA_LAMBDA {
    const T* at = x + row.offsets[tap];
    const T* w = row.w + tap * cols;
    Vec<T> xv[vectors];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) xv[v] = load(at + v * lanes<T>);
#pragma GCC unroll 8
    for (int c = 0; c < cols; ++c) {
      const Vec<T> wv = splat(w[c]);
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) sum[split][c][v] += xv[v] * wv;
    }
  };
  std::int64_t tap = 0;
  for (; tap + splits <= row.taps; tap += splits) {
#pragma GCC unroll 4
    for (int split = 0; split < splits; ++split) multiply(tap + split, split);
  }
  for (; tap < row.taps; ++tap) multiply(tap, 0);
#pragma GCC unroll 8
  for (int c = 0; c < cols; ++c) {
    T* const y = row.y + c * row.y_plane + pixel;
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) {
      Vec<T> total = sum[0][c][v];
#pragma GCC unroll 4
      for (int split = 1; split < splits; ++split) total += sum[split][c][v];
      const Vec<T> start =
          row.add ? load(y + v * lanes<T>) : splat(row.bias == nullptr ? T(0) : row.bias[c]);
      store(y + v * lanes<T>, start + total);
    }
  }
}

// As many vectors at once as registers hold sums for.
template <class T, int cols>
void planar_row_kernel(const PlanarRow<T>& row) {
  constexpr int splits = cols == 1 ? 4 : cols <= 4 ? 2 : 1;
  constexpr int vectors = cols <= 2 ? 4 : 2;
  std::int64_t pixel = 0;
  if constexpr (vectors == 4) {
    for (; pixel + 3 * lanes<T> < row.width; pixel += 4 * lanes<T>) {
      planar_pixels<T, cols, splits, 4>(row, pixel);
    }
  }
  for (; pixel + lanes<T> < row.width; pixel += 2 * lanes<T>) {
    planar_pixels<T, cols, splits, 2>(row, pixel);
  }
  if (pixel < row.width) planar_pixels<T, cols, splits, 1>(row, pixel);
}

// Dot products of `rows` shifted views of one array with `cols` planes of another.
template <class T, int rows, int cols>
void planar_dots_tile(const PlanarDots<T>& d, const std::int64_t* shifts, const T* b, T* c) {
  Vec<T> sum[rows][cols] = {};
  for (std::int64_t segment = 0; segment < d.segments; ++segment) {
    const T* at = d.a + d.a_offsets[segment];
    const T* bt = b + d.b_offsets[segment];
    for (std::int64_t i = 0; i < d.width; i += lanes<T>) {
      Vec<T> bv[cols];
#pragma GCC unroll 4
      for (int j = 0; j < cols; ++j) bv[j] = load(bt + j * d.b_plane + i);
#pragma GCC unroll 6
      for (int r = 0; r < rows; ++r) {
        const Vec<T> av = load(at + shifts[r] + i);
#pragma GCC unroll 4
        for (int j = 0; j < cols; ++j) sum[r][j] += av * bv[j];
      }
    }
  }
#pragma GCC unroll 6
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 4
    for (int j = 0; j < cols; ++j) {
      T* const to = c + r * d.ldc + j;
      const T total = sum_lanes<T>(sum[r][j]);
      *to = d.add ? *to + total : total;
    }
  }
}

constexpr int planar_tile_rows = 6;

template <class T, int cols>
LAMINA_INLINE void planar_dots_columns(const PlanarDots<T>& d, const T* b, T* c) {
  for (std::int64_t row = 0; row < d.rows; row += planar_tile_rows) {
    const std::int64_t* shifts = d.a_shifts + row;
    T* const to = c + row * d.ldc;
    switch (d.rows - row) {
      case 1: planar_dots_tile<T, 1, cols>(d, shifts, b, to); break;
      case 2: planar_dots_tile<T, 2, cols>(d, shifts, b, to); break;
      case 3: planar_dots_tile<T, 3, cols>(d, shifts, b, to); break;
      case 4: planar_dots_tile<T, 4, cols>(d, shifts, b, to); break;
      case 5: planar_dots_tile<T, 5, cols>(d, shifts, b, to); break;
      default: planar_dots_tile<T, planar_tile_rows, cols>(d, shifts, b, to);
    }
  }
}

template <class T>
void planar_dots_kernel(const PlanarDots<T>& d) {
  std::int64_t col = 0;
  if constexpr (lanes<T> >= 8) {
    for (; col + 4 <= d.cols; col += 4) {
      planar_dots_columns<T, 4>(d, d.b + col * d.b_plane, d.c + col);
    }
  }
  if constexpr (lanes<T> >= 4) {
    for (; col + 2 <= d.cols; col += 2) {
      planar_dots_columns<T, 2>(d, d.b + col * d.b_plane, d.c + col);
    }
  }
  for (; col < d.cols; ++col) planar_dots_columns<T, 1>(d, d.b + col * d.b_plane, d.c + col);
}

// Up to half of the lanes; for more, lanes on channels are no worse.
template <class T>
constexpr PlanarKernels<T> make_planar_kernels() {
  PlanarKernels<T> kernels = {};
  kernels.lanes = lanes<T>;
  kernels.dots = planar_dots_kernel<T>;
  kernels.row[0] = planar_row_kernel<T, 1>;
  if constexpr (lanes<T> >= 4) kernels.row[1] = planar_row_kernel<T, 2>;
  if constexpr (lanes<T> >= 8) {
    kernels.row[2] = planar_row_kernel<T, 3>;
    kernels.row[3] = planar_row_kernel<T, 4>;
  }
  if constexpr (lanes<T> >= 16) {
    kernels.row[4] = planar_row_kernel<T, 5>;
    kernels.row[5] = planar_row_kernel<T, 6>;
    kernels.row[6] = planar_row_kernel<T, 7>;
    kernels.row[7] = planar_row_kernel<T, 8>;
  }
  return kernels;
}
