#include "layers/attention_axes.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "lamina/ops/arrangement.hpp"

namespace lamina {

std::int64_t product(const Shape& shape, int begin, int end) {
  std::int64_t result = 1;
  for (int axis = begin; axis < end; ++axis) result *= shape[axis];
  return result;
}

AttentionAxes::AttentionAxes(int rank, const std::vector<int>& attended) : steps(attended) {
  for (int axis = 0; axis + 1 < rank; ++axis) {
    if (std::find(attended.begin(), attended.end(), axis) == attended.end()) {
      sequences.push_back(axis);
    }
  }
}

std::vector<int> AttentionAxes::order() const {
  std::vector<int> result = sequences;
  result.insert(result.end(), steps.begin(), steps.end());
  const int next = static_cast<int>(result.size());
  result.push_back(next);
  result.push_back(next + 1);
  return result;
}

bool AttentionAxes::is_plain() const { return std::ranges::is_sorted(order()); }

Tensor AttentionAxes::joined(const Tensor& x) const {
  const Tensor arranged = is_plain() ? x : ops::transpose(x, order());
  const auto first_step = static_cast<int>(sequences.size());
  const Shape& shape = arranged.shape();
  const Shape result{product(shape, 0, first_step), product(shape, first_step, x.rank() - 2),
                     shape[-2], shape[-1]};
  return result == shape ? arranged : arranged.reshape(result);
}

Tensor AttentionAxes::separated(const Tensor& x, const Shape& like) const {
  const std::vector<int> arranged_order = order();
  std::vector<int> inverse(arranged_order.size());
  Shape shape;
  for (std::size_t i = 0; i < arranged_order.size(); ++i) {
    const int axis = arranged_order[i];
    inverse[static_cast<std::size_t>(axis)] = static_cast<int>(i);
    if (i + 2 < arranged_order.size()) shape.push_back(like[axis]);
  }
  shape.push_back(x.shape()[2]);
  shape.push_back(x.shape()[3]);
  const Tensor arranged = shape == x.shape() ? x : x.reshape(shape);
  return is_plain() ? arranged : ops::transpose(arranged, inverse);
}

Shape AttentionAxes::scores_shape(std::int64_t heads, const Shape& query,
                                  const Shape& value) const {
  Shape shape;
  for (const int axis : sequences) shape.push_back(query[axis]);
  shape.push_back(heads);
  for (const int axis : steps) shape.push_back(query[axis]);
  for (const int axis : steps) shape.push_back(value[axis]);
  return shape;
}

Tensor AttentionAxes::joined_mask(const Tensor& mask, const Shape& scores,
                                  const std::string& label) const {
  const auto attended = static_cast<int>(steps.size());
  const int rank = scores.rank(), leading = mask.rank() - 2 * attended;
  const int heads = rank - 2 * attended - 1;
  bool fits = leading >= 0 && mask.rank() <= rank;
  Shape expanded;
  for (int axis = 0; fits && axis < rank; ++axis) {
    const bool is_missing = axis >= leading && axis <= heads;
    expanded.push_back(is_missing     ? 1
                       : axis > heads ? mask.shape()[axis - rank]
                                      : mask.shape()[axis]);
    fits = expanded[axis] == 1 || expanded[axis] == scores[axis];
  }
  if (!fits) {
    fail(ErrorKind::value, label, " got an attention_mask of shape ", mask.shape(),
         ", expected one for scores of shape ", scores,
         ", (batch, heads, query steps, key steps): (batch, query steps, key steps), or with the "
         "heads, or the steps alone; an extent of 1 repeats");
  }
  Tensor whole = mask.reshape(expanded);
  if (rank == 4 && attended == 1) return whole;
  const Shape full = scores.with(heads, expanded[heads]);
  return ops::broadcast_to(whole, full)
      .reshape({product(full, 0, heads), full[heads],
                product(full, heads + 1, heads + 1 + attended),
                product(full, rank - attended, rank)});
}

}  // namespace lamina
