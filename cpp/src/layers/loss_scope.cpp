#include "layers/loss_scope.hpp"

namespace lamina {

LossScope*& LossScope::current() noexcept {
  thread_local LossScope* innermost = nullptr;
  return innermost;
}

}  // namespace lamina
