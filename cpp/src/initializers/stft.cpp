#include "initializers/stft.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <span>
#include <vector>

#include "core/check.hpp"

namespace lamina {
namespace {

// A sum of cosines: w(n) = a0 - a1 cos(2 pi n / N) + a2 cos(4 pi n / N) - ... Harris, 1978.
struct Window {
  const char* name;
  std::array<double, 5> terms;
};

constexpr std::array<Window, 7> windows{{
    {"boxcar", {1}},
    {"hann", {0.5, 0.5}},
    {"hamming", {0.54, 0.46}},
    {"blackman", {0.42, 0.5, 0.08}},
    {"nuttall", {0.3635819, 0.4891775, 0.1365995, 0.0106411}},
    {"blackmanharris", {0.35875, 0.48829, 0.14128, 0.01168}},
    {"flattop", {0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368}},
}};

const Window* find_window(const std::string& name) {
  for (const Window& window : windows) {
    if (name == window.name) return &window;
  }
  return nullptr;
}

// A periodic window is a symmetric one of one more sample, without its last.
std::vector<double> window_values(const std::string& name, std::int64_t length, bool periodic) {
  std::vector<double> values(static_cast<std::size_t>(length), 1);
  if (name.empty() || length == 1) return values;
  const double period = static_cast<double>(periodic ? length : length - 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    double sum = 0, sign = 1, k = 0;
    for (const double term : find_window(name)->terms) {
      sum += sign * term * std::cos(2 * std::numbers::pi * k * static_cast<double>(i) / period);
      sign = -sign;
      k += 1;
    }
    values[i] = sum;
  }
  return values;
}

double scale_of(const std::vector<double>& window, const std::string& scaling) {
  double squares = 0, magnitudes = 0;
  for (const double value : window) {
    squares += value * value;
    magnitudes += std::fabs(value);
  }
  return scaling == "density" ? std::sqrt(squares) : scaling == "spectrum" ? magnitudes : 1;
}

}  // namespace

bool is_window(const std::string& name) { return find_window(name) != nullptr; }

Tensor stft_kernels(const Shape& shape, Dtype dtype, bool imaginary, const std::string& window,
                    const std::string& scaling, bool periodic) {
  if (shape.rank() != 3 || shape[1] != 1 || shape[2] < 2 || shape[0] < 1) {
    fail(ErrorKind::value, "STFT makes kernels of shape (window length, 1, frequencies >= 2), got ",
         shape);
  }
  const std::vector<double> weights = window_values(window, shape[0], periodic);
  const double scale = window.empty() ? 1 : scale_of(weights, scaling);
  const double samples = static_cast<double>(2 * (shape[2] - 1));
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(shape.size()));
  for (std::int64_t time = 0; time < shape[0]; ++time) {
    for (std::int64_t frequency = 0; frequency < shape[2]; ++frequency) {
      const double angle = -2 * std::numbers::pi * static_cast<double>(time * frequency) / samples;
      const double wave = imaginary ? std::sin(angle) : std::cos(angle);
      values.push_back(wave * weights[static_cast<std::size_t>(time)] / scale);
    }
  }
  return Tensor::copy_of(std::span<const double>(values), shape).cast(dtype);
}

}  // namespace lamina
