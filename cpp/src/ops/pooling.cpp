#include "lamina/ops/pooling.hpp"

#include <algorithm>
#include <array>

#include "ops/pooling_shape.hpp"
#include "ops/support.hpp"

namespace lamina::ops {
namespace {

// The windows over three spatial axes, of which those that x lacks come first and have one input.
struct Windows {
  std::array<std::vector<PoolRange>, 3> ranges;
  std::array<std::int64_t, 3> inputs{1, 1, 1}, outputs{1, 1, 1};

  PoolAxis axis(std::size_t i) const { return {inputs[i], outputs[i], ranges[i].data()}; }
  std::int64_t largest() const {
    std::int64_t product = 1;
    for (const std::vector<PoolRange>& axis : ranges) {
      std::int64_t longest = 0;
      for (const PoolRange& range : axis) longest = std::max(longest, range.end - range.begin);
      product *= longest;
    }
    return product;
  }
};

// For each spatial axis of x, count_of(axis, extent) is the number of windows and range_of(axis,
// extent, count, which) one of them. An empty x may have any extents: its windows are counted only.
template <class CountOf, class RangeOf>
Windows windows_over(const char* name, const Tensor& x, std::size_t rank, CountOf count_of,
                     RangeOf range_of) {
  if (rank < 1 || rank > 3 || x.rank() != static_cast<int>(rank) + 2) {
    fail(ErrorKind::value, name, " over ", rank,
         " axes needs inputs (batch, as many spatial axes of 1 to 3, channels), got shape ",
         x.shape());
  }
  Windows windows;
  windows.ranges.fill({{0, 1}});
  for (std::size_t i = 0; i < rank; ++i) {
    const std::size_t axis = 3 - rank + i;
    const std::int64_t inputs = x.shape()[static_cast<int>(i) + 1], count = count_of(i, inputs);
    windows.inputs[axis] = inputs;
    windows.outputs[axis] = count;
    windows.ranges[axis].clear();
    for (std::int64_t out = 0; x.size() > 0 && out < count; ++out) {
      windows.ranges[axis].push_back(range_of(i, inputs, count, out));
    }
  }
  return windows;
}

Windows strided_windows(const char* name, const Tensor& x,
                        const std::vector<std::int64_t>& pool_size,
                        const std::vector<std::int64_t>& strides, const std::string& padding) {
  const std::vector<std::int64_t>& steps = strides.empty() ? pool_size : strides;
  const auto positive = [](std::int64_t extent) { return extent >= 1 && extent <= most_extent; };
  if (steps.size() != pool_size.size() ||
      !std::all_of(pool_size.begin(), pool_size.end(), positive) ||
      !std::all_of(steps.begin(), steps.end(), positive)) {
    fail(ErrorKind::value, name, " needs as many strides as extents of pool_size, all from 1 to ",
         most_extent);
  }
  const WindowPadding mode = window_padding(name, padding);
  const auto count_of = [&](std::size_t i, std::int64_t inputs) {
    return window_count(name, static_cast<int>(i) + 1, inputs, pool_size[i], steps[i], mode);
  };
  const auto range_of = [&](std::size_t i, std::int64_t inputs, std::int64_t count,
                            std::int64_t out) {
    // "same" centers the windows; an odd place more lies at the end.
    const std::int64_t outside =
        mode == WindowPadding::same
            ? std::max<std::int64_t>((count - 1) * steps[i] + pool_size[i] - inputs, 0)
            : 0;
    const std::int64_t begin = out * steps[i] - outside / 2;
    return PoolRange{std::max<std::int64_t>(begin, 0), std::min(begin + pool_size[i], inputs)};
  };
  return windows_over(name, x, pool_size.size(), count_of, range_of);
}

// More windows than any image has places for.
constexpr std::int64_t most_adaptive = std::int64_t{1} << 24;

Windows adaptive_windows(const char* name, const Tensor& x,
                         const std::vector<std::int64_t>& output_size) {
  const auto count_of = [&](std::size_t i, std::int64_t inputs) {
    const std::int64_t count = output_size[i];
    if (count < 1 || inputs < 1 || count > most_adaptive) {
      fail(ErrorKind::value, name, " needs an output_size from 1 to ", most_adaptive,
           " and inputs of at least 1, got ", count, " for inputs ", x.shape());
    }
    return count;
  };
  const auto range_of = [](std::size_t, std::int64_t inputs, std::int64_t count, std::int64_t out) {
    return PoolRange{out * inputs / count, ((out + 1) * inputs + count - 1) / count};
  };
  return windows_over(name, x, output_size.size(), count_of, range_of);
}

Tensor pool(const char* name, PoolOp op, const Tensor& input, const Windows& windows) {
  const Tensor x = floating(input);
  Shape shape{x.shape()[0]};
  for (int i = 3 - (x.rank() - 2); i < 3; ++i) {
    shape.push_back(windows.outputs[static_cast<std::size_t>(i)]);
  }
  shape.push_back(x.shape().last());
  const std::int64_t images = x.shape()[0], channels = x.shape().last();
  const bool recorded = needs_grad({x});
  // Places in windows of up to 256 inputs are bytes: a quarter of the memory that backward would
  // have to read again to find them.
  const bool wide = windows.largest() > 256;
  Tensor y = Tensor::empty(shape, x.dtype(), x.device()), places;
  if (recorded && op != PoolOp::average) {
    places = Tensor::empty(shape, wide ? Dtype::int32 : Dtype::uint8, x.device());
  }
  if (x.size() > 0)
    backend(x).pool({x.dtype(),
                     op,
                     images,
                     channels,
                     {windows.axis(0), windows.axis(1), windows.axis(2)},
                     x.data(),
                     y.mutable_data(),
                     places.defined() ? places.mutable_data() : nullptr,
                     wide});
  if (!recorded) return y;
  return record(name, {x}, y, {places},
                [=, inputs = x.shape()](const Tensor& dy, const TensorList& s, Needs) {
                  Tensor dx = Tensor::empty(inputs, dy.dtype(), dy.device());
                  if (dx.size() == 0) return TensorList{dx};
                  backend(dy).pool_backward({dy.dtype(),
                                             images,
                                             channels,
                                             {windows.axis(0), windows.axis(1), windows.axis(2)},
                                             dy.data(),
                                             s[0].defined() ? s[0].data() : nullptr,
                                             wide,
                                             dx.mutable_data()});
                  return TensorList{dx};
                });
}

}  // namespace

Tensor max_pool(const Tensor& x, const std::vector<std::int64_t>& pool_size,
                const std::vector<std::int64_t>& strides, const std::string& padding) {
  return pool("max_pool", PoolOp::max, x,
              strided_windows("max_pool", x, pool_size, strides, padding));
}

Tensor min_pool(const Tensor& x, const std::vector<std::int64_t>& pool_size,
                const std::vector<std::int64_t>& strides, const std::string& padding) {
  return pool("min_pool", PoolOp::min, x,
              strided_windows("min_pool", x, pool_size, strides, padding));
}

Tensor average_pool(const Tensor& x, const std::vector<std::int64_t>& pool_size,
                    const std::vector<std::int64_t>& strides, const std::string& padding) {
  return pool("average_pool", PoolOp::average, x,
              strided_windows("average_pool", x, pool_size, strides, padding));
}

Tensor adaptive_max_pool(const Tensor& x, const std::vector<std::int64_t>& output_size) {
  return pool("adaptive_max_pool", PoolOp::max, x,
              adaptive_windows("adaptive_max_pool", x, output_size));
}

Tensor adaptive_average_pool(const Tensor& x, const std::vector<std::int64_t>& output_size) {
  return pool("adaptive_average_pool", PoolOp::average, x,
              adaptive_windows("adaptive_average_pool", x, output_size));
}

}  // namespace lamina::ops
