#include "lamina/ops/image.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <span>
#include <string_view>
#include <vector>

#include "core/extents.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/indexing.hpp"
#include "lamina/ops/matmul.hpp"
#include "ops/pooling_shape.hpp"
#include "ops/support.hpp"

namespace lamina::ops {
namespace {

// The height's axis; the width's follows.
int height_axis(const char* name, const Tensor& images, bool channels_first) {
  const int rank = images.rank();
  if (rank != 3 && rank != 4) {
    fail(ErrorKind::value, name,
         " takes an image of three axes or a batch of four, got images of shape ", images.shape());
  }
  return channels_first ? rank - 2 : rank - 3;
}

void check_size(const char* name, std::int64_t height, std::int64_t width) {
  if (height >= 1 && width >= 1 && height <= most_extent && width <= most_extent) return;
  fail(ErrorKind::value, name, " needs a size (height, width) of 1 to 2^31, got (", height, ", ",
       width, ")");
}

// Interpolation kernels: the weight of an input at distance x of the output, x >= 0.
struct Kernel {
  double reach;  // the weight is 0 beyond it
  double (*weight)(double x);
};

double triangle(double x) { return std::max(0.0, 1 - x); }

// Keys, 1981, "Cubic convolution interpolation for digital image processing", with a = -1/2.
double cubic(double x) {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

// sinc(x) sinc(x / radius).
template <int radius>
double lanczos(double x) {
  if (x > radius) return 0;
  if (x < 1e-8) return 1;
  const double angle = std::numbers::pi * x;
  return radius * std::sin(angle) * std::sin(angle / radius) / (angle * angle);
}

Kernel kernel_named(std::string_view interpolation) {
  if (interpolation == "bilinear") return {1, triangle};
  if (interpolation == "bicubic") return {2, cubic};
  if (interpolation == "lanczos3") return {3, lanczos<3>};
  if (interpolation == "lanczos5") return {5, lanczos<5>};
  fail(ErrorKind::value,
       "resize takes interpolation nearest, bilinear, bicubic, lanczos3 or lanczos5, got '",
       interpolation, "'");
}

// The matrix (outputs, inputs) that resizes an axis. Pixels have their centers at halves; weights
// of inputs beyond the ends are left out, and the others brought to a sum of 1.
Tensor resizing_matrix(std::int64_t inputs, std::int64_t outputs, const Kernel& kernel,
                       bool antialias, Dtype dtype, Device device) {
  const double step = static_cast<double>(inputs) / static_cast<double>(outputs);
  const double stretch = antialias ? std::max(step, 1.0) : 1.0;
  const auto size = checked_multiply("resize", inputs, outputs);
  std::vector<double> matrix(static_cast<std::size_t>(size), 0.0);
  for (std::int64_t out = 0; out < outputs; ++out) {
    double* row = matrix.data() + out * inputs;
    const double center = (static_cast<double>(out) + 0.5) * step - 0.5;
    const double reach = kernel.reach * stretch;
    const auto first = std::max<std::int64_t>(0, static_cast<std::int64_t>(center - reach));
    const auto last = std::min(inputs - 1, static_cast<std::int64_t>(center + reach) + 1);
    double sum = 0;
    for (std::int64_t in = first; in <= last; ++in) {
      row[in] = kernel.weight(std::fabs(center - static_cast<double>(in)) / stretch);
      sum += row[in];
    }
    for (std::int64_t in = first; in <= last; ++in) row[in] /= sum;
  }
  return Tensor::copy_of(std::span<const double>(matrix), {outputs, inputs}, device).cast(dtype);
}

// The input that the center of each output falls in: floor((out + 1/2) inputs / outputs), exactly.
Tensor nearest_places(std::int64_t inputs, std::int64_t outputs, Device device) {
  std::vector<std::int64_t> places;
  for (std::int64_t out = 0; out < outputs; ++out) {
    places.push_back(checked_multiply("resize", 2 * out + 1, inputs) / (2 * outputs));
  }
  return Tensor::copy_of(std::span<const std::int64_t>(places), {outputs}, device);
}

// matrix (outputs, inputs) applied along an axis of x.
Tensor apply_along(const Tensor& matrix, const Tensor& x, int axis) {
  const AroundAxis around(x.shape(), axis);
  const Shape resized = x.shape().with(axis, matrix.shape()[0]);
  if (around.inner == 1) {
    return matmul(x.reshape({around.outer, around.extent}), transpose(matrix)).reshape(resized);
  }
  // A matrix product wants wide rows. The channels after a width are few: they change places.
  constexpr std::int64_t wide = 16;
  const Tensor rows = x.reshape({around.outer, around.extent, around.inner});
  if (around.inner >= wide) return matmul(matrix, rows).reshape(resized);
  const Tensor lines =
      transpose(rows, {0, 2, 1}).reshape({around.outer * around.inner, around.extent});
  const Tensor results =
      matmul(lines, transpose(matrix)).reshape({around.outer, around.inner, matrix.shape()[0]});
  return transpose(results, {0, 2, 1}).reshape(resized);
}

Tensor resize_axis(const Tensor& x, int axis, std::int64_t outputs, const ResizeOptions& options) {
  const std::int64_t inputs = x.shape()[axis];
  if (inputs == outputs) return x;
  if (options.interpolation == "nearest") {
    return take(x, nearest_places(inputs, outputs, x.device()), axis);
  }
  return apply_along(resizing_matrix(inputs, outputs, kernel_named(options.interpolation),
                                     options.antialias, x.dtype(), x.device()),
                     x, axis);
}

std::vector<Range> whole(const Shape& shape) {
  std::vector<Range> ranges;
  for (std::int64_t extent : shape) ranges.push_back({0, extent});
  return ranges;
}

// The middle of both axes from `axis` on.
Tensor middle(const Tensor& x, int axis, std::int64_t height, std::int64_t width) {
  std::vector<Range> ranges = whole(x.shape());
  const auto at = static_cast<std::size_t>(axis);
  ranges[at] = {(x.shape()[axis] - height) / 2, height};
  ranges[at + 1] = {(x.shape()[axis + 1] - width) / 2, width};
  return slice(x, ranges);
}

// a b / c, as Keras rounds it: towards 0.
std::int64_t proportional(std::int64_t a, std::int64_t b, std::int64_t c) {
  return checked_multiply("resize", a, b) / c;
}

// Images cut or bordered to the proportions of the size that is wanted.
Tensor with_aspect_ratio(const Tensor& x, int axis, std::int64_t height, std::int64_t width,
                         const ResizeOptions& options) {
  const std::int64_t old_height = x.shape()[axis], old_width = x.shape()[axis + 1];
  const std::int64_t fitting_height = proportional(old_width, height, width);
  const std::int64_t fitting_width = proportional(old_height, width, height);
  if (options.crop_to_aspect_ratio) {
    return middle(x, axis, std::clamp<std::int64_t>(fitting_height, 1, old_height),
                  std::clamp<std::int64_t>(fitting_width, 1, old_width));
  }
  if (!options.pad_to_aspect_ratio) return x;
  std::vector<Padding> borders(static_cast<std::size_t>(x.rank()), Padding{0, 0});
  const std::int64_t above = std::max<std::int64_t>(0, (fitting_height - old_height) / 2);
  const std::int64_t beside = std::max<std::int64_t>(0, (fitting_width - old_width) / 2);
  const auto at = static_cast<std::size_t>(axis);
  if (above > 0) {
    borders[at] = {above, above};
  } else {
    borders[at + 1] = {beside, beside};
  }
  return pad(x, borders, PadMode::constant, options.fill_value);
}

// Rounded and kept in range, where the dtype is one of whole numbers.
Tensor as_before(const Tensor& x, Dtype dtype) {
  if (x.dtype() == dtype) return x;
  if (is_floating(dtype)) return x.cast(dtype);
  const auto within = [&](double low, double high) { return clip(round(x), low, high); };
  // The largest float32 that an int32 holds.
  constexpr double most = 2147483520;
  switch (dtype) {
    case Dtype::uint8: return within(0, 255).cast(dtype);
    case Dtype::int32: return within(std::numeric_limits<std::int32_t>::min(), most).cast(dtype);
    case Dtype::boolean: return within(0, 1).cast(dtype);
    default: return round(x).cast(dtype);
  }
}

}  // namespace

Tensor resize(const Tensor& images, std::int64_t height, std::int64_t width,
              const ResizeOptions& options) {
  const int axis = height_axis("resize", images, options.channels_first);
  check_size("resize", height, width);
  if (options.crop_to_aspect_ratio && options.pad_to_aspect_ratio) {
    fail(ErrorKind::value,
         "resize got crop_to_aspect_ratio and pad_to_aspect_ratio, of which one can be True");
  }
  const bool nearest = options.interpolation == "nearest";
  if (!nearest) kernel_named(options.interpolation);  // refuses other names, whatever the sizes
  if (images.shape()[axis] < 1 || images.shape()[axis + 1] < 1) {
    fail(ErrorKind::value, "resize needs images with pixels, got shape ", images.shape());
  }
  // Refuses what no memory holds before anything is made of such a size.
  const Shape resized = images.shape().with(axis, height).with(axis + 1, width);
  Tensor::empty(resized, images.dtype(), images.device());
  Tensor x = with_aspect_ratio(images, axis, height, width, options);
  if (x.shape() == resized) return x;
  if (!nearest) x = floating(x);
  x = resize_axis(x, axis, height, options);
  return as_before(resize_axis(x, axis + 1, width, options), images.dtype());
}

Tensor center_crop(const Tensor& images, std::int64_t height, std::int64_t width,
                   bool channels_first) {
  const int axis = height_axis("center_crop", images, channels_first);
  check_size("center_crop", height, width);
  if (images.shape()[axis] < height || images.shape()[axis + 1] < width) {
    return resize(images, height, width,
                  {.crop_to_aspect_ratio = true, .channels_first = channels_first});
  }
  return middle(images, axis, height, width);
}

}  // namespace lamina::ops
