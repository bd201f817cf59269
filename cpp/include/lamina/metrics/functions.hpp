// What metrics average, as functions: one value for each sample, or each element of it. They have
// no gradient.
#pragma once

#include <cstdint>
#include <vector>

#include "lamina/core/tensor.hpp"

namespace lamina::metrics {

/// 1 where a prediction equals its target, else 0.
LAMINA_API Tensor accuracy(const Tensor& target, const Tensor& prediction);
/// 1 where a prediction lies on its label's side of the threshold, else 0.
LAMINA_API Tensor binary_accuracy(const Tensor& target, const Tensor& prediction,
                                  double threshold = 0.5);
/// 1 where the largest output is that of the one-hot label, else 0.
LAMINA_API Tensor categorical_accuracy(const Tensor& target, const Tensor& prediction);
/// 1 where the largest output is that of the class number, else 0.
LAMINA_API Tensor sparse_categorical_accuracy(const Tensor& target, const Tensor& prediction);
/// 1 where fewer than k outputs are larger than that of the one-hot label, else 0.
LAMINA_API Tensor top_k_categorical_accuracy(const Tensor& target, const Tensor& prediction,
                                             std::int64_t k = 5);
/// The same for class numbers. With `from_sorted_ids` a prediction is the class numbers themselves,
/// best first, and is right where the label is among the first k.
LAMINA_API Tensor sparse_top_k_categorical_accuracy(const Tensor& target, const Tensor& prediction,
                                                    std::int64_t k = 5,
                                                    bool from_sorted_ids = false);
/// Cosine of the angle between target and prediction along the axes.
LAMINA_API Tensor cosine_similarity(const Tensor& target, const Tensor& prediction,
                                    const std::vector<int>& axes = {-1});
/// Pearson's correlation of target and prediction along the axes; NaN where one of them is
/// constant.
LAMINA_API Tensor pearson_correlation(const Tensor& target, const Tensor& prediction,
                                      const std::vector<int>& axes = {-1});
/// Lin's concordance correlation along the axes: 2 cov / (var + var + (difference of means)^2).
LAMINA_API Tensor concordance_correlation(const Tensor& target, const Tensor& prediction,
                                          const std::vector<int>& axes = {-1});

}  // namespace lamina::metrics
