#include "autograd/row_gradient.hpp"

#include <utility>

#include "backend/backend.hpp"

namespace lamina {

bool takes_row_gradients(const Tensor& leaf) noexcept {
  return leaf.impl()->gradient != nullptr && leaf.impl()->gradient->node == nullptr;
}

void add_row_gradient(const Tensor& leaf, RowGradient rows) {
  leaf.impl()->gradient_info().rows.push_back(std::move(rows));
}

const std::vector<RowGradient>* row_gradients(const Tensor& leaf) noexcept {
  const GradientInfo* info = leaf.impl()->gradient.get();
  return info != nullptr && !info->grad.defined() && !info->rows.empty() ? &info->rows : nullptr;
}

void make_gradient_dense(TensorImpl& leaf) {
  GradientInfo& info = *leaf.gradient;
  // A new tensor, so that a gradient which was handed out before does not change.
  Tensor total = Tensor::zeros(leaf.shape, leaf.dtype, leaf.storage->device());
  Backend& backend = leaf.storage->backend();
  if (info.grad.defined()) {
    backend.cast({leaf.dtype, leaf.dtype, total.size(), info.grad.data(), total.mutable_data()});
  }
  const std::int64_t rows = leaf.shape[0], row_size = leaf.shape.from(1).size();
  for (const RowGradient& part : info.rows) {
    backend.scatter_rows({leaf.dtype, 1, part.indices.size(), row_size, rows, false,
                          static_cast<const std::int64_t*>(part.indices.data()), part.values.data(),
                          total.mutable_data()});
  }
  info.grad = std::move(total);
  info.rows.clear();
}

}  // namespace lamina
