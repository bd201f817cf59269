#include "core/check.hpp"
#include "lamina/training/callback.hpp"

namespace lamina {

const std::vector<double>& History::operator[](const std::string& name) const {
  std::string names;
  for (const auto& [known, course] : values) {
    if (known == name) return course;
    names += (names.empty() ? "" : ", ") + known;
  }
  fail(ErrorKind::index, "the history has no '", name, "'; it holds ", names);
}

}  // namespace lamina
