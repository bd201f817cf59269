// Counter-based random numbers: Philox 4x32-10 (Salmon et al., 2011, "Parallel random numbers: as
// easy as 1, 2, 3"). A number is a pure function of seed, stream, draw and element, so it is the
// same for any thread count and device.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "lamina/core/tensor.hpp"
#include "lamina/export.hpp"

namespace lamina {

/// Seeds every stream opened from now on and forgets which were opened before. Without it, forked
/// children draw other numbers than their parent and each other.
LAMINA_API void set_random_seed(std::uint64_t seed);

/// A named sequence of draws. The n-th stream opened under one name since the seed was set is
/// independent of the others. Copies share one draw counter.
class LAMINA_API RandomStream {
 public:
  RandomStream() = default;
  static RandomStream open(std::string_view name);
  static RandomStream with_key(std::uint64_t key);

  /// The key of its numbers as of the last draw; it changes in a forked child.
  std::uint64_t key() const;
  std::uint64_t draws() const;
  /// Restores a stream from a checkpoint.
  void restore(std::uint64_t key, std::uint64_t draws);
  /// Reserves the next draw and returns its number.
  std::uint64_t next_draw();

  Tensor uniform(const Shape& shape, double low, double high, Dtype dtype = Dtype::float32);
  Tensor normal(const Shape& shape, double mean, double stddev, Dtype dtype = Dtype::float32);
  /// Normal, redrawn where farther than two standard deviations from the mean.
  Tensor truncated_normal(const Shape& shape, double mean, double stddev,
                          Dtype dtype = Dtype::float32);
  /// A permutation of 0 .. n-1, int64.
  Tensor permutation(std::int64_t n);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace lamina
