// Functions of one or two arrays, element by element. Each functor is one row of unary.def or
// binary.def; which of them take integers is said by the tables at the end.

template <class T>
LAMINA_INLINE Vec<T> absolute(Vec<T> x) {
  if constexpr (T(0.5) != T(0)) {
    return (Vec<T>)((Mask<T>)x & ~(Mask<T>)splat(T(-0.0)));
  } else {
    return x < T(0) ? -x : x;
  }
}

#define LAMINA_OP(name, expression)               \
  struct name {                                   \
    template <class T>                            \
    static LAMINA_INLINE Vec<T> apply(Vec<T> x) { \
      return expression;                          \
    }                                             \
  };
namespace unary {
LAMINA_OP(identity, x)
LAMINA_OP(negative, -x)
LAMINA_OP(abs, absolute<T>(x))
LAMINA_OP(exp, exp_of<T>(x))
LAMINA_OP(log, log_of<T>(x))
LAMINA_OP(sqrt, square_root_of<T>(x))
LAMINA_OP(square, (x * x))
LAMINA_OP(relu, (x < T(0) ? Vec<T>{} : x))  // a NaN passes
LAMINA_OP(tanh, tanh_of<T>(x))
LAMINA_OP(sigmoid, sigmoid_of<T>(x))
// Overflows nowhere, and passes a NaN.
LAMINA_OP(softplus, ((x < T(0) ? Vec<T>{} : x) + log1p_of<T>(exp_of<T>(-absolute<T>(x)))))
}  // namespace unary
#undef LAMINA_OP

// dx from dy and s, the value unary.def says the gradient is computed from.
#define LAMINA_OP(name, expression)                                           \
  struct name {                                                               \
    template <class T>                                                        \
    static LAMINA_INLINE Vec<T> apply(Vec<T> dy, [[maybe_unused]] Vec<T> s) { \
      return expression;                                                      \
    }                                                                         \
  };
namespace gradient {
LAMINA_OP(identity, dy)
LAMINA_OP(negative, -dy)
LAMINA_OP(abs, (s > T(0) ? dy : s < T(0) ? -dy : s * T(0)))  // 0 at 0, NaN at NaN
LAMINA_OP(exp, (dy * s))
LAMINA_OP(log, dy / s)
LAMINA_OP(sqrt, (dy * (T(0.5) / s)))
LAMINA_OP(square, (dy * (s + s)))
LAMINA_OP(relu, (s > T(0) ? dy : s * T(0)))  // likewise
LAMINA_OP(tanh, (dy * (T(1) - s * s)))
LAMINA_OP(sigmoid, (dy * (s * (T(1) - s))))
LAMINA_OP(softplus, (dy * sigmoid_of<T>(s)))
}  // namespace gradient
#undef LAMINA_OP

#define LAMINA_OP(name, expression)                         \
  struct name {                                             \
    template <class T>                                      \
    static LAMINA_INLINE Vec<T> apply(Vec<T> a, Vec<T> b) { \
      return expression;                                    \
    }                                                       \
  };
namespace binary {
LAMINA_OP(add, a + b)
LAMINA_OP(subtract, a - b)
LAMINA_OP(multiply, (a * b))
LAMINA_OP(divide, a / b)
LAMINA_OP(maximum, (::lamina::cpu::maximum<T>(a, b)))
LAMINA_OP(minimum, (::lamina::cpu::minimum<T>(a, b)))
}  // namespace binary
#undef LAMINA_OP

template <class T, class Op>
void unary_kernel(const T* x, T* y, std::int64_t n) {
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    store_some(y + i, Op::template apply<T>(load_some(x + i, count, T(1))), count);
  });
}

template <class T, class Op>
void unary_backward_kernel(const T* dy, const T* saved, T* dx, std::int64_t n) {
  for_each_vector<T>(n, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> s = load_some(saved + i, count, T(1));
    store_some(dx + i, Op::template apply<T>(load_some(dy + i, count), s), count);
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
#define UNARY(name, saves) unary_kernel<T, unary::name>,
#include "backend/unary.def"
#undef UNARY
    },
    {
#define UNARY(name, saves) unary_backward_kernel<T, gradient::name>,
#include "backend/unary.def"
#undef UNARY
    },
    {
#define BINARY(name) binary_kernels<T, binary::name>,
#include "backend/binary.def"
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
  kernels.unary[int(UnaryOp::square)] = unary_kernel<T, unary::square>;
  kernels.unary[int(UnaryOp::relu)] = unary_kernel<T, unary::relu>;
  kernels.binary[int(BinaryOp::add)] = binary_kernels<T, binary::add>;
  kernels.binary[int(BinaryOp::subtract)] = binary_kernels<T, binary::subtract>;
  kernels.binary[int(BinaryOp::multiply)] = binary_kernels<T, binary::multiply>;
  kernels.binary[int(BinaryOp::maximum)] = binary_kernels<T, binary::maximum>;
  kernels.binary[int(BinaryOp::minimum)] = binary_kernels<T, binary::minimum>;
  kernels.fill = fill_kernel<T>;
  return kernels;
}
