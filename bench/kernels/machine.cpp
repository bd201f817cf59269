#include "machine.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <vector>

#include "backend/cpu/dispatch.hpp"

namespace lamina::bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Ten sums, for two additions a cycle of four or five cycles' latency each need as many.
constexpr int sums = 10;
constexpr int rounds = 20000;

// The sums are bound to registers, so that nothing is left to the compiler's choice.
#define LAMINA_PEAK(name, isa, bytes, instruction)                                                \
  __attribute__((target(isa))) void name() {                                                      \
    typedef float V __attribute__((vector_size(bytes)));                                          \
    V s0{}, s1{}, s2{}, s3{}, s4{}, s5{}, s6{}, s7{}, s8{}, s9{}, a = V{} + 0.5f, b = a;          \
    for (int i = 0; i < rounds; ++i) {                                                            \
      __asm__ volatile(instruction(0) instruction(1) instruction(2) instruction(3) instruction(4) \
                           instruction(5) instruction(6) instruction(7) instruction(8)            \
                               instruction(9)                                                     \
                       : "+x"(s0), "+x"(s1), "+x"(s2), "+x"(s3), "+x"(s4), "+x"(s5), "+x"(s6),    \
                         "+x"(s7), "+x"(s8), "+x"(s9)                                             \
                       : "x"(a), "x"(b));                                                         \
    }                                                                                             \
  }

#if defined(__x86_64__)
#define LAMINA_FMA(i) "vfmadd231ps %10, %11, %" #i "\n\t"
#define LAMINA_ADD(i) "addps %10, %" #i "\n\t"
LAMINA_PEAK(multiply_add_v4, "avx512f", 64, LAMINA_FMA)
LAMINA_PEAK(multiply_add_v3, "avx2,fma", 32, LAMINA_FMA)
LAMINA_PEAK(add_v2, "sse2", 16, LAMINA_ADD)
#endif

struct Loop {
  void (*run)();
  double flops;
};

// Without fused instructions a multiply runs beside each add, so an add counts twice.
Loop loop_of([[maybe_unused]] std::string_view target) {
#if defined(__x86_64__)
  if (target == "x86-64-v4") return {multiply_add_v4, 2.0 * 16 * sums * rounds};
  if (target == "x86-64-v3") return {multiply_add_v3, 2.0 * 8 * sums * rounds};
  if (target == "x86-64-v2") return {add_v2, 2.0 * 4 * sums * rounds};
#endif
  return {nullptr, 0};
}

}  // namespace

double peak_flops() {
  static const double best = [] {
    const Loop loop = loop_of(cpu::instruction_set());
    double shortest = 1e9;
    for (int i = 0; i < 300 && loop.run != nullptr; ++i) {
      const Clock::time_point start = Clock::now();
      loop.run();
      shortest = std::min(shortest, seconds_since(start));
    }
    return loop.flops / shortest;
  }();
  return best;
}

double triad_bandwidth() {
  static const double best = [] {
    constexpr std::size_t n = 16 << 20;
    std::vector<float> x(n, 1), y(n, 2), z(n, 3);
    double shortest = 1e9;
    for (int i = 0; i < 10; ++i) {
      const Clock::time_point start = Clock::now();
      for (std::size_t j = 0; j < n; ++j) y[j] = 0.5f * x[j] + z[j];
      __asm__ volatile("" : : "r"(y.data()) : "memory");
      shortest = std::min(shortest, seconds_since(start));
    }
    return 3 * n * sizeof(float) / shortest;
  }();
  return best;
}

}  // namespace lamina::bench
