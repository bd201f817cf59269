#include "ops/subscript.hpp"

#include <algorithm>
#include <limits>

#include "core/check.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/indexing.hpp"

namespace lamina::ops {
namespace {

using Kind = SubscriptKey::Kind;

// What a slice takes of an axis of that extent, by Python's rule.
Range range_of(const SubscriptKey& slice, std::int64_t extent) {
  const bool backwards = slice.step < 0;
  const std::int64_t lowest = backwards ? -1 : 0, highest = backwards ? extent - 1 : extent;
  const auto place = [&](std::int64_t wanted) {
    return std::clamp(wanted < 0 ? wanted + extent : wanted, lowest, highest);
  };
  const std::int64_t begin = place(slice.begin), end = place(slice.end);
  const std::int64_t distance = backwards ? begin - end : end - begin;
  // Unsigned, because the least step has no positive counterpart.
  const auto stride =
      backwards ? -static_cast<std::uint64_t>(slice.step) : static_cast<std::uint64_t>(slice.step);
  const std::int64_t count =
      distance > 0
          ? static_cast<std::int64_t>((static_cast<std::uint64_t>(distance) - 1) / stride) + 1
          : 0;
  return {begin, count, count > 1 ? slice.step : 1};  // no product of the step overflows
}

// Where a mask is true: one tensor of places for each of its axes.
TensorList places_of(const Tensor& given) {
  const Tensor mask = given.to(Device());
  const std::span<const bool> values = mask.values<bool>();
  std::vector<std::vector<std::int64_t>> places(static_cast<std::size_t>(mask.rank()));
  for (std::int64_t i = 0; i < mask.size(); ++i) {
    if (!values[static_cast<std::size_t>(i)]) continue;
    std::int64_t rest = i;
    for (int axis = mask.rank() - 1; axis >= 0; --axis) {
      places[static_cast<std::size_t>(axis)].push_back(rest % mask.shape()[axis]);
      rest /= mask.shape()[axis];
    }
  }
  TensorList result;
  for (const std::vector<std::int64_t>& axis : places) {
    const auto count = static_cast<std::int64_t>(axis.size());
    result.push_back(Tensor::copy_of(std::span(axis), {count}, given.device()));
  }
  return result;
}

// 0, step, 2 step, ...
Tensor steps_of(std::int64_t extent, std::int64_t step, Device device) {
  std::vector<std::int64_t> steps;
  for (std::int64_t i = 0; i < extent; ++i) steps.push_back(i * step);
  return Tensor::copy_of(std::span<const std::int64_t>(steps), {extent}, device);
}

// Axes from `begin` to `end` brought to the front, the others behind them.
std::vector<int> brought_to_front(int begin, int end, int rank) {
  std::vector<int> order;
  for (int axis = begin; axis < end; ++axis) order.push_back(axis);
  for (int axis = 0; axis < rank; ++axis) {
    if (axis < begin || axis >= end) order.push_back(axis);
  }
  return order;
}

struct Subscript {
  const Tensor& tensor;
  std::vector<Range> ranges = {};
  Shape shape = {};                   // of the result, once slices are taken
  TensorList places = {};             // the arrays of integers,
  std::vector<int> places_axes = {};  // and their axes among those of `shape`
  int taken = 0;                      // axes of the tensor that keys took
  // NumPy's rule: where a slice, a new axis or an ellipsis stands between arrays and integers, the
  // axes of the arrays come first.
  enum class Group : std::uint8_t { none, open, closed, apart };
  Group group = Group::none;

  void take(const SubscriptKey& key) {
    if (key.kind == Kind::new_axis) {
      close_group();
      return shape.push_back(1);
    }
    if (key.kind == Kind::places && key.places.dtype() == Dtype::boolean) {
      return take_mask(key.places);
    }
    const std::int64_t extent = next_extent();
    if (key.kind == Kind::slice) {
      close_group();
      ranges.push_back(range_of(key, extent));
      shape.push_back(ranges.back().count);
    } else if (key.kind == Kind::index) {
      if (key.begin < -extent || key.begin >= extent) {
        fail(ErrorKind::index, "index ", key.begin, " is out of range for axis ", taken,
             " of a Tensor of shape ", tensor.shape());
      }
      open_group();
      ranges.push_back({key.begin < 0 ? key.begin + extent : key.begin, 1, 1});
    } else {
      return take_places(key.places);
    }
    ++taken;
  }

  std::int64_t next_extent() const {
    if (taken >= tensor.rank()) {
      fail(ErrorKind::index, "too many indices for a Tensor of shape ", tensor.shape());
    }
    return tensor.shape()[taken];
  }

  void take_places(const Tensor& indices) {
    const std::int64_t extent = next_extent();
    open_group();
    places.push_back(indices);
    places_axes.push_back(shape.rank());
    ranges.push_back({0, extent, 1});
    shape.push_back(extent);
    ++taken;
  }

  // A new axis of one place, or of none.
  void take_scalar_mask(const Tensor& mask) {
    open_group();
    const std::int64_t first = 0, count = mask.item() != 0 ? 1 : 0;
    places.push_back(Tensor::copy_of(std::span(&first, static_cast<std::size_t>(count)), {count},
                                     tensor.device()));
    places_axes.push_back(shape.rank());
    shape.push_back(1);
  }

  void take_mask(const Tensor& mask) {
    if (mask.rank() == 0) return take_scalar_mask(mask);
    for (int axis = 0; axis < mask.rank(); ++axis) {
      const int own = taken + axis;
      if (own >= tensor.rank() || mask.shape()[axis] != tensor.shape()[own]) {
        fail(ErrorKind::index, "a mask of shape ", mask.shape(), " does not fit a Tensor of shape ",
             tensor.shape(), " at axis ", taken, "; its extents must be the tensor's");
      }
    }
    for (const Tensor& axis : places_of(mask)) take_places(axis);
  }

  void open_group() {
    if (group == Group::none) group = Group::open;
    if (group == Group::closed) group = Group::apart;
  }
  void close_group() {
    if (group == Group::open) group = Group::closed;
  }

  void take_whole(int axes) {
    for (int i = 0; i < axes; ++i) {
      ranges.push_back({0, tensor.shape()[taken], 1});
      shape.push_back(tensor.shape()[taken++]);
    }
  }

  Tensor result() const {
    Tensor sliced = slice(tensor, ranges).reshape(shape);
    if (places.empty()) return sliced;
    Tensor chosen =
        places.size() == 1 ? ops::take(sliced, places[0], places_axes[0]) : chosen_together(sliced);
    if (places.size() > 1 || group != Group::apart || places_axes[0] == 0) return chosen;
    const int begin = places_axes[0], count = places[0].rank();
    return transpose(chosen, brought_to_front(begin, begin + count, chosen.rank()));
  }

  // One place among the axes of the arrays together, for what they broadcast to.
  Tensor chosen_together(const Tensor& sliced) const {
    const int count = static_cast<int>(places.size());
    bool beside = group != Group::apart;
    for (int i = 1; i < count; ++i) {
      const auto k = static_cast<std::size_t>(i);
      beside = beside && places_axes[k] == places_axes[k - 1] + 1;
    }
    std::vector<int> order = places_axes;
    for (int axis = 0; axis < sliced.rank(); ++axis) {
      if (std::find(places_axes.begin(), places_axes.end(), axis) == places_axes.end()) {
        order.push_back(axis);
      }
    }
    const Tensor ordered = beside ? sliced : transpose(sliced, order);
    const int first = beside ? places_axes[0] : 0;
    Tensor together;
    std::int64_t step = 1;
    for (int i = count - 1; i >= 0; --i) {
      // Each array is checked against its own axis.
      const std::int64_t extent = ordered.shape()[first + i];
      const Tensor& own = places[static_cast<std::size_t>(i)];
      const Tensor steps = ops::take(steps_of(extent, step, sliced.device()), own, 0);
      together = together.defined() ? steps + together : steps;
      step *= extent;
    }
    Shape merged;
    for (int axis = 0; axis < ordered.rank(); ++axis) {
      if (axis == first) merged.push_back(step);
      if (axis < first || axis >= first + count) merged.push_back(ordered.shape()[axis]);
    }
    return ops::take(ordered.reshape(merged), together, first);
  }
};

}  // namespace

SubscriptKey SubscriptKey::slice(const std::int64_t* begin, const std::int64_t* end,
                                 std::int64_t step) {
  if (step == 0) fail(ErrorKind::value, "the step of a slice is 0, expected another number");
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  return {Kind::slice,
          begin != nullptr ? *begin
          : step < 0       ? most
                           : 0,
          end != nullptr ? *end
          : step < 0     ? least
                         : most,
          step};
}

Tensor subscript(const Tensor& x, const std::vector<SubscriptKey>& keys) {
  int axes = 0, ellipses = 0;
  for (const SubscriptKey& key : keys) {
    const bool is_mask = key.kind == Kind::places && key.places.dtype() == Dtype::boolean;
    axes += is_mask ? key.places.rank() : key.kind != Kind::new_axis && key.kind != Kind::ellipsis;
    ellipses += key.kind == Kind::ellipsis;
  }
  if (ellipses > 1) fail(ErrorKind::index, "an index has one Ellipsis (...) at most");
  Subscript subscript{x};
  for (const SubscriptKey& key : keys) {
    if (key.kind == Kind::ellipsis) {
      subscript.close_group();
      subscript.take_whole(std::max(x.rank() - axes, 0));
    } else {
      subscript.take(key);
    }
  }
  subscript.take_whole(x.rank() - subscript.taken);
  return subscript.result();
}

}  // namespace lamina::ops
