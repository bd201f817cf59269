// What a parallel region costs: while the workers are busy, after idle gaps, and with work to
// share. Build once with each LAMINA_THREADS; docs/adr/0001-thread-engine.md holds the table.
#include <benchmark/benchmark.h>

#include <chrono>
#include <thread>

#include "core/parallel_for.hpp"
#include "lamina/core/parallel.hpp"

namespace lamina::bench {
namespace {

using Clock = std::chrono::steady_clock;

void work_for(std::chrono::microseconds duration) noexcept {
  const Clock::time_point end = Clock::now() + duration;
  while (Clock::now() < end) {
  }
}

double time_region(int threads, std::int64_t chunks, std::chrono::microseconds each) {
  const Clock::time_point start = Clock::now();
  parallel_for(chunks, threads, [=](std::int64_t, int) noexcept {
    if (each.count() > 0) work_for(each);
  });
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Regions without work, one after another.
void region_busy(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(0));
  set_num_threads(threads);
  for (auto _ : state) time_region(threads, 2 * threads, std::chrono::microseconds{0});
}
BENCHMARK(region_busy)->ArgName("threads")->Arg(2)->Arg(7)->UseRealTime();

// The first region after `gap` milliseconds of sleep.
void region_after_gap(benchmark::State& state) {
  const int threads = 2;
  set_num_threads(threads);
  for (auto _ : state) {
    std::this_thread::sleep_for(std::chrono::milliseconds(state.range(0)));
    state.SetIterationTime(time_region(threads, 4, std::chrono::microseconds{0}));
  }
}
BENCHMARK(region_after_gap)
    ->ArgName("ms")
    ->Arg(1)
    ->Arg(20)
    ->Arg(50)
    ->Arg(100)
    ->UseManualTime()
    ->Iterations(20);

// 8 chunks of 50 µs: 400 µs alone, 200 µs on two threads.
void work_after_gap(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(1));
  set_num_threads(threads);
  for (auto _ : state) {
    std::this_thread::sleep_for(std::chrono::milliseconds(state.range(0)));
    state.SetIterationTime(time_region(threads, 8, std::chrono::microseconds{50}));
  }
}
BENCHMARK(work_after_gap)
    ->ArgNames({"ms", "threads"})
    ->ArgsProduct({{0, 1, 20, 100}, {1, 2}})
    ->UseManualTime()
    ->Iterations(30);

}  // namespace
}  // namespace lamina::bench
