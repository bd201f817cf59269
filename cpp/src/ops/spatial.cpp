#include "ops/spatial.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "lamina/ops/arrangement.hpp"
#include "ops/pooling_shape.hpp"

namespace lamina::ops {
namespace {

std::string as_text(const std::vector<std::int64_t>& extents) {
  if (extents.empty()) return "None";
  return extents.size() == 1 ? std::to_string(extents[0]) : Shape(extents).str();
}

}  // namespace

bool is_channels_first(const std::string& data_format) {
  if (data_format == "channels_first") return true;
  if (data_format == "channels_last") return false;
  fail(ErrorKind::value, "unknown data_format '", data_format,
       "'; expected channels_last or channels_first");
}

Tensor channels_moved_last(const Tensor& x) {
  std::vector<int> axes{0};
  for (int axis = 2; axis < x.rank(); ++axis) axes.push_back(axis);
  axes.push_back(1);
  return transpose(x, axes);
}

Tensor channels_moved_first(const Tensor& y) {
  std::vector<int> axes{0, y.rank() - 1};
  for (int axis = 1; axis < y.rank() - 1; ++axis) axes.push_back(axis);
  return transpose(y, axes);
}

void require_spatial(const std::string& owner, const Shape& inputs, int rank, bool channels_first) {
  if (inputs.rank() == rank + 2) return;
  constexpr const char* spatial[] = {"steps", "height, width", "depth, height, width"};
  const std::string axes = spatial[rank - 1];
  fail(ErrorKind::value, owner, " needs inputs (batch, ",
       channels_first ? "channels, " + axes : axes + ", channels", "), got ", inputs);
}

std::vector<std::int64_t> one_each(const std::vector<std::int64_t>& extents, int rank,
                                   const std::string& owner, const char* option) {
  const auto count = static_cast<std::size_t>(rank);
  const bool fits = extents.size() == 1 || extents.size() == count;
  const auto outside = [](std::int64_t extent) { return extent < 1 || extent > most_extent; };
  if (!fits || std::any_of(extents.begin(), extents.end(), outside)) {
    const bool is_large = std::any_of(extents.begin(), extents.end(),
                                      [](auto extent) { return extent > most_extent; });
    fail(ErrorKind::value, owner, " needs ", option, " of one integer",
         rank > 1 ? concat(" or ", rank) : "", ", at least 1",
         is_large ? concat(" and at most ", most_extent) : "", ", got ", option, "=",
         as_text(extents));
  }
  return extents.size() == count ? extents : std::vector<std::int64_t>(count, extents[0]);
}

}  // namespace lamina::ops
