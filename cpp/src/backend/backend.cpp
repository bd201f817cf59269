#include "backend/backend.hpp"

#include "backend/cpu/cpu_backend.hpp"
#include "core/check.hpp"

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
  fail(ErrorKind::state, "this build of lamina has no backend for device ", name_of(device),
       "; use the device cpu, or build with that backend");
}

}  // namespace lamina
