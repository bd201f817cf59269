#include "backend/backend.hpp"

#include "backend/cpu/cpu_backend.hpp"
#include "core/check.hpp"
#if defined(LAMINA_GUARDED_DEVICE)
#include "support/guarded_backend.hpp"
#endif

namespace lamina {

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
