#include "lamina/ops/indexing.hpp"

#include <limits>

#include "autograd/node.hpp"
#include "autograd/row_gradient.hpp"
#include "core/faults.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/reduction.hpp"
#include "ops/support.hpp"

namespace lamina::ops {
namespace {

Tensor whole_scalar(std::int64_t value, const Tensor& beside) {
  return Tensor::scalar(static_cast<double>(value), Dtype::int64, beside.device());
}

// 0, 1, 2, ...
Tensor counting(std::int64_t n, Device device) {
  const Tensor from_one = cumsum(Tensor::full({n}, 1, Dtype::int64, device), 0);
  return from_one - Tensor::scalar(1, Dtype::int64, device);
}

// As int64 in [0, extent), in new memory on `device`, so that later changes by the caller have no
// effect. Indices on the host are copied there.
Tensor resolved(const char* name, const Tensor& given, std::int64_t extent, const Shape& shape,
                Device device) {
  const NoGrad no_grad;
  if (is_floating(given.dtype()) || given.dtype() == Dtype::boolean) {
    fail(ErrorKind::type, name, " needs indices of whole numbers, got ", name_of(given.dtype()));
  }
  const Tensor indices = given.to(device).cast(Dtype::int64);
  Tensor result = Tensor::empty_like(indices);
  const FaultCheck fault(name, FaultKind::index, device);
  backend(result).resolve_indices({indices.size(), extent, integers(indices),
                                   static_cast<std::int64_t*>(result.mutable_data()),
                                   fault.record()});
  fault.look(shape);
  return result;
}

// How rows, or single elements, are picked out of x (outer, extent, inner).
struct Picking {
  std::int64_t outer, extent, inner;
  bool each_element;
  std::int64_t rows_of(const Tensor& indices) const {
    const std::int64_t indices_a_row = each_element ? outer * inner : 1;
    return indices_a_row == 0 ? 0 : indices.size() / indices_a_row;
  }
};

// By indices that were resolved.
Tensor gather(const Tensor& x, const Tensor& indices, const Picking& by, const Shape& shape) {
  Tensor y = Tensor::empty(shape, x.dtype(), x.device());
  if (y.size() == 0) return y;
  shared_backend("take", {&x, &indices})
      .gather_rows({x.dtype(), x.dtype(), by.outer, by.rows_of(indices), by.inner, by.extent,
                    by.each_element, integers(indices), x.data(), y.mutable_data()});
  return y;
}

Tensor scatter_add(const Tensor& rows, const Tensor& indices, const Picking& by,
                   const Shape& shape) {
  Tensor y = Tensor::zeros(shape, rows.dtype(), rows.device());
  if (rows.size() == 0) return y;
  shared_backend("scatter", {&rows, &indices})
      .scatter_rows({rows.dtype(), by.outer, by.rows_of(indices), by.inner, by.extent,
                     by.each_element, integers(indices), rows.data(), y.mutable_data()});
  return y;
}

Tensor recorded_gather(const char* name, const Tensor& x, const Tensor& indices, const Picking& by,
                       const Shape& shape) {
  Tensor y = gather(x, indices, by, shape);
  if (!needs_grad({x})) return y;
  return record(name, {x}, y, {indices},
                [original = x.shape(), by](const Tensor& dy, const TensorList& s, Needs) {
                  return TensorList{scatter_add(dy, s[0], by, original)};
                });
}

}  // namespace

Tensor take(const Tensor& x, const Tensor& given, int axis) {
  const int along = x.shape().axis(axis);
  const AroundAxis around(x.shape(), along);
  const Tensor indices = resolved("take", given, around.extent, x.shape(), x.device());
  Shape shape;
  for (int i = 0; i < along; ++i) shape.push_back(x.shape()[i]);
  for (std::int64_t extent : indices.shape()) shape.push_back(extent);
  for (int i = along + 1; i < x.rank(); ++i) shape.push_back(x.shape()[i]);
  return recorded_gather("take", x, indices, {around.outer, around.extent, around.inner, false},
                         shape);
}

Tensor take_along_axis(const Tensor& x, const Tensor& given, int axis) {
  const int along = x.shape().axis(axis);
  if (given.rank() != x.rank() || given.shape().with(along, 0) != x.shape().with(along, 0)) {
    fail(ErrorKind::value, "take_along_axis needs indices of shape ", x.shape(),
         " except along axis ", axis, ", got ", given.shape());
  }
  const AroundAxis around(x.shape(), along);
  const Tensor indices = resolved("take_along_axis", given, around.extent, x.shape(), x.device());
  return recorded_gather("take_along_axis", x, indices,
                         {around.outer, around.extent, around.inner, true}, indices.shape());
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
  // On a device that is not waited for, a place made of an index out of range is one within y.
  Tensor places = Tensor::zeros({lists.shape()[0]}, Dtype::int64, values.device());
  std::int64_t targets = 1;
  for (int axis = 0; axis < leading; ++axis) {
    const Tensor column = slice(lists, {{0, lists.shape()[0], 1}, {axis, 1, 1}}).reshape({-1});
    places = places * whole_scalar(shape[axis], places) +
             resolved("scatter", column, shape[axis], shape, values.device());
    targets *= shape[axis];
  }
  const Tensor rows = number(values);
  const Picking by{1, targets, row.size(), false};
  Tensor y = scatter_add(rows, places, by, shape);
  if (!needs_grad({rows})) return y;
  return record("scatter", {rows}, y, {places},
                [by, expected](const Tensor& dy, const TensorList& s, Needs) {
                  return TensorList{gather(dy, s[0], by, expected)};
                });
}

Tensor one_hot(const Tensor& indices, std::int64_t classes, int axis, Dtype dtype) {
  if (classes < 1) fail(ErrorKind::value, "one_hot needs at least one class, got ", classes);
  const Tensor expanded = expand_dims(indices.detach(), axis);
  const int place = axis < 0 ? axis + expanded.rank() : axis;
  Shape shape;
  for (int i = 0; i < expanded.rank(); ++i) shape.push_back(i == place ? classes : 1);
  return equal(expanded.cast(Dtype::int64), counting(classes, indices.device()).reshape(shape))
      .cast(dtype);
}

Tensor embedding(const Tensor& table, const Tensor& given) {
  if (table.rank() != 2) {
    fail(ErrorKind::value, "embedding needs a table (rows, values), got ", table.shape());
  }
  const std::int64_t rows = table.shape()[0], row_size = table.shape()[1];
  const Tensor indices = resolved("embedding", given, rows, table.shape(), table.device());
  Shape shape = indices.shape();
  shape.push_back(row_size);
  const Picking by{1, rows, row_size, false};
  Tensor y = gather(table, indices, by, shape);
  if (!needs_grad({table})) return y;
  // A leaf keeps the rows as they are; anything else gets a dense gradient.
  const Tensor leaf = takes_row_gradients(table) ? table : Tensor();
  return record("embedding", {table}, y, {indices},
                [leaf, original = table.shape(), by](const Tensor& dy, const TensorList& s, Needs) {
                  if (!leaf.defined() || !accumulates_on_leaves()) {
                    return TensorList{scatter_add(dy, s[0], by, original)};
                  }
                  add_row_gradient(leaf, {s[0].reshape({-1}), dy.reshape({-1, by.inner})});
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
    Tensor y = Tensor::empty_like(last.x);
    sort_rows(last.x, cols, false, y.mutable_data(), nullptr);
    return transpose(y, last.order).cast(x.dtype());
  }
  const Tensor places = sorted_places(last.x, cols, false);
  return transpose(take_along_axis(last.x, places, -1), last.order).cast(x.dtype());
}

TopK top_k(const Tensor& x, std::int64_t k) {
  if (x.rank() == 0) fail(ErrorKind::value, "top_k needs an axis, got a scalar of shape ()");
  if (k < 1 || k > x.shape().last()) {
    fail(ErrorKind::value, "top_k needs k in [1, ", x.shape().last(), "] for shape ", x.shape(),
         ", got ", k);
  }
  const Tensor input = number(x);
  const Tensor places = sorted_places(input, k, true);
  return {take_along_axis(input, places, -1).cast(x.dtype()), places};
}

}  // namespace lamina::ops
