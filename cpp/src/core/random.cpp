#include "lamina/core/random.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <random>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#include <unistd.h>
#endif

#include "backend/backend.hpp"
#include "core/check.hpp"

namespace lamina {
namespace {

// FNV-1a over the name, then SplitMix64's finalizer: any stable mixing would do; files carry the
// resulting keys, not the recipe.
std::uint64_t mix(std::uint64_t seed, std::string_view name, std::uint64_t occurrence) {
  std::uint64_t hash = 0xcbf29ce484222325 ^ seed;
  for (unsigned char c : name) hash = (hash ^ c) * 0x100000001b3;
  for (std::uint64_t word : {seed, occurrence}) {
    hash += word + 0x9e3779b97f4a7c15;
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
    hash ^= hash >> 31;
  }
  return hash;
}

struct Streams {
  std::mutex mutex;
  bool seeded = false;
  std::uint64_t seed = (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
  std::map<std::string, std::uint64_t, std::less<>> opened;
};

// Makes a forked child draw other numbers than its parent if no seed was set; 0 before a fork.
std::atomic<std::uint64_t> fork_salt{0};

Streams& streams() {
  static Streams* const instance = new Streams;
#if defined(__unix__) || defined(__APPLE__)
  [[maybe_unused]] static const int registered =
      pthread_atfork([] { instance->mutex.lock(); }, [] { instance->mutex.unlock(); },
                     [] {
                       instance->mutex.unlock();
                       if (instance->seeded) return;
                       const auto now = std::chrono::system_clock::now().time_since_epoch().count();
                       const std::uint64_t salt = mix(instance->seed ^ fork_salt, "fork",
                                                      static_cast<std::uint64_t>(now)) ^
                                                  static_cast<std::uint64_t>(getpid());
                       fork_salt = salt;
                       instance->seed ^= salt;
                     });
#endif
  return *instance;
}

Tensor drawn(RandomKind kind, const Shape& shape, double a, double b, Dtype dtype,
             RandomStream& stream) {
  if (!is_floating(dtype)) {
    fail(ErrorKind::type, "random values are float32 or float64, not ", name_of(dtype));
  }
  Tensor t = Tensor::empty(shape, dtype);
  const std::uint64_t draw = stream.next_draw();
  backend_for(t.device())
      .random({dtype, kind, t.size(), stream.key(), draw, a, b, t.mutable_data()});
  return t;
}

}  // namespace

struct RandomStream::State {
  std::uint64_t key = 0, draws = 0;
  bool is_seeded = true;  // its numbers must repeat, in forked children too
  std::uint64_t salt = 0;
};

void set_random_seed(std::uint64_t seed) {
  Streams& all = streams();
  const std::lock_guard lock(all.mutex);
  all.seed = seed;
  all.seeded = true;
  all.opened.clear();
}

RandomStream RandomStream::open(std::string_view name) {
  Streams& all = streams();
  const std::lock_guard lock(all.mutex);
  auto found = all.opened.find(name);
  if (found == all.opened.end()) found = all.opened.emplace(std::string(name), 0).first;
  RandomStream stream = with_key(mix(all.seed, name, found->second++));
  stream.state_->is_seeded = all.seeded;
  stream.state_->salt = fork_salt;
  return stream;
}

RandomStream RandomStream::with_key(std::uint64_t key) {
  RandomStream stream;
  stream.state_ = std::make_shared<State>();
  stream.state_->key = key;
  return stream;
}

std::uint64_t RandomStream::key() const { return state_->key; }
std::uint64_t RandomStream::draws() const { return state_->draws; }
void RandomStream::restore(std::uint64_t key, std::uint64_t draws) { *state_ = {key, draws}; }
std::uint64_t RandomStream::next_draw() {
  const std::uint64_t salt = fork_salt.load(std::memory_order_relaxed);
  if (!state_->is_seeded && state_->salt != salt) {
    state_->salt = salt;
    state_->key = mix(state_->key, "fork", salt);
  }
  return state_->draws++;
}

Tensor RandomStream::uniform(const Shape& shape, double low, double high, Dtype dtype) {
  return drawn(RandomKind::uniform, shape, low, high, dtype, *this);
}

Tensor RandomStream::normal(const Shape& shape, double mean, double stddev, Dtype dtype) {
  return drawn(RandomKind::normal, shape, mean, stddev, dtype, *this);
}

Tensor RandomStream::truncated_normal(const Shape& shape, double mean, double stddev, Dtype dtype) {
  return drawn(RandomKind::truncated_normal, shape, mean, stddev, dtype, *this);
}

Tensor RandomStream::permutation(std::int64_t n) {
  Tensor t = Tensor::empty({n}, Dtype::int64);
  const std::uint64_t draw = next_draw();
  backend_for(t.device())
      .permutation({n, key(), draw, static_cast<std::int64_t*>(t.mutable_data())});
  return t;
}

}  // namespace lamina
