#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Parameters of those functions that have some.
constexpr UnaryNumbers numbers{0.25, 1.5, 0.125};  // exact in float
constexpr double a = numbers.a, b = numbers.b, c = numbers.c;

struct Function {
  UnaryOp op;
  double (*value)(double x);
  double (*slope)(double x);
};

double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
double logistic(double x) { return 1 / (1 + std::exp(-x)); }
double log_1_plus_exp(double x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}
// x f(x), where f decays faster than x grows.
double times(double x, double f) { return f == 0 ? 0 : x * f; }
double normal_cdf(double x) { return 0.5 * std::erfc(-x * M_SQRT1_2); }
double density(double x) { return std::exp(-x * x / 2) * M_SQRT1_2 * M_2_SQRTPI / 2; }
double gelu_argument(double x) { return 2 * std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x); }
double clamp(double x, double low, double high) { return x < low ? low : x > high ? high : x; }
double mish_ratio(double x) { return std::tanh(log_1_plus_exp(x)); }
double root(double x) { return std::hypot(x, std::sqrt(a)); }
// 1 in the interval, 0 outside, NaN for NaN.
double inside(double x, double low, double high) { return std::isnan(x) ? x : x > low && x < high; }
constexpr double selu_scale = 1.0507009873554804934, selu_alpha = 1.6732632423543772848;

const Function functions[] = {
    {UnaryOp::identity, [](double x) { return x; }, [](double) { return 1.0; }},
    {UnaryOp::negative, [](double x) { return -x; }, [](double) { return -1.0; }},
    {UnaryOp::abs, [](double x) { return std::fabs(x); }, sign},
    {UnaryOp::sign, sign, [](double) { return 0.0; }},
    {UnaryOp::floor, [](double x) { return std::floor(x); }, [](double) { return 0.0; }},
    {UnaryOp::ceil, [](double x) { return std::ceil(x); }, [](double) { return 0.0; }},
    {UnaryOp::round, [](double x) { return std::nearbyint(x); }, [](double) { return 0.0; }},
    {UnaryOp::square, [](double x) { return x * x; }, [](double x) { return 2 * x; }},
    {UnaryOp::sqrt, [](double x) { return std::sqrt(x); },
     [](double x) { return 0.5 / std::sqrt(x); }},
    {UnaryOp::rsqrt, [](double x) { return 1 / std::sqrt(x); },
     [](double x) { return -0.5 / (x * std::sqrt(x)); }},
    {UnaryOp::reciprocal, [](double x) { return 1 / x; }, [](double x) { return -1 / (x * x); }},
    {UnaryOp::exp, [](double x) { return std::exp(x); }, [](double x) { return std::exp(x); }},
    {UnaryOp::expm1, [](double x) { return std::expm1(x); }, [](double x) { return std::exp(x); }},
    {UnaryOp::log, [](double x) { return std::log(x); }, [](double x) { return 1 / x; }},
    {UnaryOp::log2, [](double x) { return std::log2(x); },
     [](double x) { return 1 / (x * std::log(2.0)); }},
    {UnaryOp::log1p, [](double x) { return std::log1p(x); }, [](double x) { return 1 / (1 + x); }},
    {UnaryOp::erf, [](double x) { return std::erf(x); },
     [](double x) { return M_2_SQRTPI * std::exp(-x * x); }},
    {UnaryOp::clip, [](double x) { return clamp(x, a, b); },
     [](double x) { return inside(x, a, b); }},
    {UnaryOp::step, [](double x) { return std::isnan(x) ? x
                                          : x >= 0      ? 1.0
                                                        : 0.0; },
     [](double) { return 0.0; }},
    {UnaryOp::relu, [](double x) { return x < 0 ? 0.0 : x; },
     [](double x) { return x > 0   ? 1.0
                           : x < 0 ? 0.0
                                   : x * 0; }},
    {UnaryOp::bounded_relu, [](double x) { return x <= c  ? a * (x - c)
                                                  : x > b ? b
                                                          : x; },
     [](double x) { return x < c ? a : inside(x, c, b); }},
    {UnaryOp::leaky_relu, [](double x) { return x < 0 ? a * x : x; },
     [](double x) { return x < 0 ? a : 1.0; }},
    {UnaryOp::elu, [](double x) { return x > 0 ? x : a * std::expm1(x); },
     [](double x) { return x > 0 ? 1.0 : a * std::exp(x); }},
    {UnaryOp::selu, [](double x) { return selu_scale * (x > 0 ? x : selu_alpha * std::expm1(x)); },
     [](double x) { return selu_scale * (x > 0 ? 1.0 : selu_alpha * std::exp(x)); }},
    {UnaryOp::celu, [](double x) { return x > 0 ? x : a * std::expm1(x / a); },
     [](double x) { return x > 0 ? 1.0 : std::exp(x / a); }},
    {UnaryOp::gelu, [](double x) { return times(x, normal_cdf(x)); },
     [](double x) { return normal_cdf(x) + times(x, density(x)); }},
    {UnaryOp::gelu_tanh, [](double x) { return times(x, logistic(gelu_argument(x))); },
     [](double x) {
       const double s = logistic(gelu_argument(x));
       return s + times(x * 2 * std::sqrt(2 / M_PI) * (1 + 3 * 0.044715 * x * x), s * (1 - s));
     }},
    {UnaryOp::sinh, [](double x) { return std::sinh(x); }, [](double x) { return std::cosh(x); }},
    {UnaryOp::sin, [](double x) { return std::sin(x); }, [](double x) { return std::cos(x); }},
    {UnaryOp::cos, [](double x) { return std::cos(x); }, [](double x) { return -std::sin(x); }},
    {UnaryOp::arctan, [](double x) { return std::atan(x); },
     [](double x) { return 1 / (1 + x * x); }},
    {UnaryOp::tanh, [](double x) { return std::tanh(x); },
     [](double x) { return 1 - std::tanh(x) * std::tanh(x); }},
    {UnaryOp::sigmoid, logistic, [](double x) { return logistic(x) * (1 - logistic(x)); }},
    {UnaryOp::softplus, log_1_plus_exp, logistic},
    {UnaryOp::softsign, [](double x) { return std::isinf(x) ? sign(x) : x / (1 + std::fabs(x)); },
     [](double x) { return 1 / ((1 + std::fabs(x)) * (1 + std::fabs(x))); }},
    {UnaryOp::silu, [](double x) { return times(x, logistic(x)); },
     [](double x) { return logistic(x) * (1 + times(x, 1 - logistic(x))); }},
    {UnaryOp::mish, [](double x) { return times(x, mish_ratio(x)); },
     [](double x) {
       const double t = mish_ratio(x);
       return t + times(x, (1 - t * t) * logistic(x));
     }},
    {UnaryOp::hard_sigmoid, [](double x) { return clamp(x + 3, 0, 6) / 6; },
     [](double x) { return inside(x, -3, 3) / 6; }},
    {UnaryOp::hard_silu, [](double x) { return times(x, clamp(x + 3, 0, 6) / 6); },
     [](double x) { return x < -3  ? 0
                           : x > 3 ? 1
                                   : x / 3 + 0.5; }},
    {UnaryOp::log_sigmoid, [](double x) { return -log_1_plus_exp(-x); },
     [](double x) { return logistic(-x); }},
    {UnaryOp::threshold, [](double x) { return x <= a ? b : x; },
     [](double x) { return inside(x, a, infinity); }},
    {UnaryOp::tanh_shrink,
     [](double x) { return static_cast<double>(x - std::tanh(static_cast<long double>(x))); },
     [](double x) { return std::tanh(x) * std::tanh(x); }},
    {UnaryOp::soft_shrink, [](double x) { return std::fabs(x) <= a ? 0.0 : x - a * sign(x); },
     [](double x) { return 1 - inside(x, -a, a); }},
    {UnaryOp::hard_shrink, [](double x) { return std::fabs(x) <= a ? 0.0 : x; },
     [](double x) { return 1 - inside(x, -a, a); }},
    {UnaryOp::squareplus,
     [](double x) { return x < 0 ? a / 2 / (root(x) - x) : (x + root(x)) / 2; },
     [](double x) { return (1 + x / root(x)) / 2; }},
    {UnaryOp::sparse_plus,
     [](double x) { return x <= -1  ? 0.0
                           : x >= 1 ? x
                                    : (x + 1) * (x + 1) / 4; },
     [](double x) { return clamp((x + 1) / 2, 0, 1); }},
    {UnaryOp::sparse_sigmoid, [](double x) { return clamp((x + 1) / 2, 0, 1); },
     [](double x) { return inside(x, -1, 1) / 2; }},
};
static_assert(std::size(functions) == unary_op_count);

bool needs_positive(UnaryOp op) {
  return op == UnaryOp::log || op == UnaryOp::log2 || op == UnaryOp::sqrt || op == UnaryOp::rsqrt ||
         op == UnaryOp::reciprocal || op == UnaryOp::log1p;
}

template <class T>
using ElementwiseTest = FloatTest<T>;
TYPED_TEST_SUITE(ElementwiseTest, FloatTypes);

TYPED_TEST(ElementwiseTest, UnaryMatchesReference) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const Function& f : functions) {
      SCOPED_TRACE(testing::Message() << "function " << int(f.op));
      for (const std::int64_t n : lengths()) {
        const Array<T> x = Array<T>::random(n, needs_positive(f.op) ? 0.1 : -4, 4);
        Array<T> y(n);
        drivers::unary(kernels, {this->dtype, f.op, n, x.data(), y.data(), numbers});
        for (std::int64_t i = 0; i < n; ++i) expect_close(y[i], f.value(x[i]), 16, 0.01);
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
      drivers::unary(kernels, {this->dtype, f.op, n, x.data(), y.data(), numbers});
      for (std::int64_t i = 0; i < n; ++i) {
        SCOPED_TRACE(testing::Message() << "function " << int(f.op) << " at " << values[i]);
        const double exact = f.value(static_cast<double>(x[i]));
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
      SCOPED_TRACE(testing::Message() << "function " << int(f.op));
      for (const std::int64_t n : {1, 7, 16, 17, 33, 40001}) {
        const Array<T> x = Array<T>::random(n, needs_positive(f.op) ? 0.1 : -3, 3);
        const Array<T> dy = Array<T>::random(n, -2, 2, 5);
        Array<T> saved = x, dx(n);
        if (saved_by(f.op) == Saves::output) {
          for (std::int64_t i = 0; i < n; ++i) saved[i] = static_cast<T>(f.value(x[i]));
        }
        const void* from = saved_by(f.op) == Saves::nothing ? nullptr : saved.data();
        drivers::unary_backward(kernels,
                                {this->dtype, f.op, n, dy.data(), from, dx.data(), numbers});
        for (std::int64_t i = 0; i < n; ++i) {
          expect_close(dx[i], static_cast<double>(dy[i]) * f.slope(x[i]), 16, 1);
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
double apply(BinaryOp op, T left, T right) {
  const double x = static_cast<double>(left), y = static_cast<double>(right);
  switch (op) {
    case BinaryOp::add: return x + y;
    case BinaryOp::subtract: return x - y;
    case BinaryOp::multiply: return x * y;
    case BinaryOp::divide: return x / y;
    case BinaryOp::maximum: return std::isnan(x) || std::isnan(y) ? nan : std::max(x, y);
    case BinaryOp::minimum: return std::isnan(x) || std::isnan(y) ? nan : std::min(x, y);
    case BinaryOp::power: return nan;  // has tests of its own
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
  const Array<T> left = Array<T>::random(n, low, high, 1);
  const Array<T> right = Array<T>::random(n, low, high, 2);
  Array<T> out(n);
  p.a = left.data();
  p.b = right.data();
  p.out = out.data();
  drivers::binary(kernels, p);
  for (std::int64_t i = 0; i < n; ++i) {
    std::int64_t at_a = 0, at_b = 0, rest = i;
    for (int axis = p.rank - 1; axis >= 0; --axis) {
      at_a += rest % p.extents[axis] * p.strides_a[axis];
      at_b += rest % p.extents[axis] * p.strides_b[axis];
      rest /= p.extents[axis];
    }
    EXPECT_EQ(out[i], static_cast<T>(apply(op, left[at_a], right[at_b]))) << "element " << i;
  }
}

TEST(BinaryTest, MatchesReferenceForEveryBroadcast) {
  for_each_target([&](const KernelTable& kernels) {
    for (const Broadcast& shape : broadcasts) {
      SCOPED_TRACE(shape.name);
      for (int op = 0; op < binary_op_count; ++op) {
        if (BinaryOp(op) == BinaryOp::power) continue;
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
      Array<float> x(20, 1.0f), y(20, 2.0f), out(20);
      x[3] = y[5] = x[18] = static_cast<float>(nan);
      drivers::binary(kernels,
                      {Dtype::float32, op, 1, {20}, {1}, {1}, x.data(), y.data(), out.data()});
      for (int i = 0; i < 20; ++i) EXPECT_EQ(std::isnan(out[i]), i == 3 || i == 5 || i == 18);
    }
  });
}

TYPED_TEST(ElementwiseTest, PowerMatchesReference) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    const std::int64_t n = 20000;
    for (const double reach : {2.0, 30.0}) {
      const Array<T> x = Array<T>::random(n, 0.01, 40, 1),
                     y = Array<T>::random(n, -reach, reach, 2);
      Array<T> out(n);
      drivers::binary(
          kernels,
          {this->dtype, BinaryOp::power, 1, {n}, {1}, {1}, x.data(), y.data(), out.data()});
      for (std::int64_t i = 0; i < n; ++i) {
        const double exact = static_cast<double>(
            std::pow(static_cast<long double>(x[i]), static_cast<long double>(y[i])));
        if (std::fabs(exact) < std::numeric_limits<T>::min()) continue;
        expect_close(out[i], static_cast<double>(static_cast<T>(exact)), 4, 0);
      }
    }
  });
}

TYPED_TEST(ElementwiseTest, PowerAtTheEdges) {
  using T = TypeParam;
  const double values[] = {0.0,  -0.0, 1,   -1,  2,        -2,        0.5, -0.5,
                           3.25, 17,   -17, nan, infinity, -infinity, 1e9, -1e9};
  for_each_target([&](const KernelTable& kernels) {
    for (const double left : values) {
      for (const double right : values) {
        Array<T> x(1, static_cast<T>(left)), y(1, static_cast<T>(right)), out(1);
        drivers::binary(
            kernels,
            {this->dtype, BinaryOp::power, 1, {1}, {1}, {1}, x.data(), y.data(), out.data()});
        SCOPED_TRACE(testing::Message() << left << " ^ " << right);
        const T exact = static_cast<T>(std::pow(left, right));
        expect_close(out[0], static_cast<double>(exact), 4, 1e-30);
        if (!std::isnan(exact)) {
          EXPECT_EQ(std::signbit(out[0]), std::signbit(exact));
        }
      }
    }
  });
}

TEST(BinaryTest, WholePowers) {
  for_each_target([&](const KernelTable& kernels) {
    Array<std::int64_t> x(5), y(5), out(5);
    const std::int64_t bases[] = {2, -3, 0, 10, 7}, exponents[] = {40, 5, 0, 18, 1};
    const std::int64_t powers[] = {1099511627776, -243, 1, 1000000000000000000, 7};
    for (int i = 0; i < 5; ++i) {
      x[i] = bases[i];
      y[i] = exponents[i];
    }
    drivers::binary(
        kernels, {Dtype::int64, BinaryOp::power, 1, {5}, {1}, {1}, x.data(), y.data(), out.data()});
    for (int i = 0; i < 5; ++i) EXPECT_EQ(out[i], powers[i]);
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
