#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Function {
  UnaryOp op;
  double (*value)(double x);
  double (*slope)(double x);
};

double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
double logistic(double x) { return 1 / (1 + std::exp(-x)); }

const Function functions[] = {
    {UnaryOp::identity, [](double x) { return x; }, [](double) { return 1.0; }},
    {UnaryOp::negative, [](double x) { return -x; }, [](double) { return -1.0; }},
    {UnaryOp::abs, [](double x) { return std::fabs(x); }, sign},
    {UnaryOp::exp, [](double x) { return std::exp(x); }, [](double x) { return std::exp(x); }},
    {UnaryOp::log, [](double x) { return std::log(x); }, [](double x) { return 1 / x; }},
    {UnaryOp::sqrt, [](double x) { return std::sqrt(x); },
     [](double x) { return 0.5 / std::sqrt(x); }},
    {UnaryOp::square, [](double x) { return x * x; }, [](double x) { return 2 * x; }},
    {UnaryOp::relu, [](double x) { return x < 0 ? 0.0 : x; },
     [](double x) { return x > 0   ? 1.0
                           : x < 0 ? 0.0
                                   : x * 0; }},
    {UnaryOp::tanh, [](double x) { return std::tanh(x); },
     [](double x) { return 1 - std::tanh(x) * std::tanh(x); }},
    {UnaryOp::sigmoid, logistic, [](double x) { return logistic(x) * (1 - logistic(x)); }},
    {UnaryOp::softplus,
     [](double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); },
     logistic},
};

template <class T>
using ElementwiseTest = FloatTest<T>;
TYPED_TEST_SUITE(ElementwiseTest, FloatTypes);

TYPED_TEST(ElementwiseTest, UnaryMatchesReference) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const Function& f : functions) {
      const bool is_positive = f.op == UnaryOp::log || f.op == UnaryOp::sqrt;
      for (const std::int64_t n : lengths()) {
        const Array<T> x = Array<T>::random(n, is_positive ? 0.1 : -4, 4);
        Array<T> y(n);
        drivers::unary(kernels, {this->dtype, f.op, n, x.data(), y.data()});
        for (std::int64_t i = 0; i < n; ++i) expect_close(y[i], f.value(x[i]), 3, 0.01);
      }
    }
  });
}

TYPED_TEST(ElementwiseTest, UnaryWorksInPlace) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    Array<T> x = Array<T>::random(1001);
    const Array<T> before = x;
    drivers::unary(kernels, {this->dtype, UnaryOp::square, 1001, x.data(), x.data()});
    for (std::int64_t i = 0; i < 1001; ++i) EXPECT_EQ(x[i], before[i] * before[i]);
  });
}

TYPED_TEST(ElementwiseTest, UnaryAtTheEdges) {
  using T = TypeParam;
  const double values[] = {0.0,  -0.0,   infinity, -infinity, nan,  1.0,
                           -1.0, 1000.0, -1000.0,  1e30,      -1e30};
  const std::int64_t n = std::size(values);
  for_each_target([&](const KernelTable& kernels) {
    for (const Function& f : functions) {
      Array<T> x(n), y(n);
      for (std::int64_t i = 0; i < n; ++i) x[i] = static_cast<T>(values[i]);
      drivers::unary(kernels, {this->dtype, f.op, n, x.data(), y.data()});
      for (std::int64_t i = 0; i < n; ++i) {
        SCOPED_TRACE(testing::Message() << "function " << int(f.op) << " at " << values[i]);
        const double exact = f.value(values[i]);
        expect_close(y[i], static_cast<double>(static_cast<T>(exact)), 3, 0.01);
        if (exact == 0) {
          EXPECT_EQ(y[i], T(0));
        }
      }
    }
  });
}

TYPED_TEST(ElementwiseTest, BackwardMatchesReference) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const Function& f : functions) {
      const bool is_positive = f.op == UnaryOp::log || f.op == UnaryOp::sqrt;
      for (const std::int64_t n : {1, 7, 16, 17, 33, 40001}) {
        const Array<T> x = Array<T>::random(n, is_positive ? 0.1 : -3, 3);
        const Array<T> dy = Array<T>::random(n, -2, 2, 5);
        Array<T> saved = x, dx(n);
        if (saved_by(f.op) == Saves::output) {
          for (std::int64_t i = 0; i < n; ++i) saved[i] = static_cast<T>(f.value(x[i]));
        }
        const void* from = saved_by(f.op) == Saves::nothing ? nullptr : saved.data();
        drivers::unary_backward(kernels, {this->dtype, f.op, n, dy.data(), from, dx.data()});
        for (std::int64_t i = 0; i < n; ++i) {
          expect_close(dx[i], static_cast<double>(dy[i]) * f.slope(x[i]), 8, 1);
        }
      }
    }
  });
}

TYPED_TEST(ElementwiseTest, GradientsOfKinksAreZeroAndNanPasses) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const UnaryOp op : {UnaryOp::relu, UnaryOp::abs}) {
      Array<T> s(2), dy(2, T(3)), dx(2);
      s[0] = T(0);
      s[1] = static_cast<T>(nan);
      drivers::unary_backward(kernels, {this->dtype, op, 2, dy.data(), s.data(), dx.data()});
      EXPECT_EQ(dx[0], T(0));
      EXPECT_TRUE(std::isnan(dx[1]));
    }
  });
}

// ---- Two operands

template <class T>
double apply(BinaryOp op, T a, T b) {
  const double x = static_cast<double>(a), y = static_cast<double>(b);
  switch (op) {
    case BinaryOp::add: return x + y;
    case BinaryOp::subtract: return x - y;
    case BinaryOp::multiply: return x * y;
    case BinaryOp::divide: return x / y;
    case BinaryOp::maximum: return std::isnan(x) || std::isnan(y) ? nan : std::max(x, y);
    case BinaryOp::minimum: return std::isnan(x) || std::isnan(y) ? nan : std::min(x, y);
  }
  return 0;
}

struct Broadcast {
  const char* name;
  std::vector<std::int64_t> extents, strides_a, strides_b;
};

const Broadcast broadcasts[] = {
    {"scalars", {}, {}, {}},
    {"same shape", {3, 37}, {37, 1}, {37, 1}},
    {"scalar on the right", {3, 37}, {37, 1}, {0, 0}},
    {"scalar on the left", {111}, {0}, {1}},
    {"both scalars", {20}, {0}, {0}},
    {"row vector", {5, 37}, {37, 1}, {0, 1}},
    {"narrow row vector", {50, 3}, {3, 1}, {0, 1}},
    {"column vector", {5, 37}, {37, 1}, {1, 0}},
    {"outer", {9, 21}, {1, 0}, {0, 1}},
    {"middle axis repeated", {2, 3, 4, 5}, {60, 20, 5, 1}, {20, 0, 5, 1}},
    {"transposed", {6, 19}, {1, 6}, {19, 1}},
    {"reversed", {2, 3, 7}, {1, 2, 6}, {21, 7, 1}},
    {"extents of one", {1, 17, 1, 3}, {0, 3, 0, 1}, {0, 0, 0, 1}},
};

template <class T>
void check_binary(const KernelTable& kernels, BinaryOp op, const Broadcast& shape) {
  BinaryParams p{};
  p.dtype = dtype_of<T>;
  p.op = op;
  p.rank = static_cast<int>(shape.extents.size());
  std::int64_t n = 1;
  for (int axis = 0; axis < p.rank; ++axis) {
    n *= p.extents[axis] = shape.extents[axis];
    p.strides_a[axis] = shape.strides_a[axis];
    p.strides_b[axis] = shape.strides_b[axis];
  }
  const double low = std::is_integral_v<T> ? -50 : -2, high = -low;
  const Array<T> a = Array<T>::random(n, low, high, 1), b = Array<T>::random(n, low, high, 2);
  Array<T> out(n);
  p.a = a.data();
  p.b = b.data();
  p.out = out.data();
  drivers::binary(kernels, p);
  for (std::int64_t i = 0; i < n; ++i) {
    std::int64_t at_a = 0, at_b = 0, rest = i;
    for (int axis = p.rank - 1; axis >= 0; --axis) {
      at_a += rest % p.extents[axis] * p.strides_a[axis];
      at_b += rest % p.extents[axis] * p.strides_b[axis];
      rest /= p.extents[axis];
    }
    EXPECT_EQ(out[i], static_cast<T>(apply(op, a[at_a], b[at_b]))) << "element " << i;
  }
}

TEST(BinaryTest, MatchesReferenceForEveryBroadcast) {
  for_each_target([&](const KernelTable& kernels) {
    for (const Broadcast& shape : broadcasts) {
      SCOPED_TRACE(shape.name);
      for (int op = 0; op < binary_op_count; ++op) {
        check_binary<float>(kernels, BinaryOp(op), shape);
        check_binary<double>(kernels, BinaryOp(op), shape);
        if (BinaryOp(op) == BinaryOp::divide) continue;
        check_binary<std::int32_t>(kernels, BinaryOp(op), shape);
        check_binary<std::int64_t>(kernels, BinaryOp(op), shape);
      }
    }
  });
}

TEST(BinaryTest, LongArraysOfEveryLength) {
  for_each_target([&](const KernelTable& kernels) {
    for (const std::int64_t n : lengths()) {
      if (n > 0) check_binary<float>(kernels, BinaryOp::add, {"", {n}, {1}, {1}});
    }
  });
}

TEST(BinaryTest, MaximumAndMinimumPassNan) {
  for_each_target([&](const KernelTable& kernels) {
    for (const BinaryOp op : {BinaryOp::maximum, BinaryOp::minimum}) {
      Array<float> a(20, 1.0f), b(20, 2.0f), out(20);
      a[3] = b[5] = a[18] = static_cast<float>(nan);
      drivers::binary(kernels,
                      {Dtype::float32, op, 1, {20}, {1}, {1}, a.data(), b.data(), out.data()});
      for (int i = 0; i < 20; ++i) EXPECT_EQ(std::isnan(out[i]), i == 3 || i == 5 || i == 18);
    }
  });
}

TEST(BinaryTest, IntegerDivisionIsRefused) {
  BinaryParams p{};
  p.dtype = Dtype::int32;
  p.op = BinaryOp::divide;
  EXPECT_THROW(drivers::binary(kernels(), p), Error);
}

// ---- Integers and fill

template <class T>
void check_integer_functions(const KernelTable& kernels) {
  for (const std::int64_t n : {1, 5, 16, 33}) {
    const Array<T> x = Array<T>::random(n, -100, 100);
    Array<T> y(n);
    drivers::unary(kernels, {dtype_of<T>, UnaryOp::abs, n, x.data(), y.data()});
    for (std::int64_t i = 0; i < n; ++i) EXPECT_EQ(y[i], x[i] < 0 ? -x[i] : x[i]);
    drivers::unary(kernels, {dtype_of<T>, UnaryOp::negative, n, x.data(), y.data()});
    for (std::int64_t i = 0; i < n; ++i) EXPECT_EQ(y[i], -x[i]);
    drivers::unary(kernels, {dtype_of<T>, UnaryOp::square, n, x.data(), y.data()});
    for (std::int64_t i = 0; i < n; ++i) EXPECT_EQ(y[i], x[i] * x[i]);
    EXPECT_THROW(drivers::unary(kernels, {dtype_of<T>, UnaryOp::exp, n, x.data(), y.data()}),
                 Error);
  }
}

TEST(IntegerTest, FunctionsThatStayWhole) {
  for_each_target([](const KernelTable& kernels) {
    check_integer_functions<std::int32_t>(kernels);
    check_integer_functions<std::int64_t>(kernels);
  });
}

template <class T>
void check_fill(const KernelTable& kernels) {
  for (const std::int64_t n : lengths()) {
    Array<T> y(n);
    drivers::fill(kernels, {dtype_of<T>, n, 1.0, y.data()});
    for (std::int64_t i = 0; i < n; ++i) EXPECT_EQ(y[i], T(1));
  }
}

TEST(FillTest, EveryDtype) {
  for_each_target([](const KernelTable& kernels) {
    check_fill<float>(kernels);
    check_fill<double>(kernels);
    check_fill<std::int32_t>(kernels);
    check_fill<std::int64_t>(kernels);
    check_fill<std::uint8_t>(kernels);
  });
}

}  // namespace
}  // namespace lamina::cpu
