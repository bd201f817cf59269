// Quotients of counts.
#pragma once

#include <cstddef>
#include <vector>

namespace lamina {

/// a / b, and 0 where b is 0.
inline double divide_or_zero(double a, double b) { return b == 0 ? 0 : a / b; }

/// part / (part + rest) at each place, and 0 where both are 0.
inline std::vector<double> shares(const std::vector<double>& part,
                                  const std::vector<double>& rest) {
  std::vector<double> result(part.size());
  for (std::size_t i = 0; i < part.size(); ++i) {
    result[i] = divide_or_zero(part[i], part[i] + rest[i]);
  }
  return result;
}

}  // namespace lamina
