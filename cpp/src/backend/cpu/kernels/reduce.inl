// Sums, products, maxima and minima over rows and over columns.

struct SumOp {
  template <class T>
  static LAMINA_INLINE Vec<T> apply(Vec<T> a, Vec<T> b) {
    return a + b;
  }
};

struct ProdOp {
  template <class T>
  static LAMINA_INLINE Vec<T> apply(Vec<T> a, Vec<T> b) {
    return a * b;
  }
};

struct MaxOp {
  template <class T>
  static LAMINA_INLINE Vec<T> apply(Vec<T> a, Vec<T> b) {
    return maximum<T>(a, b);
  }
};

struct MinOp {
  template <class T>
  static LAMINA_INLINE Vec<T> apply(Vec<T> a, Vec<T> b) {
    return minimum<T>(a, b);
  }
};

// One row, into as many running results as hide an addition's latency (4 cycles, 2 a cycle).
// Missing elements of a sum are zeros, of a product ones; those of a maximum repeat the row's
// first.
template <class T, class Op>
LAMINA_INLINE T neutral_element(T first) {
  return __is_same(Op, SumOp) ? T(0) : __is_same(Op, ProdOp) ? T(1) : first;
}

template <class T, class Op>
LAMINA_INLINE T reduce_row(const T* x, std::int64_t n) {
  constexpr int parallel_sums = 8;
  const T neutral = neutral_element<T, Op>(x[0]);
  const auto fold = [](Vec<T> v) LAMINA_LAMBDA {
    return fold_lanes<T>(
        v, [](Vec<T> a, Vec<T> b) LAMINA_LAMBDA { return Op::template apply<T>(a, b); });
  };
  if (n <= lanes<T>) return fold(load_some(x, static_cast<int>(n), neutral));
  const Vec<T> start = splat(neutral);
  Vec<T> results[parallel_sums];
#pragma GCC unroll 8
  for (int j = 0; j < parallel_sums; ++j) results[j] = start;
  std::int64_t i = 0;
  for (; i + parallel_sums * lanes<T> <= n; i += parallel_sums * lanes<T>) {
#pragma GCC unroll 8
    for (int j = 0; j < parallel_sums; ++j) {
      results[j] = Op::template apply<T>(results[j], load(x + i + j * lanes<T>));
    }
  }
  for (; i + lanes<T> <= n; i += lanes<T>) {
    results[0] = Op::template apply<T>(results[0], load(x + i));
  }
  if (i < n) {
    const Vec<T> rest = load_partial(x + i, static_cast<int>(n - i), neutral);
    results[1] = Op::template apply<T>(results[1], rest);
  }
#pragma GCC unroll 4
  for (int width = parallel_sums / 2; width > 0; width /= 2) {
#pragma GCC unroll 4
    for (int j = 0; j < width; ++j) {
      results[j] = Op::template apply<T>(results[j], results[j + width]);
    }
  }
  return fold(results[0]);
}

template <class T, class Op>
void reduce_rows_kernel(const T* x, std::int64_t rows, std::int64_t cols, T scale, T* y) {
  for (std::int64_t row = 0; row < rows; ++row) {
    const T result = reduce_row<T, Op>(x + row * cols, cols);
    y[row] = __is_same(Op, SumOp) ? result * scale : result;
  }
}

// A strip of columns a few vectors wide stays in registers while the rows go by.
template <class T, class Op, int vectors>
LAMINA_INLINE void reduce_strip(const T* x, std::int64_t stride, std::int64_t rows, int last_count,
                                T scale, T* y) {
  const auto count_of = [=](int v)
                            LAMINA_LAMBDA { return v == vectors - 1 ? last_count : lanes<T>; };
  Vec<T> results[vectors];
#pragma GCC unroll 4
  for (int v = 0; v < vectors; ++v) results[v] = load_some(x + v * lanes<T>, count_of(v));
  for (std::int64_t row = 1; row < rows; ++row) {
    x += stride;
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) {
      results[v] = Op::template apply<T>(results[v], load_some(x + v * lanes<T>, count_of(v)));
    }
  }
#pragma GCC unroll 4
  for (int v = 0; v < vectors; ++v) {
    if (__is_same(Op, SumOp)) results[v] = results[v] * scale;
    store_some(y + v * lanes<T>, results[v], count_of(v));
  }
}

template <class T, class Op>
void reduce_columns_kernel(const T* x, std::int64_t stride, std::int64_t rows, std::int64_t cols,
                           T scale, T* y) {
  constexpr int wide = 4;
  std::int64_t col = 0;
  for (; col + wide * lanes<T> <= cols; col += wide * lanes<T>) {
    reduce_strip<T, Op, wide>(x + col, stride, rows, lanes<T>, scale, y + col);
  }
  for (; col + lanes<T> <= cols; col += lanes<T>) {
    reduce_strip<T, Op, 1>(x + col, stride, rows, lanes<T>, scale, y + col);
  }
  if (col < cols) {
    reduce_strip<T, Op, 1>(x + col, stride, rows, static_cast<int>(cols - col), scale, y + col);
  }
}

template <class T>
constexpr ReduceKernels<T> reduce_kernels = {
    {reduce_rows_kernel<T, SumOp>, reduce_rows_kernel<T, MaxOp>, reduce_rows_kernel<T, MinOp>,
     reduce_rows_kernel<T, ProdOp>},
    {reduce_columns_kernel<T, SumOp>, reduce_columns_kernel<T, MaxOp>,
     reduce_columns_kernel<T, MinOp>, reduce_columns_kernel<T, ProdOp>},
};
