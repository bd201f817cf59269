// Configurations for a file, which another process reads.
#pragma once

#include "lamina/export.hpp"

namespace lamina {

/// While it lives, configurations made on this thread hold nothing that only this process knows. A
/// function without a name that a loader could look up is refused then.
class LAMINA_INTERNAL_API PortableScope {
 public:
  PortableScope() noexcept;
  ~PortableScope();
  PortableScope(const PortableScope&) = delete;
  PortableScope& operator=(const PortableScope&) = delete;

  static bool active() noexcept;

 private:
  bool outer_;
};

}  // namespace lamina
