// Losses against Keras 3's formulas in double precision; gradients against differences of those.
#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

constexpr double clip_low = 1e-7, clip_high = 1 - 1e-7;
double clip(double p) { return std::min(std::max(p, clip_low), clip_high); }

struct Case {
  LossKind kind;
  bool from_logits;
  double smoothing;  // or delta
};

const Case cases[] = {
    {LossKind::mean_squared_error, false, 0},
    {LossKind::mean_absolute_error, false, 0},
    {LossKind::huber, false, 0.3},
    {LossKind::smooth_l1, false, 0.3},
    {LossKind::log_cosh, false, 0},
    {LossKind::binary_crossentropy, false, 0},
    {LossKind::binary_crossentropy, false, 0.2},
    {LossKind::binary_crossentropy, true, 0},
    {LossKind::binary_crossentropy, true, 0.1},
    {LossKind::categorical_crossentropy, false, 0},
    {LossKind::categorical_crossentropy, false, 0.1},
    {LossKind::categorical_crossentropy, true, 0},
    {LossKind::categorical_crossentropy, true, 0.3},
    {LossKind::sparse_categorical_crossentropy, false, 0},
    {LossKind::sparse_categorical_crossentropy, true, 0},
};

// One row's loss, `t` already a distribution over the columns.
double loss_of(const Case& c, const std::vector<double>& p, const std::vector<double>& t) {
  const std::size_t cols = p.size();
  double result = 0;
  switch (c.kind) {
    case LossKind::mean_squared_error:
      for (std::size_t i = 0; i < cols; ++i) result += (p[i] - t[i]) * (p[i] - t[i]) / cols;
      return result;
    case LossKind::mean_absolute_error:
      for (std::size_t i = 0; i < cols; ++i) result += std::fabs(p[i] - t[i]) / cols;
      return result;
    case LossKind::huber:
    case LossKind::smooth_l1:
      for (std::size_t i = 0; i < cols; ++i) {
        const double e = std::fabs(p[i] - t[i]), delta = c.smoothing;
        const double loss = e <= delta ? e * e / 2 : delta * e - delta * delta / 2;
        result += (c.kind == LossKind::huber ? loss : loss / delta) / cols;
      }
      return result;
    case LossKind::log_cosh:
      for (std::size_t i = 0; i < cols; ++i) result += std::log(std::cosh(p[i] - t[i])) / cols;
      return result;
    case LossKind::binary_crossentropy:
      for (std::size_t i = 0; i < cols; ++i) {
        const double smooth = t[i] * (1 - c.smoothing) + c.smoothing / 2;
        const double q = c.from_logits ? 1 / (1 + std::exp(-p[i])) : clip(p[i]);
        result -= (smooth * std::log(q) + (1 - smooth) * std::log(1 - q)) / cols;
      }
      return result;
    default: break;
  }
  double sum = 0;
  for (std::size_t i = 0; i < cols; ++i) sum += c.from_logits ? std::exp(p[i]) : p[i];
  for (std::size_t i = 0; i < cols; ++i) {
    const double smooth = t[i] * (1 - c.smoothing) + c.smoothing / cols;
    const double log_q = c.from_logits ? p[i] - std::log(sum) : std::log(clip(p[i] / sum));
    result -= smooth * log_q;
  }
  return result;
}

template <class T>
using LossTest = FloatTest<T>;
TYPED_TEST_SUITE(LossTest, FloatTypes);

template <class T>
void check(const KernelTable& kernels, const Case& c, std::int64_t rows, std::int64_t cols) {
  const bool is_sparse = c.kind == LossKind::sparse_categorical_crossentropy;
  const double low = c.from_logits || c.kind == LossKind::mean_squared_error ? -3 : 0.05;
  const Array<T> p = Array<T>::random(rows * cols, low, c.from_logits ? 3 : 0.95);
  const Array<T> t = Array<T>::random(rows * cols, 0, 1, 2);
  const Array<T> weights = Array<T>::random(rows, 0.5, 2, 3);
  Array<std::int64_t> labels(rows);
  for (std::int64_t r = 0; r < rows; ++r) labels[r] = (r * 7 + 3) % cols;
  Array<T> losses(rows), grad(rows * cols);
  IndexFault fault{};
  LossParams params{};
  params.dtype = dtype_of<T>;
  params.kind = c.kind;
  params.from_logits = c.from_logits;
  params.numbers[0] = c.smoothing;
  params.rows = rows, params.cols = cols;
  params.prediction = p.data();
  params.target = is_sparse ? static_cast<const void*>(labels.data()) : t.data();
  params.weights = weights.data();
  params.scale = 0.25;
  params.losses = losses.data();
  params.grad = grad.data();
  params.fault = &fault;
  drivers::loss(kernels, params);
  EXPECT_EQ(fault.is_recorded, 0);
  for (std::int64_t r = 0; r < rows; ++r) {
    std::vector<double> pr(&p[r * cols], &p[r * cols] + cols), tr(cols);
    for (std::int64_t i = 0; i < cols; ++i) {
      tr[i] = is_sparse ? double(labels[r] == i) : double(t[r * cols + i]);
    }
    expect_close(losses[r], loss_of(c, pr, tr), 64, 1);
    for (std::int64_t i = 0; i < cols; ++i) {
      const double h = 1e-6, middle = pr[i];
      pr[i] = middle + h;
      const double above = loss_of(c, pr, tr);
      pr[i] = middle - h;
      const double below = loss_of(c, pr, tr);
      pr[i] = middle;
      const double expected = 0.25 * weights[r] * (above - below) / (2 * h);
      ASSERT_NEAR(grad[r * cols + i], expected, 1e-5 * std::max(1.0, std::fabs(expected)))
          << "kind " << int(c.kind) << " logits " << c.from_logits << " row " << r << " col " << i;
    }
  }
}

TYPED_TEST(LossTest, ValueAndGradientMatchReference) {
  for_each_target([](const KernelTable& kernels) {
    for (const Case& c : cases) {
      for (const std::int64_t cols : {1, 2, 3, 7, 10, 16, 17, 35}) {
        check<TypeParam>(kernels, c, 9, cols);
      }
      check<TypeParam>(kernels, c, 1500, 10);
    }
  });
}

TYPED_TEST(LossTest, GradientIsZeroWhereClipped) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    Array<T> p(2), t(2), losses(2), grad(2);
    p[0] = T(0), p[1] = T(1);
    IndexFault fault{};
    drivers::loss(kernels, {this->dtype,
                            LossKind::binary_crossentropy,
                            false,
                            {},
                            2,
                            1,
                            p.data(),
                            t.data(),
                            nullptr,
                            1,
                            losses.data(),
                            grad.data(),
                            &fault});
    EXPECT_EQ(grad[0], T(0));
    EXPECT_EQ(grad[1], T(0));
    EXPECT_NEAR(losses[0], 1e-7, 1e-7);
    EXPECT_NEAR(losses[1], -std::log(1e-7), sizeof(T) == 4 ? 0.2 : 1e-6);
  });
}

// log(1 + 2 sinh(e/2)^2) near 0, |e| - log 2 + log(1 + e^(-2 |e|)) elsewhere.
TYPED_TEST(LossTest, LogCoshIsRelativelyAccurate) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    const double errors[] = {0,    1e-12, -1e-6, 1e-3, -0.02, 0.3,  0.7,   -0.999, 1,
                             1.01, -1.5,  3,     -9,   20,    88.5, -1000, 1e6,    1e30};
    for (const double error : errors) {
      Array<T> p(1, T(error)), t(1), losses(1), grad(1);
      IndexFault fault{};
      drivers::loss(kernels, {this->dtype,
                              LossKind::log_cosh,
                              false,
                              {},
                              1,
                              1,
                              p.data(),
                              t.data(),
                              nullptr,
                              1,
                              losses.data(),
                              grad.data(),
                              &fault});
      const double e = p[0], a = std::fabs(e), s = std::sinh(std::min(a, 1.0) / 2);
      const double expected =
          a < 1 ? std::log1p(2 * s * s) : a - std::log(2.0) + std::log1p(std::exp(-2 * a));
      expect_close(losses[0], expected, 8);
      expect_close(grad[0], std::tanh(e), 8);
    }
  });
}

TYPED_TEST(LossTest, FirstInvalidLabelIsReported) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    const Array<T> p = Array<T>::random(12);
    Array<std::int64_t> labels(4);
    labels[1] = 3, labels[2] = -1;
    Array<T> losses(4, T(9)), grad(12, T(9));
    IndexFault fault{};
    drivers::loss(kernels, {this->dtype,
                            LossKind::sparse_categorical_crossentropy,
                            true,
                            {},
                            4,
                            3,
                            p.data(),
                            labels.data(),
                            nullptr,
                            1,
                            losses.data(),
                            grad.data(),
                            &fault});
    EXPECT_EQ(fault.is_recorded, 1);
    EXPECT_EQ(fault.value, 3);
    EXPECT_EQ(fault.row, 1);
    EXPECT_EQ(fault.limit, 3);
    EXPECT_EQ(losses[1], T(0));
    EXPECT_EQ(grad[5], T(0));
    EXPECT_NE(losses[0], T(9));
  });
}

TYPED_TEST(LossTest, ImpossibleClassOfLogitMinusInfinity) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    Array<T> p(3), losses(1), grad(3);
    p[2] = -std::numeric_limits<T>::infinity();
    Array<std::int64_t> label(1);
    IndexFault fault{};
    drivers::loss(kernels, {this->dtype,
                            LossKind::sparse_categorical_crossentropy,
                            true,
                            {},
                            1,
                            3,
                            p.data(),
                            label.data(),
                            nullptr,
                            1,
                            losses.data(),
                            grad.data(),
                            &fault});
    EXPECT_NEAR(losses[0], std::log(2.0), 1e-6);
    EXPECT_EQ(grad[2], T(0));
  });
}

TYPED_TEST(LossTest, Accuracies) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    Array<T> p(6), t(6), matches(2);
    const double values[] = {0.2, 0.7, 0.7, 0.9, 0.1, 0.5}, targets[] = {0, 0, 1, 1, 0, 1};
    for (int i = 0; i < 6; ++i) p[i] = T(values[i]), t[i] = T(targets[i]);
    drivers::accuracy(kernels, {this->dtype, AccuracyKind::binary, 0.5, 2, 3, p.data(), t.data(),
                                matches.data()});
    expect_close(matches[0], 2.0 / 3, 2);  // 0.5 is not above the threshold
    expect_close(matches[1], 2.0 / 3, 2);
    drivers::accuracy(kernels, {this->dtype, AccuracyKind::categorical, 0, 2, 3, p.data(), t.data(),
                                matches.data()});
    EXPECT_EQ(matches[0], T(0));  // the first of two equal predictions, column 1
    EXPECT_EQ(matches[1], T(1));
    Array<std::int64_t> labels(2, 1);
    drivers::accuracy(kernels, {this->dtype, AccuracyKind::sparse, 0, 2, 3, p.data(), labels.data(),
                                matches.data()});
    EXPECT_EQ(matches[0], T(1));
    EXPECT_EQ(matches[1], T(0));
  });
}

}  // namespace
}  // namespace lamina::cpu
