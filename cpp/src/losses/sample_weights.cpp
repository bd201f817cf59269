#include "losses/sample_weights.hpp"

#include <algorithm>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/reduction.hpp"

namespace lamina {
namespace {

// Reshaped to as many axes as the values have, to be broadcast over them.
Tensor with_rank(const Tensor& weights, int rank) {
  Shape shape = without_trailing_ones(weights.shape());
  while (shape.rank() < rank) shape.push_back(1);
  return weights.reshape(shape);
}

}  // namespace

Shape without_trailing_ones(const Shape& shape) {
  Shape result = shape;
  while (result.rank() > 1 && result.last() == 1) result = result.without(-1);
  return result;
}

std::int64_t values_per_weight(const std::string& owner, const Shape& weights,
                               const Shape& values) {
  if (weights.rank() == 0) return values.size();  // one for all
  const Shape given = without_trailing_ones(weights), held = without_trailing_ones(values);
  bool fits = given.rank() <= held.rank() && given.rank() > 0;
  for (int axis = 0; fits && axis < given.rank(); ++axis) fits = given[axis] == held[axis];
  if (!fits) fail_weights(owner, weights, values);
  return values.size() / std::max<std::int64_t>(weights.size(), 1);
}

Tensor masked_weights(const std::string& owner, const Tensor& sample_weight, const Tensor& mask,
                      Dtype dtype) {
  Tensor weights = sample_weight.defined() ? sample_weight.cast(dtype) : sample_weight;
  if (!mask.defined()) return weights;
  Tensor kept = mask.cast(dtype);
  if (!weights.defined()) return kept;
  return weights.size() <= kept.size() ? weighted(owner, kept, weights)
                                       : weighted(owner, weights, kept);
}

Tensor averaging_weights(const std::string& owner, const Tensor& sample_weight, const Tensor& mask,
                         Dtype dtype) {
  Tensor weights = masked_weights(owner, sample_weight, mask, dtype);
  if (!mask.defined()) return weights;
  // If no entry counts, all weights are 0 and the factor does not matter.
  const Tensor kept =
      ops::maximum(ops::sum(mask.cast(dtype)), Tensor::full({}, 1, dtype, mask.device()));
  return weights * (static_cast<double>(mask.size()) / kept);
}

Tensor weights_for_rows(const std::string& owner, const Tensor& sample_weight, const Tensor& mask,
                        const Tensor& prediction, bool averaged) {
  const Dtype dtype = is_floating(prediction.dtype()) ? prediction.dtype() : Dtype::float32;
  Tensor weights = averaged ? averaging_weights(owner, sample_weight, mask, dtype)
                            : masked_weights(owner, sample_weight, mask, dtype);
  const Shape rows =
      prediction.rank() > 1 ? prediction.shape().without(-1) : Shape{prediction.size()};
  const std::int64_t repeats = values_per_weight(owner, weights.shape(), rows);
  if (repeats == 1 || weights.size() == rows[0]) return weights;
  return ops::broadcast_to(with_rank(weights, rows.rank()), rows);
}

Tensor weighted(const std::string& owner, const Tensor& values, const Tensor& weights) {
  values_per_weight(owner, weights.shape(), values.shape());
  return values * with_rank(weights.cast(values.dtype()), values.rank());
}

}  // namespace lamina
