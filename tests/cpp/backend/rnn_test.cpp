#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

struct Case {
  RnnKind kind;
  std::int64_t batch, steps, units;
  bool backwards, masked;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const RnnKind kind : {RnnKind::simple, RnnKind::gru, RnnKind::lstm}) {
    for (const std::int64_t units : {1, 7, 16, 33, 64}) {
      for (const std::int64_t batch : {1, 2, 29}) {
        const bool odd = (units + batch) % 2 != 0;
        all.push_back({kind, batch, 5, units, odd, !odd});
        all.push_back({kind, batch, 1, units, !odd, odd});
      }
    }
  }
  return all;
}

// What a call of the backend works on.
template <class T>
struct Sequences {
  RnnShape shape;
  std::int64_t gates;
  Array<T> inputs, values, recurrent, bias, h0, c0, outputs, last_h, last_c, previous_h, previous_c,
      inner;
  std::vector<std::uint8_t> mask;

  explicit Sequences(const Case& c)
      : shape{c.kind, FusedActivation::tanh, c.batch, c.steps, c.units, c.backwards},
        gates(gates_of(c.kind) * c.units),
        inputs(Array<T>::random(c.batch * c.steps * gates, -1, 1)),
        values(c.batch * c.steps * gates),
        recurrent(Array<T>::random(c.units * gates, -0.5, 0.5, 2)),
        bias(Array<T>::random(gates, -1, 1, 3)),
        h0(Array<T>::random(c.batch * c.units, -1, 1, 4)),
        c0(Array<T>::random(c.batch * c.units, -1, 1, 5)),
        outputs(c.batch * c.steps * c.units),
        last_h(c.batch * c.units),
        last_c(c.batch * c.units),
        previous_h(c.batch * c.steps * c.units),
        previous_c(c.batch * c.steps * c.units),
        inner(c.batch * c.steps * c.units) {
    for (std::int64_t i = 0; c.masked && i < c.batch * c.steps; ++i) mask.push_back(i % 3 != 1);
  }

  const std::uint8_t* mask_or_null() const { return mask.empty() ? nullptr : mask.data(); }

  void run(const KernelTable& kernels, Dtype dtype) {
    for (std::int64_t i = 0; i < shape.batch * shape.steps * gates; ++i) values[i] = inputs[i];
    RnnParams p{};
    p.dtype = dtype;
    p.shape = shape;
    p.gates = values.data();
    p.recurrent = recurrent.data();
    p.bias = shape.kind == RnnKind::gru ? bias.data() : nullptr;
    p.h0 = h0.data();
    p.c0 = c0.data();
    p.mask = mask_or_null();
    p.outputs = outputs.data();
    p.last_h = last_h.data();
    p.last_c = last_c.data();
    p.previous_h = previous_h.data();
    p.previous_c = shape.kind == RnnKind::lstm ? previous_c.data() : nullptr;
    p.inner = shape.kind == RnnKind::gru ? inner.data() : nullptr;
    drivers::rnn(kernels, p);
  }

  // The outputs of one row by the formulas of backend/operations/rnn.hpp.
  std::vector<double> reference(std::int64_t row) const {
    const std::int64_t units = shape.units;
    std::vector<double> h(units), c(units), result;
    for (std::int64_t j = 0; j < units; ++j) {
      h[j] = h0[row * units + j];
      c[j] = c0[row * units + j];
    }
    for (std::int64_t step = 0; step < shape.steps; ++step) {
      const std::int64_t t = shape.backwards ? shape.steps - 1 - step : step;
      std::vector<double> z(gates), share(gates);
      for (std::int64_t g = 0; g < gates; ++g) {
        for (std::int64_t k = 0; k < units; ++k) share[g] += h[k] * recurrent[k * gates + g];
        if (shape.kind == RnnKind::gru) share[g] += bias[g];
        z[g] = inputs[(row * shape.steps + t) * gates + g];
      }
      if (mask.empty() || mask[row * shape.steps + t] != 0) {
        for (std::int64_t j = 0; j < units; ++j) {
          const auto gate = [&](int g) { return z[g * units + j] + share[g * units + j]; };
          if (shape.kind == RnnKind::simple) {
            h[j] = std::tanh(gate(0));
          } else if (shape.kind == RnnKind::lstm) {
            c[j] = sigmoid(gate(1)) * c[j] + sigmoid(gate(0)) * std::tanh(gate(2));
            h[j] = sigmoid(gate(3)) * std::tanh(c[j]);
          } else {
            const double u = sigmoid(gate(0)), r = sigmoid(gate(1));
            const double n = std::tanh(z[2 * units + j] + r * share[2 * units + j]);
            h[j] = u * h[j] + (1 - u) * n;
          }
        }
      }
      result.insert(result.end(), h.begin(), h.end());
    }
    return result;
  }
};

template <class T>
using RnnTest = FloatTest<T>;
TYPED_TEST_SUITE(RnnTest, FloatTypes);

TYPED_TEST(RnnTest, OutputsMatchTheFormulas) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const Case& c : cases()) {
      Sequences<T> s(c);
      s.run(kernels, this->dtype);
      const std::int64_t of_row = c.steps * c.units;
      for (std::int64_t row = 0; row < c.batch; ++row) {
        const std::vector<double> expected = s.reference(row);
        for (std::int64_t i = 0; i < of_row; ++i) {
          expect_close(s.outputs[row * of_row + i], expected[i], 64, 1);
        }
        for (std::int64_t j = 0; j < c.units; ++j) {
          EXPECT_EQ(s.last_h[row * c.units + j], s.outputs[(row + 1) * of_row - c.units + j]);
        }
      }
    }
  });
}

// The sum of outputs times a direction, plus that of the last state.
template <class T>
double objective(const Sequences<T>& s, const Array<T>& direction, const Array<T>& d_last) {
  double sum = 0;
  for (std::int64_t i = 0; i < s.shape.batch * s.shape.steps * s.shape.units; ++i) {
    sum += s.outputs[i] * direction[i];
  }
  for (std::int64_t i = 0; i < s.shape.batch * s.shape.units; ++i) {
    const bool is_lstm = s.shape.kind == RnnKind::lstm;
    sum += (is_lstm ? s.last_c[i] : s.last_h[i]) * d_last[i];
  }
  return sum;
}

TEST(RnnBackward, GradientsAreTheNumericalOnes) {
  for_each_target([&](const KernelTable& kernels) {
    for (const Case& c : cases()) {
      if (c.units > 16 || c.batch > 2) continue;
      Sequences<double> s(c);
      const bool is_lstm = c.kind == RnnKind::lstm, is_gru = c.kind == RnnKind::gru;
      const std::int64_t n = c.batch * c.units;
      const auto direction = Array<double>::random(n * c.steps, -1, 1, 6);
      const auto d_last = Array<double>::random(n, -1, 1, 7);
      s.run(kernels, Dtype::float64);
      Array<double> d_h0(n), d_c0(n);
      RnnBackwardParams p{};
      p.dtype = Dtype::float64;
      p.shape = s.shape;
      p.gates = s.values.data();
      p.recurrent = s.recurrent.data();
      p.mask = s.mask_or_null();
      p.previous_h = s.previous_h.data();
      p.previous_c = is_lstm ? s.previous_c.data() : nullptr;
      p.inner = is_gru ? s.inner.data() : nullptr;
      p.d_outputs = direction.data();
      (is_lstm ? p.d_last_c : p.d_last_h) = d_last.data();
      p.d_h0 = d_h0.data();
      p.d_c0 = d_c0.data();
      drivers::rnn_backward(kernels, p);

      Sequences<double> moved(c);
      const auto numerical = [&](Array<double>& numbers, std::int64_t i) {
        const double kept = numbers[i];
        double values[2];
        for (const int side : {0, 1}) {
          numbers[i] = kept + (side == 0 ? 1e-6 : -1e-6);
          moved.run(kernels, Dtype::float64);
          values[side] = objective(moved, direction, d_last);
        }
        numbers[i] = kept;
        return (values[0] - values[1]) / 2e-6;
      };
      for (std::int64_t i = 0; i < n; ++i) {
        EXPECT_NEAR(d_h0[i], numerical(moved.h0, i), 1e-7);
        if (is_lstm) {
          EXPECT_NEAR(d_c0[i], numerical(moved.c0, i), 1e-7);
        }
      }
      for (std::int64_t i = 0; i < c.batch * c.steps * s.gates; i += 3) {
        EXPECT_NEAR(s.values[i], numerical(moved.inputs, i), 1e-7);
      }
    }
  });
}

TYPED_TEST(RnnTest, ThreadsDoNotChangeTheBits) {
  using T = TypeParam;
  const int threads = num_threads();
  for_each_target([&](const KernelTable& kernels) {
    for (const RnnKind kind : {RnnKind::simple, RnnKind::gru, RnnKind::lstm}) {
      std::vector<T> first;
      for (const int count : {1, 2, 3, 7}) {
        set_num_threads(count);
        Sequences<T> s({kind, 23, 30, 65, false, true});
        s.run(kernels, this->dtype);
        const std::vector<T> all(s.outputs.data(), s.outputs.data() + 23 * 30 * 65);
        if (first.empty()) first = all;
        EXPECT_EQ(all, first);
      }
    }
  });
  set_num_threads(threads);
}

}  // namespace
}  // namespace lamina::cpu
