// The calls of layers that this thread is in.
#pragma once

#include "lamina/layers/layer.hpp"

namespace lamina {

/// While it lives, a layer runs or is built: layers called within run in training mode unless told
/// otherwise when this one does.
class LAMINA_API CallScope {
 public:
  CallScope(const Layer& layer, const CallContext& given) noexcept;
  ~CallScope();
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

  /// With `training` resolved.
  const CallContext& context() const noexcept { return context_; }
  /// Whether this thread is in the call of a layer.
  static bool active() noexcept;
  /// Whether the innermost call is part of training, or nobody said whether it is.
  static bool augments() noexcept;
  /// The arguments of the innermost call, if that is one of `layer`; null otherwise.
  static const CallArguments* arguments_of(const Layer& layer) noexcept;

 private:
  const Layer& layer_;
  CallContext context_;
  const CallScope* outer_;
};

}  // namespace lamina
