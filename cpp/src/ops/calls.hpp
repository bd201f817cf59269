// Operations as lamina.ops calls them, where Keras's arguments are not those of the public headers:
// an axis that may be left out, a data format, several ways to say a border.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lamina/core/tensor.hpp"
#include "lamina/export.hpp"
#include "lamina/ops/activation.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/indexing.hpp"

namespace lamina::ops {

/// Two operands; a number or a list takes the dtype of the other.
struct Peers {
  Tensor a, b;
};
/// Wraps a function of two operands.
template <Tensor (*function)(const Tensor&, const Tensor&)>
Tensor of_peers(const Peers& operands) {
  return function(operands.a, operands.b);
}

/// Integer indices: a list of integers stays one.
struct Indices {
  Tensor tensor;
};

/// Axes: all where none is named (None), and none where an empty list is given.
struct ReducedAxes {
  std::vector<int> values;
  bool is_empty_list = false;
};
/// Wraps a reduction. Over no axis each element is alone: along a new axis of extent 1.
template <Tensor (*function)(const Tensor&, const std::vector<int>&, bool)>
Tensor over(const Tensor& x, const ReducedAxes& axes, bool keepdims) {
  if (axes.is_empty_list) return function(expand_dims(x, -1), {-1}, false);
  return function(x, axes.values, keepdims);
}

/// One whole number, or a list of them.
struct WholeNumbers {
  std::vector<std::int64_t> values;
  bool is_list = false;
};

/// The order of a norm; none is Frobenius's.
struct NormOrder {
  std::optional<double> number;
};

/// Borders of each axis, or one for all.
struct Borders {
  std::vector<Padding> each;
};

namespace LAMINA_INTERNAL_API calls {

using Extents = const WholeNumbers&;
using OptionalExtents = const std::optional<WholeNumbers>&;
using Format = const std::optional<std::string>&;

Tensor relu(const Tensor& x, double negative_slope, std::optional<double> max_value,
            double threshold);
Tensor clip(const Tensor& x, const std::optional<Scalar>& x_min,
            const std::optional<Scalar>& x_max);
Tensor round(const Tensor& x, int decimals);
Tensor softmax(const Tensor& x, const ReducedAxes& axes);
Tensor log_softmax(const Tensor& x, const ReducedAxes& axes);
Tensor where(const Tensor& condition, const Peers& choices);

Tensor argmax(const Tensor& x, std::optional<int> axis, bool keepdims);
Tensor argmin(const Tensor& x, std::optional<int> axis, bool keepdims);
Tensor max(const Tensor& x, const ReducedAxes& axes, bool keepdims,
           const std::optional<Scalar>& initial);
Tensor min(const Tensor& x, const ReducedAxes& axes, bool keepdims,
           const std::optional<Scalar>& initial);
Tensor prod(const Tensor& x, const ReducedAxes& axes, bool keepdims, std::optional<Dtype> dtype);
Tensor cumsum(const Tensor& x, std::optional<int> axis, std::optional<Dtype> dtype);
Tensor norm(const Tensor& x, const NormOrder& ord, const std::vector<int>& axes, bool keepdims);
TensorList moments(const Tensor& x, const ReducedAxes& axes, bool keepdims, bool synchronized);
Tensor average(const Tensor& x, const ReducedAxes& axes, const Tensor& weights);
Tensor count_nonzero(const Tensor& x, const ReducedAxes& axes);
Tensor normalize(const Tensor& x, const ReducedAxes& axes, double order,
                 std::optional<double> epsilon);

Tensor reshape(const Tensor& x, const Shape& newshape);
Tensor transpose(const Tensor& x, const ReducedAxes& axes);
Tensor swapaxes(const Tensor& x, int axis1, int axis2);
Tensor expand_dims(const Tensor& x, const ReducedAxes& axes);
Tensor squeeze(const Tensor& x, const ReducedAxes& axes);
Tensor flip(const Tensor& x, const ReducedAxes& axes);
TensorList split(const Tensor& x, const WholeNumbers& indices_or_sections, int axis);
Tensor pad(const Tensor& x, const Borders& pad_width, const std::string& mode,
           const std::optional<Scalar>& constant_values);
Tensor tile(const Tensor& x, const WholeNumbers& repeats);
Tensor repeat(const Tensor& x, const WholeNumbers& repeats, std::optional<int> axis);
Tensor roll(const Tensor& x, const WholeNumbers& shift, const ReducedAxes& axes);
TensorList unstack(const Tensor& x, std::optional<std::int64_t> num, int axis);

Tensor take(const Tensor& x, const Indices& indices, std::optional<int> axis);
Tensor take_along_axis(const Tensor& x, const Indices& indices, std::optional<int> axis);
Tensor scatter(const Indices& indices, const Tensor& values, const Shape& shape);
Tensor one_hot(const Indices& x, std::int64_t num_classes, int axis, std::optional<Dtype> dtype,
               bool sparse);
Tensor embedding(const Tensor& table, const Indices& indices);
Tensor sort(const Tensor& x, std::optional<int> axis);
Tensor argsort(const Tensor& x, std::optional<int> axis);
TopK top_k(const Tensor& x, std::int64_t k, bool sorted);

/// `value`, by itself or for each sample of x, which says in which graph and on which device.
Tensor constant(const Tensor& x, const Tensor& value, bool for_each_sample);
Tensor cast(const Tensor& x, Dtype dtype);
Tensor convert_to_tensor(const Tensor& x, std::optional<Dtype> dtype, std::optional<bool> sparse,
                         std::optional<bool> ragged);
Tensor stop_gradient(const Tensor& variable);
Tensor zeros_like(const Tensor& x, std::optional<Dtype> dtype);
Tensor ones_like(const Tensor& x, std::optional<Dtype> dtype);
Tensor full_like(const Tensor& x, const Scalar& fill_value, std::optional<Dtype> dtype);

Tensor dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                             const Tensor& bias, const Tensor& mask, std::optional<double> scale,
                             bool is_causal, std::optional<bool> flash_attention,
                             std::optional<double> attn_logits_soft_cap);
Tensor batch_normalization(const Tensor& x, const Tensor& mean, const Tensor& variance, int axis,
                           const Tensor& offset, const Tensor& scale, double epsilon);
Tensor layer_normalization(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                           const std::vector<int>& axes, std::optional<double> epsilon);
Tensor rms_normalization(const Tensor& x, const Tensor& scale, const std::vector<int>& axes,
                         std::optional<double> epsilon);

Tensor conv(const Tensor& inputs, const Tensor& kernel, Extents strides, const std::string& padding,
            Format data_format, Extents dilation_rate);
Tensor depthwise_conv(const Tensor& inputs, const Tensor& kernel, Extents strides,
                      const std::string& padding, Format data_format, Extents dilation_rate);
Tensor separable_conv(const Tensor& inputs, const Tensor& depthwise_kernel,
                      const Tensor& pointwise_kernel, Extents strides, const std::string& padding,
                      Format data_format, Extents dilation_rate);
Tensor conv_transpose(const Tensor& inputs, const Tensor& kernel, Extents strides,
                      const std::string& padding, OptionalExtents output_padding,
                      Format data_format, Extents dilation_rate);

Tensor max_pool(const Tensor& inputs, Extents pool_size, OptionalExtents strides,
                const std::string& padding, Format data_format);
Tensor min_pool(const Tensor& inputs, Extents pool_size, OptionalExtents strides,
                const std::string& padding, Format data_format);
Tensor average_pool(const Tensor& inputs, Extents pool_size, OptionalExtents strides,
                    const std::string& padding, Format data_format);
Tensor adaptive_max_pool(const Tensor& inputs, Extents output_size, Format data_format);
Tensor adaptive_average_pool(const Tensor& inputs, Extents output_size, Format data_format);

Tensor resize(const Tensor& images, Extents size, const std::string& interpolation, bool antialias,
              bool crop_to_aspect_ratio, bool pad_to_aspect_ratio, const std::string& fill_mode,
              double fill_value, Format data_format);

}  // namespace LAMINA_INTERNAL_API calls
}  // namespace lamina::ops
