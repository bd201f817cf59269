#include "lamina/layers/up_sampling.hpp"

#include <cmath>
#include <vector>

#include "core/extents.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "layers/data_format.hpp"
#include "layers/options.hpp"

namespace lamina {
namespace {

// Each element of the spatial axes, the first of which is `first`, repeated along its axis.
Tensor repeated(const Tensor& x, int first, const std::vector<std::int64_t>& size) {
  Shape apart, wide, joined;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const std::int64_t extent = x.shape()[axis];
    const int i = axis - first;
    const bool spatial = i >= 0 && i < static_cast<int>(size.size());
    apart.push_back(extent);
    wide.push_back(extent);
    joined.push_back(
        spatial ? checked_multiply("up-sampling", extent, size[static_cast<std::size_t>(i)])
                : extent);
    if (!spatial) continue;
    apart.push_back(1);
    wide.push_back(size[static_cast<std::size_t>(i)]);
  }
  return ops::broadcast_to(x.reshape(apart), wide).reshape(joined);
}

// Linear interpolation along an axis: the r-th of `size` new places stands (r + 1/2) / size - 1/2
// from the old one's center, between it and a neighbour; beyond the ends values stay. The places
// before the center are computed as one tensor, those after it as another: a size is any number.
Tensor interpolated(const Tensor& x, int axis, std::int64_t size) {
  if (size == 1) return x;
  const std::int64_t extent = x.shape()[axis];
  std::int64_t outer = 1, inner = 1;
  Shape joined;
  for (int i = 0; i < x.rank(); ++i) {
    if (i != axis) (i < axis ? outer : inner) *= x.shape()[i];
    joined.push_back(i == axis ? checked_multiply("up-sampling", extent, size) : x.shape()[i]);
  }
  const Tensor rows = x.reshape({outer, extent, inner});
  const auto part = [&](std::int64_t begin, std::int64_t count) {
    return ops::slice(rows, {{0, outer}, {begin, count}, {0, inner}});
  };
  // Of the new places [begin, end) of each old one, the share that its neighbour has.
  const auto mixed = [&](const Tensor& neighbour, std::int64_t begin, std::int64_t end) {
    std::vector<double> own_share, share;
    for (std::int64_t r = begin; r < end; ++r) {
      const double offset = (static_cast<double>(r) + 0.5) / static_cast<double>(size) - 0.5;
      share.push_back(std::fabs(offset));
      own_share.push_back(1 - std::fabs(offset));
    }
    const auto factor = [&](const std::vector<double>& shares) {
      return Tensor::copy_of(std::span<const double>(shares), {1, 1, end - begin, 1}, x.device())
          .cast(x.dtype());
    };
    const Shape apart{outer, extent, 1, inner};
    return rows.reshape(apart) * factor(own_share) + neighbour.reshape(apart) * factor(share);
  };
  const Tensor before = ops::concatenate({part(0, 1), part(0, extent - 1)}, 1);
  const Tensor after = ops::concatenate({part(1, extent - 1), part(extent - 1, 1)}, 1);
  TensorList places{mixed(before, 0, size / 2)};
  if (size % 2 != 0) places.push_back(rows.reshape({outer, extent, 1, inner}));
  places.push_back(mixed(after, size - size / 2, size));
  return ops::concatenate(places, 2).reshape(joined);
}

}  // namespace

template <class Visitor, int rank>
void describe(Visitor& visit, UpSamplingOptions<rank>& options) {
  visit("size", options.size);
  if constexpr (rank > 1) visit("data_format", options.data_format);
  if constexpr (rank == 2) visit("interpolation", options.interpolation);
}

template <int rank>
UpSampling<rank>::UpSampling(Options options)
    : UnaryLayer(concat("UpSampling", rank, "D"), options.name), options_(std::move(options)) {
  options_.size = options_.size.expanded(rank, label(), "size");
  if constexpr (rank == 2) {
    require(options_.interpolation == "nearest" || options_.interpolation == "bilinear", label(),
            "interpolation", options_.interpolation, "'nearest' or 'bilinear'");
  }
}

template <int rank>
std::shared_ptr<Layer> UpSampling<rank>::from_config(const Config& config) {
  return layer_from_config<UpSampling>(config, Options{});
}

template <int rank>
Config UpSampling<rank>::config() const {
  return with_options(base_config(), options_);
}

template <int rank>
DataFormat UpSampling<rank>::data_format() const {
  if constexpr (rank > 1) return options_.data_format;
  return {};
}

template <int rank>
Shape UpSampling<rank>::output_shape(const Shape& input_shape) const {
  require_spatial(label(), input_shape, rank, data_format());
  const int first = data_format().channels_first() ? 2 : 1;
  Shape shape = input_shape;
  for (int i = 0; i < rank; ++i) {
    const std::int64_t extent = input_shape[first + i];
    if (extent == Shape::none) continue;
    shape = shape.with(
        first + i,
        checked_multiply(label(), extent, options_.size.extents[static_cast<std::size_t>(i)]));
  }
  return shape;
}

template <int rank>
void UpSampling<rank>::build(const Shape& input_shape) {
  output_shape(input_shape);
}

template <int rank>
Tensor UpSampling<rank>::call(const Tensor& inputs, bool /*training*/) {
  const int first = data_format().channels_first() ? 2 : 1;
  const std::vector<std::int64_t>& size = options_.size.extents;
  if constexpr (rank == 2) {
    if (options_.interpolation == "bilinear" && inputs.size() > 0) {
      // Refuses what no memory holds before anything is made of such a size.
      Tensor::empty(output_shape(inputs.shape()), inputs.dtype(), inputs.device());
      return interpolated(interpolated(inputs, first, size[0]), first + 1, size[1]);
    }
  }
  return repeated(inputs, first, size);
}

template <int rank>
bool UpSampling<rank>::accepts(const Shape& input_shape) const {
  return input_shape.rank() == rank + 2;
}

template class UpSampling<1>;
template class UpSampling<2>;
template class UpSampling<3>;

}  // namespace lamina
