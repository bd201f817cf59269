#include "layers/call_scope.hpp"

namespace lamina {
namespace {

thread_local const CallScope* innermost = nullptr;

}  // namespace

CallScope::CallScope(const Layer& layer, const CallContext& given) noexcept
    : layer_(layer), context_(given), outer_(innermost) {
  if (!context_.training) {
    context_.training = outer_ != nullptr && outer_->context_.is_training();
    if (outer_ != nullptr) context_.is_unsaid = outer_->context_.is_unsaid;
  }
  innermost = this;
}

CallScope::~CallScope() { innermost = outer_; }

bool CallScope::augments() noexcept {
  return innermost != nullptr &&
         (innermost->context_.is_training() || innermost->context_.is_unsaid);
}

bool CallScope::active() noexcept { return innermost != nullptr; }

const CallArguments* CallScope::arguments_of(const Layer& layer) noexcept {
  return innermost != nullptr && &innermost->layer_ == &layer ? innermost->context_.arguments
                                                              : nullptr;
}

}  // namespace lamina
