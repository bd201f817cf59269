// Batch normalization: sums over the rows, in chunks fixed by their number, then one pass over x.
#include <cmath>

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {
namespace {

// Elements of one chunk of rows: it is read twice (mean, then distances), and stays in the second
// cache meanwhile.
constexpr std::int64_t piece_elements = 32 * 1024;

std::int64_t piece_rows_of(std::int64_t channels) {
  return std::max<std::int64_t>(piece_elements / std::max<std::int64_t>(channels, 1), 1);
}

template <class T>
T factor_of(const void* gamma, std::int64_t channel, double inverse_deviation) {
  const double scale = gamma == nullptr ? 1.0 : double(static_cast<const T*>(gamma)[channel]);
  return static_cast<T>(scale * inverse_deviation);
}

// Means and sums of squared distances of all chunks, joined pair by pair in their order (Chan,
// Golub and LeVeque, 1983).
template <class T>
void moments(const BatchNormKernels<T>& kernels, const BatchNormParams& p) {
  const std::int64_t piece_rows = piece_rows_of(p.channels);
  const std::int64_t pieces = chunk_count(p.rows, piece_rows), channels = p.channels;
  const Scratch scratch(static_cast<std::size_t>(2 * pieces * channels) * sizeof(T));
  T* const partial = scratch.as<T>();
  const T* x = static_cast<const T*>(p.x);
  parallel_for(pieces, num_threads(), [=, &p](std::int64_t piece, int) noexcept {
    T* const to = partial + 2 * piece * channels;
    kernels.moments(x + piece * piece_rows * channels,
                    std::min(piece_rows, p.rows - piece * piece_rows), channels, to, to + channels);
  });
  const Scratch joined(static_cast<std::size_t>(2 * channels) * sizeof(double));
  double* const mean = joined.as<double>();
  double* const squares = mean + channels;
  std::fill(mean, mean + 2 * channels, 0.0);
  double count = 0;
  for (std::int64_t piece = 0; piece < pieces; ++piece) {
    const T* const from = partial + 2 * piece * channels;
    const double rows = static_cast<double>(std::min(piece_rows, p.rows - piece * piece_rows));
    const double share = rows / (count + rows), weight = count * share;
    for (std::int64_t c = 0; c < channels; ++c) {
      const double difference = double(from[c]) - mean[c];
      mean[c] += difference * share;
      // Of the first piece the difference is the mean, whose square may overflow.
      const double own = double(from[channels + c]);
      squares[c] += weight > 0 ? own + difference * difference * weight : own;
    }
    count += rows;
  }
  for (std::int64_t c = 0; c < channels; ++c) {
    static_cast<T*>(p.mean)[c] = static_cast<T>(mean[c]);
    static_cast<T*>(p.variance)[c] = static_cast<T>(squares[c] / count);
  }
}

// What the passes backward read for each channel; shift and slope are 0 until gradient_sums.
template <class T>
struct Columns {
  const T* mean;
  T *inverse_deviation, *factor, *offset, *shift, *slope;

  Columns(const Scratch& scratch, const BatchNormBackwardParams& p)
      : mean(static_cast<const T*>(p.mean)),
        inverse_deviation(scratch.as<T>()),
        factor(inverse_deviation + p.channels),
        offset(factor + p.channels),
        shift(offset + p.channels),
        slope(shift + p.channels) {
    for (std::int64_t c = 0; c < p.channels; ++c) {
      const double variance = double(static_cast<const T*>(p.variance)[c]);
      const double inverse = 1 / std::sqrt(variance + p.epsilon);
      inverse_deviation[c] = static_cast<T>(inverse);
      factor[c] = factor_of<T>(p.gamma, c, inverse);
      offset[c] = p.beta == nullptr ? T(0) : static_cast<const T*>(p.beta)[c];
      shift[c] = slope[c] = T(0);
    }
  }
};

// dgamma and dbeta, and what they take off dx where mean and variance depend on x.
template <class T>
void gradient_sums(const BatchNormKernels<T>& kernels, const BatchNormBackwardParams& p,
                   const Columns<T>& columns) {
  const std::int64_t piece_rows = piece_rows_of(p.channels);
  const std::int64_t pieces = chunk_count(p.rows, piece_rows), channels = p.channels;
  const Scratch scratch(static_cast<std::size_t>(2 * pieces * channels) * sizeof(T));
  T* const partial = scratch.as<T>();
  const T* x = static_cast<const T*>(p.x);
  const T* dy = static_cast<const T*>(p.dy);
  const auto kernel = kernels.gradient_sums[p.activation == FusedActivation::relu];
  parallel_for(pieces, num_threads(), [&](std::int64_t piece, int) noexcept {
    const std::int64_t row = piece * piece_rows;
    T* const to = partial + 2 * piece * channels;
    kernel(dy + row * channels, x + row * channels, std::min(piece_rows, p.rows - row), channels,
           columns.mean, columns.factor, columns.offset, columns.inverse_deviation, to,
           to + channels);
  });
  const Scratch joined(static_cast<std::size_t>(2 * channels) * sizeof(double));
  double* const sums = joined.as<double>();  // of dy, then of dy x
  std::fill(sums, sums + 2 * channels, 0.0);
  for (std::int64_t piece = 0; piece < pieces; ++piece) {
    const T* const from = partial + 2 * piece * channels;
    for (std::int64_t i = 0; i < 2 * channels; ++i) sums[i] += double(from[i]);
  }
  for (std::int64_t c = 0; c < channels; ++c) {
    const double dy_sum = sums[c], dy_x_sum = sums[channels + c];
    if (p.dbeta != nullptr) static_cast<T*>(p.dbeta)[c] = static_cast<T>(dy_sum);
    if (p.dgamma != nullptr) static_cast<T*>(p.dgamma)[c] = static_cast<T>(dy_x_sum);
    if (!p.training) continue;
    const double share = double(columns.factor[c]) / static_cast<double>(p.rows);
    columns.shift[c] = static_cast<T>(dy_sum * share);
    columns.slope[c] = static_cast<T>(dy_x_sum * double(columns.inverse_deviation[c]) * share);
  }
}

}  // namespace

void batch_norm(const KernelTable& kernels, const BatchNormParams& p) {
  with_float(kernels, p.dtype, "batch normalization", [&]<class T>(const auto& k, T) {
    if (p.rows == 0 || p.channels == 0) return;
    if (p.training) moments<T>(k.batch_norm, p);
    const T* mean = static_cast<const T*>(p.mean);
    const T* variance = static_cast<const T*>(p.variance);
    const Scratch scratch(static_cast<std::size_t>(2 * p.channels) * sizeof(T));
    T* const factor = scratch.as<T>();
    T* const offset = factor + p.channels;
    for (std::int64_t c = 0; c < p.channels; ++c) {
      factor[c] = factor_of<T>(p.gamma, c, 1 / std::sqrt(double(variance[c]) + p.epsilon));
      offset[c] = p.beta == nullptr ? T(0) : static_cast<const T*>(p.beta)[c];
    }
    const T* x = static_cast<const T*>(p.x);
    T* y = static_cast<T*>(p.y);
    const bool streamed = is_streamed(kernels, 2 * p.rows * p.channels, y, p.channels);
    const auto normalize = k.batch_norm.normalize[p.activation == FusedActivation::relu];
    for_rows_backwards(p.rows, p.channels, piece_elements,
                       [&](std::int64_t begin, std::int64_t end) noexcept {
                         normalize(x + begin * p.channels, end - begin, p.channels, mean, factor,
                                   offset, y + begin * p.channels, streamed);
                       });
  });
}

void batch_norm_backward(const KernelTable& kernels, const BatchNormBackwardParams& p) {
  with_float(kernels, p.dtype, "batch normalization", [&]<class T>(const auto& k, T) {
    if (p.channels == 0) return;
    const std::int64_t channels = p.channels;
    const Scratch scratch(static_cast<std::size_t>(5 * channels) * sizeof(T));
    const Columns<T> columns(scratch, p);
    if (p.training || p.dgamma != nullptr || p.dbeta != nullptr) {
      gradient_sums<T>(k.batch_norm, p, columns);
    }
    if (p.dx == nullptr || p.rows == 0) return;
    const T* x = static_cast<const T*>(p.x);
    const T* dy = static_cast<const T*>(p.dy);
    T* dx = static_cast<T*>(p.dx);
    const bool rectified = p.activation == FusedActivation::relu;
    const bool streamed = is_streamed(kernels, 3 * p.rows * channels, dx, channels);
    for_rows_backwards(
        p.rows, channels, piece_elements, [&](std::int64_t begin, std::int64_t end) noexcept {
          const std::int64_t from = begin * channels, rows = end - begin;
          if (p.training) {
            k.batch_norm.gradient[rectified](dy + from, x + from, rows, channels, columns.mean,
                                             columns.factor, columns.offset, columns.shift,
                                             columns.slope, dx + from, streamed);
          } else {  // dx = factor dy: normalized by a mean of 0, an offset of 0
            k.batch_norm.normalize[0](dy + from, rows, channels, columns.shift, columns.factor,
                                      columns.shift, dx + from, streamed);
          }
        });
  });
}

void batch_norm_factors(const KernelTable& kernels, const BatchNormFactorsParams& p) {
  with_float(kernels, p.dtype, "batch normalization", [&]<class T>(const auto&, T) {
    const T* const gamma = static_cast<const T*>(p.gamma);
    const T* const beta = static_cast<const T*>(p.beta);
    const T* const means = static_cast<const T*>(p.mean);
    const T* const variances = static_cast<const T*>(p.variance);
    T* const factors = static_cast<T*>(p.factor);
    T* const offsets = static_cast<T*>(p.offset);
    bool is_finite = true;
    for (std::int64_t c = 0; c < p.channels; ++c) {
      const double scale = gamma == nullptr ? 1.0 : double(gamma[c]);
      const double factor = scale / std::sqrt(double(variances[c]) + p.epsilon);
      const double shift = beta == nullptr ? 0.0 : double(beta[c]);
      factors[c] = static_cast<T>(factor);
      offsets[c] = static_cast<T>(shift - double(means[c]) * factor);
      is_finite = is_finite && std::isfinite(factors[c]) && std::isfinite(offsets[c]);
    }
    *p.all_finite = is_finite ? 1 : 0;
  });
}

}  // namespace lamina::cpu::drivers
