// Borders whose values are computed from those of an axis.
#pragma once

#include <string>
#include <vector>

#include "lamina/ops/arrangement.hpp"

namespace lamina::ops {

/// Whether pad_by_values knows the mode: edge, wrap or circular, which are one, maximum, minimum,
/// mean, median or linear_ramp.
bool is_computed_padding(const std::string& mode);

/// x with borders of NumPy's mode, one padding an axis, one axis after the other.
Tensor pad_by_values(const Tensor& x, const std::vector<Padding>& padding, const std::string& mode);

}  // namespace lamina::ops
