#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

double activate(UnaryOp op, double x) {
  switch (op) {
    case UnaryOp::relu: return x < 0 ? 0 : x;
    case UnaryOp::tanh: return std::tanh(x);
    case UnaryOp::sigmoid: return 1 / (1 + std::exp(-x));
    default: return x;
  }
}

struct Case {
  std::int64_t m, n, k;
  bool transpose_a = false, transpose_b = false, accumulate = false, bias = false;
  UnaryOp activation = UnaryOp::identity;
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
    for (const UnaryOp activation :
         {UnaryOp::identity, UnaryOp::relu, UnaryOp::tanh, UnaryOp::sigmoid}) {
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
                                 .activation = UnaryOp::tanh,
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

}  // namespace
}  // namespace lamina::cpu
