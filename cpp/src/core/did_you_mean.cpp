#include "core/did_you_mean.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <vector>

#include "core/check.hpp"

namespace lamina {
namespace {

char lower(char letter) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
}

// Letters to insert, delete or replace to make one of the other (Levenshtein), whatever their case.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string did_you_mean(std::string_view name, std::string_view known) {
  constexpr std::size_t longest = 64;  // names from files may be of any length
  if (name.size() > longest) return "";
  std::string_view best;
  std::size_t nearest = name.size() / 3 + 1;
  while (!known.empty()) {
    const std::size_t end = std::min(known.find(", "), known.size());
    const std::string_view candidate = known.substr(0, end);
    if (const std::size_t d = distance(name, candidate); d < nearest) {
      nearest = d;
      best = candidate;
    }
    known.remove_prefix(std::min(end + 2, known.size()));
  }
  return best.empty() ? "" : concat(" (did you mean '", best, "'?)");
}

}  // namespace lamina
