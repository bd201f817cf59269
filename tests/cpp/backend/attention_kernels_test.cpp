// Attention against its formula in double precision, for every target, shape of mask and number of
// threads.
#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

struct Case {
  std::int64_t batch, heads, key_heads, queries, keys, key_dim, value_dim;
  bool causal, has_bias, has_mask;
};

const Case cases[] = {
    {1, 1, 1, 1, 1, 1, 1, false, false, false},      {2, 2, 2, 5, 7, 3, 4, false, false, false},
    {2, 4, 2, 17, 33, 16, 5, false, false, false},   {1, 4, 1, 33, 17, 8, 8, true, false, false},
    {1, 2, 2, 150, 150, 32, 32, true, false, false},  // several blocks of queries
    {2, 3, 3, 20, 65, 33, 7, false, true, false},    {2, 2, 1, 19, 19, 5, 40, true, true, true},
    {1, 2, 2, 40, 300, 9, 3, false, false, true},    {1, 1, 1, 300, 260, 4, 4, false, false, false},
};

// What a call reads and writes, and the same by the formula.
template <class T>
struct Attention {
  Case c;
  std::int64_t rows, q_size, k_size, v_size, o_size;
  Array<T> query, key, value, bias, output, maxima, factors, doutput, dquery, dkey, dvalue;
  std::vector<std::uint8_t> mask;
  AttentionParams params{};
  AttentionBackwardParams backward{};

  Attention(const Case& its, Dtype dtype)
      : c(its),
        rows(c.batch * c.heads * c.queries),
        q_size(rows * c.key_dim),
        k_size(c.batch * c.keys * c.key_heads * c.key_dim),
        v_size(c.batch * c.keys * c.key_heads * c.value_dim),
        o_size(rows * c.value_dim),
        query(Array<T>::random(q_size, -1, 1, 2)),
        key(Array<T>::random(k_size, -1, 1, 3)),
        value(Array<T>::random(v_size, -1, 1, 4)),
        bias(Array<T>::random(c.heads * c.queries * c.keys, -1, 1, 5)),
        output(o_size),
        maxima(rows),
        factors(rows),
        doutput(Array<T>::random(o_size, -1, 1, 6)),
        dquery(q_size),
        dkey(k_size),
        dvalue(v_size),
        mask(static_cast<std::size_t>(c.batch * c.queries * c.keys)) {
    std::mt19937 generator(7);
    for (std::uint8_t& each : mask) each = generator() % 3 != 0;
    // The first query sees nothing.
    std::fill_n(mask.begin(), c.keys, std::uint8_t{0});
    params = {dtype,
              c.batch,
              c.heads,
              c.key_heads,
              c.queries,
              c.keys,
              c.key_dim,
              c.value_dim,
              0.7,
              c.causal,
              query.data(),
              key.data(),
              value.data(),
              c.has_bias ? bias.data() : nullptr,
              {0, c.queries * c.keys, c.keys, c.keys == 1 ? 0 : 1},
              c.has_mask ? mask.data() : nullptr,
              {c.queries * c.keys, 0, c.keys, c.keys == 1 ? 0 : 1},
              output.data(),
              maxima.data(),
              factors.data()};
    backward = {params, doutput.data(), dquery.data(), dkey.data(), dvalue.data()};
  }

  bool counts(std::int64_t i, std::int64_t q, std::int64_t k) const {
    if (c.causal && k > q) return false;
    return !c.has_mask || mask[static_cast<std::size_t>((i * c.queries + q) * c.keys + k)] != 0;
  }

  // Each output and gradient, in double precision.
  struct Expected {
    std::vector<double> output, dquery, dkey, dvalue;
  };
  Expected expected() const {
    Expected e;
    const auto zeros = [](std::int64_t n) { return std::vector<double>(std::size_t(n), 0.0); };
    e = {zeros(o_size), zeros(q_size), zeros(k_size), zeros(v_size)};
    for (std::int64_t i = 0; i < c.batch; ++i) {
      for (std::int64_t h = 0; h < c.heads; ++h) {
        for (std::int64_t q = 0; q < c.queries; ++q) add_row(i, h, q, e);
      }
    }
    return e;
  }

 private:
  void add_row(std::int64_t i, std::int64_t h, std::int64_t q, Expected& e) const {
    const std::int64_t own = h / (c.heads / c.key_heads);
    const auto q_at = ((i * c.queries + q) * c.heads + h) * c.key_dim;
    const auto o_at = ((i * c.queries + q) * c.heads + h) * c.value_dim;
    const auto k_at = [&](std::int64_t k) {
      return ((i * c.keys + k) * c.key_heads + own) * c.key_dim;
    };
    const auto v_at = [&](std::int64_t k) {
      return ((i * c.keys + k) * c.key_heads + own) * c.value_dim;
    };
    std::vector<double> weights(std::size_t(c.keys)), gradients(std::size_t(c.keys));
    bool any = false;
    for (std::int64_t k = 0; k < c.keys; ++k) any = any || counts(i, q, k);
    double sum = 0;
    for (std::int64_t k = 0; k < c.keys; ++k) {
      double score = 0;
      for (std::int64_t d = 0; d < c.key_dim; ++d) {
        score += double(query[q_at + d]) * double(key[k_at(k) + d]);
      }
      score *= 0.7;
      if (c.has_bias) score += double(bias[(h * c.queries + q) * c.keys + k]);
      const double weight = counts(i, q, k) ? std::exp(score) : 0;
      weights[std::size_t(k)] = weight;
      sum += weight;
    }
    double along = 0;
    for (std::int64_t k = 0; k < c.keys; ++k) {
      double& weight = weights[std::size_t(k)];
      if (any) weight /= sum;
      for (std::int64_t d = 0; d < c.value_dim; ++d) {
        e.output[std::size_t(o_at + d)] += weight * double(value[v_at(k) + d]);
        e.dvalue[std::size_t(v_at(k) + d)] += weight * double(doutput[o_at + d]);
        gradients[std::size_t(k)] += double(doutput[o_at + d]) * double(value[v_at(k) + d]);
      }
      along += weight * gradients[std::size_t(k)];
    }
    for (std::int64_t k = 0; k < c.keys; ++k) {
      const double by_score = 0.7 * weights[std::size_t(k)] * (gradients[std::size_t(k)] - along);
      for (std::int64_t d = 0; d < c.key_dim; ++d) {
        e.dquery[std::size_t(q_at + d)] += by_score * double(key[k_at(k) + d]);
        e.dkey[std::size_t(k_at(k) + d)] += by_score * double(query[q_at + d]);
      }
    }
  }
};

template <class T>
using AttentionTest = FloatTest<T>;
TYPED_TEST_SUITE(AttentionTest, FloatTypes);

TYPED_TEST(AttentionTest, MatchesTheFormula) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const Case& each : cases) {
      Attention<T> a(each, this->dtype);
      drivers::attention(kernels, a.params);
      drivers::attention_backward(kernels, a.backward);
      const auto expected = a.expected();
      const double tolerance = std::is_same_v<T, float> ? 2e-5 : 1e-13;
      const auto compare = [&](const Array<T>& got, const std::vector<double>& wanted,
                               const char* what) {
        for (std::int64_t i = 0; i < got.size(); ++i) {
          ASSERT_NEAR(got[i], wanted[std::size_t(i)], tolerance) << what << " at " << i;
        }
      };
      compare(a.output, expected.output, "output");
      compare(a.dquery, expected.dquery, "dquery");
      compare(a.dkey, expected.dkey, "dkey");
      compare(a.dvalue, expected.dvalue, "dvalue");
    }
  });
}

TEST(AttentionThreads, ChangeNoBit) {
  for_each_target([](const KernelTable& kernels) {
    for (const Case& each : cases) {
      expect_same_for_any_threads<float>([&] {
        Attention<float> a(each, Dtype::float32);
        drivers::attention(kernels, a.params);
        drivers::attention_backward(kernels, a.backward);
        const Array<float>* parts[] = {&a.output, &a.dquery, &a.dkey, &a.dvalue};
        std::int64_t size = 0;
        for (const Array<float>* part : parts) size += part->size();
        Array<float> all(size);
        float* to = all.data();
        for (const Array<float>* part : parts) to = std::copy_n(part->data(), part->size(), to);
        return all;
      });
    }
  });
}

// Scores far from 0, far apart, and infinite ones.
TEST(AttentionRange, StaysFinite) {
  for_each_target([](const KernelTable& kernels) {
    for (const float score : {-3000.0F, 3000.0F}) {
      Attention<float> low({1, 1, 1, 4, 5, 1, 3, false, false, false}, Dtype::float32);
      for (std::int64_t i = 0; i < 4; ++i) low.query[i] = score;
      for (std::int64_t i = 0; i < 5; ++i) low.key[i] = 1;
      drivers::attention(kernels, low.params);
      drivers::attention_backward(kernels, low.backward);
      for (std::int64_t d = 0; d < 3; ++d) {
        double mean = 0;
        for (std::int64_t k = 0; k < 5; ++k) mean += double(low.value[k * 3 + d]) / 5;
        EXPECT_NEAR(low.output[d], mean, 1e-6);
      }
      for (std::int64_t i = 0; i < 4; ++i) EXPECT_NEAR(low.dquery[i], 0, 1e-6);
    }
    Attention<float> a({1, 1, 1, 4, 40, 2, 3, false, true, false}, Dtype::float32);
    for (std::int64_t i = 0; i < a.bias.size(); ++i) a.bias[i] = i % 3 == 0 ? 3e38F : -3e38F;
    for (std::int64_t i = 0; i < 40; ++i) {
      a.bias[i] = i == 5 ? 0 : -std::numeric_limits<float>::infinity();
    }
    drivers::attention(kernels, a.params);
    drivers::attention_backward(kernels, a.backward);
    for (std::int64_t d = 0; d < 3; ++d) EXPECT_FLOAT_EQ(a.output[d], a.value[5 * 3 + d]);
    for (const Array<float>* part : {&a.output, &a.dquery, &a.dkey, &a.dvalue}) {
      for (std::int64_t i = 0; i < part->size(); ++i) EXPECT_TRUE(std::isfinite((*part)[i]));
    }
  });
}

}  // namespace
}  // namespace lamina::cpu
