// Losses of probabilities and of counts.
#pragma once

#include <vector>

#include "lamina/losses/loss.hpp"

namespace lamina {

struct CrossentropyOptions {
  bool from_logits = false;    ///< whether predictions are before sigmoid or softmax
  double label_smoothing = 0;  ///< in [0, 1]
  std::int64_t axis = -1;      ///< of the classes, or of the mean
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
  std::optional<Dtype> dtype = {};
};
struct BinaryFocalCrossentropyOptions {
  bool apply_class_balancing = false;  ///< whether alpha weighs label 1, and 1 - alpha label 0
  double alpha = 0.25;                 ///< in [0, 1]
  double gamma = 2;                    ///< how little easy examples count, at least 0
  bool from_logits = false;            ///< whether predictions are before the sigmoid
  double label_smoothing = 0;          ///< in [0, 1]
  std::int64_t axis = -1;              ///< of the mean
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
  std::optional<Dtype> dtype = {};
};
struct CategoricalFocalCrossentropyOptions {
  std::vector<double> alpha = {0.25};  ///< how much all classes count, or each
  double gamma = 2;                    ///< how little easy examples count, at least 0
  bool from_logits = false;            ///< whether predictions are before the softmax
  double label_smoothing = 0;          ///< in [0, 1]
  std::int64_t axis = -1;              ///< of the classes
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
  std::optional<Dtype> dtype = {};
};
struct SparseCrossentropyOptions {
  bool from_logits = false;                       ///< whether predictions are before the softmax
  std::optional<std::int64_t> ignore_class = {};  ///< a label whose entries do not count
  std::int64_t axis = -1;                         ///< of the classes
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
  std::optional<Dtype> dtype = {};
};
struct GeneralizedCrossentropyOptions {
  double q = 0.5;  ///< in (0, 1): from the crossentropy to the absolute error
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
  std::optional<Dtype> dtype = {};
};

/// sum(t log(t / p)) over the last axis, for t and p within [1e-7, 1].
struct LAMINA_API KLDivergence : FusedLoss {
  using Options = PlainLossOptions;
  explicit KLDivergence(const Options& options = {});
};
/// The mean over the last axis of p - t log(p + 1e-7).
struct LAMINA_API Poisson : FusedLoss {
  using Options = PlainLossOptions;
  explicit Poisson(const Options& options = {});
};
/// -(t log p + (1 - t) log(1 - p)), the mean over the axis.
struct LAMINA_API BinaryCrossentropy : FusedLoss {
  using Options = CrossentropyOptions;
  explicit BinaryCrossentropy(const Options& options = {});
};
/// The binary crossentropy times (1 - p)^gamma, p the probability of the label. Lin et al., 2017.
struct LAMINA_API BinaryFocalCrossentropy : FusedLoss {
  using Options = BinaryFocalCrossentropyOptions;
  explicit BinaryFocalCrossentropy(const Options& options = {});
};
/// -sum(t log p) over the classes.
struct LAMINA_API CategoricalCrossentropy : FusedLoss {
  using Options = CrossentropyOptions;
  explicit CategoricalCrossentropy(const Options& options = {});
};
/// -sum(alpha (1 - p)^gamma t log p) over the classes.
struct LAMINA_API CategoricalFocalCrossentropy : FusedLoss {
  using Options = CategoricalFocalCrossentropyOptions;
  explicit CategoricalFocalCrossentropy(const Options& options = {});
};
/// -log p, p the probability of the class whose number the label is.
struct LAMINA_API SparseCategoricalCrossentropy : FusedLoss {
  using Options = SparseCrossentropyOptions;
  explicit SparseCategoricalCrossentropy(const Options& options = {});
};
/// (1 - p^q) / q, p the probability of the class whose number the label is. Zhang and Sabuncu,
/// 2018.
struct LAMINA_API CategoricalGeneralizedCrossEntropy : FusedLoss {
  using Options = GeneralizedCrossentropyOptions;
  explicit CategoricalGeneralizedCrossEntropy(const Options& options = {});
};

}  // namespace lamina
