// What operations over spatial axes share: where channels stand, one extent or one for each axis.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// Whether a data format puts channels after the batch; a value error unless it is
/// "channels_first" or "channels_last".
bool is_channels_first(const std::string& data_format);
/// (batch, channels, spatial...) as (batch, spatial..., channels), and back.
Tensor channels_moved_last(const Tensor& x);
Tensor channels_moved_first(const Tensor& y);

/// Refuses, in the owner's name, inputs that are not a batch with `rank` spatial axes and channels.
void require_spatial(const std::string& owner, const Shape& inputs, int rank, bool channels_first);

/// One extent for each of `rank` axes, from as many or one for all; a value error that names the
/// owner and the option unless all are at least 1.
std::vector<std::int64_t> one_each(const std::vector<std::int64_t>& extents, int rank,
                                   const std::string& owner, const char* option);

}  // namespace lamina::ops
