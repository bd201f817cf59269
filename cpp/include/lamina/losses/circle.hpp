// A loss of embeddings: near where labels are equal, far where they are not.
#pragma once

#include "lamina/losses/loss.hpp"

namespace lamina {

struct CircleOptions {
  double gamma = 80;            ///< scale of the similarities
  double margin = 0.4;          ///< in [0, 1]
  bool remove_diagonal = true;  ///< whether a sample is not compared with itself
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
  std::optional<Dtype> dtype = {};
};

/// Predictions are (batch, features) of length 1, labels (batch,). The mean is over the samples
/// whose loss is above 0, as Keras's. Sun et al., 2020.
struct LAMINA_API Circle : FusedLoss {
  using Options = CircleOptions;
  explicit Circle(const Options& options = {});
  /// The samples' losses against others than themselves.
  static Tensor between(const Tensor& labels, const Tensor& embeddings,
                        const Tensor& reference_labels, const Tensor& reference_embeddings,
                        const Options& options = {});
};

}  // namespace lamina
