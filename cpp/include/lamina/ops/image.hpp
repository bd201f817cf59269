// Operations on images, (height, width, channels) or a batch of them, or with channels before the
// height.
#pragma once

#include <cstdint>
#include <string>

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

struct ResizeOptions {
  /// "nearest", "bilinear", "bicubic" (Keys, 1981), "lanczos3" or "lanczos5".
  std::string interpolation = "bilinear";
  bool antialias = false;  ///< widens the kernel where an image shrinks
  /// Instead of distorting an image: leaves out what is too wide or too high, or adds a border.
  bool crop_to_aspect_ratio = false, pad_to_aspect_ratio = false;
  double fill_value = 0;  ///< of that border
  bool channels_first = false;
};
/// Images in another size. Whole numbers stay whole: rounded, and kept in their range.
LAMINA_API Tensor resize(const Tensor& images, std::int64_t height, std::int64_t width,
                         const ResizeOptions& options = {});

/// The part of that size in the middle; what is smaller is resized first, without distortion.
LAMINA_API Tensor center_crop(const Tensor& images, std::int64_t height, std::int64_t width,
                              bool channels_first = false);

}  // namespace lamina::ops
