// What the seam says of normalization over a batch, over groups of channels and over rows.
#pragma once

#include <cstdint>

#include "backend/operations/activation.hpp"
#include "lamina/core/dtype.hpp"

namespace lamina {

/// Batch normalization of x (rows, channels), training: mean and (biased) variance of each channel
/// are computed and returned, y = (x - mean) / sqrt(variance + epsilon) * gamma + beta.
/// Inference: mean and variance are given. gamma and beta may be null (1 and 0).
struct BatchNormParams {
  Dtype dtype;
  bool training;
  std::int64_t rows, channels;
  double epsilon;
  const void* x;
  const void* gamma;
  const void* beta;
  void* mean;
  void* variance;
  void* y;
  FusedActivation activation = FusedActivation::none;  // of y: none or relu
};

/// Gradients; each of dx, dgamma, dbeta may be null. beta may be null, and is read for the
/// activation alone, which only the training form may have.
struct BatchNormBackwardParams {
  Dtype dtype;
  bool training;  // mean and variance are functions of x
  std::int64_t rows, channels;
  double epsilon;
  const void* x;
  const void* gamma;
  const void* mean;
  const void* variance;
  const void* dy;
  void* dx;
  void* dgamma;
  void* dbeta;
  const void* beta = nullptr;
  FusedActivation activation = FusedActivation::none;
};

/// Normalization by given statistics as one product and one sum a channel: y = x * factor + offset.
/// gamma and beta may be null; `all_finite` is 1, or 0 where a factor or an offset is not finite.
struct BatchNormFactorsParams {
  Dtype dtype;
  std::int64_t channels;
  double epsilon;
  const void* gamma;
  const void* beta;
  const void* mean;
  const void* variance;
  void* factor;
  void* offset;
  std::int32_t* all_finite;
};

/// Of x (images, rows, channels): each image's channels, in `groups` of neighbours, less their mean
/// over the rows, over the root of their variance plus epsilon, times gamma, plus beta; these two
/// (channels) may be null. `mean` and `inverse`, the factor, get (images, groups).
struct GroupNormParams {
  Dtype dtype;
  std::int64_t images, rows, channels, groups;
  double epsilon;
  const void* x;
  const void* gamma;
  const void* beta;
  void* mean;
  void* inverse;
  void* y;
};

/// Its gradients; each of dx, dgamma, dbeta may be null.
struct GroupNormBackwardParams {
  Dtype dtype;
  std::int64_t images, rows, channels, groups;
  const void* x;
  const void* gamma;
  const void* mean;
  const void* inverse;
  const void* dy;
  void* dx;
  void* dgamma;
  void* dbeta;
};

/// Each row of x (rows, cols) less its mean (unless not centered), over the root of its variance
/// (its mean square) plus epsilon, times gamma, plus beta; these two (cols) may be null. `mean` and
/// `inverse`, the factor, get one value a row; mean is null when not centered.
struct RowNormParams {
  Dtype dtype;
  bool centered;
  std::int64_t rows, cols;
  double epsilon;
  const void* x;
  const void* gamma;
  const void* beta;
  void* mean;
  void* inverse;
  void* y;
};

/// Its gradients; each of dx, dgamma, dbeta may be null.
struct RowNormBackwardParams {
  Dtype dtype;
  bool centered;
  std::int64_t rows, cols;
  const void* x;
  const void* gamma;
  const void* mean;
  const void* inverse;
  const void* dy;
  void* dx;
  void* dgamma;
  void* dbeta;
};

}  // namespace lamina
