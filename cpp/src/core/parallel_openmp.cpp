// The OpenMP engine: one parallel region, whose threads claim chunks as the pool's do.
#if defined(LAMINA_THREADS_OPENMP)

#include <omp.h>

#include <atomic>

#include "core/parallel_engine.hpp"
#include "lamina/core/parallel.hpp"

namespace lamina {

const char* thread_engine() noexcept { return "openmp"; }

void detail::run_region(std::int64_t chunks, int workers, ParallelBody body) noexcept {
  std::atomic<std::int64_t> next{0};
#pragma omp parallel num_threads(workers)
  {
    const FlushDenormals flush;
    const bool was_inside = inside_region;
    inside_region = true;
    const int worker = omp_get_thread_num();
    for (;;) {
      const std::int64_t chunk = next.fetch_add(1, std::memory_order_relaxed);
      if (chunk >= chunks) break;
      body.call(body.object, chunk, worker);
    }
    inside_region = was_inside;
  }
}

}  // namespace lamina

#endif
