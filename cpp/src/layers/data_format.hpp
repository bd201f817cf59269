// Inputs brought to the format that lamina computes in, channels last, and outputs brought back.
#pragma once

#include <string>

#include "lamina/core/tensor.hpp"
#include "lamina/layers/data_format.hpp"

namespace lamina {

/// x of `format`, (batch, channels, spatial...) or (batch, spatial..., channels), as the latter.
LAMINA_INTERNAL_API Tensor to_channels_last(const Tensor& x, DataFormat format);
/// The reverse.
LAMINA_INTERNAL_API Tensor from_channels_last(const Tensor& y, DataFormat format);
/// The same for shapes.
Shape to_channels_last(const Shape& shape, DataFormat format);
Shape from_channels_last(const Shape& shape, DataFormat format);

/// Refuses, in the owner's name, inputs that are not a batch with `rank` spatial axes and channels.
LAMINA_INTERNAL_API void require_spatial(const std::string& owner, const Shape& inputs, int rank,
                                         DataFormat format);

}  // namespace lamina
