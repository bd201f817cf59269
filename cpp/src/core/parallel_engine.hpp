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

/// While it lives, this thread reads and writes denormal numbers as zeros.
class FlushDenormals {
 public:
  FlushDenormals() noexcept : previous_(read()) { write(previous_ | flush_bits); }
  ~FlushDenormals() { write(previous_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
#if defined(__x86_64__) || defined(__i386__)
  using Mode = unsigned;
  static constexpr Mode flush_bits = 0x8040;  // MXCSR: FTZ (results), DAZ (operands)
  static Mode read() noexcept { return _mm_getcsr(); }
  static void write(Mode mode) noexcept { _mm_setcsr(mode); }
#elif defined(__aarch64__)
  using Mode = std::uint64_t;
  static constexpr Mode flush_bits = Mode{1} << 24;  // FPCR: FZ
  static Mode read() noexcept {
    Mode mode;
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
    return mode;
  }
  static void write(Mode mode) noexcept { __asm__ volatile("msr fpcr, %0" : : "r"(mode)); }
#else
  using Mode = int;
  static constexpr Mode flush_bits = 0;
  static Mode read() noexcept { return 0; }
  static void write(Mode) noexcept {}
#endif
  Mode previous_;
};

}  // namespace lamina::detail
