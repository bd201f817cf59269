#include "backend/backend.hpp"

#include "backend/cpu/cpu_backend.hpp"
#include "core/check.hpp"
#if defined(LAMINA_GUARDED_DEVICE)
#include "support/guarded_backend.hpp"
#endif

namespace lamina {

Saves saved_by(UnaryOp op) noexcept {
  static constexpr Saves saves_of[] = {
#define UNARY(name, saves, cost) Saves::saves,
#include "backend/unary.def"
#undef UNARY
  };
  return saves_of[static_cast<int>(op)];
}

Cost cost_of(UnaryOp op) noexcept {
  static constexpr Cost costs[] = {
#define UNARY(name, saves, cost) Cost::cost,
#include "backend/unary.def"
#undef UNARY
  };
  return costs[static_cast<int>(op)];
}

Backend& backend_for(Device device) {
  if (device.type == DeviceType::cpu) return cpu::cpu_backend();
#if defined(LAMINA_GUARDED_DEVICE)
  if (device.type == DeviceType::guarded) return guarded_backend();
#endif
  fail(ErrorKind::state, "this build of lamina has no backend for device '", name_of(device),
       device.type == DeviceType::guarded ? "'; configure it with LAMINA_BUILD_TESTS=ON"
                                          : "'; use the device 'cpu'");
}

}  // namespace lamina
