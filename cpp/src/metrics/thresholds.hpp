// Thresholds as options give them, and evenly spaced ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lamina {

/// What stands for "all" beside top_k, which Keras writes so: below every kept prediction.
inline constexpr double below_all = -1e10;

/// The given ones, each in [0, 1], or `otherwise` where none are.
std::vector<double> thresholds_or(const std::string& owner,
                                  const std::optional<std::vector<double>>& given,
                                  double otherwise);

/// i / (count - 1) for i from 1 to count - 2.
std::vector<double> inner_thresholds(std::int64_t count);

/// Whether they are 0 to 1 in equal steps, three at least: then Keras brings predictions into
/// [0, 1] before it compares them.
bool are_even(const std::vector<double>& thresholds);

}  // namespace lamina
