// Losses of regions: how far two masks of an image, or of a batch, are from covering each other.
#pragma once

#include <vector>

#include "lamina/losses/loss.hpp"

namespace lamina {

struct DiceOptions {
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
  std::vector<std::int64_t> axis = {};  ///< summed over; all, the batch too, where none is named
  std::optional<Dtype> dtype = {};
};
struct TverskyOptions {
  double alpha = 0.5;  ///< how much false negatives count
  double beta = 0.5;   ///< how much false positives count
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
  std::vector<std::int64_t> axis = {};  ///< summed over; all, the batch too, where none is named
  std::optional<Dtype> dtype = {};
};

/// 1 - 2 sum(t p) / (sum t + sum p).
struct LAMINA_API Dice : FusedLoss {
  using Options = DiceOptions;
  explicit Dice(const Options& options = {});
};
/// 1 - sum(t p) / (sum(t p) + alpha sum(t (1 - p)) + beta sum((1 - t) p)). Salehi et al., 2017.
struct LAMINA_API Tversky : FusedLoss {
  using Options = TverskyOptions;
  explicit Tversky(const Options& options = {});
};

}  // namespace lamina
