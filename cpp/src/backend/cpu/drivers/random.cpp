// Random numbers as core/random.hpp promises them: each element is a function of key, draw and its
// own number, so that neither threads nor devices change it.
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "core/philox.hpp"

namespace lamina::cpu::drivers {
namespace {

// A normal value takes about 30 ns: a chunk of them about as long as other chunks.
constexpr std::int64_t chunk_elements = 512;

// Four 32-bit words of a block as two doubles in (0, 1), with 52 random bits each.
std::pair<double, double> two_uniforms(std::uint64_t key, std::uint64_t draw,
                                       std::uint64_t block) noexcept {
  const auto words = philox(key, draw, block);
  const auto unit = [](std::uint32_t high, std::uint32_t low) {
    const std::uint64_t bits = ((std::uint64_t{high} << 32) | low) >> 12;
    return (static_cast<double>(bits) + 0.5) * 0x1p-52;
  };
  return {unit(words[0], words[1]), unit(words[2], words[3])};
}

// Box and Muller, 1958.
double standard_normal(std::uint64_t key, std::uint64_t draw, std::uint64_t block) noexcept {
  const auto [u, v] = two_uniforms(key, draw, block);
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

double element(const RandomParams& p, std::uint64_t i) noexcept {
  if (p.kind == RandomKind::uniform) {
    return p.a + (p.b - p.a) * two_uniforms(p.key, p.draw, i).first;
  }
  double z = standard_normal(p.key, p.draw, i);
  // Attempt a reads block i + a * 2^48: its own words, whatever the other elements needed.
  for (std::uint64_t attempt = 1; p.kind == RandomKind::truncated_normal && std::abs(z) > 2.0;
       ++attempt) {
    z = standard_normal(p.key, p.draw, i + (attempt << 48));
  }
  return p.a + p.b * z;
}

}  // namespace

void random(const KernelTable& kernels, const RandomParams& p) {
  with_float(kernels, p.dtype, "random", [&]<class T>(const auto&, T) {
    T* y = static_cast<T*>(p.y);
    for_ranges(p.n, chunk_elements, [&](std::int64_t begin, std::int64_t end) noexcept {
      for (std::int64_t i = begin; i < end; ++i) {
        y[i] = static_cast<T>(element(p, static_cast<std::uint64_t>(i)));
      }
    });
  });
}

// Fisher and Yates; the rounding of u * (i + 1) favours no number by more than n / 2^52.
void permutation(const KernelTable&, const PermutationParams& p) {
  std::iota(p.y, p.y + p.n, std::int64_t{0});
  for (std::int64_t i = p.n - 1; i > 0; --i) {
    const double u = two_uniforms(p.key, p.draw, static_cast<std::uint64_t>(i)).first;
    std::swap(p.y[i], p.y[static_cast<std::int64_t>(u * static_cast<double>(i + 1))]);
  }
}

}  // namespace lamina::cpu::drivers
