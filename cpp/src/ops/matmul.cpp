#include "lamina/ops/matmul.hpp"

#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/dense.hpp"
#include "ops/support.hpp"

namespace lamina::ops {
namespace {

struct Stack {  // of matrices
  const Tensor& tensor;
  bool transposed = false;
  std::int64_t rows() const { return tensor.shape()[transposed ? -1 : -2]; }
  std::int64_t cols() const { return tensor.shape()[transposed ? -2 : -1]; }
  std::int64_t stored_cols() const { return tensor.shape()[-1]; }
  Shape leading() const {
    Shape shape;
    for (int axis = 0; axis + 2 < tensor.rank(); ++axis) shape.push_back(tensor.shape()[axis]);
    return shape;
  }
};

// Where each matrix of the broadcast stack begins among those of `own`.
std::vector<std::int64_t> places_of(const Shape& own, const Shape& all) {
  const std::vector<std::int64_t> strides = strides_of(own);
  std::vector<std::int64_t> places(static_cast<std::size_t>(all.size()), 0);
  for (std::int64_t i = 0; i < all.size(); ++i) {
    std::int64_t rest = i;
    for (int axis = all.rank() - 1; axis >= 0; --axis) {
      const std::int64_t position = rest % all[axis];
      rest /= all[axis];
      const int own_axis = axis - (all.rank() - own.rank());
      if (own_axis >= 0 && own[own_axis] != 1) {
        places[static_cast<std::size_t>(i)] +=
            position * strides[static_cast<std::size_t>(own_axis)];
      }
    }
  }
  return places;
}

// op(a) op(b) for each pair of matrices, leading axes broadcast; unrecorded.
Tensor products(Stack a, Stack b) {
  const Shape leading = broadcast(a.leading(), b.leading());
  Shape shape = leading;
  shape.push_back(a.rows());
  shape.push_back(b.cols());
  Tensor c = Tensor::empty(shape, a.tensor.dtype(), a.tensor.device());
  if (c.size() == 0) return c;
  const auto size = static_cast<std::int64_t>(size_of(c.dtype()));
  GemmParams params{};
  params.dtype = c.dtype();
  params.m = a.rows();
  params.k = a.cols();
  params.n = b.cols();
  params.lda = a.stored_cols();
  params.transpose_a = a.transposed;
  params.ldb = b.stored_cols();
  params.transpose_b = b.transposed;
  params.ldc = params.n;
  const std::vector<std::int64_t> places_a = places_of(a.leading(), leading);
  const std::vector<std::int64_t> places_b = places_of(b.leading(), leading);
  params.stride_c = params.m * params.n;
  Backend& computing = shared_backend("matmul", {&a.tensor, &b.tensor});
  // Each run of matrices that lie evenly apart is one call.
  for (std::size_t first = 0, next; first < places_a.size(); first = next) {
    const auto step = [&](const std::vector<std::int64_t>& places, std::size_t i) {
      return i < places.size() ? places[i] - places[i - 1] : 0;
    };
    const std::int64_t step_a = step(places_a, first + 1), step_b = step(places_b, first + 1);
    for (next = first + 1; next < places_a.size(); ++next) {
      if (step(places_a, next) != step_a || step(places_b, next) != step_b) break;
    }
    const auto at = static_cast<std::int64_t>(first);
    params.batch = static_cast<std::int64_t>(next - first);
    params.stride_a = step_a * params.m * params.k;
    params.stride_b = step_b * params.k * params.n;
    params.a =
        static_cast<const char*>(a.tensor.data()) + places_a[first] * params.m * params.k * size;
    params.b =
        static_cast<const char*>(b.tensor.data()) + places_b[first] * params.k * params.n * size;
    params.c = static_cast<char*>(c.mutable_data()) + at * params.stride_c * size;
    computing.gemm(params);
  }
  return c;
}

Tensor stacked(const Tensor& a, const Tensor& b) {
  Tensor c = products({a}, {b});
  if (!needs_grad({a, b})) return c;
  return record("matmul", {a, b}, c, {a, b},
                [](const Tensor& dc, const TensorList& s, Needs needs) {
                  TensorList grads(2);
                  if (needs[0]) grads[0] = sum_to(products({dc}, {s[1], true}), s[0].shape());
                  if (needs[1]) grads[1] = sum_to(products({s[0], true}, {dc}), s[1].shape());
                  return grads;
                });
}

}  // namespace

Tensor matmul(const Tensor& left, const Tensor& right) {
  const bool is_row = left.rank() == 1, is_column = right.rank() == 1;
  if (left.rank() < 1 || right.rank() < 1 ||
      left.shape().last() != right.shape()[is_column ? 0 : -2]) {
    fail(ErrorKind::value, "matmul needs (..., m, k) and (..., k, n), got ", left.shape(), " and ",
         right.shape());
  }
  const auto [a, b] = common_dtype(left, right);
  if (b.rank() == 2 && is_floating(b.dtype())) return dense(a, b, Tensor());
  const Tensor product = stacked(is_row ? expand_dims(a, 0) : a, is_column ? expand_dims(b, 1) : b);
  std::vector<int> added;
  if (is_row) added.push_back(-2);
  if (is_column) added.push_back(-1);
  return added.empty() ? product : squeeze(product, added);
}

}  // namespace lamina::ops
