// Matrices turned: squares of as many lines as a vector has lanes go through registers.

// `lines` <= lanes lines of a matrix, each contiguous along its depth, turned so that a store holds
// one position of all of them: to[p * to_stride + line].
template <class T>
LAMINA_INLINE void pack_turned(const T* from, std::int64_t line_stride, int lines,
                               std::int64_t depth, T* to, std::int64_t to_stride, bool may_spill) {
  for (std::int64_t p = 0; p < depth; p += lanes<T>) {
    const int count = depth - p < lanes<T> ? static_cast<int>(depth - p) : lanes<T>;
    Vec<T> square[lanes<T>];
#pragma GCC unroll 16
    for (int line = 0; line < lanes<T>; ++line) {
      square[line] = line < lines ? load_some(from + line * line_stride + p, count) : Vec<T>{};
    }
    if (count <= lanes<T> / 2) {
      transpose<T>(square);  // of which the compiler leaves out what only the other half needs
#pragma GCC unroll 8
      for (int i = 0; i < lanes<T> / 2; ++i) {
        if (i < count) store_some(to + (p + i) * to_stride, square[i], lines);
      }
      continue;
    }
    transpose<T>(square);
    // A store of fewer lines may spill over into the next position, which is written after it.
    const bool spills_inside =
        may_spill && (p + lanes<T>)*to_stride + lanes<T> <= depth * to_stride;
    if (count == lanes<T> && (lines == lanes<T> || spills_inside)) {
#pragma GCC unroll 16
      for (int i = 0; i < lanes<T>; ++i) store(to + (p + i) * to_stride, square[i]);
    } else {
      for (int i = 0; i < count; ++i) store_some(to + (p + i) * to_stride, square[i], lines);
    }
  }
}

// Only moved: whatever their type, elements of that size keep their bits.
template <class T>
void transpose_kernel(const void* from, std::int64_t from_stride, std::int64_t rows,
                      std::int64_t cols, void* to, std::int64_t to_stride) {
  for (std::int64_t row = 0; row < rows; row += lanes<T>) {
    const int lines = rows - row < lanes<T> ? static_cast<int>(rows - row) : lanes<T>;
    pack_turned(static_cast<const T*>(from) + row * from_stride, from_stride, lines, cols,
                static_cast<T*>(to) + row, to_stride, false);
  }
}
