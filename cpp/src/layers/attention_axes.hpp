// How heads that attend along chosen axes see a tensor: as (sequences, steps, heads, features).
#pragma once

#include <string>
#include <vector>

#include "lamina/core/tensor.hpp"

namespace lamina {

/// The product of some extents.
std::int64_t product(const Shape& shape, int begin, int end);

/// Axes in the order in which heads attend: those that number sequences, then those attended along.
struct AttentionAxes {
  std::vector<int> sequences, steps;
  AttentionAxes(int rank, const std::vector<int>& attended);

  /// (sequences, steps, heads, features) from a projected tensor, which has its heads and features
  /// last.
  Tensor joined(const Tensor& x) const;
  /// Back to the axes of `like`, but for its features.
  Tensor separated(const Tensor& x, const Shape& like) const;
  /// Of the weights: (sequences..., heads, steps of the query..., steps of the value...).
  Shape scores_shape(std::int64_t heads, const Shape& query, const Shape& value) const;
  /// A mask (sequences..., perhaps heads, steps..., steps...) whose missing axes stand before the
  /// steps, as (sequences, heads, steps, steps). `label` is the layer's, for errors.
  Tensor joined_mask(const Tensor& mask, const Shape& scores, const std::string& label) const;

 private:
  std::vector<int> order() const;
  bool is_plain() const;
};

}  // namespace lamina
