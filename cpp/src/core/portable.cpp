#include "core/portable.hpp"

namespace lamina {
namespace {

thread_local bool portable = false;

}  // namespace

PortableScope::PortableScope() noexcept : outer_(portable) { portable = true; }
PortableScope::~PortableScope() { portable = outer_; }
bool PortableScope::active() noexcept { return portable; }

}  // namespace lamina
