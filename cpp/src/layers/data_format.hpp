// Inputs brought to the format that lamina computes in, channels last, and outputs brought back.
#pragma once

#include "lamina/core/tensor.hpp"
#include "lamina/layers/data_format.hpp"

namespace lamina {

/// x of `format`, (batch, channels, spatial...) or (batch, spatial..., channels), as the latter.
Tensor to_channels_last(const Tensor& x, DataFormat format);
/// The reverse.
Tensor from_channels_last(const Tensor& y, DataFormat format);
/// The same for shapes.
Shape to_channels_last(const Shape& shape, DataFormat format);
Shape from_channels_last(const Shape& shape, DataFormat format);

}  // namespace lamina
