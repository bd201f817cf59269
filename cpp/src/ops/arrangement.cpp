#include "lamina/ops/arrangement.hpp"

#include <algorithm>
#include <numeric>

#include "core/extents.hpp"
#include "lamina/ops/indexing.hpp"
#include "lamina/ops/reduction.hpp"
#include "ops/support.hpp"

namespace lamina::ops {

std::vector<std::int64_t> strides_of(const Shape& shape) {
  std::vector<std::int64_t> strides(static_cast<std::size_t>(shape.rank()));
  std::int64_t step = 1;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    strides[static_cast<std::size_t>(axis)] = step;
    step *= shape[axis];
  }
  return strides;
}

namespace {

void copy_elements(const Tensor& source, const std::vector<std::int64_t>& source_strides,
                   std::int64_t source_offset, Tensor& target,
                   const std::vector<std::int64_t>& target_strides, std::int64_t target_offset,
                   const Shape& shape) {
  CopyParams params{};
  params.element_size = size_of(source.dtype());
  params.rank = shape.rank();
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const auto i = static_cast<std::size_t>(axis);
    params.extents[i] = shape[axis];
    params.source_strides[i] = source_strides[i];
    params.target_strides[i] = target_strides[i];
  }
  const auto bytes = static_cast<std::int64_t>(params.element_size);
  params.source = static_cast<const char*>(source.data()) + source_offset * bytes;
  params.target = static_cast<char*>(target.mutable_data()) + target_offset * bytes;
  shared_backend("a copy", {&source, &target}).copy(params);
}

}  // namespace

Tensor strided_copy(const Tensor& x, const Shape& shape, const std::vector<std::int64_t>& strides,
                    std::int64_t offset) {
  Tensor y = Tensor::empty(shape, x.dtype(), x.device());
  copy_elements(x, strides, offset, y, strides_of(shape), 0, shape);
  return y;
}

void strided_store(const Tensor& x, Tensor& target, const std::vector<std::int64_t>& strides,
                   std::int64_t offset) {
  copy_elements(x, strides_of(x.shape()), 0, target, strides, offset, x.shape());
}

Tensor transpose(const Tensor& x, const std::vector<int>& wanted) {
  const int rank = x.rank();
  std::vector<int> axes;
  for (int axis : wanted) axes.push_back(x.shape().axis(axis));
  if (wanted.empty()) {
    for (int axis = rank - 1; axis >= 0; --axis) axes.push_back(axis);
  }
  std::vector<int> sorted = axes;
  std::sort(sorted.begin(), sorted.end());
  for (int i = 0; i < rank; ++i) {
    if (static_cast<int>(axes.size()) != rank || sorted[static_cast<std::size_t>(i)] != i) {
      fail(ErrorKind::value, "transpose needs each axis of shape ", x.shape(), " once, got ",
           axes.size(), " axes");
    }
  }
  if (axes == sorted) return x;
  const std::vector<std::int64_t> strides = strides_of(x.shape());
  Shape shape;
  std::vector<std::int64_t> walked;
  std::vector<int> inverse(axes.size());
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<std::size_t>(axes[i]);
    shape.push_back(x.shape()[axes[i]]);
    walked.push_back(strides[axis]);
    inverse[axis] = static_cast<int>(i);
  }
  Tensor y = strided_copy(x, shape, walked);
  if (!needs_grad({x})) return y;
  return record("transpose", {x}, y, {}, [inverse](const Tensor& dy, const TensorList&, Needs) {
    return TensorList{transpose(dy, inverse)};
  });
}

Tensor expand_dims(const Tensor& x, int axis) {
  const int rank = x.rank() + 1;
  if (axis < -rank || axis >= rank) {
    fail(ErrorKind::index, "expand_dims got axis ", axis, " for shape ", x.shape());
  }
  const int place = axis < 0 ? axis + rank : axis;
  Shape shape;
  for (int i = 0; i < rank; ++i) {
    shape.push_back(i == place ? 1 : x.shape()[i < place ? i : i - 1]);
  }
  return x.reshape(shape);
}

Tensor squeeze(const Tensor& x, const std::vector<int>& axes) {
  std::vector<bool> dropped(static_cast<std::size_t>(x.rank()), false);
  for (int wanted : axes) {
    const int axis = x.shape().axis(wanted);
    if (x.shape()[axis] != 1) {
      fail(ErrorKind::value, "squeeze got axis ", wanted, ", whose extent in ", x.shape(),
           " is not 1");
    }
    dropped[static_cast<std::size_t>(axis)] = true;
  }
  Shape shape;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const bool drop = axes.empty() ? x.shape()[axis] == 1 : dropped[static_cast<std::size_t>(axis)];
    if (!drop) shape.push_back(x.shape()[axis]);
  }
  return x.reshape(shape);
}

Tensor broadcast_to(const Tensor& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  if (x.rank() > shape.rank() || broadcast(x.shape(), shape) != shape) {
    fail(ErrorKind::value, "cannot broadcast ", x.shape(), " to ", shape);
  }
  const std::vector<std::int64_t> own = strides_of(x.shape());
  const int extra = shape.rank() - x.rank();
  std::vector<std::int64_t> strides(static_cast<std::size_t>(shape.rank()), 0);
  for (int axis = extra; axis < shape.rank(); ++axis) {
    if (x.shape()[axis - extra] != 1) {
      strides[static_cast<std::size_t>(axis)] = own[static_cast<std::size_t>(axis - extra)];
    }
  }
  Tensor y = strided_copy(x, shape, strides);
  if (!needs_grad({x})) return y;
  return record("broadcast_to", {x}, y, {},
                [original = x.shape()](const Tensor& dy, const TensorList&, Needs) {
                  return TensorList{sum_to(dy, original)};
                });
}

Tensor slice(const Tensor& x, const std::vector<Range>& ranges) {
  if (static_cast<int>(ranges.size()) != x.rank()) {
    fail(ErrorKind::value, "slice needs one range for each axis of ", x.shape(), ", got ",
         ranges.size());
  }
  const std::vector<std::int64_t> own = strides_of(x.shape());
  Shape shape;
  std::vector<std::int64_t> strides;
  std::int64_t offset = 0;
  bool whole = true, leading = true;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const auto i = static_cast<std::size_t>(axis);
    const Range& range = ranges[i];
    const std::int64_t extent = x.shape()[axis];
    // The step of a single element is never taken, and may be any number.
    const std::int64_t step = range.count > 1 ? range.step : 1;
    std::int64_t last = 0;
    const bool overflows =
        range.count > 1 && (__builtin_mul_overflow(range.count - 1, step, &last) ||
                            __builtin_add_overflow(range.begin, last, &last));
    if (range.count <= 1) last = range.begin;
    if (range.count < 0 || overflows ||
        (range.count > 0 &&
         (range.begin < 0 || range.begin >= extent || last < 0 || last >= extent))) {
      fail(ErrorKind::index, "slice got ", range.count, " elements from ", range.begin,
           " by steps of ", range.step, " of axis ", axis, " of shape ", x.shape());
    }
    const bool all = range.begin == 0 && step == 1 && range.count == extent;
    whole = whole && all;
    leading = leading && (all || (axis == 0 && step == 1));
    shape.push_back(range.count);
    strides.push_back(own[i] * step);
    if (range.count > 0) offset += range.begin * own[i];
  }
  if (whole) return x;
  // Rows of the leading axis are a view.
  if (leading) {
    const std::int64_t begin = ranges[0].count > 0 ? ranges[0].begin : 0;
    return x.slice(begin, begin + ranges[0].count);
  }
  Tensor y = strided_copy(x, shape, strides, offset);
  if (!needs_grad({x})) return y;
  return record(
      "slice", {x}, y, {},
      [original = x.shape(), strides, offset](const Tensor& dy, const TensorList&, Needs) {
        Tensor dx = Tensor::zeros(original, dy.dtype(), dy.device());
        strided_store(dy, dx, strides, offset);
        return TensorList{dx};
      });
}

namespace {

std::vector<Range> whole_ranges(const Shape& shape) {
  std::vector<Range> ranges;
  for (std::int64_t extent : shape) ranges.push_back({0, extent, 1});
  return ranges;
}

Tensor part(const Tensor& x, int axis, std::int64_t begin, std::int64_t end) {
  std::vector<Range> ranges = whole_ranges(x.shape());
  ranges[static_cast<std::size_t>(axis)] = {begin, end - begin, 1};
  return slice(x, ranges);
}

}  // namespace

Tensor flip(const Tensor& x, const std::vector<int>& axes) {
  std::vector<Range> ranges = whole_ranges(x.shape());
  const auto reverse = [&](int axis) {
    Range& range = ranges[static_cast<std::size_t>(axis)];
    if (range.count > 0) range = {range.count - 1, range.count, -1};
  };
  for (int axis : axes) reverse(x.shape().axis(axis));
  for (int axis = 0; axes.empty() && axis < x.rank(); ++axis) reverse(axis);
  return slice(x, ranges);
}

Tensor concatenate(const TensorList& given, int axis) {
  if (given.empty()) fail(ErrorKind::value, "concatenate needs at least one tensor");
  const Shape& first = given.front().shape();
  const int along = first.axis(axis);
  Dtype dtype = given.front().dtype();
  std::int64_t extent = 0;
  for (const Tensor& t : given) {
    dtype = promote(dtype, t.dtype());
    if (t.rank() != first.rank() || t.shape().with(along, 0) != first.with(along, 0)) {
      fail(ErrorKind::value, "concatenate needs equal extents except along axis ", axis, ", got ",
           first, " and ", t.shape());
    }
    extent = checked_add("concatenate", extent, t.shape()[along]);
  }
  TensorList tensors;
  bool recorded = false;
  for (const Tensor& t : given) {
    shared_backend("concatenate", {&given.front(), &t});
    tensors.push_back(t.cast(dtype));
    recorded = recorded || needs_grad({tensors.back()});
  }
  if (tensors.size() == 1) return tensors.front();
  Tensor y = Tensor::empty(first.with(along, extent), dtype, tensors.front().device());
  const std::vector<std::int64_t> strides = strides_of(y.shape());
  std::vector<std::int64_t> ends;
  std::int64_t begin = 0;
  for (const Tensor& t : tensors) {
    strided_store(t, y, strides, begin * strides[static_cast<std::size_t>(along)]);
    begin += t.shape()[along];
    ends.push_back(begin);
  }
  if (!recorded) return y;
  return record("concatenate", tensors, y, {},
                [along, ends](const Tensor& dy, const TensorList&, Needs needs) {
                  TensorList grads(ends.size());
                  for (std::size_t i = 0; i < ends.size(); ++i) {
                    if (!needs[static_cast<int>(i)]) continue;
                    grads[i] = part(dy, along, i == 0 ? 0 : ends[i - 1], ends[i]);
                  }
                  return grads;
                });
}

Tensor stack(const TensorList& tensors, int axis) {
  if (tensors.empty()) fail(ErrorKind::value, "stack needs at least one tensor");
  TensorList expanded;
  for (const Tensor& t : tensors) {
    if (t.shape() != tensors.front().shape()) {
      fail(ErrorKind::value, "stack needs tensors of one shape, got ", tensors.front().shape(),
           " and ", t.shape());
    }
    expanded.push_back(expand_dims(t, axis));
  }
  return concatenate(expanded, axis);
}

TensorList split_at(const Tensor& x, const std::vector<std::int64_t>& places, int axis) {
  const int along = x.shape().axis(axis);
  TensorList parts;
  std::int64_t begin = 0;
  for (std::size_t i = 0; i <= places.size(); ++i) {
    const std::int64_t end = i < places.size() ? places[i] : x.shape()[along];
    if (end < begin || end > x.shape()[along]) {
      fail(ErrorKind::value, "split needs ascending places within axis ", axis, " of shape ",
           x.shape(), ", got ", end, " after ", begin);
    }
    parts.push_back(part(x, along, begin, end));
    begin = end;
  }
  return parts;
}

TensorList split(const Tensor& x, std::int64_t parts, int axis) {
  const std::int64_t extent = x.shape()[x.shape().axis(axis)];
  constexpr std::int64_t most_empty = 1 << 16;  // any number would divide an empty axis
  if (parts < 1 || extent % parts != 0 || parts > std::max(extent, most_empty)) {
    fail(ErrorKind::value, "split cannot cut axis ", axis, " of shape ", x.shape(), " into ", parts,
         " equal parts");
  }
  std::vector<std::int64_t> places;
  for (std::int64_t i = 1; i < parts; ++i) places.push_back(i * (extent / parts));
  return split_at(x, places, axis);
}

namespace {

// What stands at each place of a padded axis.
Tensor mirrored_places(std::int64_t extent, const Padding& padding, bool repeats_edge,
                       Device device) {
  const std::int64_t period = repeats_edge ? 2 * extent : 2 * extent - 2;
  const std::int64_t count = padding.before + extent + padding.after;
  // Made first: it refuses a number of places that no memory holds.
  Tensor places = Tensor::empty({count}, Dtype::int64, Device());
  auto* const to = static_cast<std::int64_t*>(places.mutable_data());
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t from = i - padding.before;
    std::int64_t place = period == 0 ? 0 : ((from % period) + period) % period;
    if (place >= extent) place = period - place - (repeats_edge ? 1 : 0);
    to[i] = place;
  }
  return places.to(device);
}

}  // namespace

Tensor pad(const Tensor& x, const std::vector<Padding>& padding, PadMode mode,
           const Scalar& value) {
  if (static_cast<int>(padding.size()) != x.rank()) {
    fail(ErrorKind::value, "pad needs (before, after) for each axis of ", x.shape(), ", got ",
         padding.size());
  }
  Shape shape;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const Padding& p = padding[static_cast<std::size_t>(axis)];
    if (p.before < 0 || p.after < 0) {
      fail(ErrorKind::value, "pad needs widths of at least 0, got (", p.before, ", ", p.after,
           ") for axis ", axis);
    }
    const std::int64_t added = checked_add("pad", p.before, p.after);
    if (mode != PadMode::constant && added > 0 && x.shape()[axis] == 0) {
      fail(ErrorKind::value, "pad cannot mirror axis ", axis, " of shape ", x.shape(),
           ", which is empty");
    }
    shape.push_back(checked_add("pad", x.shape()[axis], added));
  }
  if (shape == x.shape()) return x;
  if (mode != PadMode::constant) {
    Tensor::empty(shape, x.dtype(),
                  x.device());  // refuses what no memory holds before mirroring an axis
    Tensor y = x;
    for (int axis = 0; axis < x.rank(); ++axis) {
      const Padding& p = padding[static_cast<std::size_t>(axis)];
      if (p.before + p.after == 0) continue;
      y = take(y, mirrored_places(x.shape()[axis], p, mode == PadMode::symmetric, x.device()),
               axis);
    }
    return y;
  }
  Tensor y = Tensor::full(shape, value, x.dtype(), x.device());
  const std::vector<std::int64_t> strides = strides_of(shape);
  std::int64_t offset = 0;
  std::vector<Range> inside;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const auto i = static_cast<std::size_t>(axis);
    offset += padding[i].before * strides[i];
    inside.push_back({padding[i].before, x.shape()[axis], 1});
  }
  strided_store(x, y, strides, offset);
  if (!needs_grad({x})) return y;
  return record("pad", {x}, y, {}, [inside](const Tensor& dy, const TensorList&, Needs) {
    return TensorList{slice(dy, inside)};
  });
}

Tensor repeat(const Tensor& x, std::int64_t repeats, int axis) {
  if (repeats < 0) fail(ErrorKind::value, "repeat needs repeats of at least 0, got ", repeats);
  const int along = x.shape().axis(axis);
  const AroundAxis around(x.shape(), along);
  return broadcast_to(x.reshape({around.outer * around.extent, 1, around.inner}),
                      {around.outer * around.extent, repeats, around.inner})
      .reshape(x.shape().with(along, checked_multiply("repeat", around.extent, repeats)));
}

Tensor tile(const Tensor& x, const std::vector<std::int64_t>& repeats) {
  Tensor y = x;
  while (y.rank() < static_cast<int>(repeats.size())) y = expand_dims(y, 0);
  const int first = y.rank() - static_cast<int>(repeats.size());
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    if (repeats[i] < 0)
      fail(ErrorKind::value, "tile needs repeats of at least 0, got ", repeats[i]);
    if (repeats[i] == 1) continue;
    const int axis = first + static_cast<int>(i);
    const AroundAxis around(y.shape(), axis);
    const std::int64_t block = around.extent * around.inner;
    y = broadcast_to(y.reshape({around.outer, 1, block}), {around.outer, repeats[i], block})
            .reshape(y.shape().with(axis, checked_multiply("tile", around.extent, repeats[i])));
  }
  return y;
}

}  // namespace lamina::ops
