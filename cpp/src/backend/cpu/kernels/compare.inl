// Comparisons, which give a byte for each element, and choosing by such bytes. Plain loops: the
// compilers find the conversions between widths by themselves.

#define LAMINA_OP(name, op)                     \
  struct name {                                 \
    template <class T>                          \
    static LAMINA_INLINE bool apply(T a, T b) { \
      return a op b;                            \
    }                                           \
  };
namespace compare {
LAMINA_OP(equal, ==)
LAMINA_OP(not_equal, !=)
LAMINA_OP(less, <)
LAMINA_OP(less_equal, <=)
}  // namespace compare
#undef LAMINA_OP

template <class T, class Op, bool repeat_a, bool repeat_b>
void compare_kernel(const T* a, std::int64_t a_stride, const T* b, std::int64_t b_stride,
                    std::uint8_t* out, std::int64_t rows, std::int64_t cols) {
  for (std::int64_t row = 0; row < rows; ++row, a += a_stride, b += b_stride, out += cols) {
    const T a_value = a[0], b_value = b[0];
    for (std::int64_t i = 0; i < cols; ++i) {
      out[i] = Op::template apply<T>(repeat_a ? a_value : a[i], repeat_b ? b_value : b[i]);
    }
  }
}

template <class T, class Op>
constexpr BinaryKernels<T, std::uint8_t> compare_kernels_of = {
    {{compare_kernel<T, Op, false, false>, compare_kernel<T, Op, false, true>},
     {compare_kernel<T, Op, true, false>, compare_kernel<T, Op, true, true>}}};

template <class T>
constexpr CompareKernels<T> compare_kernels = {{
    compare_kernels_of<T, compare::equal>,
    compare_kernels_of<T, compare::not_equal>,
    compare_kernels_of<T, compare::less>,
    compare_kernels_of<T, compare::less_equal>,
}};

// `Bits` is an integer as wide as an element.
template <class Bits>
void select_kernel(const std::uint8_t* condition, const void* a, bool a_repeated, const void* b,
                   bool b_repeated, void* out, std::int64_t n) {
  const Bits* const from_a = static_cast<const Bits*>(a);
  const Bits* const from_b = static_cast<const Bits*>(b);
  Bits* const to = static_cast<Bits*>(out);
  const auto each = [=](auto value_a, auto value_b) LAMINA_LAMBDA {
    for (std::int64_t i = 0; i < n; ++i) to[i] = condition[i] != 0 ? value_a(i) : value_b(i);
  };
  const Bits first_a = from_a[0], first_b = from_b[0];
  const auto all_a = [=](std::int64_t i) LAMINA_LAMBDA { return from_a[i]; };
  const auto one_a = [=](std::int64_t) LAMINA_LAMBDA { return first_a; };
  const auto all_b = [=](std::int64_t i) LAMINA_LAMBDA { return from_b[i]; };
  const auto one_b = [=](std::int64_t) LAMINA_LAMBDA { return first_b; };
  if (a_repeated) {
    b_repeated ? each(one_a, one_b) : each(one_a, all_b);
  } else {
    b_repeated ? each(all_a, one_b) : each(all_a, all_b);
  }
}
