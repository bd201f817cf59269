#pragma once

#include "lamina/core/tensor.hpp"
#include "lamina/ops/activation.hpp"

namespace lamina::ops {

struct BatchNormalized {
  Tensor y, mean, variance;
};

/// Normalizes every channel (last axis) of x by its mean and biased variance over all other axes,
/// then scales by gamma and shifts by beta, each (channels,) or undefined, and applies an
/// activation. Ioffe and Szegedy, 2015.
LAMINA_API BatchNormalized batch_normalization(const Tensor& x, const Tensor& gamma,
                                               const Tensor& beta, double epsilon,
                                               const Activation& activation = {});

/// The same with given statistics, each (channels,).
LAMINA_API Tensor normalize_by_statistics(const Tensor& x, const Tensor& mean,
                                          const Tensor& variance, const Tensor& gamma,
                                          const Tensor& beta, double epsilon,
                                          const Activation& activation = {});

struct NormalizationFactors {
  Tensor factor, offset;  // each (channels,)
  Tensor are_finite;      // int32, 1 or 0
};

/// normalize_by_statistics as x * factor + offset, rounded otherwise. Unrecorded.
LAMINA_API NormalizationFactors normalization_factors(const Tensor& mean, const Tensor& variance,
                                                      const Tensor& gamma, const Tensor& beta,
                                                      double epsilon);

}  // namespace lamina::ops
