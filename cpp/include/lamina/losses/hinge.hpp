// Losses of margins. Labels are -1 and 1; where all of a batch are 0 or 1, 0 stands for -1.
#pragma once

#include "lamina/losses/loss.hpp"

namespace lamina {

/// The mean over the last axis of max(1 - t p, 0).
struct LAMINA_API Hinge : FusedLoss {
  using Options = PlainLossOptions;
  explicit Hinge(const Options& options = {});
};
/// The mean over the last axis of max(1 - t p, 0)^2.
struct LAMINA_API SquaredHinge : FusedLoss {
  using Options = PlainLossOptions;
  explicit SquaredHinge(const Options& options = {});
};
/// max(1 + max((1 - t) p) - sum(t p), 0) over the last axis, for labels one-hot.
struct LAMINA_API CategoricalHinge : FusedLoss {
  using Options = PlainLossOptions;
  explicit CategoricalHinge(const Options& options = {});
};

}  // namespace lamina
