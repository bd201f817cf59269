#include "ops/calls.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/check.hpp"
#include "lamina/core/floatx.hpp"
#include "lamina/ops/activations.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/attention.hpp"
#include "lamina/ops/batch_normalization.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/composed.hpp"
#include "lamina/ops/conv.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/image.hpp"
#include "lamina/ops/layer_normalization.hpp"
#include "lamina/ops/pooling.hpp"
#include "lamina/ops/reduction.hpp"
#include "lamina/ops/softmax.hpp"
#include "ops/pad_values.hpp"
#include "ops/spatial.hpp"
#include "ops/support.hpp"

namespace lamina::ops {
// Clang exports what is defined in a namespace that says so itself.
namespace LAMINA_INTERNAL_API calls {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

using Place = Tensor (*)(const Tensor&, int, bool);

// Along an axis, or over the elements in their order.
Tensor place_of(Place function, const Tensor& x, std::optional<int> axis, bool keepdims) {
  if (axis) return function(x, *axis, keepdims);
  const Tensor place = function(x.reshape({-1}), 0, false);
  Shape ones;
  for (int i = 0; keepdims && i < x.rank(); ++i) ones.push_back(1);
  return place.reshape(ones);
}

// The largest or smallest of the elements and `initial`, which is all where there are none.
template <Tensor (*reduce)(const Tensor&, const std::vector<int>&, bool),
          Tensor (*choose)(const Tensor&, const Tensor&)>
Tensor extremum(const Tensor& x, const ReducedAxes& axes, bool keepdims,
                const std::optional<Scalar>& initial) {
  if (!initial) return over<reduce>(x, axes, keepdims);
  const Tensor least = weak(*initial, x);
  if (x.size() == 0) {
    return over<ops::sum>(x, axes, keepdims).cast(x.dtype()) + least;
  }
  return choose(over<reduce>(x, axes, keepdims), least);
}

// A softmax of all elements, or of each alone where no axis is named.
template <Tensor (*one)(const Tensor&, int),
          Tensor (*several)(const Tensor&, const std::vector<int>&)>
Tensor along(const Tensor& x, const ReducedAxes& axes) {
  if (axes.is_empty_list) return one(ops::expand_dims(x, -1), -1).reshape(x.shape());
  if (axes.values.empty()) return one(x.reshape({-1}), 0).reshape(x.shape());
  return several(x, axes.values);
}

Tensor at_least_1d(const Tensor& x) { return x.rank() == 0 ? x.reshape({1}) : x; }

// Normalized axes brought to the end, and back: function(x, how many they are).
template <class Function>
Tensor over_last_axes(const Tensor& x, const std::vector<int>& axes, const Function& function) {
  if (x.rank() == 0) return function(x, static_cast<int>(axes.size()));  // says why not
  std::vector<int> sorted, places;
  for (int axis : axes) sorted.push_back(x.shape().axis(axis));
  std::sort(sorted.begin(), sorted.end());
  const int count = static_cast<int>(sorted.size());
  for (int i = 0; i < count; ++i) places.push_back(x.rank() - count + i);
  if (sorted == places) return function(x, count);
  return moveaxis(function(moveaxis(x, sorted, places), count), places, sorted);
}

// A weight with axes of extent 1 where x has axes that are not normalized, without those.
Tensor weight_of(const Tensor& weight, const Tensor& x, int axes) {
  if (!weight.defined() || weight.rank() != x.rank()) return weight;
  return weight.reshape(x.shape().from(x.rank() - axes));
}

// What "empty" leaves open is 0 here.
PadMode pad_mode(const std::string& mode) {
  if (mode == "constant" || mode == "empty") return PadMode::constant;
  if (mode == "reflect") return PadMode::reflect;
  if (mode == "symmetric") return PadMode::symmetric;
  fail(ErrorKind::value,
       "pad takes mode 'constant', 'reflect', 'symmetric', 'edge', 'wrap', 'circular', 'empty', "
       "'maximum', 'minimum', 'mean', 'median' or 'linear_ramp', got '",
       mode, "'");
}

// function(images with channels last, number of spatial axes), brought back to the data format.
template <class Function>
Tensor over_images(const char* name, const Tensor& inputs, Format data_format,
                   const Function& function) {
  const bool first = data_format && is_channels_first(*data_format);
  const int rank = std::clamp(inputs.rank() - 2, 1, 3);
  require_spatial(name, inputs.shape(), rank, first);
  if (!first) return function(inputs, rank);
  return channels_moved_first(function(channels_moved_last(inputs), rank));
}

using Pool = Tensor (*)(const Tensor&, const std::vector<std::int64_t>&,
                        const std::vector<std::int64_t>&, const std::string&);

Tensor pool(const char* name, Pool function, const Tensor& inputs, Extents pool_size,
            OptionalExtents strides, const std::string& padding, Format data_format) {
  return over_images(name, inputs, data_format, [&](const Tensor& x, int rank) {
    const auto size = one_each(pool_size.values, rank, name, "pool_size");
    std::vector<std::int64_t> steps;  // as large as the windows
    if (strides) steps = one_each(strides->values, rank, name, "strides");
    return function(x, size, steps, padding);
  });
}

using AdaptivePool = Tensor (*)(const Tensor&, const std::vector<std::int64_t>&);

Tensor adaptive_pool(const char* name, AdaptivePool function, const Tensor& inputs,
                     Extents output_size, Format data_format) {
  return over_images(name, inputs, data_format, [&](const Tensor& x, int rank) {
    return function(x, one_each(output_size.values, rank, name, "output_size"));
  });
}

}  // namespace

Tensor relu(const Tensor& x, double negative_slope, std::optional<double> max_value,
            double threshold) {
  return ops::relu(x, negative_slope, max_value.value_or(infinity), threshold);
}

Tensor clip(const Tensor& x, const std::optional<Scalar>& x_min,
            const std::optional<Scalar>& x_max) {
  return ops::clip(x, x_min.value_or(-infinity), x_max.value_or(infinity));
}

Tensor round(const Tensor& x, int decimals) {
  if (decimals == 0) return ops::round(x);
  if (!is_floating(x.dtype())) {
    if (decimals > 0) return x;
    return round(x.cast(Dtype::float64), decimals).cast(x.dtype());
  }
  // A power of ten is exact above 1, not below.
  const double scale = std::pow(10.0, std::abs(decimals));
  return decimals > 0 ? ops::round(x * scale) / scale : ops::round(x / scale) * scale;
}

Tensor softmax(const Tensor& x, const ReducedAxes& axes) {
  return along<ops::softmax, ops::softmax>(x, axes);
}
Tensor log_softmax(const Tensor& x, const ReducedAxes& axes) {
  return along<ops::log_softmax, ops::log_softmax>(x, axes);
}

Tensor where(const Tensor& condition, const Peers& choices) {
  return ops::where(condition, choices.a, choices.b);
}

Tensor argmax(const Tensor& x, std::optional<int> axis, bool keepdims) {
  return place_of(ops::argmax, x, axis, keepdims);
}
Tensor argmin(const Tensor& x, std::optional<int> axis, bool keepdims) {
  return place_of(ops::argmin, x, axis, keepdims);
}

Tensor max(const Tensor& x, const ReducedAxes& axes, bool keepdims,
           const std::optional<Scalar>& initial) {
  return extremum<ops::max, ops::maximum>(x, axes, keepdims, initial);
}
Tensor min(const Tensor& x, const ReducedAxes& axes, bool keepdims,
           const std::optional<Scalar>& initial) {
  return extremum<ops::min, ops::minimum>(x, axes, keepdims, initial);
}

Tensor prod(const Tensor& x, const ReducedAxes& axes, bool keepdims, std::optional<Dtype> dtype) {
  if (!dtype) return over<ops::prod>(x, axes, keepdims);
  return over<ops::prod>(x.cast(*dtype), axes, keepdims).cast(*dtype);
}

Tensor cumsum(const Tensor& given, std::optional<int> axis, std::optional<Dtype> dtype) {
  const Tensor x = dtype ? given.cast(*dtype) : given;
  const Tensor sums = axis ? ops::cumsum(x, *axis) : ops::cumsum(x.reshape({-1}), 0);
  return dtype ? sums.cast(*dtype) : sums;
}

Tensor norm(const Tensor& x, const NormOrder& ord, const std::vector<int>& axes, bool keepdims) {
  if (ord.number && axes.size() != 1 && x.rank() != 1) {
    fail(ErrorKind::value, "norm of order ", *ord.number, " is one of vectors: name one axis");
  }
  return ops::norm(x, ord.number.value_or(2), axes, keepdims);
}

Tensor average(const Tensor& x, const ReducedAxes& axes, const Tensor& weights) {
  if (!axes.is_empty_list) return ops::average(x, axes.values, weights);
  return ops::average(ops::expand_dims(x, -1), {-1},
                      weights.defined() ? ops::expand_dims(weights, -1) : weights);
}

Tensor count_nonzero(const Tensor& x, const ReducedAxes& axes) {
  if (!axes.is_empty_list) return ops::count_nonzero(x, axes.values);
  return ops::count_nonzero(ops::expand_dims(x, -1), {-1});
}

TensorList moments(const Tensor& x, const ReducedAxes& axes, bool keepdims, bool synchronized) {
  if (synchronized) {
    fail(ErrorKind::value, "moments takes synchronized=False: one process computes them");
  }
  if (axes.is_empty_list) return ops::moments(ops::expand_dims(x, -1), {-1});
  return ops::moments(x, axes.values, keepdims);
}

Tensor normalize(const Tensor& given, const ReducedAxes& axes, double order,
                 std::optional<double> epsilon) {
  const Tensor x = at_least_1d(given);
  const double least = epsilon.value_or(1e-7);
  if (!axes.is_empty_list) return ops::normalize(x, axes.values, order, least);
  return ops::normalize(ops::expand_dims(x, -1), {-1}, order, least).reshape(x.shape());
}

Tensor roll(const Tensor& x, const WholeNumbers& shift, const ReducedAxes& axes) {
  if (!axes.is_empty_list) return ops::roll(x, shift.values, axes.values);
  if (shift.values.size() > 1) {
    fail(ErrorKind::value, "roll needs as many shifts as axes, got ", shift.values.size(),
         " and none");
  }
  return x;
}

TensorList unstack(const Tensor& x, std::optional<std::int64_t> num, int axis) {
  if (num && *num != x.shape()[axis]) {
    fail(ErrorKind::value, "unstack got num=", *num, " for axis ", axis, " of shape ", x.shape());
  }
  return ops::unstack(x, axis);
}

Tensor reshape(const Tensor& x, const Shape& newshape) { return x.reshape(newshape); }

Tensor transpose(const Tensor& x, const ReducedAxes& axes) {
  if (!axes.is_empty_list) return ops::transpose(x, axes.values);
  if (x.rank() > 0) {
    fail(ErrorKind::value, "transpose needs each axis of shape ", x.shape(),
         " once, got none; None reverses them");
  }
  return x;
}

Tensor swapaxes(const Tensor& x, int axis1, int axis2) {
  std::vector<int> order;
  for (int i = 0; i < x.rank(); ++i) order.push_back(i);
  std::swap(order[static_cast<std::size_t>(x.shape().axis(axis1))],
            order[static_cast<std::size_t>(x.shape().axis(axis2))]);
  return ops::transpose(x, order);
}

Tensor squeeze(const Tensor& x, const ReducedAxes& axes) {
  return axes.is_empty_list ? x : ops::squeeze(x, axes.values);
}

Tensor flip(const Tensor& x, const ReducedAxes& axes) {
  return axes.is_empty_list ? x : ops::flip(x, axes.values);
}

Tensor expand_dims(const Tensor& x, const ReducedAxes& axes) {
  if (axes.is_empty_list) return x;
  std::vector<int> places = axes.values;
  if (places.empty()) fail(ErrorKind::type, "expand_dims needs an axis, got None");
  const int rank = x.rank() + static_cast<int>(places.size());
  for (int& place : places) {
    if (place < -rank || place >= rank) {
      fail(ErrorKind::index, "expand_dims got axis ", place, " for shape ", x.shape());
    }
    place = place < 0 ? place + rank : place;
  }
  std::sort(places.begin(), places.end());
  const auto twice = std::adjacent_find(places.begin(), places.end());
  if (twice != places.end()) {
    fail(ErrorKind::value, "expand_dims got axis ", *twice, " twice");
  }
  Tensor result = x;
  for (int place : places) result = ops::expand_dims(result, place);
  return result;
}

TensorList split(const Tensor& x, const WholeNumbers& indices_or_sections, int axis) {
  const std::vector<std::int64_t>& values = indices_or_sections.values;
  return indices_or_sections.is_list ? ops::split_at(x, values, axis)
                                     : ops::split(x, values.front(), axis);
}

Tensor pad(const Tensor& x, const Borders& pad_width, const std::string& mode,
           const std::optional<Scalar>& constant_values) {
  std::vector<Padding> each = pad_width.each;
  if (each.size() == 1) each.resize(static_cast<std::size_t>(x.rank()), each.front());
  if (constant_values && mode != "constant") {
    fail(ErrorKind::value, "pad takes constant_values with mode='constant' alone, got mode='", mode,
         "'");
  }
  if (is_computed_padding(mode)) return pad_by_values(x, each, mode);
  return ops::pad(x, each, pad_mode(mode), constant_values.value_or(0));
}

Tensor tile(const Tensor& x, const WholeNumbers& repeats) { return ops::tile(x, repeats.values); }

Tensor repeat(const Tensor& given, const WholeNumbers& repeats, std::optional<int> axis) {
  if (!axis) return repeat(given.reshape({-1}), repeats, 0);
  const Tensor x = at_least_1d(given);
  const std::vector<std::int64_t>& counts = repeats.values;
  if (counts.size() == 1) return ops::repeat(x, counts.front(), *axis);
  const std::int64_t extent = x.shape()[*axis];
  if (static_cast<std::int64_t>(counts.size()) != extent) {
    fail(ErrorKind::value, "repeat needs one count, or ", extent, " for axis ", *axis, " of shape ",
         x.shape(), ", got ", counts.size());
  }
  std::vector<std::int64_t> places;
  for (std::int64_t i = 0; i < extent; ++i) {
    const std::int64_t count = counts[static_cast<std::size_t>(i)];
    if (count < 0) fail(ErrorKind::value, "repeat needs counts of at least 0, got ", count);
    places.insert(places.end(), static_cast<std::size_t>(count), i);
  }
  const Shape shape{static_cast<std::int64_t>(places.size())};
  return ops::take(x, Tensor::copy_of(std::span<const std::int64_t>(places), shape, x.device()),
                   *axis);
}

Tensor take(const Tensor& x, const Indices& indices, std::optional<int> axis) {
  return axis ? ops::take(x, indices.tensor, *axis) : ops::take(x.reshape({-1}), indices.tensor, 0);
}

Tensor take_along_axis(const Tensor& x, const Indices& indices, std::optional<int> axis) {
  const Tensor& places = indices.tensor;
  if (!axis) return ops::take_along_axis(x.reshape({-1}), places.reshape({-1}), 0);
  const int along = x.shape().axis(*axis);
  bool fits = places.rank() == x.rank();
  for (int i = 0; fits && i < x.rank(); ++i) {
    const std::int64_t one = x.shape()[i], other = places.shape()[i];
    fits = i == along || one == other || one == 1 || other == 1;
  }
  if (!fits) return ops::take_along_axis(x, places, along);  // says why not
  const Shape others = broadcast(x.shape().with(along, 1), places.shape().with(along, 1));
  return ops::take_along_axis(ops::broadcast_to(x, others.with(along, x.shape()[along])),
                              ops::broadcast_to(places, others.with(along, places.shape()[along])),
                              along);
}

Tensor scatter(const Indices& indices, const Tensor& values, const Shape& shape) {
  return ops::scatter(indices.tensor, values, shape);
}

Tensor one_hot(const Indices& x, std::int64_t num_classes, int axis, std::optional<Dtype> dtype,
               bool sparse) {
  if (sparse) fail(ErrorKind::value, "one_hot takes sparse=False: there are no sparse tensors");
  return ops::one_hot(x.tensor, num_classes, axis, dtype.value_or(floatx()));
}

Tensor embedding(const Tensor& table, const Indices& indices) {
  return ops::embedding(table, indices.tensor);
}

Tensor sort(const Tensor& x, std::optional<int> axis) {
  return axis ? ops::sort(x, *axis) : ops::sort(x.reshape({-1}), 0);
}

Tensor argsort(const Tensor& x, std::optional<int> axis) {
  return axis ? ops::argsort(at_least_1d(x), *axis) : ops::argsort(x.reshape({-1}), 0);
}

TopK top_k(const Tensor& x, std::int64_t k, bool) { return ops::top_k(x, k); }

Tensor constant(const Tensor& x, const Tensor& value, bool for_each_sample) {
  if (!for_each_sample) return value;
  return ops::broadcast_to(value, value.shape().with(0, x.shape()[0]));
}

Tensor cast(const Tensor& x, Dtype dtype) { return x.cast(dtype); }
Tensor convert_to_tensor(const Tensor& x, std::optional<Dtype> dtype, std::optional<bool> sparse,
                         std::optional<bool> ragged) {
  if (sparse.value_or(false) || ragged.value_or(false)) {
    fail(ErrorKind::value,
         "convert_to_tensor takes sparse and ragged None or False: there are "
         "no sparse or ragged tensors");
  }
  return dtype ? x.cast(*dtype) : x;
}
Tensor stop_gradient(const Tensor& variable) { return variable.detach(); }
Tensor zeros_like(const Tensor& x, std::optional<Dtype> dtype) {
  return Tensor::full(x.shape(), 0, dtype.value_or(x.dtype()), x.device());
}
Tensor ones_like(const Tensor& x, std::optional<Dtype> dtype) {
  return Tensor::full(x.shape(), 1, dtype.value_or(x.dtype()), x.device());
}

Tensor full_like(const Tensor& x, const Scalar& fill_value, std::optional<Dtype> dtype) {
  return Tensor::full(x.shape(), fill_value, dtype.value_or(x.dtype()), x.device());
}

// Scores are never held as a whole, whatever flash_attention says.
Tensor dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                             const Tensor& bias, const Tensor& mask, std::optional<double> scale,
                             bool is_causal, std::optional<bool> /*flash_attention*/,
                             std::optional<double> attn_logits_soft_cap) {
  if (attn_logits_soft_cap) {
    fail(ErrorKind::value, "dot_product_attention got attn_logits_soft_cap=", *attn_logits_soft_cap,
         ", which only TPUs support (in Keras too); leave it out");
  }
  return ops::dot_product_attention(query, key, value, {bias, mask, scale, is_causal});
}

Tensor batch_normalization(const Tensor& x, const Tensor& mean, const Tensor& variance, int axis,
                           const Tensor& offset, const Tensor& scale, double epsilon) {
  return over_last_axes(x, {axis}, [&](const Tensor& moved, int) {
    return ops::normalize_by_statistics(moved, mean, variance, scale, offset, epsilon);
  });
}

Tensor layer_normalization(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                           const std::vector<int>& axes, std::optional<double> epsilon) {
  return over_last_axes(x, axes, [&](const Tensor& moved, int count) {
    return ops::layer_normalization(moved, weight_of(gamma, moved, count),
                                    weight_of(beta, moved, count), epsilon.value_or(1e-7), count);
  });
}

Tensor rms_normalization(const Tensor& x, const Tensor& scale, const std::vector<int>& axes,
                         std::optional<double> epsilon) {
  return over_last_axes(x, axes, [&](const Tensor& moved, int count) {
    return ops::rms_normalization(moved, weight_of(scale, moved, count), epsilon.value_or(1e-7),
                                  count);
  });
}

Tensor conv(const Tensor& inputs, const Tensor& kernel, Extents strides, const std::string& padding,
            Format data_format, Extents dilation_rate) {
  return over_images("conv", inputs, data_format, [&](const Tensor& x, int) {
    return ops::conv(x, kernel, {}, {strides.values, padding, dilation_rate.values});
  });
}

Tensor depthwise_conv(const Tensor& inputs, const Tensor& kernel, Extents strides,
                      const std::string& padding, Format data_format, Extents dilation_rate) {
  return over_images("depthwise_conv", inputs, data_format, [&](const Tensor& x, int) {
    return ops::depthwise_conv(x, kernel, {}, {strides.values, padding, dilation_rate.values});
  });
}

Tensor separable_conv(const Tensor& inputs, const Tensor& depthwise_kernel,
                      const Tensor& pointwise_kernel, Extents strides, const std::string& padding,
                      Format data_format, Extents dilation_rate) {
  return over_images("separable_conv", inputs, data_format, [&](const Tensor& x, int) {
    return ops::conv(ops::depthwise_conv(x, depthwise_kernel, {},
                                         {strides.values, padding, dilation_rate.values}),
                     pointwise_kernel);
  });
}

Tensor conv_transpose(const Tensor& inputs, const Tensor& kernel, Extents strides,
                      const std::string& padding, OptionalExtents output_padding,
                      Format data_format, Extents dilation_rate) {
  ConvTransposeSettings settings{strides.values, padding, {}, dilation_rate.values};
  if (output_padding) settings.output_padding = output_padding->values;
  return over_images("conv_transpose", inputs, data_format, [&](const Tensor& x, int) {
    return ops::conv_transpose(x, kernel, {}, settings);
  });
}

Tensor max_pool(const Tensor& inputs, Extents pool_size, OptionalExtents strides,
                const std::string& padding, Format data_format) {
  return pool("max_pool", ops::max_pool, inputs, pool_size, strides, padding, data_format);
}
Tensor min_pool(const Tensor& inputs, Extents pool_size, OptionalExtents strides,
                const std::string& padding, Format data_format) {
  return pool("min_pool", ops::min_pool, inputs, pool_size, strides, padding, data_format);
}
Tensor average_pool(const Tensor& inputs, Extents pool_size, OptionalExtents strides,
                    const std::string& padding, Format data_format) {
  return pool("average_pool", ops::average_pool, inputs, pool_size, strides, padding, data_format);
}

Tensor adaptive_max_pool(const Tensor& inputs, Extents output_size, Format data_format) {
  return adaptive_pool("adaptive_max_pool", ops::adaptive_max_pool, inputs, output_size,
                       data_format);
}
Tensor adaptive_average_pool(const Tensor& inputs, Extents output_size, Format data_format) {
  return adaptive_pool("adaptive_average_pool", ops::adaptive_average_pool, inputs, output_size,
                       data_format);
}

Tensor resize(const Tensor& images, Extents size, const std::string& interpolation, bool antialias,
              bool crop_to_aspect_ratio, bool pad_to_aspect_ratio, const std::string& fill_mode,
              double fill_value, Format data_format) {
  if (!size.is_list || size.values.size() != 2) {
    fail(ErrorKind::value, "resize takes size=(height, width), got ", size.values.size(),
         size.values.size() == 1 ? " number" : " numbers");
  }
  if (fill_mode != "constant") {
    fail(ErrorKind::value, "resize takes fill_mode='constant', got '", fill_mode, "'");
  }
  return ops::resize(images, size.values[0], size.values[1],
                     {interpolation, antialias, crop_to_aspect_ratio, pad_to_aspect_ratio,
                      fill_value, data_format && is_channels_first(*data_format)});
}

}  // namespace LAMINA_INTERNAL_API calls
}  // namespace lamina::ops
