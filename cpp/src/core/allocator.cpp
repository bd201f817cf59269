#include "core/allocator.hpp"

#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

#include "lamina/core/memory.hpp"

#if defined(__linux__)
#include <sys/mman.h>
#endif
#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#endif

namespace lamina {
namespace {

constexpr std::size_t alignment = 64;  // a cache line, and the widest vector register
constexpr std::size_t default_cache_limit = std::size_t{1} << 30;
// From here on blocks are aligned to huge pages: a fresh block then costs one page fault per 2 MiB
// instead of 512.
constexpr std::size_t huge_page = std::size_t{2} << 20;

// Four classes to a power of two: at most a fifth of a block is slack.
struct SizeClass {
  std::size_t index, bytes;
};

SizeClass size_class(std::size_t bytes) {
  if (bytes <= alignment) return {0, alignment};
  const std::size_t power = std::bit_floor(bytes - 1);  // in (64, ...]: power < bytes <= 2 power
  const std::size_t quarter = power / 4;
  const std::size_t step = (bytes - power + quarter - 1) / quarter;  // 1..4
  const auto exponent = static_cast<std::size_t>(std::countr_zero(power / alignment));
  const std::size_t upper = power + step * quarter;
  return {4 * exponent + step, (upper + alignment - 1) / alignment * alignment};
}

class Cache {
 public:
  void* take(std::size_t bytes) {
    const SizeClass block_class = size_class(bytes);
    {
      const std::lock_guard lock(mutex_);
      in_use_ += block_class.bytes;
      auto& free_blocks = blocks_[block_class.index];
      if (!free_blocks.empty()) {
        void* block = free_blocks.back();
        free_blocks.pop_back();
        cached_ -= block_class.bytes;
        return block;
      }
      ++system_calls_;
    }
    void* block = from_system(block_class.bytes);
    if (block == nullptr) {
      const std::lock_guard lock(mutex_);
      in_use_ -= block_class.bytes;
      throw std::bad_alloc();
    }
    return block;
  }

  void give_back(void* block, std::size_t bytes) noexcept {
    const SizeClass block_class = size_class(bytes);
    {
      const std::lock_guard lock(mutex_);
      in_use_ -= block_class.bytes;
      if (cached_ + block_class.bytes <= limit_) {
        try {
          blocks_[block_class.index].push_back(block);
          cached_ += block_class.bytes;
          return;
        } catch (const std::bad_alloc&) {
          // No room to remember it: return it to the system instead.
        }
      }
    }
    std::free(block);
  }

  void release() noexcept {
    const std::lock_guard lock(mutex_);
    for (auto& free_blocks : blocks_) {
      for (void* block : free_blocks) std::free(block);
      free_blocks.clear();
    }
    cached_ = 0;
  }

  void set_limit(std::size_t bytes) noexcept {
    {
      const std::lock_guard lock(mutex_);
      limit_ = bytes;
      if (cached_ <= limit_) return;
    }
    release();
  }

  void lock() noexcept { mutex_.lock(); }
  void unlock() noexcept { mutex_.unlock(); }

  MemoryStatistics statistics() noexcept {
    const std::lock_guard lock(mutex_);
    return {in_use_, cached_, system_calls_};
  }

 private:
  static void* from_system(std::size_t bytes) noexcept {
    if (bytes < huge_page) return std::aligned_alloc(alignment, bytes);
    void* block = std::aligned_alloc(huge_page, (bytes + huge_page - 1) / huge_page * huge_page);
#if defined(__linux__)
    if (block != nullptr) madvise(block, bytes, MADV_HUGEPAGE);
#endif
    return block;
  }

  std::mutex mutex_;
  std::vector<void*> blocks_[4 * 58 + 5];  // every class of a 64-bit size
  std::size_t in_use_ = 0, cached_ = 0, limit_ = default_cache_limit;
  unsigned long long system_calls_ = 0;
};

// Never destroyed: tensors held by other static objects may be released after main.
Cache& cache() {
  static Cache* const instance = new Cache;
#if defined(__unix__) || defined(__APPLE__)
  // A child inherits the lock's state at fork(), so no thread may hold it then.
  [[maybe_unused]] static const int registered = pthread_atfork(
      [] { instance->lock(); }, [] { instance->unlock(); }, [] { instance->unlock(); });
#endif
  return *instance;
}

}  // namespace

void* allocate(std::size_t bytes) { return cache().take(bytes); }

void deallocate(void* block, std::size_t bytes) noexcept { cache().give_back(block, bytes); }

MemoryStatistics memory_statistics() noexcept { return cache().statistics(); }

void set_memory_cache_limit(std::size_t bytes) noexcept { cache().set_limit(bytes); }

void release_cached_memory() noexcept { cache().release(); }

}  // namespace lamina
