#include "ops/subscript.hpp"

#include <algorithm>
#include <limits>

#include "core/check.hpp"
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

struct Subscript {
  const Tensor& tensor;
  std::vector<Range> ranges = {};
  Shape shape = {};                               // of the result, once slices are taken
  Tensor places = {};                             // the array of integers, if any,
  int places_axis = 0;                            // and its axis among those of `shape`
  int taken = 0;                                  // axes of the tensor that keys took
  int last_whole_number = -1, places_taken = -1;  // the axes of such keys
  bool has_new_axis = false;

  void take(const SubscriptKey& key) {
    if (key.kind == Kind::new_axis) {
      has_new_axis = true;
      return shape.push_back(1);
    }
    if (taken >= tensor.rank()) {
      fail(ErrorKind::index, "too many indices for a Tensor of shape ", tensor.shape());
    }
    const std::int64_t extent = tensor.shape()[taken];
    if (key.kind == Kind::slice) {
      ranges.push_back(range_of(key, extent));
      shape.push_back(ranges.back().count);
    } else if (key.kind == Kind::index) {
      if (key.begin < -extent || key.begin >= extent) {
        fail(ErrorKind::index, "index ", key.begin, " is out of range for axis ", taken,
             " of a Tensor of shape ", tensor.shape());
      }
      ranges.push_back({key.begin < 0 ? key.begin + extent : key.begin, 1, 1});
      refuse_apart(taken);
      last_whole_number = taken;
    } else {
      take_places(key.places, extent);
    }
    ++taken;
  }

  void take_places(const Tensor& indices, std::int64_t extent) {
    if (places.defined()) {
      fail(ErrorKind::index, "a Tensor takes one array of integers in a subscript, got a second");
    }
    if (indices.dtype() == Dtype::boolean) {
      fail(ErrorKind::index,
           "a Tensor takes no mask of booleans, whose result has no shape "
           "before it is known; use ops.where");
    }
    places = indices;
    places_axis = shape.rank();
    refuse_apart(taken);
    places_taken = taken;
    ranges.push_back({0, extent, 1});
    shape.push_back(extent);
  }

  // NumPy moves the axis of places to the front where a slice stands between it and an integer.
  void refuse_apart(int axis) const {
    const int other = places_taken >= 0 ? places_taken : places.defined() ? last_whole_number : -1;
    if (other >= 0 && (axis != other + 1 || has_new_axis)) {
      fail(ErrorKind::index,
           "a Tensor takes an integer and an array of integers beside each other, not with a slice "
           "between them; use one subscript after the other");
    }
  }

  void take_whole(int axes) {
    for (int i = 0; i < axes; ++i) {
      ranges.push_back({0, tensor.shape()[taken], 1});
      shape.push_back(tensor.shape()[taken++]);
    }
  }

  Tensor result() const {
    const Tensor sliced = slice(tensor, ranges).reshape(shape);
    return places.defined() ? ops::take(sliced, places, places_axis) : sliced;
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
    axes += key.kind != Kind::new_axis && key.kind != Kind::ellipsis;
    ellipses += key.kind == Kind::ellipsis;
  }
  if (ellipses > 1) fail(ErrorKind::index, "an index has one Ellipsis (...) at most");
  Subscript subscript{x};
  for (const SubscriptKey& key : keys) {
    key.kind == Kind::ellipsis ? subscript.take_whole(std::max(x.rank() - axes, 0))
                               : subscript.take(key);
  }
  subscript.take_whole(x.rank() - subscript.taken);
  return subscript.result();
}

}  // namespace lamina::ops
