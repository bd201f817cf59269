#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"

namespace lamina::cpu::drivers {
namespace {

template <class T>
constexpr std::int64_t streaming_chunk = chunk_bytes / (2 * sizeof(T));

template <class T>
std::int64_t chunk_of(Cost cost) {
  return cost == Cost::compute ? transcendental_chunk : streaming_chunk<T>;
}

// The axes of a binary operation with extents of 1 dropped, and neighbours that both operands walk
// as one axis merged.
struct Axes {
  int rank = 0;
  std::int64_t extents[8], strides_a[8], strides_b[8];

  template <class Op>
  explicit Axes(const BroadcastParams<Op>& p) {
    for (int axis = 0; axis < p.rank; ++axis) {
      const std::int64_t extent = p.extents[axis];
      const std::int64_t a = p.strides_a[axis], b = p.strides_b[axis];
      if (extent == 1) continue;
      if (rank > 0 && strides_a[rank - 1] == extent * a && strides_b[rank - 1] == extent * b) {
        extents[rank - 1] *= extent;
        strides_a[rank - 1] = a;
        strides_b[rank - 1] = b;
        continue;
      }
      extents[rank] = extent;
      strides_a[rank] = a;
      strides_b[rank] = b;
      ++rank;
    }
  }
};

// Any strides: the operands' rows are reached one by one, and one that is neither contiguous nor
// repeated is walked element by element.
template <class T, class Out>
void binary_strided(const BinaryKernels<T, Out>& kernels, const Axes& axes, const T* a, const T* b,
                    Out* out, std::int64_t grain) {
  const int inner = axes.rank - 1;
  const std::int64_t cols = axes.extents[inner];
  const std::int64_t step_a = axes.strides_a[inner], step_b = axes.strides_b[inner];
  const bool walks = step_a > 1 || step_b > 1 || step_a < 0 || step_b < 0;
  const BinaryKernel<T, Out> kernel = kernels.repeated[walks || step_a == 0][walks || step_b == 0];
  std::int64_t rows = 1;
  for (int axis = 0; axis < inner; ++axis) rows *= axes.extents[axis];
  for_rows(rows, cols, walks ? grain / 8 : grain,
           [&](std::int64_t begin, std::int64_t end) noexcept {
             for (std::int64_t row = begin; row < end; ++row) {
               const T* row_a = a;
               const T* row_b = b;
               std::int64_t rest = row;
               for (int axis = inner - 1; axis >= 0; --axis) {
                 const std::int64_t position = rest % axes.extents[axis];
                 rest /= axes.extents[axis];
                 row_a += position * axes.strides_a[axis];
                 row_b += position * axes.strides_b[axis];
               }
               if (walks) {  // each element is a row of its own
                 kernel(row_a, step_a, row_b, step_b, out + row * cols, cols, 1);
               } else {
                 kernel(row_a, 0, row_b, 0, out + row * cols, 1, cols);
               }
             }
           });
}

template <class T, class Out, class Op>
void binary_of(const BinaryKernels<T, Out>& kernels, const BroadcastParams<Op>& p,
               std::int64_t grain) {
  const Axes axes(p);
  const T* a = static_cast<const T*>(p.a);
  const T* b = static_cast<const T*>(p.b);
  Out* out = static_cast<Out*>(p.out);
  if (axes.rank == 0) {
    return for_ranges(1, 1, [&](std::int64_t, std::int64_t) noexcept {
      kernels.repeated[0][0](a, 0, b, 0, out, 1, 1);
    });
  }
  const int inner = axes.rank - 1;
  const std::int64_t cols = axes.extents[inner];
  const std::int64_t step_a = axes.strides_a[inner], step_b = axes.strides_b[inner];
  const bool is_dense = (step_a == 0 || step_a == 1) && (step_b == 0 || step_b == 1);
  const BinaryKernel<T, Out> kernel = kernels.repeated[step_a == 0][step_b == 0];
  if (is_dense && axes.rank == 1) {
    return for_ranges(cols, grain, [=](std::int64_t begin, std::int64_t end) noexcept {
      kernel(a + begin * step_a, 0, b + begin * step_b, 0, out + begin, 1, end - begin);
    });
  }
  if (is_dense && axes.rank == 2) {
    const std::int64_t row_a = axes.strides_a[0], row_b = axes.strides_b[0];
    return for_rows(axes.extents[0], cols, grain,
                    [=](std::int64_t begin, std::int64_t end) noexcept {
                      kernel(a + begin * row_a, row_a, b + begin * row_b, row_b, out + begin * cols,
                             end - begin, cols);
                    });
  }
  binary_strided(kernels, axes, a, b, out, grain);
}

}  // namespace

void unary(const KernelTable& kernels, const UnaryParams& p) {
  with_number(kernels, p.dtype, "this elementwise function", [&]<class T>(const auto& k, T) {
    const auto kernel = k.elementwise.unary[static_cast<int>(p.op)];
    if (kernel == nullptr) unsupported("this elementwise function", p.dtype);
    const T* x = static_cast<const T*>(p.x);
    T* y = static_cast<T*>(p.y);
    const T numbers[] = {T(p.numbers.a), T(p.numbers.b), T(p.numbers.c)};
    for_ranges(p.n, chunk_of<T>(cost_of(p.op)), [&](std::int64_t begin, std::int64_t end) noexcept {
      kernel(x + begin, y + begin, end - begin, numbers);
    });
  });
}

void unary_backward(const KernelTable& kernels, const UnaryBackwardParams& p) {
  with_float(kernels, p.dtype, "a gradient", [&]<class T>(const auto& k, T) {
    const auto kernel = k.elementwise.unary_backward[static_cast<int>(p.op)];
    const T* dy = static_cast<const T*>(p.dy);
    // Nothing is saved for some functions; their kernel reads dy twice instead.
    const T* saved = p.saved == nullptr ? dy : static_cast<const T*>(p.saved);
    T* dx = static_cast<T*>(p.dx);
    // What is computed from the output needs no exponential again.
    const Cost cost = saved_by(p.op) == Saves::input ? cost_of(p.op) : Cost::memory;
    const T numbers[] = {T(p.numbers.a), T(p.numbers.b), T(p.numbers.c)};
    for_ranges(p.n, chunk_of<T>(cost), [&](std::int64_t begin, std::int64_t end) noexcept {
      kernel(dy + begin, saved + begin, dx + begin, end - begin, numbers);
    });
  });
}

void binary(const KernelTable& kernels, const BinaryParams& p) {
  for (int axis = 0; axis < p.rank; ++axis) {
    if (p.extents[axis] == 0) return;
  }
  if (p.op == BinaryOp::divide && !is_floating(p.dtype)) unsupported("division", p.dtype);
  with_number(kernels, p.dtype, "arithmetic", [&]<class T>(const auto& k, T) {
    const Cost cost = p.op == BinaryOp::power ? Cost::compute : Cost::memory;
    binary_of<T, T>(k.elementwise.binary[static_cast<int>(p.op)], p, chunk_of<T>(cost));
  });
}

void compare(const KernelTable& kernels, const CompareParams& p) {
  for (int axis = 0; axis < p.rank; ++axis) {
    if (p.extents[axis] == 0) return;
  }
  with_number(kernels, p.dtype, "comparison", [&]<class T>(const auto& k, T) {
    binary_of<T, std::uint8_t>(k.compare.of[static_cast<int>(p.op)], p, streaming_chunk<T>);
  });
}

void select(const KernelTable& kernels, const SelectParams& p) {
  const SelectKernel kernel = kernels.select[p.element_size == 1 ? 0 : p.element_size == 4 ? 1 : 2];
  const auto* condition = static_cast<const std::uint8_t*>(p.condition);
  const auto at = [&](const void* base, bool repeated, std::int64_t i) {
    return static_cast<const char*>(base) +
           (repeated ? 0 : i * static_cast<std::int64_t>(p.element_size));
  };
  for_ranges(p.n, streaming_chunk<float>, [&](std::int64_t begin, std::int64_t end) noexcept {
    kernel(condition + begin, at(p.a, p.a_repeated, begin), p.a_repeated,
           at(p.b, p.b_repeated, begin), p.b_repeated, const_cast<char*>(at(p.out, false, begin)),
           end - begin);
  });
}

void fill(const KernelTable& kernels, const FillParams& p) {
  if (p.dtype == Dtype::uint8 || p.dtype == Dtype::boolean) {
    const unsigned char value =
        p.dtype == Dtype::boolean ? p.value.value() != 0 : p.value.as<unsigned char>();
    unsigned char* y = static_cast<unsigned char*>(p.y);
    return for_ranges(p.n, chunk_bytes, [=](std::int64_t begin, std::int64_t end) noexcept {
      std::fill(y + begin, y + end, value);
    });
  }
  with_number(kernels, p.dtype, "fill", [&]<class T>(const auto& k, T) {
    T* y = static_cast<T*>(p.y);
    for_ranges(p.n, streaming_chunk<T>, [&](std::int64_t begin, std::int64_t end) noexcept {
      k.elementwise.fill(y + begin, p.value.as<T>(), end - begin);
    });
  });
}

}  // namespace lamina::cpu::drivers
