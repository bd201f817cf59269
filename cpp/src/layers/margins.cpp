#include "lamina/layers/margins.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "ops/pooling_shape.hpp"

namespace lamina {

Margins Margins::read(const Config& options, std::string_view key) {
  std::vector<Margin> each;
  for (const std::vector<std::int64_t>& ends : options.integer_lists(key)) {
    if (ends.empty() || ends.size() > 2) {
      fail(ErrorKind::value, "option '", key, "' takes one or two integers for an axis, got ",
           ends.size());
    }
    each.emplace_back(ends.front(), ends.back());
  }
  return each;
}

void Margins::write(Config& options, std::string_view key) const {
  if (each.size() == 1) {
    options.set(key, std::vector<std::int64_t>{each[0].before, each[0].after});
    return;
  }
  std::vector<std::vector<std::int64_t>> ends;
  for (const Margin& margin : each) ends.push_back({margin.before, margin.after});
  options.set(key, ends);
}

std::vector<Margin> Margins::expanded(int rank, const std::string& owner,
                                      const char* option) const {
  const auto count = static_cast<std::size_t>(rank);
  std::vector<Margin> result = each;
  const auto even = [](const Margin& margin) { return margin.before == margin.after; };
  if (rank == 1 && each.size() == 2 && std::all_of(each.begin(), each.end(), even)) {
    result = {{each[0].before, each[1].before}};
  } else if (each.size() == 1 && (rank == 1 || even(each[0]))) {
    result.assign(count, each[0]);
  }
  const auto outside = [](const Margin& margin) {
    return std::min(margin.before, margin.after) < 0 ||
           std::max(margin.before, margin.after) > ops::most_extent;
  };
  if (result.size() != count || std::any_of(result.begin(), result.end(), outside)) {
    std::string got;
    for (const Margin& margin : each) {
      got += concat(got.empty() ? "" : ", ", "(", margin.before, ", ", margin.after, ")");
    }
    fail(ErrorKind::value, owner, " needs ", option, " of one integer",
         rank == 1 ? " or two" : concat(", ", rank, ", or ", rank, " pairs"), ", from 0 to ",
         ops::most_extent, ", got (before, after) of ", got);
  }
  return result;
}

}  // namespace lamina
