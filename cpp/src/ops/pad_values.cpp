#include "ops/pad_values.hpp"

#include <algorithm>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/indexing.hpp"
#include "lamina/ops/reduction.hpp"
#include "ops/support.hpp"

namespace lamina::ops {
namespace {

// What stands at each place of a padded axis: the nearest one, or that of the axis repeated.
Tensor places_from(std::int64_t extent, const Padding& padding, bool is_edge, Device device) {
  std::vector<std::int64_t> places;
  for (std::int64_t i = -padding.before; i < extent + padding.after; ++i) {
    places.push_back(is_edge ? std::clamp<std::int64_t>(i, 0, extent - 1)
                             : (i % extent + extent) % extent);
  }
  return Tensor::copy_of(std::span<const std::int64_t>(places),
                         {static_cast<std::int64_t>(places.size())}, device);
}

Tensor part(const Tensor& x, int axis, std::int64_t begin, std::int64_t count) {
  std::vector<Range> ranges;
  for (const std::int64_t extent : x.shape()) ranges.push_back({0, extent});
  ranges[static_cast<std::size_t>(axis)] = {begin, count};
  return slice(x, ranges);
}

// The middle one of an odd number of values, the mean of the two middle ones of an even number.
Tensor median(const Tensor& x, int axis) {
  const std::int64_t extent = x.shape()[axis], first = (extent - 1) / 2;
  return mean(part(sort(x, axis), axis, first, extent / 2 - first + 1), {axis}, true);
}

Tensor statistic(const Tensor& x, int axis, const std::string& mode) {
  if (mode == "maximum") return max(x, {axis}, true);
  if (mode == "minimum") return min(x, {axis}, true);
  const Tensor y = mode == "mean" ? mean(x, {axis}, true) : median(x, axis);
  return is_floating(x.dtype()) ? y : round(y).cast(x.dtype());
}

// From 0, which lies just outside, to the edge, which is not repeated.
Tensor ramp(const Tensor& edge, int axis, std::int64_t count, bool descends) {
  const Dtype dtype = is_floating(edge.dtype()) ? edge.dtype() : Dtype::float64;
  std::vector<double> steps;
  for (std::int64_t i = 0; i < count; ++i) {
    steps.push_back(static_cast<double>(descends ? count - 1 - i : i) / static_cast<double>(count));
  }
  Shape shape;
  for (int i = 0; i < edge.rank(); ++i) shape.push_back(i == axis ? count : 1);
  const Tensor slope = Tensor::copy_of(std::span<const double>(steps), shape, edge.device());
  Tensor y = edge.cast(dtype) * slope.cast(dtype);
  if (is_floating(edge.dtype())) return y;
  return (edge.dtype() == Dtype::boolean ? y : floor(y)).cast(edge.dtype());
}

}  // namespace

bool is_computed_padding(const std::string& mode) {
  return mode == "edge" || mode == "wrap" || mode == "circular" || mode == "maximum" ||
         mode == "minimum" || mode == "mean" || mode == "median" || mode == "linear_ramp";
}

Tensor pad_by_values(const Tensor& x, const std::vector<Padding>& padding,
                     const std::string& mode) {
  // Refuses wrong widths, axes that are empty, and what no memory holds.
  pad(x.detach(), padding, PadMode::symmetric);
  Tensor y = x;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const Padding& p = padding[static_cast<std::size_t>(axis)];
    if (p.before + p.after == 0) continue;
    if (mode == "edge" || mode == "wrap" || mode == "circular") {
      y = take(y, places_from(x.shape()[axis], p, mode == "edge", x.device()), axis);
    } else if (mode == "linear_ramp") {
      const std::int64_t last = y.shape()[axis] - 1;
      y = concatenate({ramp(part(y, axis, 0, 1), axis, p.before, false), y,
                       ramp(part(y, axis, last, 1), axis, p.after, true)},
                      axis);
    } else {
      const Tensor value = statistic(y, axis, mode);
      y = concatenate({repeat(value, p.before, axis), y, repeat(value, p.after, axis)}, axis);
    }
  }
  return y;
}

}  // namespace lamina::ops
