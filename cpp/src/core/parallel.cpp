// How many threads, and which calls may use them. The engine behind run_region is chosen when the
// library is built: parallel_pool.cpp or parallel_openmp.cpp.
#include "lamina/core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>

#include "core/parallel_engine.hpp"
#include "lamina/core/error.hpp"
#include "lamina/core/interruption.hpp"

#if defined(__linux__)
#include <sched.h>
#endif
#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#endif

namespace lamina {
namespace {

std::atomic<int> process_threads{0};  // 0: not yet decided
std::atomic<bool> forked_child{false};
std::atomic<bool> region_running{false};
std::atomic<unsigned long long> regions{0};
thread_local int thread_limit = 0;  // 0: none

void check_count(int n) {
  if (n >= 1 && n <= detail::max_threads) return;
  throw Error(ErrorKind::value, "the number of threads must be between 1 and " +
                                    std::to_string(detail::max_threads) + ", got " +
                                    std::to_string(n));
}

void watch_forks() noexcept {
#if defined(__unix__) || defined(__APPLE__)
  [[maybe_unused]] static const int registered =
      pthread_atfork(nullptr, nullptr, [] { forked_child.store(true, std::memory_order_relaxed); });
#endif
}

// $LAMINA_NUM_THREADS where it is a number in range, else the processors.
int default_threads() noexcept {
  if (const char* text = std::getenv("LAMINA_NUM_THREADS")) {
    char* end = nullptr;
    const long n = std::strtol(text, &end, 10);
    if (end != text && *end == '\0' && n >= 1 && n <= detail::max_threads) {
      return static_cast<int>(n);
    }
  }
  return std::clamp(detail::available_processors(), 1, detail::max_threads);
}

int process_number() noexcept {
  int n = process_threads.load(std::memory_order_relaxed);
  if (n != 0) return n;
  watch_forks();
  int undecided = 0;
  n = default_threads();
  return process_threads.compare_exchange_strong(undecided, n) ? n : undecided;
}

}  // namespace

namespace detail {

thread_local bool inside_region = false;

bool is_forked_child() noexcept { return forked_child.load(std::memory_order_relaxed); }

int available_processors() noexcept {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
#endif
  return static_cast<int>(std::thread::hardware_concurrency());
}

}  // namespace detail

int num_threads() noexcept {
  if (detail::is_forked_child()) return 1;
  return thread_limit != 0 ? thread_limit : process_number();
}

void set_num_threads(int n) {
  check_count(n);
  watch_forks();
  process_threads.store(n, std::memory_order_relaxed);
}

unsigned long long parallel_regions() noexcept { return regions.load(std::memory_order_relaxed); }

ThreadLimit::ThreadLimit(int n) : previous_(thread_limit) {
  check_count(n);
  watch_forks();
  thread_limit = n;
}

ThreadLimit::~ThreadLimit() { thread_limit = previous_; }

namespace {

void run_chunks(std::int64_t chunks, int workers, ParallelBody body) noexcept {
  const detail::FlushDenormals flush;
  if (chunks > 1 && workers > 1) {
    workers = static_cast<int>(std::min<std::int64_t>({workers, num_threads(), chunks}));
    if (workers > 1 && chunks <= detail::max_chunks && !detail::inside_region &&
        !region_running.exchange(true, std::memory_order_acquire)) {
      regions.fetch_add(1, std::memory_order_relaxed);
      detail::inside_region = true;
      detail::run_region(chunks, workers, body);
      detail::inside_region = false;
      region_running.store(false, std::memory_order_release);
      return;
    }
  }
  for (std::int64_t chunk = 0; chunk < chunks; ++chunk) body.call(body.object, chunk, 0);
}

using Clock = std::chrono::steady_clock;

std::atomic<InterruptionCheck> interruption_check{nullptr};
thread_local int uninterrupted = 0;
// Of this thread's calls, over all their regions; in the clock's ticks.
thread_local Clock::rep next_check = 0;
constexpr std::chrono::milliseconds between_checks{100};

// A chunk takes a few µs and reading the clock 25 ns, so every fourth chunk looks.
thread_local unsigned chunks_run = 0;
constexpr unsigned chunks_per_look = 4;

// The check that a call from this thread should ask, or null.
InterruptionCheck check_to_ask() noexcept {
  const bool may_stop = uninterrupted == 0 && !detail::inside_region;
  return may_stop ? interruption_check.load(std::memory_order_relaxed) : nullptr;
}

bool is_check_due() noexcept { return Clock::now().time_since_epoch().count() >= next_check; }

// Lamina's calls within the check run on this thread alone and do not ask again.
std::exception_ptr ask(InterruptionCheck check) noexcept {
  next_check = (Clock::now() + between_checks).time_since_epoch().count();
  const bool was_inside = std::exchange(detail::inside_region, true);
  std::exception_ptr stop = check();
  detail::inside_region = was_inside;
  return stop;
}

// A region that asks between its chunks whether to go on. Once it has stopped, the remaining chunks
// do nothing, so that the engines need not know of it.
class InterruptibleRegion {
 public:
  InterruptibleRegion(ParallelBody body, InterruptionCheck check) noexcept
      : body_(body), check_(check) {}

  ParallelBody body() const noexcept {
    return {this, [](const void* object, std::int64_t chunk, int worker) noexcept {
              static_cast<const InterruptibleRegion*>(object)->run(chunk, worker);
            }};
  }
  const std::exception_ptr& stopped() const noexcept { return exception_; }

 private:
  void run(std::int64_t chunk, int worker) const noexcept {
    if (stopped_.load(std::memory_order_relaxed)) return;
    // Worker 0 is the caller.
    if (worker == 0 && ++chunks_run % chunks_per_look == 0 && is_check_due()) look();
    body_.call(body_.object, chunk, worker);
  }

  // The check sees denormals as the caller does.
  void look() const noexcept {
    const auto flushing = detail::FloatingMode::read();
    detail::FloatingMode::write(floating_mode_);
    exception_ = ask(check_);
    detail::FloatingMode::write(flushing);
    if (exception_) stopped_.store(true, std::memory_order_relaxed);
  }

  const ParallelBody body_;
  const InterruptionCheck check_;
  const detail::FloatingMode::Bits floating_mode_ = detail::FloatingMode::read();
  mutable std::exception_ptr exception_;  // the caller's alone
  mutable std::atomic<bool> stopped_{false};
};

}  // namespace

void run_parallel(std::int64_t chunks, int workers, ParallelBody body) {
  const InterruptionCheck check = chunks > 1 ? check_to_ask() : nullptr;
  if (check == nullptr) return run_chunks(chunks, workers, body);
  const InterruptibleRegion region(body, check);
  run_chunks(chunks, workers, region.body());
  if (region.stopped()) std::rethrow_exception(region.stopped());
}

void interruption_point() {
  const InterruptionCheck check = check_to_ask();
  if (check == nullptr || !is_check_due()) return;
  if (const std::exception_ptr stop = ask(check)) std::rethrow_exception(stop);
}

void set_interruption_check(InterruptionCheck check) noexcept {
  interruption_check.store(check, std::memory_order_relaxed);
}

Uninterrupted::Uninterrupted() noexcept { ++uninterrupted; }
Uninterrupted::~Uninterrupted() { --uninterrupted; }

}  // namespace lamina
