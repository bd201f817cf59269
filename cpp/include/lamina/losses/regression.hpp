// Losses of numbers. Each is a mean over the last axis, but for the cosine.
#pragma once

#include "lamina/losses/loss.hpp"

namespace lamina {

struct HuberOptions {
  double delta = 1;  ///< where the parabola ends, above 0
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
  std::optional<Dtype> dtype = {};
};
struct SmoothL1Options {
  double beta = 1;  ///< where the parabola ends, above 0
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
  std::optional<Dtype> dtype = {};
};
struct CosineSimilarityLossOptions {
  std::int64_t axis = -1;  ///< along which the vectors lie
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
  std::optional<Dtype> dtype = {};
};

/// (t - p)^2.
struct LAMINA_API MeanSquaredError : FusedLoss {
  using Options = PlainLossOptions;
  explicit MeanSquaredError(const Options& options = {});
};
/// |t - p|.
struct LAMINA_API MeanAbsoluteError : FusedLoss {
  using Options = PlainLossOptions;
  explicit MeanAbsoluteError(const Options& options = {});
};
/// 100 |t - p| / max(|t|, 1e-7).
struct LAMINA_API MeanAbsolutePercentageError : FusedLoss {
  using Options = PlainLossOptions;
  explicit MeanAbsolutePercentageError(const Options& options = {});
};
/// (log(1 + p) - log(1 + t))^2, where p and t are at least 1e-7.
struct LAMINA_API MeanSquaredLogarithmicError : FusedLoss {
  using Options = PlainLossOptions;
  explicit MeanSquaredLogarithmicError(const Options& options = {});
};
/// e^2 / 2 where |e| <= delta, else delta (|e| - delta / 2), for e = t - p. Huber, 1964.
struct LAMINA_API Huber : FusedLoss {
  using Options = HuberOptions;
  explicit Huber(const Options& options = {});
};
/// e^2 / (2 beta) where |e| < beta, else |e| - beta / 2, for e = t - p. Girshick, 2015.
struct LAMINA_API SmoothL1 : FusedLoss {
  using Options = SmoothL1Options;
  explicit SmoothL1(const Options& options = {});
};
/// log(cosh(t - p)), which overflows nowhere.
struct LAMINA_API LogCosh : FusedLoss {
  using Options = PlainLossOptions;
  explicit LogCosh(const Options& options = {});
};
/// The cosine of the angle between t and p, times -1. The metric has the other sign, and the name
/// CosineSimilarity, which this loss has too where a string names it.
struct LAMINA_API CosineSimilarityLoss : FusedLoss {
  using Options = CosineSimilarityLossOptions;
  explicit CosineSimilarityLoss(const Options& options = {});
};

}  // namespace lamina
