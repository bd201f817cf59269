#include "core/check.hpp"
#include "core/join.hpp"
#include "lamina/training/callback.hpp"

namespace lamina {

const std::vector<double>& History::operator[](const std::string& name) const {
  for (const auto& [known, course] : values) {
    if (known == name) return course;
  }
  fail(ErrorKind::index, "the history has no '", name, "'; it holds ",
       join(values, &decltype(values)::value_type::first));
}

}  // namespace lamina
