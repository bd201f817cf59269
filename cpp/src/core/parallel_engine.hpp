// What the two thread engines share with parallel.cpp, and with nobody else.
#pragma once

#include <cstdint>

#include "core/parallel_for.hpp"

#if defined(__x86_64__) || defined(__i386__)
#include <xmmintrin.h>
#endif

namespace lamina::detail {

/// Threads beyond this are refused; it bounds the pool's table of workers.
inline constexpr int max_threads = 256;

/// Most chunks of one region: the pool counts them in 32 bits.
inline constexpr std::int64_t max_chunks = 0xFFFFFFFF;

/// Processors this process may run on.
int available_processors() noexcept;

/// True on a thread that is running chunks: its own calls run alone.
extern thread_local bool inside_region;

/// True after fork() in the child, where the engine's threads do not exist.
bool is_forked_child() noexcept;

/// The engine: runs every chunk once on at most `workers` >= 2 threads, of which the caller is
/// number 0. Only one region runs at a time; parallel.cpp sees to that.
void run_region(std::int64_t chunks, int workers, ParallelBody body) noexcept;

/// How this thread treats denormal numbers, as the processor holds it.
struct FloatingMode {
#if defined(__x86_64__) || defined(__i386__)
  using Bits = unsigned;
  static constexpr Bits flush = 0x8040;  // MXCSR: FTZ (results), DAZ (operands)
  static Bits read() noexcept { return _mm_getcsr(); }
  static void write(Bits bits) noexcept { _mm_setcsr(bits); }
#elif defined(__aarch64__)
  using Bits = std::uint64_t;
  static constexpr Bits flush = Bits{1} << 24;  // FPCR: FZ
  static Bits read() noexcept {
    Bits bits;
    __asm__ volatile("mrs %0, fpcr" : "=r"(bits));
    return bits;
  }
  static void write(Bits bits) noexcept { __asm__ volatile("msr fpcr, %0" : : "r"(bits)); }
#else
  using Bits = int;
  static constexpr Bits flush = 0;
  static Bits read() noexcept { return 0; }
  static void write(Bits) noexcept {}
#endif
};

/// While it lives, this thread reads and writes denormal numbers as zeros.
class FlushDenormals {
 public:
  FlushDenormals() noexcept : previous_(FloatingMode::read()) {
    FloatingMode::write(previous_ | FloatingMode::flush);
  }
  ~FlushDenormals() { FloatingMode::write(previous_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  FloatingMode::Bits previous_;
};

}  // namespace lamina::detail
