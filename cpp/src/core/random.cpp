#include "lamina/core/random.hpp"

#include <map>
#include <mutex>
#include <random>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
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
  std::uint64_t seed = (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
  std::map<std::string, std::uint64_t, std::less<>> opened;
};

Streams& streams() {
  static Streams* const instance = new Streams;
#if defined(__unix__) || defined(__APPLE__)
  [[maybe_unused]] static const int registered =
      pthread_atfork([] { instance->mutex.lock(); }, [] { instance->mutex.unlock(); },
                     [] { instance->mutex.unlock(); });
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
};

void set_random_seed(std::uint64_t seed) {
  Streams& all = streams();
  const std::lock_guard lock(all.mutex);
  all.seed = seed;
  all.opened.clear();
}

RandomStream RandomStream::open(std::string_view name) {
  Streams& all = streams();
  const std::lock_guard lock(all.mutex);
  auto found = all.opened.find(name);
  if (found == all.opened.end()) found = all.opened.emplace(std::string(name), 0).first;
  return with_key(mix(all.seed, name, found->second++));
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
std::uint64_t RandomStream::next_draw() { return state_->draws++; }

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
