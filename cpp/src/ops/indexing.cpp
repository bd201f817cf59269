#include "lamina/ops/indexing.hpp"

#include <limits>
#include <numeric>

#include "autograd/row_gradient.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/reduction.hpp"
#include "ops/support.hpp"

namespace lamina::ops {
namespace {

Tensor whole_scalar(std::int64_t value) {
  return Tensor::copy_of(std::span<const std::int64_t>(&value, 1), {});
}

// 0, 1, 2, ...
Tensor counting(std::int64_t n) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(n));
  std::iota(values.begin(), values.end(), std::int64_t{0});
  return Tensor::copy_of(std::span<const std::int64_t>(values), {n});
}

// As int64 in [0, extent).
Tensor resolved(const char* name, const Tensor& given, std::int64_t extent, const Shape& shape) {
  const NoGrad no_grad;
  if (is_floating(given.dtype()) || given.dtype() == Dtype::boolean) {
    fail(ErrorKind::type, name, " needs indices of whole numbers, got ", name_of(given.dtype()));
  }
  Tensor indices = given.cast(Dtype::int64);
  if (indices.size() == 0) return indices;
  const double least = min(indices).item(), most = max(indices).item();
  if (least < -static_cast<double>(extent) || most >= static_cast<double>(extent)) {
    fail(ErrorKind::index, name, " got index ", static_cast<std::int64_t>(least < 0 ? least : most),
         ", expected one in [", -extent, ", ", extent, ") for shape ", shape);
  }
  if (least >= 0) return indices;
  return where(less(indices, whole_scalar(0)), indices + whole_scalar(extent), indices);
}

// Rows of x seen as (.., row_size), by indices that were checked.
Tensor gather(const Tensor& x, const Tensor& indices, std::int64_t row_size, const Shape& shape) {
  Tensor y = Tensor::empty(shape, x.dtype(), x.device());
  if (y.size() == 0) return y;
  backend(x).gather_rows({x.dtype(), x.dtype(), indices.size(), row_size,
                          indices.values<std::int64_t>().data(), x.data(), y.mutable_data()});
  return y;
}

Tensor scatter_add(const Tensor& rows, const Tensor& indices, std::int64_t row_size,
                   const Shape& shape) {
  Tensor y = Tensor::zeros(shape, rows.dtype(), rows.device());
  if (rows.size() == 0) return y;
  backend(rows).scatter_rows({rows.dtype(), indices.size(), row_size, y.size() / row_size,
                              indices.values<std::int64_t>().data(), rows.data(),
                              y.mutable_data()});
  return y;
}

Tensor recorded_gather(const char* name, const Tensor& x, const Tensor& indices,
                       std::int64_t row_size, const Shape& shape) {
  Tensor y = gather(x, indices, row_size, shape);
  if (!needs_grad({x})) return y;
  return record(name, {x}, y, {indices},
                [original = x.shape(), row_size](const Tensor& dy, const TensorList& s, Needs) {
                  return TensorList{scatter_add(dy, s[0], row_size, original)};
                });
}

}  // namespace

Tensor take(const Tensor& x, const Tensor& given, int axis) {
  const int along = x.shape().axis(axis);
  const AroundAxis around(x.shape(), along);
  Tensor indices = resolved("take", given, around.extent, x.shape());
  Shape shape;
  for (int i = 0; i < along; ++i) shape.push_back(x.shape()[i]);
  for (std::int64_t extent : indices.shape()) shape.push_back(extent);
  for (int i = along + 1; i < x.rank(); ++i) shape.push_back(x.shape()[i]);
  if (around.outer != 1) {  // the same places in each of the outer blocks
    const Tensor blocks = (counting(around.outer) * whole_scalar(around.extent)).reshape({-1, 1});
    indices = blocks + indices.reshape({1, -1});
  }
  return recorded_gather("take", x, indices, around.inner, shape);
}

Tensor take_along_axis(const Tensor& x, const Tensor& given, int axis) {
  const int along = x.shape().axis(axis);
  if (given.rank() != x.rank() || given.shape().with(along, 0) != x.shape().with(along, 0)) {
    fail(ErrorKind::value, "take_along_axis needs indices of shape ", x.shape(),
         " except along axis ", axis, ", got ", given.shape());
  }
  const AroundAxis around(x.shape(), along);
  const Tensor indices = resolved("take_along_axis", given, around.extent, x.shape());
  const Tensor outer = (counting(around.outer) * whole_scalar(around.extent * around.inner))
                           .reshape({around.outer, 1, 1});
  const Tensor inner = counting(around.inner).reshape({1, 1, around.inner});
  const Tensor places = outer + inner +
                        indices.reshape({around.outer, indices.shape()[along], around.inner}) *
                            whole_scalar(around.inner);
  return recorded_gather("take_along_axis", x, places, 1, indices.shape());
}

Tensor scatter(const Tensor& given, const Tensor& values, const Shape& shape) {
  const Tensor lists = given.rank() == 1 ? given.reshape({-1, 1}) : given;
  const int leading = lists.rank() == 2 ? static_cast<int>(lists.shape()[1]) : 0;
  if (leading < 1 || leading > shape.rank()) {
    fail(ErrorKind::value, "scatter needs indices (n, k) with k of the axes of ", shape, ", got ",
         given.shape());
  }
  const Shape row = shape.from(leading);
  Shape expected{lists.shape()[0]};
  for (std::int64_t extent : row) expected.push_back(extent);
  if (values.shape() != expected) {
    fail(ErrorKind::value, "scatter needs values of shape ", expected, " for indices ",
         given.shape(), " into ", shape, ", got ", values.shape());
  }
  Tensor places = Tensor::zeros({lists.shape()[0]}, Dtype::int64);
  for (int axis = 0; axis < leading; ++axis) {
    const Tensor column = slice(lists, {{0, lists.shape()[0], 1}, {axis, 1, 1}}).reshape({-1});
    places = places * whole_scalar(shape[axis]) + resolved("scatter", column, shape[axis], shape);
  }
  const Tensor rows = number(values);
  Tensor y = scatter_add(rows, places, row.size(), shape);
  if (!needs_grad({rows})) return y;
  return record("scatter", {rows}, y, {places},
                [row_size = row.size(), expected](const Tensor& dy, const TensorList& s, Needs) {
                  return TensorList{gather(dy, s[0], row_size, expected)};
                });
}

Tensor one_hot(const Tensor& indices, std::int64_t classes, int axis, Dtype dtype) {
  if (classes < 1) fail(ErrorKind::value, "one_hot needs at least one class, got ", classes);
  const Tensor expanded = expand_dims(indices.detach(), axis);
  const int place = axis < 0 ? axis + expanded.rank() : axis;
  Shape shape;
  for (int i = 0; i < expanded.rank(); ++i) shape.push_back(i == place ? classes : 1);
  return equal(expanded.cast(Dtype::int64), counting(classes).reshape(shape)).cast(dtype);
}

Tensor embedding(const Tensor& table, const Tensor& given) {
  if (table.rank() != 2) {
    fail(ErrorKind::value, "embedding needs a table (rows, values), got ", table.shape());
  }
  const std::int64_t rows = table.shape()[0], row_size = table.shape()[1];
  const Tensor indices = resolved("embedding", given, rows, table.shape());
  Shape shape = indices.shape();
  shape.push_back(row_size);
  Tensor y = gather(table, indices, row_size, shape);
  if (!needs_grad({table})) return y;
  // A leaf keeps the rows as they are; anything else gets a dense gradient.
  const Tensor leaf = takes_row_gradients(table) ? table : Tensor();
  return record(
      "embedding", {table}, y, {indices},
      [leaf, original = table.shape(), row_size](const Tensor& dy, const TensorList& s, Needs) {
        if (!leaf.defined()) {
          return TensorList{scatter_add(dy, s[0], row_size, original)};
        }
        add_row_gradient(leaf, {s[0].reshape({-1}), dy.reshape({-1, row_size})});
        return TensorList(1);
      });
}

namespace {

// Along the last axis, after bringing `axis` there; gives places in that arrangement.
struct LastAxis {
  std::vector<int> order;  // swaps the axis with the last one, and back
  Tensor x;
  LastAxis(const Tensor& given, int axis) {
    for (int i = 0; i < given.rank(); ++i) order.push_back(i);
    std::swap(order[static_cast<std::size_t>(given.shape().axis(axis))], order.back());
    x = transpose(number(given), order);
  }
};

// The first `keep` of each row: their values, their places, or both.
void sort_rows(const Tensor& x, std::int64_t keep, bool descending, void* values,
               std::int32_t* places) {
  if (x.size() == 0) return;
  const std::int64_t cols = x.shape().last();
  if (cols > std::numeric_limits<std::int32_t>::max()) {
    fail(ErrorKind::value, "sort takes axes of up to 2^31 - 1 elements, got shape ", x.shape());
  }
  backend(x).sort(
      {x.dtype(), leading_rows(x.shape()), cols, keep, descending, x.data(), values, places});
}

Tensor sorted_places(const Tensor& x, std::int64_t keep, bool descending) {
  Tensor places = Tensor::empty(x.shape().with(-1, keep), Dtype::int32, x.device());
  sort_rows(x, keep, descending, nullptr, static_cast<std::int32_t*>(places.mutable_data()));
  return places;
}

}  // namespace

Tensor argsort(const Tensor& x, int axis) {
  if (x.rank() == 0) fail(ErrorKind::value, "argsort needs an axis, got a scalar");
  const LastAxis last(x, axis);
  return transpose(sorted_places(last.x, last.x.shape().last(), false), last.order);
}

Tensor sort(const Tensor& x, int axis) {
  if (x.rank() == 0) fail(ErrorKind::value, "sort needs an axis, got a scalar");
  const LastAxis last(x, axis);
  const std::int64_t cols = last.x.shape().last();
  if (!needs_grad({last.x})) {
    const Tensor y = Tensor::empty_like(last.x);
    sort_rows(last.x, cols, false, y.mutable_data(), nullptr);
    return transpose(y, last.order).cast(x.dtype());
  }
  const Tensor places = sorted_places(last.x, cols, false);
  return transpose(take_along_axis(last.x, places, -1), last.order).cast(x.dtype());
}

TopK top_k(const Tensor& x, std::int64_t k) {
  if (x.rank() == 0 || k < 1 || k > x.shape().last()) {
    fail(ErrorKind::value, "top_k needs k in [1, ", x.rank() == 0 ? 0 : x.shape().last(),
         "] for shape ", x.shape(), ", got ", k);
  }
  const Tensor input = number(x);
  const Tensor places = sorted_places(input, k, true);
  return {take_along_axis(input, places, -1).cast(x.dtype()), places};
}

}  // namespace lamina::ops
