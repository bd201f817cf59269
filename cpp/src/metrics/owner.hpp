// Who refuses, in messages: a metric by its name in the logs, or a function.
#pragma once

#include <ostream>
#include <string_view>

#include "lamina/metrics/metric.hpp"

namespace lamina {

/// Written out only where something is refused: a step costs no text.
struct Owner {
  std::string_view name;
  bool is_metric;
};

inline Owner owner(const Metric& metric) { return {metric.name(), true}; }

inline std::ostream& operator<<(std::ostream& out, const Owner& owner) {
  return owner.is_metric ? out << "metric '" << owner.name << "'" : out << owner.name;
}

}  // namespace lamina
