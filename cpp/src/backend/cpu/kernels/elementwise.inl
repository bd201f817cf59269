// Functions of one or two arrays, element by element: the functors of functions.inl as kernels.
// Which of them take integers is said by the tables at the end.

template <class T, class Op>
void unary_kernel(const T* x, T* y, std::int64_t n, const T* parameters) {
  const Parameters<T> p{parameters[0], parameters[1], parameters[2]};
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    store_some(y + i, Op::template apply<T>(load_some(x + i, count, T(1)), p), count);
  });
}

template <class T, class Op>
void unary_backward_kernel(const T* dy, const T* saved, T* dx, std::int64_t n,
                           const T* parameters) {
  const Parameters<T> p{parameters[0], parameters[1], parameters[2]};
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> s = load_some(saved + i, count, T(1));
    store_some(dx + i, Op::template apply<T>(load_some(dy + i, count), s, p), count);
  });
}

// Each row of the output from a row, or from one element, of each operand.
template <class T, class Op, bool repeat_a, bool repeat_b>
void binary_kernel(const T* a, std::int64_t a_stride, const T* b, std::int64_t b_stride, T* out,
                   std::int64_t rows, std::int64_t cols) {
  for (std::int64_t row = 0; row < rows; ++row) {
    const Vec<T> a_value = repeat_a ? splat(a[0]) : Vec<T>{};
    const Vec<T> b_value = repeat_b ? splat(b[0]) : Vec<T>{};
    for_each_vector<T>(cols, [=](std::int64_t i, int count) LAMINA_LAMBDA {
      const Vec<T> va = repeat_a ? a_value : load_some(a + i, count, T(1));
      const Vec<T> vb = repeat_b ? b_value : load_some(b + i, count, T(1));
      store_some(out + i, Op::template apply<T>(va, vb), count);
    });
    a += a_stride;
    b += b_stride;
    out += cols;
  }
}

template <class T>
void fill_kernel(T* y, T value, std::int64_t n) {
  const Vec<T> v = splat(value);
  for_each_vector<T>(n,
                     [=](std::int64_t i, int count) LAMINA_LAMBDA { store_some(y + i, v, count); });
}

template <class T, class Op>
constexpr BinaryKernels<T> binary_kernels = {
    {{binary_kernel<T, Op, false, false>, binary_kernel<T, Op, false, true>},
     {binary_kernel<T, Op, true, false>, binary_kernel<T, Op, true, true>}}};

template <class T>
constexpr ElementwiseKernels<T> elementwise_float_kernels = {
    {
#define UNARY(name, saves, cost) unary_kernel<T, unary::name>,
#include "backend/operations/unary.def"
#undef UNARY
    },
    {
#define UNARY(name, saves, cost) unary_backward_kernel<T, gradient::name>,
#include "backend/operations/unary.def"
#undef UNARY
    },
    {
#define BINARY(name) binary_kernels<T, binary::name>,
#include "backend/operations/binary.def"
#undef BINARY
    },
    fill_kernel<T>,
};

// Integers: no division, and of the functions of one argument those that stay whole.
template <class T>
constexpr ElementwiseKernels<T> make_integer_kernels() {
  ElementwiseKernels<T> kernels = {};
  kernels.unary[int(UnaryOp::identity)] = unary_kernel<T, unary::identity>;
  kernels.unary[int(UnaryOp::negative)] = unary_kernel<T, unary::negative>;
  kernels.unary[int(UnaryOp::abs)] = unary_kernel<T, unary::abs>;
  kernels.unary[int(UnaryOp::sign)] = unary_kernel<T, unary::sign>;
  kernels.unary[int(UnaryOp::square)] = unary_kernel<T, unary::square>;
  kernels.unary[int(UnaryOp::clip)] = unary_kernel<T, unary::clip>;
  kernels.unary[int(UnaryOp::step)] = unary_kernel<T, unary::step>;
  kernels.unary[int(UnaryOp::relu)] = unary_kernel<T, unary::relu>;
  kernels.binary[int(BinaryOp::add)] = binary_kernels<T, binary::add>;
  kernels.binary[int(BinaryOp::subtract)] = binary_kernels<T, binary::subtract>;
  kernels.binary[int(BinaryOp::multiply)] = binary_kernels<T, binary::multiply>;
  kernels.binary[int(BinaryOp::maximum)] = binary_kernels<T, binary::maximum>;
  kernels.binary[int(BinaryOp::minimum)] = binary_kernels<T, binary::minimum>;
  kernels.binary[int(BinaryOp::power)] = binary_kernels<T, binary::power>;
  kernels.fill = fill_kernel<T>;
  return kernels;
}
