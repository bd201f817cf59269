// Every kernel family beside what the machine can do: matrix products as a share of the measured
// multiply-add peak, everything else in bytes a second, as a share of the streaming triad.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "backend/backend.hpp"
#include "backend/cpu/dispatch.hpp"
#include "core/allocator.hpp"
#include "lamina/core/parallel.hpp"
#include "machine.hpp"

namespace lamina::bench {
namespace {

// 64-byte aligned numbers in (0, 1].
class Numbers {
 public:
  explicit Numbers(std::int64_t n)
      : bytes_(static_cast<std::size_t>(n) * sizeof(float)),
        data_(static_cast<float*>(allocate(bytes_))) {
    for (std::int64_t i = 0; i < n; ++i) {
      data_[i] = static_cast<float>((i * 2654435761u % 1000 + 1) * 1e-3);
    }
  }
  ~Numbers() { deallocate(data_, bytes_); }
  Numbers(const Numbers&) = delete;
  Numbers& operator=(const Numbers&) = delete;
  float* data() { return data_; }

 private:
  std::size_t bytes_;
  float* data_;
};

void report_flops(benchmark::State& state, double flops) {
  using benchmark::Counter;
  const double peak = peak_flops() * num_threads();
  state.counters["GFLOP/s"] = Counter(flops * 1e-9, Counter::kIsIterationInvariantRate);
  state.counters["%peak"] = Counter(100 * flops / peak, Counter::kIsIterationInvariantRate);
}

void report_bytes(benchmark::State& state, double bytes) {
  using benchmark::Counter;
  state.counters["GB/s"] = Counter(bytes * 1e-9, Counter::kIsIterationInvariantRate);
  state.counters["%triad"] =
      Counter(100 * bytes / triad_bandwidth(), Counter::kIsIterationInvariantRate);
}

// Arguments: m, n, k, transpose_a, transpose_b, threads.
void gemm(benchmark::State& state) {
  const std::int64_t m = state.range(0), n = state.range(1), k = state.range(2);
  set_num_threads(static_cast<int>(state.range(5)));
  Numbers a(m * k), b(k * n), c(m * n), bias(n);
  const bool ta = state.range(3), tb = state.range(4);
  const GemmParams p{.dtype = Dtype::float32,
                     .m = m,
                     .n = n,
                     .k = k,
                     .a = a.data(),
                     .lda = ta ? m : k,
                     .transpose_a = ta,
                     .b = b.data(),
                     .ldb = tb ? k : n,
                     .transpose_b = tb,
                     .c = c.data(),
                     .ldc = n,
                     .bias = bias.data(),
                     .activation = FusedActivation::relu};
  for (auto _ : state) backend_for({}).gemm(p);
  report_flops(state, 2.0 * double(m) * double(n) * double(k));
}

void gemm_shapes(benchmark::internal::Benchmark* b) {
  b->ArgNames({"m", "n", "k", "ta", "tb", "threads"});
  for (const int threads : {1, 2}) {
    for (const int n : {64, 128, 256, 512, 1024, 2048}) b->Args({n, n, n, 0, 0, threads});
    b->Args({64, 512, 784, 0, 0, threads});  // a dense layer of a batch of 64,
    b->Args({784, 512, 64, 1, 0, threads});  // the gradient of its kernel,
    b->Args({64, 512, 512, 0, 1, threads});  // and of the next layer's input
    b->Args({128, 128, 784, 0, 0, threads});
    b->Args({32, 64, 16, 0, 0, threads});
    b->Args({32, 1, 64, 0, 0, threads});
    b->Args({64, 10, 512, 0, 0, threads});
    b->Args({1, 512, 512, 0, 0, threads});
  }
}
BENCHMARK(gemm)->Apply(gemm_shapes)->UseRealTime();

constexpr std::int64_t large = 16 << 20, medium = 64 << 10;

void sizes_and_threads(benchmark::internal::Benchmark* b) {
  b->ArgNames({"n", "threads"})->ArgsProduct({{medium, large}, {1, 2}})->UseRealTime();
}

template <UnaryOp op>
void unary(benchmark::State& state) {
  const std::int64_t n = state.range(0);
  set_num_threads(static_cast<int>(state.range(1)));
  Numbers x(n), y(n);
  for (auto _ : state) backend_for({}).unary({Dtype::float32, op, n, x.data(), y.data()});
  report_bytes(state, 2.0 * double(n) * sizeof(float));
}
#define UNARY(name, saves, cost) \
  BENCHMARK(unary<UnaryOp::name>)->Name("unary/" #name)->Apply(sizes_and_threads);
#include "backend/operations/unary.def"
#undef UNARY

template <BinaryOp op>
void binary(benchmark::State& state) {
  const std::int64_t n = state.range(0);
  set_num_threads(static_cast<int>(state.range(1)));
  Numbers x(n), y(n), z(n);
  const BinaryParams p{Dtype::float32, op, 1, {n}, {1}, {1}, x.data(), y.data(), z.data()};
  for (auto _ : state) backend_for({}).binary(p);
  report_bytes(state, 3.0 * double(n) * sizeof(float));
}
#define BINARY(name) \
  BENCHMARK(binary<BinaryOp::name>)->Name("binary/" #name)->Apply(sizes_and_threads);
#include "backend/operations/binary.def"
#undef BINARY

// Arguments: outer, reduced, inner, threads.
void reduce_sum(benchmark::State& state) {
  const std::int64_t outer = state.range(0), reduced = state.range(1), inner = state.range(2);
  set_num_threads(static_cast<int>(state.range(3)));
  Numbers x(outer * reduced * inner), y(outer * inner);
  const ReduceParams p{Dtype::float32, ReduceOp::sum, outer, reduced, inner, x.data(), y.data()};
  for (auto _ : state) backend_for({}).reduce(p);
  report_bytes(state, double(outer * reduced * inner) * sizeof(float));
}
BENCHMARK(reduce_sum)
    ->ArgNames({"outer", "reduced", "inner", "threads"})
    ->Args({1, large, 1, 1})
    ->Args({1, large, 1, 2})
    ->Args({1, 64, 512, 1})
    ->Args({1, 4096, 4096, 2})
    ->Args({4096, 10, 1, 1})
    ->UseRealTime();

// Arguments: rows, columns, threads.
void softmax(benchmark::State& state) {
  const std::int64_t rows = state.range(0), cols = state.range(1);
  set_num_threads(static_cast<int>(state.range(2)));
  Numbers x(rows * cols), y(rows * cols);
  for (auto _ : state) {
    backend_for({}).softmax({Dtype::float32, false, rows, cols, x.data(), y.data()});
  }
  report_bytes(state, 2.0 * double(rows * cols) * sizeof(float));
}
BENCHMARK(softmax)
    ->ArgNames({"rows", "cols", "threads"})
    ->ArgsProduct({{64, 4096}, {10, 1000}, {1, 2}})
    ->UseRealTime();

// Arguments: heads of 32 features in all, steps, threads. Going back counts the scores' second
// computation as work, which it is.
void attention(benchmark::State& state, bool backward) {
  const std::int64_t heads = state.range(0), steps = state.range(1), dim = 32;
  set_num_threads(static_cast<int>(state.range(2)));
  const std::int64_t n = heads * steps * dim;
  Numbers query(n), key(n), value(n), output(n), maxima(heads * steps), factors(heads * steps);
  Numbers dquery(n), dkey(n), dvalue(n);
  AttentionParams p{};
  p.dtype = Dtype::float32;
  p.batch = 1;
  p.heads = p.key_heads = heads;
  p.queries = p.keys = steps;
  p.key_dim = p.value_dim = dim;
  p.scale = 0.18;
  p.query = query.data();
  p.key = key.data();
  p.value = value.data();
  p.output = output.data();
  p.maxima = maxima.data();
  p.factors = factors.data();
  backend_for({}).attention(p);
  const AttentionBackwardParams b{p, output.data(), dquery.data(), dkey.data(), dvalue.data()};
  for (auto _ : state) {
    backward ? backend_for({}).attention_backward(b) : backend_for({}).attention(p);
  }
  report_flops(state, (backward ? 5 : 2) * 2.0 * double(heads * steps * steps * dim));
}
BENCHMARK_CAPTURE(attention, forward, false)
    ->ArgNames({"heads", "steps", "threads"})
    ->ArgsProduct({{128}, {128, 512}, {1, 2}})
    ->UseRealTime();
BENCHMARK_CAPTURE(attention, backward, true)
    ->ArgNames({"heads", "steps", "threads"})
    ->ArgsProduct({{128}, {128, 512}, {1, 2}})
    ->UseRealTime();

void batch_norm_training(benchmark::State& state) {
  const std::int64_t rows = state.range(0), channels = state.range(1);
  set_num_threads(static_cast<int>(state.range(2)));
  Numbers x(rows * channels), y(rows * channels), mean(channels), variance(channels);
  const BatchNormParams p{.dtype = Dtype::float32,
                          .training = true,
                          .rows = rows,
                          .channels = channels,
                          .epsilon = 1e-3,
                          .x = x.data(),
                          .gamma = nullptr,
                          .beta = nullptr,
                          .mean = mean.data(),
                          .variance = variance.data(),
                          .y = y.data()};
  for (auto _ : state) backend_for({}).batch_norm(p);
  report_bytes(state, 2.0 * double(rows * channels) * sizeof(float));
}
BENCHMARK(batch_norm_training)
    ->ArgNames({"rows", "channels", "threads"})
    ->ArgsProduct({{64, 65536}, {32, 256}, {1, 2}})
    ->ArgsProduct({{32 * 56 * 56}, {64}, {1, 2}})  // a batch of images
    ->UseRealTime();

void batch_norm_backward(benchmark::State& state) {
  const std::int64_t rows = state.range(0), channels = state.range(1), n = rows * channels;
  set_num_threads(static_cast<int>(state.range(2)));
  Numbers x(n), dy(n), dx(n), mean(channels), variance(channels), dgamma(channels), dbeta(channels);
  const BatchNormBackwardParams p{.dtype = Dtype::float32,
                                  .training = true,
                                  .rows = rows,
                                  .channels = channels,
                                  .epsilon = 1e-3,
                                  .x = x.data(),
                                  .gamma = nullptr,
                                  .mean = mean.data(),
                                  .variance = variance.data(),
                                  .dy = dy.data(),
                                  .dx = dx.data(),
                                  .dgamma = dgamma.data(),
                                  .dbeta = dbeta.data()};
  for (auto _ : state) backend_for({}).batch_norm_backward(p);
  report_bytes(state, 3.0 * double(n) * sizeof(float));
}
BENCHMARK(batch_norm_backward)
    ->ArgNames({"rows", "channels", "threads"})
    ->ArgsProduct({{64, 32 * 56 * 56}, {64}, {1, 2}})
    ->UseRealTime();

// Arguments: images, rows (pixels), channels, groups, threads.
void group_norm(benchmark::State& state) {
  const std::int64_t images = state.range(0), rows = state.range(1), channels = state.range(2);
  const std::int64_t groups = state.range(3), n = images * rows * channels;
  set_num_threads(static_cast<int>(state.range(4)));
  Numbers x(n), y(n), mean(images * groups), inverse(images * groups);
  const GroupNormParams p{Dtype::float32, images,  rows,    channels,    groups,         1e-3,
                          x.data(),       nullptr, nullptr, mean.data(), inverse.data(), y.data()};
  for (auto _ : state) backend_for({}).group_norm(p);
  report_bytes(state, 2.0 * double(n) * sizeof(float));
}
BENCHMARK(group_norm)
    ->ArgNames({"images", "rows", "channels", "groups", "threads"})
    ->ArgsProduct({{32}, {56 * 56}, {64}, {8}, {1, 2}})
    ->UseRealTime();

// 2 x 2 windows over images; arguments: images, side, channels, places kept for backward, threads.
void max_pool(benchmark::State& state) {
  const std::int64_t images = state.range(0), side = state.range(1), channels = state.range(2);
  set_num_threads(static_cast<int>(state.range(4)));
  const std::int64_t n = images * side * side * channels;
  Numbers x(n), y(n / 4), places(n / 16);
  std::vector<PoolRange> pairs;
  for (std::int64_t i = 0; i + 2 <= side; i += 2) pairs.push_back({i, i + 2});
  const PoolRange whole{0, 1};
  const PoolAxis axis{side, side / 2, pairs.data()};
  void* const to = state.range(3) != 0 ? places.data() : nullptr;
  const PoolParams p{Dtype::float32, PoolOp::max, images, channels, {{1, 1, &whole}, axis, axis},
                     x.data(),       y.data(),    to,     false};
  for (auto _ : state) backend_for({}).pool(p);
  report_bytes(state, (double(n) + double(n) / 4) * sizeof(float) + (to ? double(n) / 4 : 0.0));
}
void max_pool_backward(benchmark::State& state) {
  const std::int64_t images = state.range(0), side = state.range(1), channels = state.range(2);
  set_num_threads(static_cast<int>(state.range(3)));
  const std::int64_t n = images * side * side * channels;
  Numbers dx(n), dy(n / 4), places(n / 16);
  std::vector<PoolRange> pairs;
  for (std::int64_t i = 0; i + 2 <= side; i += 2) pairs.push_back({i, i + 2});
  const PoolRange whole{0, 1};
  const PoolAxis axis{side, side / 2, pairs.data()};
  const PoolBackwardParams p{Dtype::float32, images,        channels, {{1, 1, &whole}, axis, axis},
                             dy.data(),      places.data(), false,    dx.data()};
  for (auto _ : state) backend_for({}).pool_backward(p);
  report_bytes(state, (double(n) + double(n) / 4) * sizeof(float) + double(n) / 4);
}
BENCHMARK(max_pool)
    ->ArgNames({"images", "side", "channels", "places", "threads"})
    ->ArgsProduct({{32}, {56}, {1, 3, 64}, {0, 1}, {1, 2}})
    ->UseRealTime();
BENCHMARK(max_pool_backward)
    ->ArgNames({"images", "side", "channels", "threads"})
    ->ArgsProduct({{32}, {56}, {1, 3, 64}, {1, 2}})
    ->UseRealTime();

void layer_norm(benchmark::State& state) {
  const std::int64_t rows = state.range(0), cols = state.range(1);
  set_num_threads(static_cast<int>(state.range(2)));
  Numbers x(rows * cols), y(rows * cols), gamma(cols), beta(cols), mean(rows), inverse(rows);
  const RowNormParams p{Dtype::float32, true,        rows,        cols,           1e-3,    x.data(),
                        gamma.data(),   beta.data(), mean.data(), inverse.data(), y.data()};
  for (auto _ : state) backend_for({}).row_norm(p);
  report_bytes(state, 2.0 * double(rows * cols) * sizeof(float));
}
BENCHMARK(layer_norm)
    ->ArgNames({"rows", "cols", "threads"})
    ->ArgsProduct({{64, 16384}, {64, 1000}, {1, 2}})
    ->UseRealTime();

void dropout(benchmark::State& state) {
  const std::int64_t n = state.range(0);
  set_num_threads(static_cast<int>(state.range(1)));
  Numbers x(n), y(n);
  for (auto _ : state) {
    backend_for({}).dropout({Dtype::float32, n, 0.5, 1, 2, x.data(), y.data()});
  }
  report_bytes(state, 2.0 * double(n) * sizeof(float));
}
BENCHMARK(dropout)->Apply(sizes_and_threads);

void adam(benchmark::State& state) {
  const std::int64_t n = state.range(0);
  set_num_threads(static_cast<int>(state.range(1)));
  Numbers w(n), g(n), m(n), v(n);
  const OptimizerSlot slot{w.data(), g.data(), {m.data(), v.data(), nullptr}, n};
  const OptimizerParams p{.dtype = Dtype::float32,
                          .kind = OptimizerKind::adam,
                          .host_slots = {&slot, 1},
                          .learning_rate = 1e-3,
                          .beta_1 = 0.9,
                          .beta_2 = 0.999,
                          .epsilon = 1e-7};
  for (auto _ : state) backend_for({}).optimizer_step(p);
  report_bytes(state, 7.0 * double(n) * sizeof(float));
}
BENCHMARK(adam)->Apply(sizes_and_threads);

}  // namespace
}  // namespace lamina::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  std::printf("%s, %s threads, peak %.1f GFLOP/s and triad %.1f GB/s of one core\n",
              lamina::cpu::instruction_set(), lamina::thread_engine(),
              lamina::bench::peak_flops() * 1e-9, lamina::bench::triad_bandwidth() * 1e-9);
  benchmark::RunSpecifiedBenchmarks();
}
