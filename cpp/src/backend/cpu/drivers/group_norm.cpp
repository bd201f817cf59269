// Group normalization: an image is the work of one thread, by the kernels of batch normalization,
// whose sums over the rows are joined over the channels of a group.
#include <cmath>

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {
namespace {

// Elements of the rows that are read twice, as in batch_norm.cpp.
constexpr std::int64_t piece_elements = 32 * 1024;

std::int64_t piece_rows_of(std::int64_t channels) {
  return std::max<std::int64_t>(piece_elements / std::max<std::int64_t>(channels, 1), 1);
}

// Means and sums of squared distances of disjoint parts, joined (Chan, Golub and LeVeque, 1983).
struct Moments {
  double count = 0, mean = 0, squares = 0;

  void join(double other_count, double other_mean, double other_squares) noexcept {
    const double difference = other_mean - mean, all = count + other_count;
    mean += difference * other_count / all;
    // Of the first part the difference is the mean, whose square may overflow.
    squares += count > 0 ? other_squares + difference * difference * count * other_count / all
                         : other_squares;
    count = all;
  }
};

template <class T>
double value_or(const void* values, std::int64_t i, double otherwise) noexcept {
  return values == nullptr ? otherwise : double(static_cast<const T*>(values)[i]);
}

}  // namespace

void group_norm(const KernelTable& kernels, const GroupNormParams& p) {
  with_float(kernels, p.dtype, "group normalization", [&]<class T>(const auto& k, T) {
    if (p.images == 0 || p.rows == 0 || p.channels == 0) return;
    const std::int64_t channels = p.channels, members = channels / p.groups;
    const std::int64_t piece_rows = piece_rows_of(channels);
    const std::int64_t pieces = chunk_count(p.rows, piece_rows), image_size = p.rows * channels;
    const bool streamed =
        is_streamed(kernels, 2 * p.images * image_size, static_cast<const T*>(p.y), channels);
    const std::int64_t room = (2 * pieces + 3) * channels;
    const Scratch scratch(static_cast<std::size_t>(num_threads() * room) * sizeof(T));
    parallel_for(p.images, num_threads(), [&](std::int64_t image, int worker) noexcept {
      T* const mean = scratch.as<T>() + worker * room;
      T* const factor = mean + channels;
      T* const offset = factor + channels;
      T* const partial = offset + channels;
      const T* const x = static_cast<const T*>(p.x) + image * image_size;
      const auto rows_of = [&](std::int64_t piece) {
        return std::min(piece_rows, p.rows - piece * piece_rows);
      };
      for (std::int64_t piece = 0; piece < pieces; ++piece) {
        T* const to = partial + 2 * piece * channels;
        k.batch_norm.moments(x + piece * piece_rows * channels, rows_of(piece), channels, to,
                             to + channels);
      }
      for (std::int64_t group = 0; group < p.groups; ++group) {
        Moments moments;
        for (std::int64_t piece = 0; piece < pieces; ++piece) {
          const T* const from = partial + 2 * piece * channels;
          for (std::int64_t c = group * members; c < (group + 1) * members; ++c) {
            moments.join(double(rows_of(piece)), double(from[c]), double(from[channels + c]));
          }
        }
        const double inverse = 1 / std::sqrt(moments.squares / moments.count + p.epsilon);
        static_cast<T*>(p.mean)[image * p.groups + group] = static_cast<T>(moments.mean);
        static_cast<T*>(p.inverse)[image * p.groups + group] = static_cast<T>(inverse);
        for (std::int64_t c = group * members; c < (group + 1) * members; ++c) {
          mean[c] = static_cast<T>(moments.mean);
          factor[c] = static_cast<T>(inverse * value_or<T>(p.gamma, c, 1));
          offset[c] = static_cast<T>(value_or<T>(p.beta, c, 0));
        }
      }
      k.batch_norm.normalize[0](x, p.rows, channels, mean, factor, offset,
                                static_cast<T*>(p.y) + image * image_size, streamed);
    });
  });
}

// With h = (x - mean) inverse and g = gamma dy, and means over a group:
//   dx = inverse (g - mean(g) - h mean(g h))
void group_norm_backward(const KernelTable& kernels, const GroupNormBackwardParams& p) {
  with_float(kernels, p.dtype, "group normalization", [&]<class T>(const auto& k, T) {
    const std::int64_t channels = p.channels, members = channels / p.groups;
    const std::int64_t image_size = p.rows * channels, room = 7 * channels;
    const bool streamed =
        is_streamed(kernels, 3 * p.images * image_size, static_cast<const T*>(p.dx), channels);
    const std::int64_t piece_rows = piece_rows_of(channels);
    const Scratch scratch(static_cast<std::size_t>(num_threads() * room) * sizeof(T));
    // Of each image and channel: the sums of dy and of dy h.
    const Scratch sums(static_cast<std::size_t>(2 * p.images * channels) * sizeof(double));
    parallel_for(
        p.rows == 0 ? 0 : p.images, num_threads(), [&](std::int64_t image, int worker) noexcept {
          T* const mean = scratch.as<T>() + worker * room;
          T* const inverse = mean + channels;
          T* const factor = inverse + channels;
          T* const shift = factor + channels;
          T* const slope = shift + channels;
          T* const partial = slope + channels;
          double* const dy_sum = sums.as<double>() + 2 * image * channels;
          double* const dy_x_sum = dy_sum + channels;
          const T* const x = static_cast<const T*>(p.x) + image * image_size;
          const T* const dy = static_cast<const T*>(p.dy) + image * image_size;
          for (std::int64_t c = 0; c < channels; ++c) {
            mean[c] = static_cast<const T*>(p.mean)[image * p.groups + c / members];
            inverse[c] = static_cast<const T*>(p.inverse)[image * p.groups + c / members];
            dy_sum[c] = dy_x_sum[c] = 0;
          }
          for (std::int64_t row = 0; row < p.rows; row += piece_rows) {
            k.batch_norm.gradient_sums[0](dy + row * channels, x + row * channels,
                                          std::min(piece_rows, p.rows - row), channels, mean,
                                          nullptr, nullptr, inverse, partial, partial + channels);
            for (std::int64_t c = 0; c < channels; ++c) {
              dy_sum[c] += double(partial[c]);
              dy_x_sum[c] += double(partial[channels + c]);
            }
          }
          if (p.dx == nullptr) return;
          for (std::int64_t group = 0; group < p.groups; ++group) {
            const std::int64_t begin = group * members, end = begin + members;
            double sum = 0, product = 0;
            for (std::int64_t c = begin; c < end; ++c) {
              sum += value_or<T>(p.gamma, c, 1) * dy_sum[c];
              product += value_or<T>(p.gamma, c, 1) * dy_x_sum[c];
            }
            const double share = double(inverse[begin]) / static_cast<double>(p.rows * members);
            for (std::int64_t c = begin; c < end; ++c) {
              factor[c] = static_cast<T>(double(inverse[c]) * value_or<T>(p.gamma, c, 1));
              shift[c] = static_cast<T>(sum * share);
              slope[c] = static_cast<T>(product * share * double(inverse[c]));
            }
          }
          k.batch_norm.gradient[0](dy, x, p.rows, channels, mean, factor, nullptr, shift, slope,
                                   static_cast<T*>(p.dx) + image * image_size, streamed);
        });
    const auto total = [&](void* to, std::int64_t which) {
      if (to == nullptr) return;
      for (std::int64_t c = 0; c < channels; ++c) {
        double sum = 0;
        for (std::int64_t image = 0; p.rows > 0 && image < p.images; ++image) {
          sum += sums.as<double>()[(2 * image + which) * channels + c];
        }
        static_cast<T*>(to)[c] = static_cast<T>(sum);
      }
    };
    total(p.dbeta, 0);
    total(p.dgamma, 1);
  });
}

}  // namespace lamina::cpu::drivers
