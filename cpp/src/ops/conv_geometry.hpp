// From sizes, strides, dilation and padding to where a convolution's windows lie.
#pragma once

#include <string>
#include <vector>

#include "backend/backend.hpp"
#include "lamina/ops/conv.hpp"

namespace lamina::ops {

/// Spatial extents stand last: a convolution in one dimension has two leading axes of 1. Extents
/// that are not known stay so. A value error in the name of `owner` where no window fits, or a
/// setting is out of range.
ConvShape conv_geometry(const std::string& owner, const Shape& inputs,
                        const std::vector<std::int64_t>& kernel_size, const ConvSettings& settings);

/// A transposed convolution is the gradient of this convolution by its input.
ConvShape transposed_geometry(const std::string& owner, const Shape& inputs,
                              const std::vector<std::int64_t>& kernel_size,
                              const ConvTransposeSettings& settings);

}  // namespace lamina::ops
