#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

double activate(FusedActivation op, double x) {
  switch (op) {
    case FusedActivation::relu: return x < 0 ? 0 : x;
    case FusedActivation::tanh: return std::tanh(x);
    case FusedActivation::sigmoid: return 1 / (1 + std::exp(-x));
    default: return x;
  }
}

struct Case {
  std::int64_t m, n, k;
  bool transpose_a = false, transpose_b = false, accumulate = false, bias = false;
  FusedActivation activation = FusedActivation::none;
  std::int64_t padding = 3;  // leading dimensions exceed the widths by this
};

template <class T>
Array<T> product(const KernelTable& kernels, const Case& c, const Array<T>& a, const Array<T>& b,
                 const Array<T>& bias, const Array<T>& before) {
  Array<T> out = before;
  GemmParams p{};
  p.dtype = dtype_of<T>;
  p.m = c.m, p.n = c.n, p.k = c.k;
  p.a = a.data(), p.lda = (c.transpose_a ? c.m : c.k) + c.padding, p.transpose_a = c.transpose_a;
  p.b = b.data(), p.ldb = (c.transpose_b ? c.k : c.n) + c.padding, p.transpose_b = c.transpose_b;
  p.c = out.data(), p.ldc = c.n + c.padding;
  p.accumulate = c.accumulate;
  p.bias = c.bias ? bias.data() : nullptr;
  p.activation = c.activation;
  drivers::gemm(kernels, p);
  return out;
}

template <class T>
void check(const KernelTable& kernels, const Case& c) {
  const std::int64_t lda = (c.transpose_a ? c.m : c.k) + c.padding;
  const std::int64_t ldb = (c.transpose_b ? c.k : c.n) + c.padding, ldc = c.n + c.padding;
  const Array<T> a = Array<T>::random((c.transpose_a ? c.k : c.m) * lda, -1, 1, 1);
  const Array<T> b = Array<T>::random((c.transpose_b ? c.n : c.k) * ldb, -1, 1, 2);
  const Array<T> bias = Array<T>::random(c.n, -1, 1, 3);
  const Array<T> before = Array<T>::random(c.m * ldc, -1, 1, 4);
  const Array<T> out = product(kernels, c, a, b, bias, before);
  double worst = 0;
  for (std::int64_t i = 0; i < c.m; ++i) {
    for (std::int64_t j = 0; j < ldc; ++j) {
      const T got = out[i * ldc + j];
      if (j >= c.n) {
        ASSERT_EQ(got, before[i * ldc + j]) << "written beyond row " << i;
        continue;
      }
      double sum = c.accumulate ? before[i * ldc + j] : 0;
      for (std::int64_t p = 0; p < c.k; ++p) {
        sum += double(a[c.transpose_a ? p * lda + i : i * lda + p]) *
               double(b[c.transpose_b ? j * ldb + p : p * ldb + j]);
      }
      if (c.bias) sum += bias[j];
      worst = std::max(worst, std::fabs(activate(c.activation, sum) - got));
    }
  }
  const double unit = std::numeric_limits<T>::epsilon() * std::sqrt(double(c.k) + 4);
  ASSERT_LE(worst, 16 * unit) << "m=" << c.m << " n=" << c.n << " k=" << c.k << " transposes "
                              << c.transpose_a << c.transpose_b << " accumulate " << c.accumulate
                              << " bias " << c.bias << " activation " << int(c.activation);
}

template <class T>
using GemmTest = FloatTest<T>;
TYPED_TEST_SUITE(GemmTest, FloatTypes);

TYPED_TEST(GemmTest, EveryShapeAndTranspose) {
  const std::int64_t extents[] = {1, 2, 3, 5, 13, 14, 15, 31, 32, 33, 64, 100};
  const std::int64_t depths[] = {0, 1, 2, 3, 5, 15, 16, 33, 100};
  for_each_target([&](const KernelTable& kernels) {
    for (const std::int64_t m : extents) {
      for (const std::int64_t n : extents) {
        for (const std::int64_t k : depths) {
          for (const bool ta : {false, true}) {
            for (const bool tb : {false, true}) {
              check<TypeParam>(kernels, {.m = m,
                                         .n = n,
                                         .k = k,
                                         .transpose_a = ta,
                                         .transpose_b = tb,
                                         .accumulate = (m + n + k) % 2 == 0});
            }
          }
        }
      }
    }
  });
}

TYPED_TEST(GemmTest, BiasAndActivation) {
  for_each_target([&](const KernelTable& kernels) {
    for (const FusedActivation activation : {FusedActivation::none, FusedActivation::relu,
                                             FusedActivation::tanh, FusedActivation::sigmoid}) {
      for (const bool bias : {false, true}) {
        for (const std::int64_t m : {1, 14, 33}) {
          for (const std::int64_t n : {1, 10, 32, 37, 200}) {
            for (const std::int64_t k : {0, 7, 600}) {
              check<TypeParam>(kernels,
                               {.m = m, .n = n, .k = k, .bias = bias, .activation = activation});
            }
          }
        }
      }
    }
  });
}

// Several blocks of depth, packed operands, several chunks.
TYPED_TEST(GemmTest, LargeEnoughToBlockAndPack) {
  for_each_target([&](const KernelTable& kernels) {
    for (const bool ta : {false, true}) {
      for (const bool tb : {false, true}) {
        for (const bool accumulate : {false, true}) {
          check<TypeParam>(kernels, {.m = 301,
                                     .n = 277,
                                     .k = 530,
                                     .transpose_a = ta,
                                     .transpose_b = tb,
                                     .accumulate = accumulate,
                                     .bias = !accumulate});
        }
      }
    }
  });
}

TYPED_TEST(GemmTest, NoPadding) {
  for_each_target([&](const KernelTable& kernels) {
    for (const bool transpose : {false, true}) {
      check<TypeParam>(kernels, {.m = 64,
                                 .n = 1,
                                 .k = 70,
                                 .transpose_b = transpose,
                                 .bias = true,
                                 .activation = FusedActivation::tanh,
                                 .padding = 0});
      check<TypeParam>(
          kernels,
          {.m = 3, .n = 1, .k = 5, .transpose_b = transpose, .accumulate = true, .padding = 0});
    }
  });
}

TYPED_TEST(GemmTest, SameBitsForAnyThreads) {
  using T = TypeParam;
  const Case cases[] = {{.m = 64, .n = 512, .k = 784, .bias = true},
                        {.m = 784, .n = 130, .k = 64, .transpose_a = true, .accumulate = true},
                        {.m = 64, .n = 512, .k = 512, .transpose_b = true},
                        {.m = 260, .n = 270, .k = 300}};
  for_each_target([&](const KernelTable& kernels) {
    for (Case c : cases) {
      c.padding = 0;
      const Array<T> a = Array<T>::random(c.m * c.k, -1, 1, 1);
      const Array<T> b = Array<T>::random(c.k * c.n, -1, 1, 2);
      const Array<T> bias = Array<T>::random(c.n), before = Array<T>::random(c.m * c.n);
      expect_same_for_any_threads<T>([&] { return product(kernels, c, a, b, bias, before); });
    }
  });
}

TYPED_TEST(GemmTest, NanAndInfinityReachTheirRowOnly) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    const Case c{.m = 15, .n = 33, .k = 20, .padding = 0};
    Array<T> a(c.m * c.k, T(1));
    a[4 * c.k + 3] = std::numeric_limits<T>::quiet_NaN();
    const Array<T> b(c.k * c.n, T(1)), bias(c.n), before(c.m * c.n);
    const Array<T> out = product(kernels, c, a, b, bias, before);
    for (std::int64_t i = 0; i < c.m * c.n; ++i) {
      EXPECT_EQ(std::isnan(out[i]), i / c.n == 4);
    }
  });
}

TYPED_TEST(GemmTest, LastColumnsOfSeveralBlocks) {
  for_each_target([](const KernelTable& kernels) {
    // More columns than are packed at a time, in place but for the last.
    check<TypeParam>(kernels, {.m = 9, .n = 4201, .k = 5});
  });
}

TYPED_TEST(GemmTest, PackedOperandGivesTheSameBits) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const bool transposed : {false, true}) {
      for (const auto& [m, n, k] : {std::array<std::int64_t, 3>{1, 1, 9},
                                    {3, 5, 7},
                                    {40, 33, 70},
                                    {9, 4200, 5},
                                    {1, 64, 1500},
                                    {200, 70, 600},
                                    {5, 3, 0}}) {
        const Array<T> a = Array<T>::random(m * k, -1, 1, 1), b = Array<T>::random(k * n, -1, 1, 2);
        Array<T> expected(m * n), got(m * n);
        GemmParams p{};
        p.dtype = dtype_of<T>;
        p.m = m, p.n = n, p.k = k;
        p.a = a.data(), p.lda = k;
        p.b = b.data(), p.ldb = transposed ? k : n, p.transpose_b = transposed;
        p.c = expected.data(), p.ldc = n;
        p.activation = FusedActivation::relu;
        drivers::gemm(kernels, p);
        const auto bytes = static_cast<std::int64_t>(drivers::packed_bytes(kernels, p));
        Array<T> packed(bytes / static_cast<std::int64_t>(sizeof(T)));
        drivers::pack_b(kernels, {p, packed.data()});
        p.b = nullptr;
        p.packed_b = packed.data();
        p.c = got.data();
        drivers::gemm(kernels, p);
        EXPECT_TRUE(got.same_bits(expected)) << m << " " << n << " " << k << " " << transposed;
      }
    }
  });
}

TYPED_TEST(GemmTest, ABatchIsItsProducts) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const auto& [m, n, k] :
         {std::array<std::int64_t, 3>{3, 5, 7}, {1, 1, 30}, {120, 90, 110}}) {
      constexpr std::int64_t batch = 9;
      for (const bool repeats_b : {false, true}) {
        const Array<T> a = Array<T>::random(batch * m * k, -1, 1, 1);
        const Array<T> b = Array<T>::random(batch * k * n, -1, 1, 2);
        Array<T> expected(batch * m * n);
        GemmParams p{};
        p.dtype = dtype_of<T>;
        p.m = m, p.n = n, p.k = k;
        p.lda = k, p.ldb = n, p.ldc = n;
        for (std::int64_t i = 0; i < batch; ++i) {
          p.a = a.data() + i * m * k;
          p.b = b.data() + (repeats_b ? 0 : i * k * n);
          p.c = expected.data() + i * m * n;
          drivers::gemm(kernels, p);
        }
        p.a = a.data(), p.b = b.data();
        p.batch = batch, p.stride_a = m * k, p.stride_b = repeats_b ? 0 : k * n;
        p.stride_c = m * n;
        const auto whole = [&] {
          Array<T> got(batch * m * n);
          p.c = got.data();
          drivers::gemm(kernels, p);
          return got;
        };
        EXPECT_TRUE(whole().same_bits(expected)) << m << " " << n << " " << k;
        expect_same_for_any_threads<T>(whole);
      }
    }
  });
}

// Against sums of unsigned numbers, which wrap around, of operands over the whole range.
template <class T>
void check_whole(const KernelTable& kernels, const Case& c, std::int64_t batch) {
  using Bits = std::make_unsigned_t<T>;
  std::mt19937_64 engine(5);
  const auto random = [&](std::int64_t n) {
    Array<T> values(n);
    for (std::int64_t i = 0; i < n; ++i) values[i] = static_cast<T>(engine());
    return values;
  };
  const std::int64_t lda = (c.transpose_a ? c.m : c.k) + c.padding;
  const std::int64_t ldb = (c.transpose_b ? c.k : c.n) + c.padding, ldc = c.n + c.padding;
  const std::int64_t size_a = (c.transpose_a ? c.k : c.m) * lda, size_c = c.m * ldc;
  const Array<T> a = random(batch * size_a), b = random((c.transpose_b ? c.n : c.k) * ldb);
  const Array<T> before = random(batch * size_c);
  Array<T> out = before;
  GemmParams p{};
  p.dtype = dtype_of<T>;
  p.m = c.m, p.n = c.n, p.k = c.k;
  p.a = a.data(), p.lda = lda, p.transpose_a = c.transpose_a;
  p.b = b.data(), p.ldb = ldb, p.transpose_b = c.transpose_b;
  p.c = out.data(), p.ldc = ldc;
  p.accumulate = c.accumulate;
  p.batch = batch, p.stride_a = size_a, p.stride_b = 0, p.stride_c = size_c;
  drivers::gemm(kernels, p);
  for (std::int64_t at = 0; at < batch * size_c; ++at) {
    const std::int64_t each = at / size_c, i = at % size_c / ldc, j = at % ldc;
    Bits sum = c.accumulate || j >= c.n ? Bits(before[at]) : Bits(0);
    for (std::int64_t q = 0; j < c.n && q < c.k; ++q) {
      sum += Bits(a[each * size_a + (c.transpose_a ? q * lda + i : i * lda + q)]) *
             Bits(b[c.transpose_b ? j * ldb + q : q * ldb + j]);
    }
    ASSERT_EQ(Bits(out[at]), sum) << i << ", " << j;
  }
}

TEST(IntegerGemmTest, EveryTransposeWrapsAround) {
  const KernelTable& kernels = kernels_of(available_targets().front());
  for (const bool transpose_a : {false, true}) {
    for (const bool transpose_b : {false, true}) {
      for (const bool accumulate : {false, true}) {
        for (const std::int64_t m : {1, 5, 90}) {
          for (const std::int64_t k : {0, 1, 33}) {
            const Case c{m, 17, k, transpose_a, transpose_b, accumulate};
            check_whole<std::int32_t>(kernels, c, 1);
            check_whole<std::int64_t>(kernels, c, 3);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace lamina::cpu
