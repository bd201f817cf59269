// The pool engine. The caller claims chunks like any worker, and at the end waits only for those
// who claimed one: a worker that sleeps, or wakes late, costs it nothing.
//
// One 64-bit ticket holds the region's number and how many of its chunks are left; claiming a chunk
// is one compare-and-swap on it. A worker that read a region's description (body, chunks, workers)
// too early or too late holds an old ticket, its swap fails, and it looks again. Nothing else needs
// a lock.
#if defined(LAMINA_THREADS_POOL)

#include <atomic>
#include <chrono>
#include <system_error>
#include <thread>

#include "core/parallel_engine.hpp"
#include "lamina/core/parallel.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#include <signal.h>
#endif
#if defined(__linux__)
#include <sched.h>
#endif

namespace lamina {
namespace {

// How long a worker without work stays awake. From a sleeping one to one at work takes about 50 µs,
// 2 to 25 of them on the caller (bench/kernels/parallel_bench.cpp). Staying awake for as long as
// waking takes costs at most twice the best choice, whatever the gap turns out to be.
constexpr std::chrono::microseconds stay_awake{50};

// Pauses between two looks at the clock, and those of the caller before it yields its processor to
// a worker that has been interrupted: a few µs.
constexpr int pauses_per_look = 64;

constexpr std::uint64_t one_region = std::uint64_t{1} << 32;
constexpr std::uint32_t region_of(std::uint64_t ticket) noexcept {
  return static_cast<std::uint32_t>(ticket >> 32);
}
constexpr std::uint32_t chunks_left(std::uint64_t ticket) noexcept {
  return static_cast<std::uint32_t>(ticket);
}

void pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  _mm_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

class Pool {
 public:
  void run(std::int64_t chunks, int workers, ParallelBody body) noexcept {
    workers = start_workers(workers);
    object_.store(body.object, std::memory_order_relaxed);
    call_.store(body.call, std::memory_order_relaxed);
    chunks_.store(static_cast<std::uint32_t>(chunks), std::memory_order_relaxed);
    workers_.store(workers, std::memory_order_relaxed);
    finished_.store(0, std::memory_order_relaxed);
    const std::uint64_t last = ticket_.load(std::memory_order_relaxed);
    // Sequentially consistent, as the worker's "asleep, then look once more" is: either it sees the
    // new ticket, or we see it asleep.
    ticket_.store(last + one_region + static_cast<std::uint64_t>(chunks));
    for (int id = 1; id < workers; ++id) wake(id);
    claim_chunks(0);
    for (int looks = 0; finished_.load(std::memory_order_acquire) != chunks; ++looks) {
      looks < pauses_per_look ? pause() : std::this_thread::yield();
    }
  }

  /// Ends and joins the workers; regions that follow run on the caller.
  void stop() noexcept {
    stopping_.store(true);
    if (detail::is_forked_child()) return;
    for (int id = 1; id <= started_; ++id) {
      wake(id);
      slots_[id].thread.join();
    }
    started_ = 0;
  }

 private:
  struct alignas(64) Slot {
    std::atomic<int> asleep{0};
    int barred_processor = -1;
    std::thread thread;
  };

  // Brings the pool to `workers` threads, the caller included; returns how many there are.
  int start_workers(int workers) noexcept {
    while (started_ + 1 < workers && !stopping_.load(std::memory_order_relaxed)) {
      if (!start(started_ + 1)) break;
      ++started_;
      crowded_.store(started_ + 1 > detail::available_processors(), std::memory_order_relaxed);
    }
    return workers <= started_ + 1 ? workers : started_ + 1;
  }

  // Signals are for the program's own threads.
  bool start(int id) noexcept {
#if defined(__unix__) || defined(__APPLE__)
    sigset_t all, previous;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &previous);
#endif
    bool is_started = true;
    try {
      slots_[id].thread = std::thread([this, id] { work(id); });
    } catch (const std::system_error&) {
      is_started = false;
    }
#if defined(__unix__) || defined(__APPLE__)
    pthread_sigmask(SIG_SETMASK, &previous, nullptr);
#endif
    return is_started;
  }

  void wake(int id) noexcept {
    std::atomic<int>& asleep = slots_[id].asleep;
    if (asleep.load() == 0) return;
    keep_off_this_processor(slots_[id]);
    if (asleep.exchange(0) != 0) asleep.notify_one();
  }

  // Linux likes to wake a thread on the processor of the one that wakes it, where it would wait for
  // us to finish: with one other program running on two processors, a worker never once ran beside
  // its caller in 3,000 regions. So a worker may run anywhere but where it was woken from. Our own
  // mask says what is allowed; it costs a system call when we have moved since.
  void keep_off_this_processor([[maybe_unused]] Slot& slot) noexcept {
#if defined(__linux__)
    const int processor = sched_getcpu();
    if (slot.barred_processor == processor || crowded_.load(std::memory_order_relaxed)) return;
    cpu_set_t allowed;
    if (processor < 0 || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    CPU_CLR(processor, &allowed);
    if (CPU_COUNT(&allowed) == 0) return;
    pthread_setaffinity_np(slot.thread.native_handle(), sizeof allowed, &allowed);
    slot.barred_processor = processor;
#endif
  }

  void work(int id) noexcept {
    detail::inside_region = true;
    const detail::FlushDenormals flush;
    std::uint32_t seen = 0;
    for (;;) {
      seen = next_region(seen, id);
      if (stopping_.load(std::memory_order_relaxed)) return;
      claim_chunks(id);
    }
  }

  bool is_idle(std::uint32_t seen) const noexcept {
    return region_of(ticket_.load()) == seen && !stopping_.load();
  }

  // Waits for a region other than `seen`: awake for a while, then asleep. With more threads than
  // processors, staying awake would only keep those that have work from running.
  std::uint32_t next_region(std::uint32_t seen, int id) noexcept {
    using Clock = std::chrono::steady_clock;
    if (is_idle(seen) && !crowded_.load(std::memory_order_relaxed)) {
      const Clock::time_point until = Clock::now() + stay_awake;
      do {
        for (int i = 0; i < pauses_per_look && is_idle(seen); ++i) pause();
      } while (is_idle(seen) && Clock::now() < until);
    }
    while (is_idle(seen)) {
      std::atomic<int>& asleep = slots_[id].asleep;
      asleep.store(1);
      if (is_idle(seen)) asleep.wait(1);
      asleep.store(0);
    }
    return region_of(ticket_.load(std::memory_order_acquire));
  }

  void claim_chunks(int worker) noexcept {
    std::uint32_t finished = 0;
    std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
    while (chunks_left(ticket) != 0) {
      const std::uint32_t chunk = chunks_.load(std::memory_order_relaxed) - chunks_left(ticket);
      const void* object = object_.load(std::memory_order_relaxed);
      const auto call = call_.load(std::memory_order_relaxed);
      if (worker >= workers_.load(std::memory_order_relaxed)) break;
      if (!ticket_.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel,
                                         std::memory_order_acquire)) {
        continue;
      }
      call(object, chunk, worker);
      ++finished;
      ticket = ticket_.load(std::memory_order_acquire);
    }
    if (finished != 0) finished_.fetch_add(finished, std::memory_order_release);
  }

  // Written by every claim; alone on its cache line, as is what is written when a worker ends.
  alignas(64) std::atomic<std::uint64_t> ticket_{0};
  alignas(64) std::atomic<std::uint32_t> finished_{0};
  // The region's description, read again with every claim.
  alignas(64) std::atomic<const void*> object_{nullptr};
  std::atomic<decltype(ParallelBody::call)> call_{nullptr};
  std::atomic<std::uint32_t> chunks_{0};
  std::atomic<int> workers_{0};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> crowded_{false};
  int started_ = 0;  // workers 1 .. started_; touched by the one running region, and at exit
  Slot slots_[detail::max_threads];
};

// The pool itself is never destroyed, so that destructors of other statics may still compute; only
// its threads end, when the program (or the plugin that holds lamina) is unloaded.
Pool& pool() noexcept {
  static Pool* const instance = new Pool;
  static const struct Stop {
    ~Stop() { instance->stop(); }
  } stop_at_exit;
  return *instance;
}

}  // namespace

const char* thread_engine() noexcept { return "pool"; }

void detail::run_region(std::int64_t chunks, int workers, ParallelBody body) noexcept {
  pool().run(chunks, workers, body);
}

}  // namespace lamina

#endif
