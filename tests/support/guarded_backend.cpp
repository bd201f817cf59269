#include "support/guarded_backend.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <vector>

#include "backend/cpu/cpu_backend.hpp"

namespace lamina {
namespace {

// Address space of which no page is accessible while no call is active.
class Arena {
 public:
  Arena()
      : begin_(static_cast<char*>(mmap(nullptr, reserved, PROT_NONE,
                                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
    if (begin_ == MAP_FAILED) std::abort();
  }

  void* take(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    const std::size_t size = rounded(bytes);
    std::vector<char*>& freed = freed_[size];
    if (!freed.empty()) {
      char* const block = freed.back();
      freed.pop_back();
      return block;
    }
    if (reserved - taken_ < size) throw std::bad_alloc();
    char* const block = begin_ + taken_;
    taken_ += size;
    if (taken_ > opened_) {
      opened_ = std::min((taken_ + step - 1) / step * step, reserved);
      if (active_ > 0) protect(PROT_READ | PROT_WRITE);
    }
    return block;
  }

  void give_back(void* block, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    freed_[rounded(bytes)].push_back(static_cast<char*>(block));
  }

  // Several threads may be in calls at once; the last to leave closes.
  void enter() {
    const std::lock_guard lock(mutex_);
    if (active_++ == 0) protect(PROT_READ | PROT_WRITE);
  }
  void leave() noexcept {
    const std::lock_guard lock(mutex_);
    if (--active_ == 0) protect(PROT_NONE);
  }

 private:
  static constexpr std::size_t reserved = std::size_t{16} << 30;
  static constexpr std::size_t step = std::size_t{1} << 20;

  static std::size_t rounded(std::size_t bytes) {
    return std::bit_ceil(std::max<std::size_t>(bytes, 64));
  }
  void protect(int access) noexcept {
    if (opened_ > 0 && mprotect(begin_, opened_, access) != 0) std::abort();
  }

  std::mutex mutex_;
  char* const begin_;
  std::size_t taken_ = 0, opened_ = 0;  // bytes handed out, and those that a call opens
  int active_ = 0;
  std::map<std::size_t, std::vector<char*>> freed_;
};

Arena& arena() {
  static Arena* const instance = new Arena;  // tensors of static objects outlive main
  return *instance;
}

class Call {
 public:
  Call() { arena().enter(); }
  ~Call() { arena().leave(); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
};

std::atomic<std::size_t> uploads = 0, waits = 0;

class GuardedBackend final : public Backend {
 public:
  bool host_can_read() const noexcept override { return false; }
  void* allocate(std::size_t bytes) override { return arena().take(bytes); }
  void deallocate(void* block, std::size_t bytes) noexcept override {
    arena().give_back(block, bytes);
  }
  void copy_from_host(void* target, const void* host_source, std::size_t bytes) override {
    ++uploads;
    copy_bytes(target, host_source, bytes);
  }
  void copy_to_host(void* host_target, const void* source, std::size_t bytes) override {
    ++waits;
    copy_bytes(host_target, source, bytes);
  }
  void copy_bytes(void* target, const void* source, std::size_t bytes) override {
    const Call call;
    cpu_.copy_bytes(target, source, bytes);
  }
  void synchronize() override { ++waits; }
  std::size_t packed_bytes(const GemmParams& p) const override { return cpu_.packed_bytes(p); }

#define OPERATION(name, Params)         \
  void name(const Params& p) override { \
    const Call call;                    \
    cpu_.name(p);                       \
  }
#include "backend/operations.def"
#undef OPERATION

 private:
  Backend& cpu_ = cpu::cpu_backend();
};

}  // namespace

Backend& guarded_backend() {
  static GuardedBackend* const backend = new GuardedBackend;
  return *backend;
}

GuardedTraffic guarded_traffic() { return {uploads, waits}; }

}  // namespace lamina
