#include "layers/probing.hpp"

#include <utility>

namespace lamina {
namespace {

thread_local ProbeScope* current = nullptr;

}  // namespace

ProbeScope::ProbeScope(std::vector<Dtype> dtypes) noexcept
    : previous_(current), dtypes_(std::move(dtypes)) {
  current = this;
}

ProbeScope::~ProbeScope() { current = previous_; }

Dtype ProbeScope::dtype_of(std::size_t input, Dtype floating) noexcept {
  if (current == nullptr || input >= current->dtypes_.size()) return floating;
  return is_floating(current->dtypes_[input]) ? floating : current->dtypes_[input];
}

}  // namespace lamina
