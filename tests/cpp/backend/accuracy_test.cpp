// How far the functions that need a series are from the truth, over the whole range of float (every
// 1,009th number of each sign) and samples of every exponent of double.
#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

long double logistic(long double x) { return 1 / (1 + std::exp(-x)); }
long double gelu(long double x) {
  return x < -1e3L ? 0 : x / 2 * std::erfc(-x * 0.70710678118654752440084436210485L);
}
long double softplus(long double x) { return x > 1e3L ? x : std::log1p(std::exp(x)); }

struct Function {
  const char* name;
  UnaryOp op;
  long double (*value)(long double x);
  double bound = 3.0;  // ulps
};

const Function functions[] = {
    {"exp", UnaryOp::exp, [](long double x) { return std::exp(x); }},
    {"log", UnaryOp::log, [](long double x) { return std::log(x); }},
    {"sinh", UnaryOp::sinh, [](long double x) { return std::sinh(x); }},
    {"sin", UnaryOp::sin, [](long double x) { return std::sin(x); }, 1.0},
    {"cos", UnaryOp::cos, [](long double x) { return std::cos(x); }, 1.0},
    {"arctan", UnaryOp::arctan, [](long double x) { return std::atan(x); }, 2.0},
    {"tanh", UnaryOp::tanh, [](long double x) { return std::tanh(x); }},
    {"sigmoid", UnaryOp::sigmoid, logistic},
    {"expm1", UnaryOp::expm1, [](long double x) { return std::expm1(x); }},
    {"log1p", UnaryOp::log1p, [](long double x) { return std::log1p(x); }},
    {"erf", UnaryOp::erf, [](long double x) { return std::erf(x); }},
    {"gelu", UnaryOp::gelu, gelu, 9.0},
    {"softplus", UnaryOp::softplus, softplus},
};

// Distance in units of the last place of the exact value; a denormal result counts as right where
// the exact value is denormal too, for kernels may run with denormals flushed.
template <class T>
double ulps(T got, long double exact) {
  const T rounded = static_cast<T>(exact);
  if (std::isnan(exact)) return std::isnan(got) ? 0 : 1e30;
  if (std::isinf(rounded) || got == rounded) return got == rounded ? 0 : 1e30;
  const T smallest = std::numeric_limits<T>::min();
  if (std::fabs(exact) < smallest) return std::fabs(got) <= smallest ? 0 : 1e30;
  int exponent;
  std::frexp(exact, &exponent);
  const long double unit = std::ldexp(1.0L, exponent - std::numeric_limits<T>::digits);
  return static_cast<double>(std::fabs(got - exact) / unit);
}

template <class T>
void check_range(const Array<T>& x) {
  for_each_target([&](const KernelTable& kernels) {
    for (const Function& f : functions) {
      Array<T> y(x.size());
      const auto& table = [&]() -> const auto& {
        if constexpr (sizeof(T) == 4)
          return kernels.float32.elementwise;
        else
          return kernels.float64.elementwise;
      }();
      const T none[3] = {};
      table.unary[static_cast<int>(f.op)](x.data(), y.data(), x.size(), none);
      double worst = 0;
      T where = 0;
      for (std::int64_t i = 0; i < x.size(); ++i) {
        const double distance = ulps(y[i], f.value(x[i]));
        if (distance > worst) {
          worst = distance;
          where = x[i];
        }
      }
      std::printf("  %-9s float%d %-8s max %.2f ulp (at %.9g)\n", kernels.name, int(8 * sizeof(T)),
                  f.name, worst, static_cast<double>(where));
      EXPECT_LE(worst, f.bound) << f.name << " at " << where;
    }
  });
}

// Where a long double has 113 bits, on Arm, it is computed in software: a 53rd of the points there.
constexpr int thinning = std::numeric_limits<long double>::digits > 64 ? 53 : 1;

TEST(AccuracyTest, Float32WholeRange) {
  constexpr std::uint32_t step = 1009 * thinning;
  const std::int64_t n = 0xFFFFFFFFu / step + 1;
  Array<float> x(n);
  for (std::int64_t i = 0; i < n; ++i) {
    const std::uint32_t bits = static_cast<std::uint32_t>(i) * step;
    std::memcpy(&x[i], &bits, sizeof bits);
  }
  check_range(x);
}

TEST(AccuracyTest, Float64EveryExponent) {
  constexpr int samples = (200 + thinning - 1) / thinning;
  std::mt19937_64 generator(3);
  Array<double> x(2 * 2048 * samples);
  for (std::int64_t i = 0; i < x.size(); ++i) {
    const std::uint64_t sign_and_exponent = static_cast<std::uint64_t>(i / samples) << 52;
    const std::uint64_t bits = sign_and_exponent | (generator() >> 12);
    std::memcpy(&x[i], &bits, sizeof bits);
  }
  check_range(x);
}

}  // namespace
}  // namespace lamina::cpu
