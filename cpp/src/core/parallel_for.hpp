// The seam behind which threads live. Only drivers (backend/cpu/drivers) call it.
#pragma once

#include <cstdint>
#include <type_traits>

namespace lamina {

/// body(chunk, worker): `worker` is below num_threads() and held by one thread at a time, so that
/// it can index scratch memory the caller prepared.
struct ParallelBody {
  const void* object;
  void (*call)(const void* object, std::int64_t chunk, int worker) noexcept;
};

/// Runs every chunk in [0, chunks) once, on at most `workers` threads, and returns when all are
/// done. Denormals are flushed on every participant, and its floating-point mode restored after.
/// Nested or concurrent calls run on the calling thread alone. Throws, with chunks left out, where
/// the program's InterruptionCheck says so.
void run_parallel(std::int64_t chunks, int workers, ParallelBody body);

/// `body` must not throw nor allocate. One chunk, or one thread, never leaves the calling thread.
template <class Body>
void parallel_for(std::int64_t chunks, int workers, const Body& body) {
  static_assert(std::is_nothrow_invocable_v<const Body&, std::int64_t, int>,
                "the body of parallel_for(chunk, worker) must be noexcept");
  run_parallel(chunks, workers,
               {&body, [](const void* object, std::int64_t chunk, int worker) noexcept {
                  (*static_cast<const Body*>(object))(chunk, worker);
                }});
}

/// Chunks of at least `grain` elements to cut n elements into.
constexpr std::int64_t chunk_count(std::int64_t n, std::int64_t grain) noexcept {
  return n <= 0 ? 0 : (n + grain - 1) / grain;
}

}  // namespace lamina
