// Where the axes of images stand, for layers that take a batch of them or one.
#pragma once

#include <string>

#include "core/check.hpp"
#include "lamina/core/shape.hpp"
#include "lamina/layers/data_format.hpp"

namespace lamina {

/// The axis of the height, before the width's; a value error in the owner's name unless the shape
/// has three axes or four.
inline int height_axis(const std::string& owner, const Shape& images, DataFormat format) {
  const int rank = images.rank();
  if (rank != 3 && rank != 4) {
    fail(ErrorKind::value, owner,
         " takes a batch of images, four axes, or one image of three, got shape ", images);
  }
  return format.channels_first() ? rank - 2 : rank - 3;
}

/// The shape of such images in another size.
inline Shape with_size(const std::string& owner, const Shape& images, DataFormat format,
                       std::int64_t height, std::int64_t width) {
  const int axis = height_axis(owner, images, format);
  return images.with(axis, height).with(axis + 1, width);
}

}  // namespace lamina
