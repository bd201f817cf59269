#include "lamina/core/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <limits>
#include <memory>
#include <thread>
#include <vector>

#include "core/parallel_engine.hpp"
#include "core/parallel_for.hpp"
#include "lamina/core/error.hpp"
#include "lamina/core/interruption.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace lamina {
namespace {

// How often each chunk ran, and whether two threads ever held one worker number.
struct Record {
  explicit Record(std::int64_t chunks) : counts(new std::atomic<int>[chunks]()) {}
  std::unique_ptr<std::atomic<int>[]> counts;
  std::atomic<int> holders[64] = {};
  std::atomic<int> clashes{0};

  void run(std::int64_t chunks, int workers) {
    parallel_for(chunks, workers, [&](std::int64_t chunk, int worker) noexcept {
      if (holders[worker].fetch_add(1) != 0) ++clashes;
      ++counts[chunk];
      holders[worker].fetch_sub(1);
    });
  }
};

TEST(ParallelTest, EachChunkRunsOnce) {
  for (const int threads : {1, 2, 3, 7, 20}) {
    set_num_threads(threads);
    for (int repeat = 0; repeat < 200; ++repeat) {
      for (const std::int64_t chunks : {0, 1, 2, 3, 8, 100}) {
        Record record(chunks);
        record.run(chunks, threads);
        for (std::int64_t i = 0; i < chunks; ++i) ASSERT_EQ(record.counts[i], 1);
        ASSERT_EQ(record.clashes, 0);
      }
    }
  }
}

TEST(ParallelTest, WorkersStayBelowWhatWasAsked) {
  set_num_threads(7);
  std::atomic<int> highest{0};
  for (int repeat = 0; repeat < 100; ++repeat) {
    parallel_for(50, 3, [&](std::int64_t, int worker) noexcept {
      int seen = highest;
      while (worker > seen && !highest.compare_exchange_weak(seen, worker)) {
      }
    });
  }
  EXPECT_LT(highest, 3);
}

TEST(ParallelTest, OtherThreadsTakePart) {
  set_num_threads(2);
  const unsigned long long before = parallel_regions();
  std::atomic<bool> helped{false};
  for (int attempt = 0; attempt < 1000 && !helped; ++attempt) {
    parallel_for(200, 2, [&](std::int64_t, int worker) noexcept {
      if (worker != 0) helped = true;
      std::this_thread::yield();
    });
  }
  EXPECT_TRUE(helped);
  EXPECT_GT(parallel_regions(), before);
}

TEST(ParallelTest, SmallWorkStaysOnTheCaller) {
  set_num_threads(4);
  const unsigned long long before = parallel_regions();
  const auto caller = std::this_thread::get_id();
  parallel_for(1, 4, [&](std::int64_t, int worker) noexcept {
    EXPECT_EQ(worker, 0);
    EXPECT_EQ(std::this_thread::get_id(), caller);
  });
  parallel_for(9, 1,
               [&](std::int64_t, int) noexcept { EXPECT_EQ(std::this_thread::get_id(), caller); });
  EXPECT_EQ(parallel_regions(), before);
}

TEST(ParallelTest, NestedCallsRunOnTheirThread) {
  set_num_threads(3);
  std::atomic<int> total{0}, strays{0};
  for (int repeat = 0; repeat < 50; ++repeat) {
    parallel_for(12, 3, [&](std::int64_t, int) noexcept {
      const auto self = std::this_thread::get_id();
      parallel_for(10, 3, [&](std::int64_t, int worker) noexcept {
        ++total;
        if (worker != 0 || std::this_thread::get_id() != self) ++strays;
      });
    });
  }
  EXPECT_EQ(total, 50 * 12 * 10);
  EXPECT_EQ(strays, 0);
}

TEST(ParallelTest, ConcurrentCallers) {
  set_num_threads(3);
  std::atomic<std::int64_t> total{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      for (int repeat = 0; repeat < 500; ++repeat) {
        std::atomic<int> mine{0};
        parallel_for(20, 3, [&](std::int64_t, int) noexcept { ++mine; });
        total += mine;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(total, 4 * 500 * 20);
}

TEST(ParallelTest, WritesOfTheBodyAreVisibleToTheCaller) {
  set_num_threads(4);
  std::vector<int> values(1000);
  for (int repeat = 1; repeat <= 300; ++repeat) {
    parallel_for(100, 4, [&](std::int64_t chunk, int) noexcept {
      for (std::int64_t i = 10 * chunk; i < 10 * chunk + 10; ++i) values[i] += repeat;
    });
  }
  for (const int value : values) ASSERT_EQ(value, 300 * 301 / 2);
}

TEST(ParallelTest, RegionsAfterAnIdleGap) {
  set_num_threads(3);
  for (const int milliseconds : {1, 5, 20}) {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    Record record(64);
    record.run(64, 3);
    for (int i = 0; i < 64; ++i) ASSERT_EQ(record.counts[i], 1);
  }
}

TEST(ParallelTest, ThreadLimitsNest) {
  set_num_threads(6);
  EXPECT_EQ(num_threads(), 6);
  {
    const ThreadLimit outer(2);
    EXPECT_EQ(num_threads(), 2);
    {
      const ThreadLimit inner(1);
      EXPECT_EQ(num_threads(), 1);
    }
    EXPECT_EQ(num_threads(), 2);
    std::thread other([] { EXPECT_EQ(num_threads(), 6); });
    other.join();
  }
  EXPECT_EQ(num_threads(), 6);
}

TEST(ParallelTest, ImpossibleCountsAreRefused) {
  for (const int n : {0, -1, detail::max_threads + 1}) {
    EXPECT_THROW(set_num_threads(n), Error);
    EXPECT_THROW(ThreadLimit{n}, Error);
  }
}

// The smallest normal number times a half: a denormal, unless it is flushed.
float half_of_smallest_normal() {
  volatile float smallest = std::numeric_limits<float>::min();
  return smallest * 0.5f;
}

TEST(ParallelTest, DenormalsAreFlushedInsideOnly) {
#if !defined(__x86_64__) && !defined(__aarch64__)
  GTEST_SKIP() << "this machine's floating-point mode is left alone";
#endif
  for (const int threads : {1, 3}) {
    set_num_threads(threads);
    std::atomic<int> kept{0};
    parallel_for(100, threads, [&](std::int64_t, int) noexcept {
      if (half_of_smallest_normal() != 0) ++kept;
    });
    EXPECT_EQ(kept, 0);
    EXPECT_NE(half_of_smallest_normal(), 0.0f);
  }
}

struct Stop {};
std::atomic<int> asked{0};
std::thread::id asked_on;

// Says that the call should stop when it is asked.
class InterruptionTest : public testing::Test {
 protected:
  void SetUp() override {
    std::this_thread::sleep_for(
        std::chrono::milliseconds(110));  // asked at most ten times a second
    asked = 0;
    set_interruption_check([]() noexcept {
      ++asked;
      asked_on = std::this_thread::get_id();
      return std::make_exception_ptr(Stop{});
    });
  }
  void TearDown() override { set_interruption_check(nullptr); }
};

TEST_F(InterruptionTest, StopsARegionOnTheCallingThread) {
  for (const int threads : {1, 2, 7}) {
    set_num_threads(threads);
    Record record(1000);
    EXPECT_THROW(for (;;) record.run(1000, threads), Stop);
    EXPECT_EQ(asked_on, std::this_thread::get_id());
    EXPECT_EQ(record.clashes, 0);
    Record next(100);  // asked a moment ago
    next.run(100, threads);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(next.counts[i], 1);
  }
  EXPECT_EQ(asked, 3);
}

TEST_F(InterruptionTest, WhatMustBeWholeRunsToItsEnd) {
  set_num_threads(2);
  const Uninterrupted whole;
  Record record(1000);
  record.run(1000, 2);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(record.counts[i], 1);
  EXPECT_EQ(asked, 0);
}

#if defined(__unix__) || defined(__APPLE__)
TEST(ParallelTest, ForkedChildRunsOnOneThread) {
  set_num_threads(3);
  Record before(50);
  before.run(50, 3);  // the workers exist
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Record record(50);
    record.run(50, 3);
    bool is_right = num_threads() == 1;
    for (int i = 0; i < 50; ++i) is_right = is_right && record.counts[i] == 1;
    _exit(is_right ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  Record after(50);
  after.run(50, 3);  // the parent still has its workers
  for (int i = 0; i < 50; ++i) EXPECT_EQ(after.counts[i], 1);
}
#endif

}  // namespace
}  // namespace lamina
