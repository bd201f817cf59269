#include "metrics/weights.hpp"

#include <algorithm>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "losses/sample_weights.hpp"

namespace lamina {
namespace {

Tensor fitted(const Owner& owner, const Tensor& weights, const Shape& values) {
  const Shape rows = values.rank() > 0 ? values : Shape{1};
  const Shape given = weights.rank() > 0 ? without_trailing_ones(weights.shape()) : Shape{1};
  bool fits = given.rank() <= rows.rank();
  Shape leading;
  for (int axis = 0; fits && axis < given.rank(); ++axis) {
    leading.push_back(rows[axis]);
    fits = given[axis] == rows[axis] || given[axis] == 1;
  }
  if (!fits) fail_weights(owner, weights.shape(), rows);
  const Tensor reshaped = weights.shape() == given ? weights : weights.reshape(given);
  return given == leading ? reshaped : ops::broadcast_to(reshaped, leading);
}

Tensor with_rank(const Tensor& weights, int rank) {
  if (weights.rank() == rank) return weights;
  Shape shape = weights.shape();
  while (shape.rank() < rank) shape.push_back(1);
  return weights.reshape(shape);
}

}  // namespace

Tensor fitted_weights(const Owner& owner, const Tensor& sample_weight, const Tensor& mask,
                      const Shape& values) {
  Tensor weights;
  if (sample_weight.defined()) {
    const bool has_dtype = is_floating(sample_weight.dtype());
    weights = fitted(owner, has_dtype ? sample_weight : sample_weight.cast(Dtype::float64), values);
  }
  if (!mask.defined()) return weights;
  Tensor kept =
      fitted(owner, mask.cast(weights.defined() ? weights.dtype() : Dtype::float64), values);
  if (!weights.defined()) return kept;
  const int rank = std::max(weights.rank(), kept.rank());
  return with_rank(weights, rank) * with_rank(kept, rank);
}

Tensor over_values(const Tensor& weights, const Shape& values) {
  return with_rank(weights, values.rank());
}

bool weighs_each(const Tensor& sample_weight, const Shape& predictions) {
  return sample_weight.defined() && predictions.rank() > 1 && predictions.last() > 1 &&
         without_trailing_ones(sample_weight.shape()).rank() == predictions.rank();
}

}  // namespace lamina
