// Indices of terms as rows over all terms: what the modes of StringLookup, IntegerLookup,
// TextVectorization and CategoryEncoding give.
#pragma once

#include <string>
#include <vector>

#include "lamina/core/tensor.hpp"

namespace lamina {

/// One of "int", "one_hot", "multi_hot", "count" and "tf_idf"; a value error that names the owner
/// otherwise. Keras's older names "binary" and "tf-idf" are taken too.
std::string output_mode_from(const std::string& owner, const std::string& given);

/// The shape that `encode_tokens` gives.
Shape encoded_shape(const Shape& tokens, const std::string& mode, std::int64_t depth);

/// Indices (..., length): in the mode one_hot each as a row of `depth` (a last axis of 1 is
/// dropped), in multi_hot, count and tf_idf those of the last axis as one row: what occurs, how
/// often, and how often times its weight. Indices outside [0, depth) count nowhere. `count_weights`
/// may say how much each index counts.
Tensor encode_tokens(const Tensor& tokens, const std::string& mode, std::int64_t depth, Dtype dtype,
                     const std::vector<double>& idf_weights = {}, const Tensor& count_weights = {});

}  // namespace lamina
