// Optimizer steps against Keras 3's formulas, element by element in double precision.
#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

constexpr double squared_norm = 1.44, gradient_norm = 1.2;  // as if: the step only reads it

struct State {
  double w, s0, s1, s2;
};

State step(const OptimizerParams& p, State s, double grad) {
  double g =
      grad * p.grad_scale * (p.clip_norm > 0 ? p.clip_norm / (gradient_norm * p.grad_scale) : 1);
  if (p.clip_value > 0) g = std::min(std::max(g, -p.clip_value), p.clip_value);
  s.w -= p.decay * s.w;
  switch (p.kind) {
    case OptimizerKind::sgd: s.w -= p.learning_rate * g; break;
    case OptimizerKind::sgd_momentum:
      s.s0 = p.momentum * s.s0 - p.learning_rate * g;
      s.w += s.s0;
      break;
    case OptimizerKind::sgd_nesterov:
      s.s0 = p.momentum * s.s0 - p.learning_rate * g;
      s.w += p.momentum * s.s0 - p.learning_rate * g;
      break;
    case OptimizerKind::adam:
    case OptimizerKind::adam_amsgrad:
      s.s0 += (g - s.s0) * (1 - p.beta_1);
      s.s1 += (g * g - s.s1) * (1 - p.beta_2);
      s.s2 = std::max(s.s2, s.s1);
      s.w -= p.learning_rate * s.s0 /
             (std::sqrt(p.kind == OptimizerKind::adam ? s.s1 : s.s2) + p.epsilon);
      break;
    case OptimizerKind::nadam:
      s.s0 += (g - s.s0) * (1 - p.beta_1);
      s.s1 += (g * g - s.s1) * (1 - p.beta_2);
      s.w -= (p.learning_rate * s.s0 + p.gradient_rate * g) / (std::sqrt(s.s1) + p.epsilon);
      break;
    case OptimizerKind::rmsprop:
    case OptimizerKind::rmsprop_momentum:
    case OptimizerKind::rmsprop_centered:
    case OptimizerKind::rmsprop_centered_momentum: {
      const bool centered = p.kind >= OptimizerKind::rmsprop_centered;
      const bool momentum = p.kind == OptimizerKind::rmsprop_momentum ||
                            p.kind == OptimizerKind::rmsprop_centered_momentum;
      double& average = momentum ? s.s2 : s.s1;
      s.s0 = p.beta_2 * s.s0 + (1 - p.beta_2) * g * g;
      if (centered) average = p.beta_2 * average + (1 - p.beta_2) * g;
      const double square = s.s0 - (centered ? average * average : 0);
      double change = p.learning_rate * g / std::sqrt(square + p.epsilon);
      if (momentum) change = s.s1 = p.momentum * s.s1 + change;
      s.w -= change;
      break;
    }
    case OptimizerKind::adamax:
      s.s0 += (g - s.s0) * (1 - p.beta_1);
      s.s1 = std::max(p.momentum * s.s1, std::abs(g));
      s.w -= p.learning_rate * s.s0 / (s.s1 + p.epsilon);
      break;
    case OptimizerKind::adagrad:
      s.s0 += g * g;
      s.w -= p.learning_rate * g / std::sqrt(s.s0 + p.epsilon);
      break;
    case OptimizerKind::adadelta: {
      s.s0 = p.beta_2 * s.s0 + (1 - p.beta_2) * g * g;
      const double change = g * std::sqrt(s.s1 + p.epsilon) / std::sqrt(s.s0 + p.epsilon);
      s.s1 = p.beta_2 * s.s1 + (1 - p.beta_2) * change * change;
      s.w -= p.learning_rate * change;
      break;
    }
    case OptimizerKind::ftrl:
    case OptimizerKind::ftrl_power: {
      const double power = p.kind == OptimizerKind::ftrl ? 0.5 : p.momentum;
      const double sum = s.s0 + g * g, root = std::pow(sum, power);
      s.s1 += g + p.shrinkage * s.w - (root - std::pow(s.s0, power)) / p.learning_rate * s.w;
      s.s0 = sum;
      const double clipped = std::min(std::max(s.s1, -p.l1), p.l1);
      s.w = (clipped - s.s1) / (root / p.learning_rate + p.l2);
      break;
    }
    case OptimizerKind::lion: {
      const double direction = p.beta_1 * s.s0 + (1 - p.beta_1) * g;
      s.s0 = p.beta_2 * s.s0 + (1 - p.beta_2) * g;
      s.w -= p.learning_rate * ((direction > 0) - (direction < 0));
      break;
    }
    case OptimizerKind::schedule_free: {
      const double mean = (s.w - (1 - p.beta_1) * s.s0) / p.beta_1;
      s.s1 += (g * g - s.s1) * (1 - p.beta_2);
      s.s0 -= p.learning_rate * g / (std::sqrt(s.s1) + p.epsilon);
      const double next = (1 - p.gradient_rate) * mean + p.gradient_rate * s.s0;
      s.w = (1 - p.beta_1) * s.s0 + p.beta_1 * next;
      break;
    }
    case OptimizerKind::adam_direction:
      s.s0 += (g - s.s0) * (1 - p.beta_1);
      s.s1 += (g * g - s.s1) * (1 - p.beta_2);
      s.s2 = p.learning_rate * s.s0 / (std::sqrt(s.s1) + p.epsilon);
      break;
    case OptimizerKind::accumulate: s.w += g; break;
    case OptimizerKind::average: s.w = p.momentum * s.w + p.gradient_rate * grad;
  }
  return s;
}

template <class T>
using OptimizerTest = FloatTest<T>;
TYPED_TEST_SUITE(OptimizerTest, FloatTypes);

constexpr OptimizerKind kinds[] = {OptimizerKind::sgd,
                                   OptimizerKind::sgd_momentum,
                                   OptimizerKind::sgd_nesterov,
                                   OptimizerKind::adam,
                                   OptimizerKind::adam_amsgrad,
                                   OptimizerKind::rmsprop,
                                   OptimizerKind::rmsprop_momentum,
                                   OptimizerKind::rmsprop_centered,
                                   OptimizerKind::rmsprop_centered_momentum,
                                   OptimizerKind::nadam,
                                   OptimizerKind::adamax,
                                   OptimizerKind::adagrad,
                                   OptimizerKind::adadelta,
                                   OptimizerKind::ftrl,
                                   OptimizerKind::ftrl_power,
                                   OptimizerKind::lion,
                                   OptimizerKind::schedule_free,
                                   OptimizerKind::adam_direction,
                                   OptimizerKind::accumulate,
                                   OptimizerKind::average};

OptimizerParams params_of(OptimizerKind kind, Dtype dtype, bool all_options) {
  OptimizerParams p{};
  p.dtype = dtype;
  p.kind = kind;
  p.learning_rate = 0.01;
  p.gradient_rate = 0.004;
  p.momentum = 0.9;
  p.beta_1 = 0.9, p.beta_2 = 0.999, p.epsilon = 1e-7;
  // The running means here are random: no root of a negative number.
  if (kind >= OptimizerKind::rmsprop_centered) p.epsilon = 0.3;
  p.l1 = 0.2, p.l2 = 0.05, p.shrinkage = 0.01;
  const bool uses_gradient = kind < OptimizerKind::accumulate;
  if (all_options && uses_gradient) {
    p.decay = 0.004, p.grad_scale = 0.9, p.clip_norm = 0.6, p.clip_value = 0.4;
  }
  return p;
}

TYPED_TEST(OptimizerTest, MatchesReferenceOverSeveralWeights) {
  using T = TypeParam;
  const std::vector<std::int64_t> sizes = {1, 10, 0, 16, 33, 20000, 7, 9000};
  for_each_target([&](const KernelTable& kernels) {
    for (const OptimizerKind kind : kinds) {
      for (const bool all_options : {false, true}) {
        SCOPED_TRACE(static_cast<int>(kind));
        std::vector<Array<T>> weights, grads, slots;
        for (const std::int64_t n : sizes) {
          weights.push_back(Array<T>::random(n, -1, 1, 1));
          grads.push_back(Array<T>::random(n, -1, 1, 2));
          for (unsigned i = 0; i < 3; ++i) slots.push_back(Array<T>::random(n, 0, 0.5, 3 + i));
        }
        const std::vector<Array<T>> old_weights = weights, old_slots = slots;
        std::vector<OptimizerSlot> arguments;
        for (std::size_t i = 0; i < sizes.size(); ++i) {
          arguments.push_back(
              {weights[i].data(),
               grads[i].data(),
               {slots[3 * i].data(), slots[3 * i + 1].data(), slots[3 * i + 2].data()},
               sizes[i],
               all_options && kind < OptimizerKind::accumulate ? &squared_norm : nullptr});
        }
        OptimizerParams p = params_of(kind, this->dtype, all_options);
        p.host_slots = arguments;
        drivers::optimizer_step(kernels, p);
        for (std::size_t i = 0; i < sizes.size(); ++i) {
          for (std::int64_t j = 0; j < sizes[i]; ++j) {
            const State expected = step(p,
                                        {old_weights[i][j], old_slots[3 * i][j],
                                         old_slots[3 * i + 1][j], old_slots[3 * i + 2][j]},
                                        grads[i][j]);
            // Ftrl subtracts numbers a hundred times as large as what is left.
            const bool cancels = kind == OptimizerKind::ftrl || kind == OptimizerKind::ftrl_power;
            const int ulps = cancels ? 2000 : 8;
            expect_close(weights[i][j], expected.w, ulps);
            if (kind == OptimizerKind::sgd || kind >= OptimizerKind::accumulate) continue;
            expect_close(slots[3 * i][j], expected.s0, 8);
            if (kind < OptimizerKind::adam || kind == OptimizerKind::adagrad ||
                kind == OptimizerKind::lion) {
              continue;
            }
            expect_close(slots[3 * i + 1][j], expected.s1, ulps);
            if (kind == OptimizerKind::adam_direction) {
              expect_close(slots[3 * i + 2][j], expected.s2, 8);
            }
          }
        }
      }
    }
  });
}

TYPED_TEST(OptimizerTest, AbsentSlotsAreNotTouched) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    Array<T> w(20, T(1)), g(20, T(1));
    const OptimizerSlot slot{w.data(), g.data(), {nullptr, nullptr, nullptr}, 20};
    OptimizerParams p = params_of(OptimizerKind::sgd, this->dtype, false);
    p.host_slots = {&slot, 1};
    drivers::optimizer_step(kernels, p);
    for (int i = 0; i < 20; ++i) expect_close(w[i], 0.99, 2);
  });
}

TYPED_TEST(OptimizerTest, OneWeightKeepsItsDecayAndStepsByItsLength) {
  using T = TypeParam;
  const double norms[2] = {9, 4};  // of weight and gradient, squared: the gradient counts 3/2
  for_each_target([&](const KernelTable& kernels) {
    Array<T> w(20, T(1)), v(20, T(1)), g(20, T(1));
    const OptimizerSlot slots[2] = {
        {w.data(), g.data(), {}, 20, nullptr, false, norms},
        {v.data(), g.data(), {}, 20},
    };
    OptimizerParams p = params_of(OptimizerKind::sgd, this->dtype, false);
    p.decay = 0.5;
    p.host_slots = slots;
    drivers::optimizer_step(kernels, p);
    for (int i = 0; i < 20; ++i) {
      expect_close(w[i], 0.985, 2);
      expect_close(v[i], 0.49, 2);
    }
  });
}

// One gradient whose square overflows, then ordinary ones: nothing becomes NaN.
TYPED_TEST(OptimizerTest, OneHugeGradientLeavesNoNaN) {
  using T = TypeParam;
  const T huge = sizeof(T) == 4 ? T(1e21) : T(1e160);
  for_each_target([&](const KernelTable& kernels) {
    for (const OptimizerKind kind : kinds) {
      Array<T> w(20, T(1)), g(20, huge), s0(20, T(0)), s1(20, T(0)), s2(20, T(0));
      const OptimizerSlot slot{w.data(), g.data(), {s0.data(), s1.data(), s2.data()}, 20};
      OptimizerParams p = params_of(kind, this->dtype, false);
      p.epsilon = 1e-7;
      p.host_slots = {&slot, 1};
      for (int step = 0; step < 4; ++step) {
        drivers::optimizer_step(kernels, p);
        for (int i = 0; i < 20; ++i) g[i] = T(1);
      }
      for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(std::isfinite(w[i])) << "kind " << static_cast<int>(kind);
      }
    }
  });
}

// The mean of squares less the square of the mean: rounding may leave less than 0 of it.
TYPED_TEST(OptimizerTest, EqualGradientsHaveARoot) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    Array<T> w(20, T(1)), g(20, T(100.1)), s0(20, T(0)), s1(20, T(0));
    const OptimizerSlot slot{w.data(), g.data(), {s0.data(), s1.data(), nullptr}, 20};
    OptimizerParams p = params_of(OptimizerKind::rmsprop_centered, this->dtype, false);
    p.beta_2 = 0.5;
    p.epsilon = 1e-12;
    p.host_slots = {&slot, 1};
    for (int step = 0; step < 200; ++step) drivers::optimizer_step(kernels, p);
    for (int i = 0; i < 20; ++i) ASSERT_FALSE(std::isnan(w[i]));
  });
}

}  // namespace
}  // namespace lamina::cpu
