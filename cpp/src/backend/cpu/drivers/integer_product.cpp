#include "backend/cpu/drivers/integer_product.hpp"

#include "backend/cpu/drivers/common.hpp"

namespace lamina::cpu::drivers {
namespace {

constexpr std::int64_t chunk_products = 64 * 1024;

template <class T>
struct Matrix {  // op(x) as it is read
  const T* data;
  std::int64_t row_stride, col_stride;

  Matrix(const void* x, std::int64_t stored_cols, bool transposed)
      : data(static_cast<const T*>(x)),
        row_stride(transposed ? 1 : stored_cols),
        col_stride(transposed ? stored_cols : 1) {}
};

// T is unsigned: sums and products that its bits cannot hold wrap around, as NumPy's do. Their
// order changes nothing. Rows of b are added one after another, so that the inner loop runs along
// memory.
template <class T>
void row_times_matrix(const T* a, std::int64_t a_stride, const Matrix<T>& b, std::int64_t k,
                      std::int64_t n, T* c) {
  for (std::int64_t i = 0; i < k; ++i) {
    const T factor = a[i * a_stride];
    const T* const row = b.data + i * b.row_stride;
    if (b.col_stride == 1) {
      for (std::int64_t j = 0; j < n; ++j) c[j] += factor * row[j];
    } else {
      for (std::int64_t j = 0; j < n; ++j) c[j] += factor * row[j * b.col_stride];
    }
  }
}

template <class T>
void product(const GemmParams& p) {
  const Matrix<T> a(p.a, p.lda, p.transpose_a), b(p.b, p.ldb, p.transpose_b);
  T* const c = static_cast<T*>(p.c);
  for_rows(p.batch * p.m, p.n * p.k, chunk_products,
           [&](std::int64_t begin, std::int64_t end) noexcept {
             for (std::int64_t i = begin; i < end; ++i) {
               const std::int64_t each = i / p.m, row = i % p.m;
               T* const to = c + each * p.stride_c + row * p.ldc;
               if (!p.accumulate) std::fill_n(to, p.n, T(0));
               Matrix<T> right = b;
               right.data += each * p.stride_b;
               row_times_matrix(a.data + each * p.stride_a + row * a.row_stride, a.col_stride,
                                right, p.k, p.n, to);
             }
           });
}

}  // namespace

void integer_product(const GemmParams& p) {
  switch (p.dtype) {
    case Dtype::int32: return product<std::uint32_t>(p);
    case Dtype::int64: return product<std::uint64_t>(p);
    default: unsupported("a matrix product", p.dtype);
  }
}

}  // namespace lamina::cpu::drivers
