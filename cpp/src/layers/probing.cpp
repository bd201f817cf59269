#include "layers/probing.hpp"

#include <utility>

namespace lamina {
namespace {

thread_local ProbeScope* current = nullptr;

}  // namespace

ProbeScope::ProbeScope(std::vector<Dtype> dtypes, Shapes shapes) noexcept
    : previous_(current), dtypes_(std::move(dtypes)), shapes_(std::move(shapes)) {
  current = this;
}

ProbeScope::~ProbeScope() { current = previous_; }

Dtype ProbeScope::dtype_of(std::size_t input, Dtype floating) noexcept {
  if (current == nullptr || input >= current->dtypes_.size()) return floating;
  return is_floating(current->dtypes_[input]) ? floating : current->dtypes_[input];
}

Dtype ProbeScope::own_dtype_of(std::size_t input, Dtype otherwise) noexcept {
  if (current == nullptr || input >= current->dtypes_.size()) return otherwise;
  return current->dtypes_[input];
}

Shape ProbeScope::shape_of(std::size_t input, const Shape& otherwise) {
  if (current == nullptr || input >= current->shapes_.size()) return otherwise;
  return current->shapes_[input];
}

}  // namespace lamina
