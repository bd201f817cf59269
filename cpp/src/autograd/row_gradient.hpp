// Gradients that a leaf keeps as rows, so that an optimizer can skip all other rows.
#pragma once

#include "core/tensor_impl.hpp"

namespace lamina {

/// Whether a tensor is a leaf, whose gradient may be kept as rows.
bool takes_row_gradients(const Tensor& leaf) noexcept;
void add_row_gradient(const Tensor& leaf, RowGradient rows);
/// The rows kept on a leaf, or null when its gradient is dense, or absent.
const std::vector<RowGradient>* row_gradients(const Tensor& leaf) noexcept;
/// Adds the rows kept on a leaf to its dense gradient.
void make_gradient_dense(TensorImpl& leaf);

}  // namespace lamina
